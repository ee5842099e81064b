"""Narrowing the audit log, and how long it is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.acts import ACTS, OUTCOMES
from frontend.desk.forms.base import DeskForm
from kernel.audit.models import LEAST_MONTHS
from kernel.audit.purging import MOST_MONTHS
from services.accounts.oversight import Narrowing
from services.users.queries import staff


class AuditForm(DeskForm):
    """Days, an act, who and in which role, how it ended, which object. Everything may stay empty. People of the office are
    chosen by name, never typed."""

    since = forms.DateField(label=_("Od dnia"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Do dnia"), required=False, widget=DayInput)
    action = forms.ChoiceField(label=_("Czynność"), required=False)
    who = forms.ChoiceField(label=_("Kto"), required=False)
    role = forms.ChoiceField(label=_("W roli"), required=False)
    outcome = forms.ChoiceField(label=_("Wynik"), required=False)
    subject = forms.UUIDField(
        label=_("Numer obiektu"),
        help_text=_("Numer płatności, należności albo konta z adresu jego strony lub z wpisu."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": _("To nie jest numer obiektu. Skopiuj go z wpisu albo z adresu strony.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(((code, str(label)) for code, label in ACTS.items()), key=lambda item: item[1])
        people = [(str(user.public_id), user.full_name) for user in staff()]
        kinds = [(f"kind:{kind}", label) for kind, label in wording.ACTOR_KINDS.items()]
        choices: dict[str, list[Any]] = {
            "action": [("", _now("Każda")), *named],
            "who": [("", _now("Każdy")), (_now("Rodzaj"), kinds), (_now("Pracownicy"), people)],
            "role": [("", _now("Każda")), *wording.ROLES.items()],
            "outcome": [("", _now("Każdy")), *OUTCOMES.items()],
        }
        for name, values in choices.items():
            offer(self, name, values)

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("Dzień końcowy nie może być przed początkowym."))
        return cleaned

    @property
    def narrowing(self) -> Narrowing:
        """What the query takes."""
        values = self.cleaned_data
        who = values["who"]
        kind = who.removeprefix("kind:") if who.startswith("kind:") else ""
        return Narrowing(
            since=values["since"],
            until=values["until"],
            action=values["action"],
            actor_kind=kind,
            actor_ref="" if kind else who,
            role=values["role"],
            outcome=values["outcome"],
            subject_ref=str(values["subject"] or ""),
        )


class AuditRetentionForm(DeskForm):
    """How many months the entries are kept."""

    months = forms.IntegerField(
        label=_("Liczba miesięcy"),
        help_text=_("Od 24 do 240. Krócej niż 24 miesiące nie można."),
        min_value=LEAST_MONTHS,
        max_value=MOST_MONTHS,
        error_messages={
            "required": _("Podaj liczbę miesięcy."),
            "invalid": _("Podaj liczbę miesięcy cyframi, na przykład 36."),
            "min_value": _("Podaj co najmniej 24 miesiące."),
            "max_value": _("Podaj najwyżej 240 miesięcy."),
        },
    )
