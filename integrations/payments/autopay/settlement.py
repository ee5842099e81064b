"""A transfer of Autopay as ISTN tells it: the settlement of a payment to the office's account, or a refund to the payer.

The service is switched on by contract. It tells which payment was sent to which account and when, so that a payment can be
found on the bank statement; nothing is booked by it.
"""

import re
from dataclasses import dataclass
from datetime import date

from integrations.payments.amounts import grosze
from integrations.payments.autopay.documents import Node
from integrations.payments.autopay.transactions import Unsigned, local_time
from integrations.payments.values import RemoteStatus

# In the order of the published numbers: 2-9, then 40-49.
NODES = (
    "isRefund",
    "productID",
    "orderID",
    "orderOutID",
    "remoteID",
    "remoteOutID",
    "amount",
    "currency",
    "transferDate",
    "transferStatus",
    "transferStatusDetails",
    "title",
    "receiverBank",
    "receiverNRB",
    "receiverName",
    "receiverAddress",
    "senderBank",
    "senderNRB",
)
_FORMS = {
    # Published as optional; required here, because a refund must not be read as a settlement.
    "isRefund": re.compile(r"true|false"),
    "orderID": re.compile(r"[A-Za-z0-9_-]{0,32}"),
    "remoteID": re.compile(r"[A-Za-z0-9]{0,20}"),
    "remoteOutID": re.compile(r"[A-Za-z0-9_-]{1,20}"),
    "currency": re.compile(r"[A-Z]{3}"),
    "transferDate": re.compile(r"(\d{14})?", re.ASCII),
    "transferStatus": re.compile(r"PENDING|SUCCESS|FAILURE"),
}
_SETTLED = {"PENDING": RemoteStatus.PENDING, "SUCCESS": RemoteStatus.PAID, "FAILURE": RemoteStatus.FAILED}
_REFUNDED = {
    "PENDING": RemoteStatus.PENDING,
    "SUCCESS": RemoteStatus.REFUNDED,
    "FAILURE": RemoteStatus.REFUND_REJECTED,
}


@dataclass(frozen=True)
class Transfer:
    """One transfer out of Autopay. `order_id` and `remote_id` are empty when it settles several payments at once;
    `transferred_on` is the day on which it was given to the bank, None until then."""

    is_refund: bool
    order_id: str
    remote_id: str
    remote_out_id: str
    amount_gr: int
    currency: str
    status: RemoteStatus
    transferred_on: date | None
    title: str
    signed: tuple[str, ...]


def is_told_by(node: Node) -> bool:
    """Whether a transaction of a notification is a transfer and not a payment."""
    return node.child("transferStatus") is not None


def transfer(node: Node) -> Transfer:
    """Read one transfer; ValueError for another form, Unsigned for a node that the hash does not cover."""
    for child in node.children:
        if child.name not in NODES:
            raise Unsigned(f"{child.name[:40]} is not documented")
    for name, form in _FORMS.items():
        if not form.fullmatch(node.value(name)):
            raise ValueError(f"{name} is missing or wrong")
    is_refund, moment = node.value("isRefund") == "true", node.value("transferDate")
    return Transfer(
        is_refund=is_refund,
        order_id=node.value("orderID"),
        remote_id=node.value("remoteID"),
        remote_out_id=node.value("remoteOutID"),
        amount_gr=grosze(node.value("amount")),
        currency=node.value("currency"),
        status=(_REFUNDED if is_refund else _SETTLED)[node.value("transferStatus")],
        transferred_on=local_time(moment).date() if moment else None,
        title=node.value("title"),
        signed=tuple(node.value(name) for name in NODES),
    )
