"""Statements and the price list."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.console.forms.rates import HundredthsField
from tenants.metering.document import WORDS
from tenants.metering.domain import Charge, Price


class MonthForm(forms.Form):
    """Which month."""

    month = forms.DateField(
        label=_("Miesiąc"),
        input_formats=["%Y-%m"],
        widget=forms.TextInput(attrs={"type": "month", "autocomplete": "off"}),
        help_text=_("Rok i miesiąc, na przykład 2026-10."),
        error_messages={
            "required": _("Podaj miesiąc, na przykład 2026-10."),
            "invalid": _("Podaj rok i miesiąc, na przykład 2026-10."),
        },
    )


class DraftForm(MonthForm):
    """Which month, and why once more when its statement is issued already."""

    reason = forms.CharField(
        label=_("Powód poprawki"),
        help_text=_("Tylko gdy zestawienie za ten miesiąc jest już wystawione."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NumberField(HundredthsField):
    """“10,50” -> 1050, nothing -> None; never below zero."""

    def clean(self, value: str) -> int | None:  # type: ignore[override]
        """Raises ValidationError for what is no number with at most two places."""
        if not (value or "").strip():
            return None
        number = super().clean(value)
        if number < 0:
            raise forms.ValidationError(_("Podaj liczbę nie mniejszą od zera."))
        return number


class PricesForm(forms.Form):
    """A price for each thing that can be charged; what has none is not charged."""

    valid_from = forms.DateField(
        label=_("Obowiązuje od"),
        widget=DayInput,
        help_text=_("Pierwszy dzień miesiąca."),
        error_messages={"required": _("Podaj pierwszy dzień miesiąca.")},
    )
    vat = NumberField(
        label=_("Stawka VAT w procentach"),
        max_length=6,
        required=False,
        help_text=_("Na przykład 23. Puste pole: zestawienie bez VAT."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for charge in Charge:
            title, unit = WORDS[charge]
            self.fields[f"price_{charge}"] = NumberField(
                label=_now("%(title)s: cena w złotych") % {"title": title},
                max_length=12,
                required=False,
                help_text=_now("Za cały miesiąc.")
                if charge is Charge.MONTH
                else _now("Puste pole: bez opłaty."),
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
            if charge is not Charge.MONTH:
                self.fields[f"per_{charge}"] = _number(
                    _now("Za ile (%(unit)s)") % {"unit": unit}, 1, _now("Puste pole: za 1.")
                )
                self.fields[f"included_{charge}"] = _number(
                    _now("W cenie abonamentu (%(unit)s)") % {"unit": unit}, 0, _now("Puste pole: nic.")
                )

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of each charge under its title."""
        parts = ("price", "per", "included")
        return [
            (
                WORDS[charge][0],
                [self[f"{part}_{charge}"] for part in parts if f"{part}_{charge}" in self.fields],
            )
            for charge in Charge
        ]

    def prices(self) -> list[Price]:
        """What was priced, amounts in grosze."""
        values = self.cleaned_data
        return [
            Price(
                charge,
                values[f"price_{charge}"],
                values.get(f"per_{charge}") or 1,
                values.get(f"included_{charge}") or 0,
            )
            for charge in Charge
            if values[f"price_{charge}"] is not None
        ]


def _number(label: str, least: int, hint: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=least,
        max_value=10**9,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Podaj liczbę całkowitą.")},
    )
