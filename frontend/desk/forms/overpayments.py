"""Deciding a request about an overpayment."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm


class RefundForm(DeskForm):
    """The day on which the money went out, as on the bank statement."""

    refunded_on = forms.DateField(
        label=_("Dzień zwrotu"),
        widget=DayInput,
        help_text=_(
            "Z wyciągu bankowego albo raportu kasowego. Portal nie wysyła pieniędzy, tylko zapisuje zwrot."
        ),
    )


class RefusalForm(DeskForm):
    """Why the request is refused."""

    reason = forms.CharField(
        label=_("Powód"),
        help_text=_("Wyślemy go mieszkańcowi e-mailem. Napisz, co może zrobić."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Napisz powód. Mieszkaniec dostanie go e-mailem.")},
    )
