"""Narrowing the platform's audit log."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput
from frontend.console.acts import ACTS
from services.users.operators import operators


class AuditForm(forms.Form):
    """A gmina, days, an act, who acted. Everything may stay empty."""

    gmina = forms.CharField(
        label=_("Gmina"),
        help_text=_("Nazwa, adres albo kod TERYT."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = forms.DateField(label=_("Od dnia"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Do dnia"), required=False, widget=DayInput)
    action = forms.ChoiceField(label=_("Czynność"), required=False)
    who = forms.ChoiceField(label=_("Kto"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(
            ((code, str(label)) for code, (label, _kind) in ACTS.items()), key=lambda item: item[1]
        )
        people = sorted(
            ((str(user.public_id), user.full_name) for user in operators()), key=lambda item: item[1]
        )
        offer(self, "action", [("", _now("Każda")), *named])
        offer(
            self,
            "who",
            [
                ("", _now("Każdy")),
                ("system", _now("program")),
                (_now("Operatorzy platformy"), people),
            ],
        )

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("Dzień końcowy nie może być przed początkowym."))
        return cleaned
