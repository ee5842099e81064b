"""Choosing payments, and the day on which the office's account was credited."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from frontend.desk.listing.choices import account_choices, between, type_choices
from frontend.desk.listing.form import ListForm
from services.accounts.access import types_handled


class CreditedForm(DeskForm):
    """The day of the credit, as on the bank statement."""

    credited_on = forms.DateField(
        label=_("Dzień uznania rachunku urzędu"),
        widget=DayInput,
        help_text=_("Z wyciągu bankowego: kiedy pieniądze przyszły na rachunek urzędu."),
    )


class IdsField(forms.MultipleChoiceField):
    """Public ids from the checkboxes of a table. Whether each may be touched is asked of the action, one by one."""

    def valid_value(self, value: str) -> bool:
        """Anything that is an id; a row booked by somebody meanwhile is no mistake of the person."""
        try:
            UUID(value)
        except ValueError:
            return False
        return True

    def clean(self, value: Any) -> list[UUID]:
        """The ids."""
        return [UUID(text) for text in super().clean(value)]


class DaysField(forms.MultipleChoiceField):
    """Days of single payments, each written as its public id and its day, as the page before has shown them."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        """An id and a day, with a colon between them."""
        try:
            _day_of(value)
        except ValueError:
            return False
        return True

    def clean(self, value: Any) -> dict[UUID, date]:
        """The days by the ids."""
        return dict(_day_of(text) for text in super().clean(value))


def _day_of(text: str) -> tuple[UUID, date]:
    payment_id, _colon, day = text.partition(":")
    return UUID(payment_id), date.fromisoformat(day)


class BookForm(CreditedForm):
    """Many payments: each credited on the day of the operator's transfer where that is known, the others on one day."""

    by_transfer = forms.BooleanField(
        label=_("Użyj dnia przelewu operatora, gdy jest znany"),
        required=False,
        help_text=_("Dzień wyżej dotyczy wtedy tylko płatności, których przelewu jeszcze nie wpisano."),
    )
    day = DaysField(required=False)
    payment = IdsField(
        error_messages={"required": _("Zaznacz co najmniej jedną płatność w tabeli.")}, label=_("Płatności")
    )


class FilterForm(ListForm):
    """Narrowing a list of payments. Nothing here names a person, so it may stand in the address."""

    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)
    account = forms.ChoiceField(
        label=_("Konto operatora"), required=False, help_text=_("Jedno konto to jeden rachunek na wyciągu.")
    )
    since = forms.DateField(label=_("Opłacone od"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Opłacone do"), required=False, widget=DayInput)

    def prepare(self) -> None:
        """Types of the clerk and accounts of the gmina."""
        self.fields["type"].choices = type_choices(types_handled(self.request.actor))  # type: ignore[attr-defined]
        self.fields["account"].choices = account_choices()  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """The payments that fit."""
        values = self.values
        if values.get("type"):
            rows = rows.filter(items__liability__liability_type__public_id=values["type"]).distinct()
        if values.get("account"):
            rows = rows.filter(operator_account__public_id=values["account"])
        return between(rows, "paid_at", values.get("since"), values.get("until"))


class AllPaymentsForm(FilterForm):
    """The same, over payments in every state."""

    number = forms.CharField(
        label=_("Numer płatności"),
        required=False,
        max_length=80,
        help_text=_("Nasz numer albo numer u operatora."),
    )
    state = forms.ChoiceField(
        label=_("Stan"), required=False, choices=[("", _("Każdy")), *wording.choices(wording.PAYMENT_STATES)]
    )
    field_order = ("number", "state", "type", "account", "since", "until", "sort")

    def narrow(self, rows: Any) -> Any:
        """The payments that fit."""
        rows = super().narrow(rows)
        values = self.values
        if values.get("state"):
            rows = rows.filter(state=values["state"])
        number = values.get("number", "").strip()
        return rows.filter(Q(reference=number) | Q(operator_id=number)) if number else rows
