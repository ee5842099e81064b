"""A transaction and a refund as imoje writes them, in its answers and in its messages."""

from typing import Any

from integrations.emulators.imoje.banks import code_of
from integrations.emulators.operators.records import Merchant, Refund, RefundState, State, Transaction

_STATUS = {
    State.STARTED: "new",
    State.PAID: "settled",
    State.FAILED: "rejected",
    State.CANCELLED: "cancelled",
    State.EXPIRED: "cancelled",
    State.RETURNED: "settled",  # the refund is a transaction of its own
}
_REFUND_STATUS = {
    RefundState.PENDING: "pending",
    RefundState.COMPLETED: "settled",
    RefundState.REJECTED: "rejected",
}


def status_of(transaction: Transaction) -> str:
    """The status in imoje's word."""
    return _STATUS[transaction.state]


def sale(
    found: Transaction, merchant: Merchant, *, status: str, amount_gr: int, now: float
) -> dict[str, Any]:
    """A payment."""
    kind, code = code_of(found.paid_method or found.method)
    return {
        "id": found.operator_tx_id,
        "type": "sale",
        "status": status,
        "source": "api",
        "created": int(found.registered_at),
        "modified": int(found.paid_at or now),
        "notificationUrl": found.url_notify or None,
        "serviceId": merchant.ids["service_id"],
        "amount": amount_gr,
        "currency": found.currency,
        "title": found.title,
        "orderId": found.ref,
        "paymentMethod": kind,
        "paymentMethodCode": code,
    }


def returned(refund: Refund, found: Transaction, merchant: Merchant) -> dict[str, Any]:
    """A refund: a transaction with an id of its own and the reference of the payment."""
    like = sale(
        found,
        merchant,
        status=_REFUND_STATUS[refund.state],
        amount_gr=refund.amount_gr,
        now=refund.created_at,
    )
    own = {"id": refund.details["id"], "type": "refund", "created": int(refund.created_at)}
    return {**like, **own, "modified": int(refund.due_at), "title": refund.description}


def payment(found: Transaction) -> dict[str, Any]:
    """The payment that a transaction belongs to."""
    return {"id": found.details["payment_id"], "status": status_of(found)}
