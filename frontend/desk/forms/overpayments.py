"""Choosing requests about overpayments, deciding them, and acting without a request."""

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


class OwnRefundForm(RefundForm):
    """A refund without a request; the number makes a second press the same press."""

    decision_id = forms.UUIDField(widget=forms.HiddenInput)


class OwnCreditForm(DeskForm):
    """A deliberate yes to what the page shows; `split` is its fingerprint."""

    decision_id = forms.UUIDField(widget=forms.HiddenInput)
    split = forms.CharField(widget=forms.HiddenInput, max_length=64)
    is_sure = forms.BooleanField(
        label=_("Nadpłata ma pójść tak, jak pokazano wyżej."),
        error_messages={"required": _("Potwierdź, że nadpłata ma pójść tak, jak pokazano wyżej.")},
    )

    def stand_on(self, split: str) -> None:
        """Let the next yes be to what the page shows now; a yes to something else has to be said again."""
        if self.data.get("split") != split:
            self.data = {"decision_id": self.data.get("decision_id", ""), "split": split}


class RefusalForm(DeskForm):
    """Why the request is refused."""

    reason = forms.CharField(
        label=_("Powód"),
        help_text=_("Wyślemy go mieszkańcowi e-mailem. Napisz, co może zrobić."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Napisz powód. Mieszkaniec dostanie go e-mailem.")},
    )
