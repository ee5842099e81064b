"""For which days and types the numbers are counted. Nothing here names a person, so it stands in the address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm
from frontend.desk.listing.choices import type_choices

LONGEST = timedelta(days=366)
"""Most days that one page counts: a year, so that a day stays a column that can be seen."""


class StatisticsForm(DeskForm):
    """A period, this month unless something else is asked, and one type or all."""

    since = forms.DateField(label=_("Od"), widget=DayInput)
    until = forms.DateField(label=_("Do"), widget=DayInput)
    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)

    def __init__(self, types: Any, sent: Any, today: date) -> None:
        usual = {"since": today.replace(day=1).isoformat(), "until": today.isoformat()}
        super().__init__({name: sent.get(name) or usual.get(name, "") for name in ("since", "until", "type")})
        self.types, self.usual_since, self.usual_until = types, today.replace(day=1), today
        self.fields["type"].choices = type_choices(types)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning, and not more than a year after it."""
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("Ten dzień jest przed początkiem. Popraw jeden z nich."))
        elif since and until and until - since > LONGEST:
            self.add_error("until", _("Wybierz najwyżej rok: wcześniejszy koniec albo późniejszy początek."))
        return values

    @property
    def period(self) -> tuple[date, date]:
        """The chosen days; this month while they are wrong."""
        if not self.is_valid():
            return self.usual_since, self.usual_until
        return self.cleaned_data["since"], self.cleaned_data["until"]

    @property
    def type_ids(self) -> tuple[int, ...]:
        """Key of the chosen type; none for all."""
        chosen = self.cleaned_data["type"] if self.is_valid() else ""
        return tuple(row.pk for row in self.types if str(row.public_id) == chosen)

    @property
    def query(self) -> dict[str, str]:
        """What the address of the same numbers holds."""
        since, until = self.period
        chosen = {"type": self.cleaned_data["type"]} if self.is_valid() and self.cleaned_data["type"] else {}
        return {"since": since.isoformat(), "until": until.isoformat(), **chosen}
