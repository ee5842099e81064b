"""The office's acts on complaints and reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.complaint_words import OUTCOMES
from frontend.components.widgets import DayInput
from frontend.desk.forms.registrations import VersionForm
from services.complaints.domain.states import Outcome

OFFICE: Final = "office"


class RequestDataForm(VersionForm):
    """What is missing."""

    text = forms.CharField(
        label=_("Czego brakuje?"),
        help_text=_("Te słowa mieszkaniec dostanie e-mailem. Wymień wszystko, czego potrzebujesz."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Napisz, czego brakuje.")},
    )


class PassOnForm(VersionForm):
    """That the complaint has been given to the operator."""

    text = forms.CharField(
        label=_("Numer sprawy u operatora albo notatka"),
        help_text=_("Tylko dla urzędu. Może zostać puste."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OperatorAnswerForm(VersionForm):
    """What the operator has answered, and when it came."""

    received_on = forms.DateField(
        label=_("Kiedy urząd dostał odpowiedź?"),
        help_text=_("Od tego dnia biegnie 7 dni na odpowiedź dla mieszkańca."),
        widget=DayInput,
        error_messages={"required": _("Podaj dzień."), "invalid": _("Podaj dzień w postaci 31.12.2026.")},
    )
    text = forms.CharField(
        label=_("Co odpowiedział operator?"),
        help_text=_("Tylko dla urzędu. Mieszkaniec dostanie potem odpowiedź urzędu."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Napisz, co odpowiedział operator.")},
    )


class AnswerForm(VersionForm):
    """The office's decision with its reasons."""

    outcome = forms.ChoiceField(
        label=_("Rozstrzygnięcie"),
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Zaznacz rozstrzygnięcie.")},
    )
    text = forms.CharField(
        label=_("Odpowiedź z uzasadnieniem"),
        help_text=_("Te słowa mieszkaniec dostanie e-mailem."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Napisz odpowiedź. Mieszkaniec dostanie ją e-mailem.")},
    )

    @property
    def act(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "outcome": Outcome(self.cleaned_data["outcome"])}


class MoveForm(VersionForm):
    """Whose matter it is, by the kind of dues."""

    about = forms.ChoiceField(
        label=_("Czyja to sprawa?"),
        help_text=_("Reklamację zobaczą pracownicy, którzy prowadzą ten rodzaj należności."),
        error_messages={
            "required": _("Wybierz, czyja to sprawa."),
            "invalid_choice": _("Wybierz z listy."),
        },
    )

    def __init__(self, row: Any, types: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        present = str(row.liability_type.public_id) if row.liability_type else OFFICE
        kwargs.setdefault("initial", {"version": row.version, "about": present})
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            (OFFICE, _now("całego urzędu")),
            *((str(one.public_id), f"{one.name} ({one.department.name})") for one in types),
        ]

    @property
    def type_id(self) -> UUID | None:
        """What the action takes."""
        chosen = self.cleaned_data["about"]
        return None if chosen == OFFICE else UUID(chosen)


class ReportAnswerForm(VersionForm):
    """What the office has found about a reported due."""

    text = forms.CharField(
        label=_("Odpowiedź"),
        help_text=_(
            "Te słowa mieszkaniec dostanie e-mailem. Dane należności poprawisz w systemie finansowym."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Napisz odpowiedź. Mieszkaniec dostanie ją e-mailem.")},
    )
