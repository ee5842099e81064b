"""Choosing requests about overpayments, deciding them, and acting without a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm


class RequestFilterForm(DeskForm):
    """Narrowing the list of requests; those that wait unless another state is chosen. Nothing here names a person."""

    WAITING = "waiting"
    ANY = "any"

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[*wording.choices(wording.OVERPAYMENT_STATES), (ANY, _("każdy"))],
        initial=WAITING,
    )
    kind = forms.ChoiceField(
        label=_("O co prosi"),
        required=False,
        choices=[("", _("Każdy wniosek")), *wording.choices(wording.OVERPAYMENT_KINDS)],
    )
    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)

    def __init__(self, types: Iterable[Any], sent: Any) -> None:
        super().__init__({**{name: sent.get(name, "") for name in ("kind", "type")}, "state": _state(sent)})
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            ("", _now("Każdy")),
            *((str(row.public_id), row.name) for row in types),
        ]

    @property
    def is_queue(self) -> bool:
        """Whether only requests that wait are shown."""
        return not self.is_valid() or self.cleaned_data["state"] == self.WAITING

    def narrow(self, rows: Any) -> Any:
        """The requests that fit; of those that wait the oldest first."""
        values = self.cleaned_data if self.is_valid() else {"state": self.WAITING}
        if values["state"] != self.ANY:
            rows = rows.filter(state=values["state"])
        if values.get("kind"):
            rows = rows.filter(kind=values["kind"])
        if values.get("type"):
            rows = rows.filter(overpayment__liability_type__public_id=values["type"])
        return rows.order_by("created_at", "id") if self.is_queue else rows

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the queue is asked for."""
        return self.is_valid() and bool(
            not self.is_queue or self.cleaned_data["kind"] or self.cleaned_data["type"]
        )


def _state(sent: Any) -> str:
    return str(sent.get("state") or RequestFilterForm.WAITING)


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
