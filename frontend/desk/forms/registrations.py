"""Deciding a registration: whose file it is, or why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DigitsInput
from frontend.desk.forms.base import DeskForm
from services.accounts import queries as accounts

BY_NUMBER = "number"
WITHOUT = "none"


class ApproveForm(DeskForm):
    """Which payer of the finance system the person is: one with the same PESEL, one named by number, or none yet."""

    payer = forms.ChoiceField(label=_("Płatnik w systemie finansowym"), widget=forms.RadioSelect)
    external_id = forms.CharField(
        label=_("Numer płatnika w systemie finansowym"),
        help_text=_("Tylko gdy wybierasz płatnika po numerze. Przed zatwierdzeniem pokażemy, kto to jest."),
        required=False,
        max_length=80,
        widget=DigitsInput,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, resident: Any, *args: Any, **kwargs: Any) -> None:
        self.resident = resident
        self.matching = accounts.matching_payers(resident)
        self.chosen: Any = None
        kwargs.setdefault("initial", {"version": resident.version, "payer": self._proposed()})
        super().__init__(*args, **kwargs)
        offer(
            self,
            "payer",
            [
                *((str(payer.public_id), self._described(payer)) for payer in self.matching),
                (BY_NUMBER, _("Inny płatnik, po numerze z systemu finansowego")),
                (WITHOUT, _("Bez płatnika: konto powstanie, ale nie pokaże żadnych należności")),
            ],
        )

    def _described(self, payer: Any) -> str:
        """Who the payer is; another surname is worth a second look (a marriage, a mistake, somebody else)."""
        words = f"{payer.name}, nr {payer.external_id}, {payer.address}"
        same = self.resident.last_name.casefold() in payer.name.casefold()
        return words if same else _now("%(payer)s. Uwaga: inne nazwisko") % {"payer": words}

    def _proposed(self) -> str:
        return str(self.matching[0].public_id) if len(self.matching) == 1 else ""

    def clean(self) -> dict[str, Any]:
        """Find the payer that was chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        choice = cleaned.get("payer", "")
        if choice == BY_NUMBER:
            self._find(cleaned.get("external_id", "").strip())
        elif choice and choice != WITHOUT:
            self.chosen = next(payer for payer in self.matching if str(payer.public_id) == choice)
        return cleaned

    def _find(self, number: str) -> None:
        if not number:
            self.add_error("external_id", _now("Wpisz numer płatnika."))
            return
        self.chosen = accounts.payer_by_external_id(number)
        if self.chosen is None:
            self.add_error(
                "external_id", _now("Nie ma płatnika o tym numerze. Sprawdź go w systemie finansowym.")
            )

    @property
    def payer_id(self) -> UUID | None:
        """Public id of the chosen payer, None for an account without one."""
        return self.chosen.public_id if self.chosen else None

    @property
    def needs_confirmation(self) -> bool:
        """Whether the chosen payer has another personal number than the person: a second look is due."""
        foreign = self.chosen is not None and self.chosen not in self.matching
        return foreign and not self.cleaned_data["confirmed"]


class VersionForm(DeskForm):
    """An act that needs nothing but the version that the person was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RejectForm(VersionForm):
    """Why a registration is refused."""

    reason = forms.CharField(
        label=_("Powód"),
        help_text=_(
            "Wyślemy go tej osobie e-mailem. Napisz, co ma poprawić, zanim zarejestruje się jeszcze raz."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
