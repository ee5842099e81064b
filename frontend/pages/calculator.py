"""The form of the public calculator of interest; it is sent by GET and holds nothing personal."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import day_text
from frontend.components.widgets import DayInput, MoneyInput
from frontend.messages import sentence
from kernel.errors import InvalidInput
from kernel.money import parse_gr
from services.liabilities.calculator import InterestKind

DAYS_AHEAD = 365
MOST_GR = 100_000_000_000
"""A billion złoty: more than any due of a gmina."""

KINDS = (
    (InterestKind.TAX.value, _("Odsetki za zwłokę (podatki i opłaty lokalne, śmieci)")),
    (InterestKind.TAX_REDUCED.value, _("Odsetki za zwłokę, stawka obniżona")),
    (InterestKind.CIVIL.value, _("Odsetki ustawowe za opóźnienie (dzierżawa, użytkowanie wieczyste)")),
    (InterestKind.COMMERCIAL.value, _("Odsetki w transakcjach handlowych (między przedsiębiorcami)")),
    (
        InterestKind.COMMERCIAL_HEALTHCARE.value,
        _("Odsetki w transakcjach handlowych (dłużnikiem jest publiczny podmiot leczniczy)"),
    ),
)
_NO_DAY = {"required": _("Podaj dzień."), "invalid": _("Podaj dzień, na przykład 15.03.2026.")}


class CalculatorForm(forms.Form):
    """What interest, on how much, due when, paid when."""

    rodzaj = forms.ChoiceField(
        label=_("Rodzaj odsetek"),
        choices=KINDS,
        error_messages={
            "required": _("Wybierz rodzaj odsetek."),
            "invalid_choice": _("Wybierz rodzaj odsetek z listy."),
        },
    )
    kwota = forms.CharField(
        label=_("Kwota należności"),
        max_length=30,
        widget=MoneyInput,
        error_messages={"required": _("Podaj kwotę, na przykład 1234,50.")},
    )
    termin = forms.DateField(
        label=_("Termin płatności"),
        widget=DayInput,
        help_text=_("Z decyzji albo umowy. Gdy wypada w dzień wolny, przesuniemy go sami."),
        error_messages=_NO_DAY,
    )
    zaplata = forms.DateField(label=_("Dzień zapłaty"), widget=DayInput, error_messages=_NO_DAY)

    def __init__(self, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"zaplata": today, "rodzaj": InterestKind.TAX.value})
        self.last_on = today + timedelta(days=DAYS_AHEAD)

    def clean_kwota(self) -> int:
        """The amount in grosze, above zero."""
        try:
            amount_gr = parse_gr(self.cleaned_data["kwota"])
        except InvalidInput as error:
            raise forms.ValidationError(sentence(error)) from None
        if not 0 < amount_gr <= MOST_GR:
            raise forms.ValidationError(_now("Podaj kwotę większą od zera, najwyżej miliard złotych."))
        return amount_gr

    def clean_zaplata(self) -> date:
        """The day of payment, at most a year ahead: nobody knows the rates of later years."""
        day: date = self.cleaned_data["zaplata"]
        if day > self.last_on:
            raise forms.ValidationError(
                _now("Odsetki liczymy najwyżej rok naprzód. Podaj dzień najpóźniej %(day)s.")
                % {"day": day_text(self.last_on)}
            )
        return day

    @property
    def question(self) -> dict[str, Any]:
        """The valid form as arguments of the calculation."""
        values = self.cleaned_data
        return {
            "kind": InterestKind(values["rodzaj"]),
            "principal_gr": values["kwota"],
            "due_on": values["termin"],
            "paid_on": values["zaplata"],
        }

    @property
    def address(self) -> str:
        """The same question as a query string, without anything else that came along."""
        return urlencode({name: self.data[name] for name in self.fields})


def refuse(form: CalculatorForm, error: InvalidInput) -> None:
    """Show beside the due date why nothing could be counted: the tables do not reach so far back."""
    first_on = error.params.get("first_on")
    text = sentence(error)
    if isinstance(first_on, date):
        text = _now("Tabela stóp zaczyna się %(day)s. Podaj późniejszy termin.") % {"day": day_text(first_on)}
    form.add_error("termin", text)
