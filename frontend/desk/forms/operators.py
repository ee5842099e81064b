"""Accounts at payment operators. The fields come from the operator's own list; secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DigitsInput
from frontend.desk.forms.base import SettingForm
from frontend.messages import sentence
from integrations.payments.fields import SettingField
from integrations.payments.registry import OperatorEntry
from kernel.errors import SkarbnikError
from kernel.identifiers import normalise_nrb
from tenants.configuration.queries import LOCAL_PROFILE

PROFILES = {
    "production": _("produkcja: prawdziwe pieniądze"),
    "sandbox": _("środowisko testowe operatora"),
    LOCAL_PROFILE: _("emulator na tym komputerze"),
}


class OperatorAccountForm(SettingForm):
    """One account at one operator, settled on one bank account of the office.

    `secrets_set` names the secrets that are stored already: their fields may stay empty, which keeps the value.
    """

    label = forms.CharField(
        label=_("Nazwa dla urzędu"), max_length=80, help_text=_("Na przykład: Przelewy24 – podatki.")
    )
    profile = forms.ChoiceField(label=_("Środowisko"))
    account_nrb = forms.CharField(
        label=_("Rachunek bankowy (NRB)"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Rachunek, na który operator przekazuje wpłaty. Jeden rachunek ma jedno czynne konto."),
    )
    is_active = forms.BooleanField(label=_("Używane"), required=False)
    takes_over = forms.BooleanField(
        label=_("Przejmij ten rachunek od konta, które go teraz obsługuje"), required=False,
        help_text=_("Tamto konto zostanie wyłączone. Płatności, które już u niego zlecono, rozliczą się do końca."),
    )  # fmt: skip

    def __init__(self, entry: OperatorEntry, secrets_set: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.secrets_set = entry, secrets_set
        offer(self, "profile", [(name, PROFILES.get(name, name)) for name in self._profiles()])
        if LOCAL_PROFILE in self._profiles():
            self.fields["api_url"] = forms.URLField(
                label=_now("Adres emulatora"), required=False, assume_scheme="http",
                help_text=_now("Tylko dla emulatora na tym komputerze."),
            )  # fmt: skip
        if entry.operator.caps.per_payment_account:
            self.fields["account_nrb"].help_text = _now(
                "Ten operator przekazuje każdą wpłatę na rachunek jej należności. Podaj rachunek główny; "
                "rachunki bez własnego konta obsłuży to samo konto."
            )
        for field in entry.merchant_fields:
            self.fields[f"merchant_{field.name}"] = (
                _chosen(field) if field.choices else _field(field, required=True)
            )
        for field in entry.secret_fields:
            is_set = field.name in secrets_set
            self.fields[f"secret_{field.name}"] = _field(
                field, required=not is_set, secret=True, is_set=is_set
            )

    @property
    def sections(self) -> list[tuple[Promise | str, list[forms.BoundField]]]:
        """Legends with their fields: what the office decides, then what the operator gave."""
        given = ("merchant_", "secret_")
        own = [field for field in self.visible_fields() if not field.name.startswith(given)]
        merchant = [self[f"merchant_{field.name}"] for field in self.entry.merchant_fields]
        secret = [self[f"secret_{field.name}"] for field in self.entry.secret_fields]
        return [(_("Konto"), own), (_("Identyfikatory u operatora"), merchant), (_("Klucze"), secret)]

    def _profiles(self) -> list[str]:
        known = list(self.entry.profiles)
        return [*known, LOCAL_PROFILE] if settings.PAYMENTS_ALLOW_LOOPBACK else known

    def clean_account_nrb(self) -> str:
        """Digits only; people type the number in groups."""
        return normalise_nrb(self.cleaned_data["account_nrb"])

    @property
    def values(self) -> dict[str, Any]:
        """What the action saves, without version and secrets."""
        cleaned = self.cleaned_data
        return {
            "operator": self.entry.code,
            "label": cleaned["label"],
            "profile": cleaned["profile"],
            "api_url": cleaned.get("api_url", "").rstrip("/") if cleaned["profile"] == LOCAL_PROFILE else "",
            "account_nrb": cleaned["account_nrb"],
            "is_active": cleaned["is_active"],
            "merchant_ids": {
                field.name: cleaned[f"merchant_{field.name}"] for field in self.entry.merchant_fields
            },
        }

    @property
    def secrets(self) -> dict[str, str]:
        """Secrets that were typed now; an empty one keeps what is stored."""
        return {field.name: self.cleaned_data[f"secret_{field.name}"] for field in self.entry.secret_fields}

    def refuse(self, error: SkarbnikError) -> None:
        """What cannot work at the operator is said beside its field."""
        named = error.params.get("setting")
        found = [name for name in (f"merchant_{named}", f"secret_{named}") if name in self.fields]
        if not found:
            super().refuse(error)
            return
        self.refusal = error.code
        reason = error.params.get("reason")
        self.add_error(found[0], _now(str(reason)) if reason else sentence(error))

    def in_words(self, name: str, value: Any) -> str:
        """Merchant ids as a list of numbers, all else as usual. Secrets are not among the values."""
        if isinstance(value, dict):
            return ", ".join(value.values())
        if name in self.fields:
            return super().in_words(name, value)
        return str(value)

    def label_of(self, name: str) -> str:
        """Name of a value for people; merchant ids are several fields here."""
        return str(self.fields[name].label) if name in self.fields else _now("Identyfikatory u operatora")


def _chosen(field: SettingField) -> forms.ChoiceField:
    words = [(value, _now(label)) for value, label in field.choices]
    return forms.ChoiceField(
        label=_now(field.label), help_text=_now(field.help), choices=[("", _now("Wybierz z listy")), *words]
    )


def _field(
    field: SettingField, *, required: bool, secret: bool = False, is_set: bool = False
) -> forms.RegexField:
    hint = _now(field.help)
    if secret:
        state = (
            _now("Ustawiony. Wpisz nowy tylko wtedy, gdy go zmieniasz.")
            if is_set
            else _now("Jeszcze nie ustawiony.")
        )
        hint = f"{state} {hint}"
    return forms.RegexField(
        f"^(?:{field.pattern})$",
        label=_now(field.label),
        help_text=hint,
        required=required,
        strip=not secret,
        # render_value stays off: what was typed is not sent back either.
        widget=_widget(field, secret=secret),
        error_messages={
            "invalid": _now("To nie wygląda jak wartość z panelu operatora. Skopiuj ją jeszcze raz.")
        },
    )


def _widget(field: SettingField, *, secret: bool) -> forms.Widget:
    if secret:
        return forms.PasswordInput(attrs={"autocomplete": "off"})
    return DigitsInput() if field.is_number else forms.TextInput(attrs={"autocomplete": "off"})
