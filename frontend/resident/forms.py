"""Forms of the resident's pages."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.formats import day_text, money_text
from frontend.components.widgets import DayInput, DigitsInput
from integrations.payments.values import LegalText
from services.payments.legal import LegalTexts
from services.payments.methods import MethodChoice

DAYS_AHEAD = 365
"""How far ahead interest is told: the rates change several times a year, so that a later figure would mislead."""


class MethodForm(forms.Form):
    """The bank or other way to pay, from the operator's own list (D58)."""

    metoda = forms.ChoiceField(
        label=_("Wybierz swój bank albo inny sposób płatności"),
        error_messages={
            "required": _("Zaznacz bank albo inny sposób płatności."),
            "invalid_choice": _("Ten sposób jest teraz niedostępny. Wybierz inny."),
        },
    )

    def __init__(self, choices: Iterable[MethodChoice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = [(choice.id, choice.name) for choice in choices if choice.is_available]
        offer(self, "metoda", usable)


class PayerForm(forms.Form):
    """In whose name to act."""

    payer = forms.ChoiceField(label=_("Czyje należności chcesz widzieć i płacić?"), widget=forms.RadioSelect)

    def __init__(self, payers: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(payer.public_id), payer.name) for payer in payers]
        offer(self, "payer", choices)


class DataRequestForm(forms.Form):
    """What a person asks for about her or his data (art. 15-21 RODO)."""

    kind = forms.ChoiceField(
        label=_("Czego żądasz?"),
        widget=forms.RadioSelect,
        choices=[
            ("rectification", _("Poprawienia danych, które są błędne albo nieaktualne")),
            ("restriction", _("Ograniczenia przetwarzania, na przykład na czas wyjaśnienia")),
            ("erasure", _("Usunięcia danych i zamknięcia konta")),
            ("objection", _("Sprzeciwiam się przetwarzaniu")),
            ("access", _("Odpowiedzi na pytanie o moje dane")),
        ],
        error_messages={"required": _("Zaznacz, czego żądasz.")},
    )
    text = forms.CharField(
        label=_("Napisz, o co chodzi"),
        help_text=_(
            "Na przykład które dane są błędne i jakie są prawdziwe. Przy usunięciu danych pole może zostać puste."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("Napisz najwyżej 2000 znaków.")},
    )


class OrderForm(forms.Form):
    """What the page before paying sends besides the selection: total and texts that were shown, and its one-time key."""

    total_gr = forms.IntegerField(min_value=1)
    start_key = forms.UUIDField()
    texts_key = forms.CharField(max_length=64)


class ConsentForm(forms.Form):
    """The operator's own boxes, none of them ticked beforehand; those that it requires must be ticked."""

    def __init__(self, legal: LegalTexts, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal = legal
        for text in legal.texts:
            if text.checkbox:
                self.fields[_box(text)] = forms.BooleanField(
                    label=text.sentence,
                    required=text.required,
                    error_messages={
                        "required": _("Operator wymaga tej zgody. Bez niej nie przyjmie płatności.")
                    },
                )

    @property
    def rows(self) -> list[tuple[LegalText, forms.BoundField | None]]:
        """The texts in the operator's order, with their boxes where they have one."""
        return [(text, self[_box(text)] if text.checkbox else None) for text in self.legal.texts]

    @property
    def ticked(self) -> frozenset[str]:
        """Ids of the boxes that were ticked, of a valid form."""
        return frozenset(text.id for text in self.legal.texts if self.cleaned_data.get(_box(text)))


def _box(text: LegalText) -> str:
    return f"zgoda-{text.id}"


class DayForm(forms.Form):
    """A day, today or at most a year ahead, for which the resident asks what is to be paid."""

    dzien = forms.DateField(
        label=_("Kiedy chcesz zapłacić?"),
        widget=DayInput,
        error_messages={
            "required": _("Podaj dzień, na przykład 15.12.2026."),
            "invalid": _("Podaj dzień, na przykład 15.12.2026."),
        },
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.last_on = today + timedelta(days=DAYS_AHEAD)
        bounds = {"min": today.isoformat(), "max": self.last_on.isoformat()}
        self.fields["dzien"].widget.attrs.update(bounds)

    def clean_dzien(self) -> date:
        """The day, inside the bounds."""
        day: date = self.cleaned_data["dzien"]
        if day < self.today:
            raise forms.ValidationError(_now("Ten dzień już minął. Podaj dzisiejszy albo późniejszy."))
        if day > self.last_on:
            raise forms.ValidationError(
                _now("Odsetki liczymy najwyżej rok naprzód. Podaj dzień najpóźniej %(day)s.")
                % {"day": day_text(self.last_on)}
            )
        return day


class OverpaymentForm(forms.Form):
    """What the office should do with an overpayment."""

    kind = forms.ChoiceField(
        label=_("Co urząd ma zrobić z nadpłatą?"),
        choices=[("credit", _("Zaliczyć na moją należność")), ("refund", _("Zwrócić"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Zaznacz, co urząd ma zrobić z nadpłatą.")},
    )
    liability = forms.ChoiceField(
        label=_("Należność, na którą zaliczyć"),
        help_text=_("Potrzebna tylko przy zaliczeniu."),
        required=False,
        error_messages={"invalid_choice": _("Tej należności nie ma już na liście. Wybierz inną.")},
    )
    account_nrb = forms.CharField(
        label=_("Numer rachunku do zwrotu"),
        help_text=_("26 cyfr. Jeśli nie masz rachunku, zostaw puste: urząd wypłaci pieniądze gotówką."),
        required=False,
        max_length=40,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, dues: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(due.public_id), f"{due.title}, {money_text(due.total_gr)}") for due in dues]
        offer(self, "liability", [("", _now("Wybierz z listy")), *rows])

    @property
    def request(self) -> dict[str, Any]:
        """The valid form as arguments of the action."""
        values = self.cleaned_data
        return {
            "kind": values["kind"],
            "liability_id": UUID(values["liability"]) if values["liability"] else None,
            "account_nrb": values["account_nrb"],
        }
