"""Statements to be read, the queue of lines, matching one, and how an account's statements are read."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DigitsInput, FileInput
from frontend.desk.forms.base import DeskForm, SettingForm
from frontend.desk.forms.payments import IdsField
from frontend.desk.forms.rules import MoneyField
from integrations.finance.lines import Encoding
from integrations.finance.statements import banks
from integrations.finance.statements.values import Control
from services.banking.actions.accounts import AccountSettings
from services.banking.actions.files import MAX_BYTES
from services.banking.layouts import SIGNS

SERVICE = "eplatnosci"
MAX_REASON = 300


class StatementUploadForm(DeskForm):
    """A file of a bank or of ePłatności. It is only checked at first."""

    account = forms.ChoiceField(
        label=_("Skąd jest plik"),
        help_text=_("Rachunek, z którego jest wyciąg, albo rozliczenie z mObywatela."),
    )
    file = forms.FileField(
        label=_("Plik"),
        widget=FileInput(),
        help_text=_(
            "MT940, Elixir-O, camt.053, plik płatności masowych albo CSV z ePłatności. "
            "Najpierw sprawdzimy go wiersz po wierszu, niczego nie zapisując."
        ),
        error_messages={"empty": _("Plik jest pusty.")},
    )
    entries = forms.IntegerField(
        label=_("Liczba operacji"),
        required=False,
        min_value=0,
        widget=DigitsInput,
        help_text=_("Ze strony banku, gdy plik nie ma sald (Elixir-O). Inaczej zostaw puste."),
    )
    total = MoneyField(
        label=_("Suma operacji"),
        required=False,
        help_text=_("Ze strony banku, razem z liczbą operacji."),
    )

    def __init__(self, accounts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            *((str(row.public_id), f"{row.label} (…{row.account_nrb[-4:]})") for row in accounts),
            (SERVICE, _now("mObywatel ePłatności")),
        ]

    def clean_file(self) -> Any:
        """A file that is far too big is not even read."""
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MAX_BYTES:
            megabytes = MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                _now("Plik jest większy niż %(megabytes)s MB. Pobierz z banku krótszy okres.")
                % {"megabytes": megabytes}
            )
        return uploaded

    def clean(self) -> dict[str, Any]:
        """Number and sum go together."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if (values.get("entries") is None) != (values.get("total") is None) and not self.errors:
            self.add_error(
                "total" if values.get("total") is None else "entries",
                _now("Podaj razem liczbę i sumę operacji albo zostaw oba pola puste."),
            )
        return values

    @property
    def control(self) -> Control | None:
        """What the clerk knows from the bank's page."""
        values = self.cleaned_data
        return None if values["entries"] is None else Control(values["entries"], values["total"])

    def refuse(self, error: Any) -> None:
        """Whatever refuses a file as a whole is about the file."""
        super().refuse(error)


class LineForm(DeskForm):
    """An act on a line: it carries the version that the person was shown (S35)."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MatchDuesForm(LineForm):
    """The dues for which the money of a line is; `split` is the fingerprint of the split that the confirming page shows."""

    due = IdsField(
        label=_("Należności"),
        error_messages={"required": _("Zaznacz co najmniej jedną należność.")},
    )
    may_overpay = forms.BooleanField(
        label=_("Jeżeli przyszło więcej, niż trzeba zapłacić, resztę zapisz jako nadpłatę płatnika"),
        required=False,
    )
    split = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class MatchOneForm(LineForm):
    """One payment, payout or bulk transfer for which a line stands."""

    target = forms.ChoiceField(choices=[("payment", ""), ("payout", ""), ("service", "")])
    choice = forms.UUIDField()


class UndoMatchForm(LineForm):
    """Why a match is taken back."""

    reason = forms.CharField(
        label=_("Powód"),
        max_length=MAX_REASON,
        help_text=_("Zobaczą go inni pracownicy i kontrola. Bez danych osobowych."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Napisz, dlaczego cofasz dopasowanie.")},
    )


class LeavingForm(DeskForm):
    """Why lines are none of the portal's."""

    note = forms.CharField(
        label=_("Co to za wpłata"),
        max_length=MAX_REASON,
        help_text=_("Na przykład: dotacja, przelew między rachunkami urzędu, zwrot z urzędu skarbowego."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Napisz, co to za wpłata.")},
    )


class LeaveLineForm(LeavingForm, LineForm):
    """Why one line is none of the portal's."""


class BankAccountForm(SettingForm):
    """How statements of one account are read."""

    label = forms.CharField(label=_("Nazwa"), max_length=80, help_text=_("Na przykład: Podatki, Odpady."))
    account_nrb = forms.CharField(label=_("Numer rachunku (NRB)"), max_length=40, widget=DigitsInput)
    profile_code = forms.ChoiceField(
        label=_("Układ pliku"),
        required=False,
        help_text=_(
            "Sprawdź go na prawdziwym pliku: po wgraniu zobaczysz wiersze, zanim cokolwiek się zapisze."
        ),
    )
    encoding = forms.ChoiceField(
        label=_("Kodowanie polskich liter"),
        required=False,
        choices=[("", _("takie jak w układzie")), *((one.value, one.value) for one in Encoding)],
    )
    sign = forms.ChoiceField(
        label=_("Znak podpola w MT940"),
        required=False,
        choices=[("", _("taki jak w układzie")), *((one, one) for one in SIGNS)],
    )
    layout = forms.CharField(
        label=_("Własny układ (JSON)"),
        required=False,
        max_length=20_000,
        help_text=_("Dla informatyka, gdy żaden układ nie pasuje, na przykład przy płatnościach masowych."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    is_active = forms.BooleanField(label=_("Wczytujemy wyciągi tego rachunku"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile_code"].choices = [  # type: ignore[attr-defined]
            ("", _now("własny, opisany niżej")),
            *((code, profile.name) for code, profile in banks.profiles().items()),
        ]

    def clean_layout(self) -> dict[str, Any] | None:
        """The layout as it will be kept; what it says is judged by the action."""
        text = self.cleaned_data["layout"].strip()
        if not text:
            return None
        try:
            found = json.loads(text)
        except ValueError:
            raise forms.ValidationError(
                _now("To nie jest poprawny zapis JSON. Sprawdź nawiasy i cudzysłowy.")
            ) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_now("Układ musi być jednym obiektem JSON, w nawiasach klamrowych."))
        return found

    def clean(self) -> dict[str, Any]:
        """A layout from the list or an own one."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("profile_code") and values.get("layout") is None and "layout" in values:
            self.add_error("profile_code", _now("Wybierz układ z listy albo opisz własny."))
        return values

    @property
    def settings(self) -> AccountSettings:
        """What the action takes."""
        return AccountSettings(**self.values)
