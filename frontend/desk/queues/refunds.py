"""Refunds before booking: those that have not ended first (C9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk import wording
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import Column, Item, Queue
from frontend.desk.refund_panel import listed
from frontend.guards import Request
from services.payments.domain.refunds import OPEN
from services.payments.queries_refunds import open_first, refunds_seen, stuck
from services.users.domain import Verb


class RefundsForm(ListForm):
    """Refunds; those that have not ended unless something else is chosen."""

    ANY = "any"

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[("", _("niezakończone")), *wording.choices(wording.REFUND_STATES), (ANY, _("każdy"))],
    )

    def narrow(self, rows: Any) -> Any:
        """The refunds that fit; of the open ones those that wait for a second person first."""
        state = self.values.get("state", "")
        if not state:
            return open_first(rows.filter(state__in=list(OPEN)))
        return rows if state == self.ANY else rows.filter(state=state)


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Refunds in words, with those that have no end for too long."""
    late = set(stuck(refunds_seen(request.actor)).values_list("pk", flat=True))
    return [listed(row) | {"is_stuck": row.pk in late} for row in rows]


REFUNDS = Queue(
    code="refunds",
    view="refunds",
    title=_("Zwroty"),
    verbs=(Verb.REFUND_PAYMENT,),
    form=RefundsForm,
    rows=lambda request: refunds_seen(request.actor),
    shown=shown,
    label=lambda item: f"{item['row'].payment.payer.name}, {item['row'].payment.title}",
    usual=_("czekające na drugą osobę najpierw"),
    columns=(
        Column("payer", _("Płatnik"), lambda item: item["row"].payment.payer.name),
        Column("title", _("Za co była wpłata"), lambda item: item["row"].payment.title),
        Column("by", _("Zaproponował"), lambda item: item["proposed_by"]),
        Column("proposed", _("Kiedy"), lambda item: item["row"].proposed_at, order=("proposed_at",)),
        Column("state", _("Stan"), lambda item: item["state"]),
        Column(
            "amount", _("Kwota zwrotu"), lambda item: item["row"].amount_gr, order=("amount_gr",), unit="gr"
        ),
        Column("number", _("Numer płatności"), lambda item: item["row"].payment.reference, only_in_file=True),
    ),
)
