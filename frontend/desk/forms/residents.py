"""Acts on a resident's account: a reason, the file of the finance system, a decision about representing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DigitsInput
from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.registrations import BY_NUMBER, RejectForm, VersionForm
from kernel.masking import masked
from services.accounts import queries as accounts
from services.accounts import queries_representation as representing

NONE_OF_THEM = "none"


class FindResidentForm(DeskForm):
    """A resident by PESEL number or by name; sent by POST so that neither stays in any log."""

    pesel = forms.CharField(
        label=_("Numer PESEL"),
        max_length=20,
        required=False,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Albo imię i nazwisko"),
        help_text=_("Wystarczy początek nazwiska, co najmniej 3 litery."),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of them is needed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("pesel") and not cleaned.get("name"):
            self.add_error("pesel", _now("Wpisz numer PESEL albo nazwisko."))
        return cleaned


class ReasonForm(RejectForm):
    """Why somebody's account is blocked, unblocked or closed; the person is told."""

    reason = forms.CharField(
        label=_("Powód"),
        help_text=_("Ta osoba dostanie go e-mailem."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ByNumberForm(VersionForm):
    """One payer among the fitting ones, or by the finance system's number; one with another identifier is confirmed."""

    payer = forms.ChoiceField(label=_("Płatnik w systemie finansowym"), widget=forms.RadioSelect)
    external_id = forms.CharField(
        label=_("Numer płatnika w systemie finansowym"),
        help_text=_("Tylko gdy wybierasz płatnika po numerze. Przed zapisaniem pokażemy, kto to jest."),
        required=False,
        max_length=80,
        widget=DigitsInput,
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, fitting: list[Any], *args: Any, **kwargs: Any) -> None:
        self.fitting = fitting
        self.chosen: Any = None
        super().__init__(*args, **kwargs)
        offer(
            self,
            "payer",
            [
                *((str(one.public_id), _described(one)) for one in fitting),
                *self.further(),
            ],
        )

    def further(self) -> list[tuple[str, Any]]:
        """Answers besides the fitting payers."""
        return [(BY_NUMBER, _("Inny płatnik, po numerze z systemu finansowego"))]

    def clean(self) -> dict[str, Any]:
        """Find the payer that was chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        choice = cleaned.get("payer", "")
        if choice == BY_NUMBER:
            self.chosen = accounts.payer_by_external_id(cleaned.get("external_id", ""))
            if self.chosen is None:
                self.add_error(
                    "external_id", _now("Nie ma płatnika o tym numerze. Sprawdź go w systemie finansowym.")
                )
        else:
            self.chosen = next((one for one in self.fitting if str(one.public_id) == choice), None)
        return cleaned

    @property
    def payer_id(self) -> UUID:
        """Public id of the chosen payer."""
        assert self.chosen is not None
        found: UUID = self.chosen.public_id
        return found

    @property
    def needs_confirmation(self) -> bool:
        """Whether a second look is due: the payer has another identifier than the one asked for."""
        foreign = self.chosen is not None and self.chosen not in self.fitting
        return foreign and not self.cleaned_data["confirmed"]


def _described(payer: Any) -> str:
    return f"{payer.name}, nr {payer.external_id}, {masked('address', payer.address)}"


class LinkForm(ByNumberForm):
    """Whose own file it is, or that none of them is."""

    def __init__(self, resident: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": resident.version})
        super().__init__(list(accounts.match_of(resident).payers), *args, **kwargs)

    def further(self) -> list[tuple[str, Any]]:
        """None of them, where there are any."""
        none = [(NONE_OF_THEM, _("Żaden z nich nie jest tą osobą: nie pokazuj mi ich więcej"))]
        return [*super().further(), *(none if self.fitting else [])]

    @property
    def is_none(self) -> bool:
        """Whether the clerk says that none of the payers is the person."""
        return bool(self.cleaned_data["payer"] == NONE_OF_THEM)


class GrantForm(ByNumberForm):
    """Whose file the represented payer's is."""

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        fitting = representing.payers_named_by(row)
        proposed = str(fitting[0].public_id) if len(fitting) == 1 else ""
        kwargs.setdefault("initial", {"version": row.version, "payer": proposed})
        super().__init__(fitting, *args, **kwargs)
