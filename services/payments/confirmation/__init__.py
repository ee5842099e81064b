"""The payer's confirmation as a tagged PDF/UA, made by Typst from one template and plain data."""

import json
from importlib.resources import files

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from kernel.identifiers import format_nrb
from kernel.money import format_gr
from services.payments.domain.refunds import RefundState
from services.payments.domain.states import State
from services.payments.models import Payment, PaymentItem
from tenants.configuration.queries import office

STATE_WORDS = {
    State.PAID: "opłacona, czeka na zaksięgowanie w urzędzie",
    State.BOOKED: "zaksięgowana w urzędzie",
    State.REFUND_PENDING: "zwrot w toku",
    State.PARTLY_REFUNDED: "częściowo zwrócona",
    State.REFUNDED: "zwrócona",
    State.CHARGEBACK: "cofnięta przez bank płatnika",
}
"""States in which money has come, so that there is something to confirm."""


def can_confirm(payment: Payment) -> bool:
    """Whether money of this payment has come."""
    return State(payment.state) in STATE_WORDS


def pdf(payment: Payment) -> bytes:
    """The confirmation. The document says what the portal knows: it is not the bank's confirmation of a transfer."""
    template = files("services.payments.confirmation").joinpath("confirmation.typ").read_bytes()
    values = json.dumps(_values(payment), ensure_ascii=False)
    document: bytes = typst.compile(
        template, format="pdf", sys_inputs={"values": values}, pdf_standards=["ua-1"]
    )
    return document


def _values(payment: Payment) -> dict[str, object]:
    portal = office()
    return {
        "portal": portal.portal_name,
        "office": portal.office_name,
        "address": f"{portal.address}, {portal.postal_address}",
        "reference": payment.reference,
        "operator": payment.operator_account.operator,
        "operator_id": payment.operator_id,
        "state": STATE_WORDS[State(payment.state)],
        "payer": payment.payer.name,
        "ordered_by": payment.resident.user.full_name,
        "account": format_nrb(payment.account_nrb),
        "method": payment.method_name,
        "title": payment.title,
        "rows": [_row(item) for item in payment.items.all()],
        "amount": format_gr(payment.paid_gr - payment.fee_gr),
        "fee": format_gr(payment.payer_fee_gr),
        "total": format_gr(payment.paid_gr + payment.added_fee_gr),
        "dates": _dates(payment),
        "made_at": format_date(timezone.localtime(), "j E Y, H:i"),
    }


def _row(item: PaymentItem) -> dict[str, str]:
    if item.liability is not None:
        return {
            "title": item.liability.title,
            "principal": format_gr(item.principal_gr),
            "interest": format_gr(item.interest_gr),
            "total": format_gr(item.total_gr),
        }
    assert item.reminder_cost is not None
    return {
        "title": f"Koszty upomnienia {item.reminder_cost.number}".strip(),
        "principal": format_gr(item.cost_gr),
        "interest": format_gr(0),
        "total": format_gr(item.total_gr),
    }


def _dates(payment: Payment) -> list[list[str]]:
    moments = [
        ("Zlecono w portalu", payment.created_at),
        ("Operator potwierdził wpłatę", payment.paid_at),
        ("Zaksięgowano w urzędzie", payment.booked_at),
        *(
            (f"Operator zwrócił {format_gr(one.amount_gr)}", one.ended_at)
            for one in payment.refunds.all()
            if one.state == RefundState.COMPLETED
        ),
    ]
    return [
        [label, format_date(timezone.localtime(moment), "j E Y, H:i")] for label, moment in moments if moment
    ]
