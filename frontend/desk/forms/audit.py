"""Narrowing the audit log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.acts import ACTS
from frontend.desk.forms.base import DeskForm
from services.users.queries import staff


class AuditForm(DeskForm):
    """A day, an act, who acted. Everything may stay empty. People of the office are chosen by name, never typed."""

    day = forms.DateField(label=_("Dzień"), required=False, widget=DayInput)
    action = forms.ChoiceField(label=_("Czynność"), required=False)
    who = forms.ChoiceField(label=_("Kto"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(((code, str(label)) for code, label in ACTS.items()), key=lambda item: item[1])
        self.fields["action"].choices = [("", _now("Każda")), *named]  # type: ignore[attr-defined]
        people = [(str(user.public_id), user.full_name) for user in staff()]
        kinds = [(f"kind:{kind}", label) for kind, label in wording.ACTOR_KINDS.items()]
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", _now("Każdy")),
            (_now("Rodzaj"), kinds),
            (_now("Pracownicy"), people),
        ]

    @property
    def filters(self) -> dict[str, Any]:
        """Arguments of the query."""
        who = self.cleaned_data["who"]
        kind = who.removeprefix("kind:") if who.startswith("kind:") else ""
        return {
            "on": self.cleaned_data["day"],
            "action": self.cleaned_data["action"],
            "actor_kind": kind,
            "actor_ref": "" if kind else who,
        }
