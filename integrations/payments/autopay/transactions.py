"""A transaction as Autopay reports it: in a notification and, with the same nodes, in the answer of `transactionStatus`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from integrations.payments.amounts import grosze
from integrations.payments.autopay import settings
from integrations.payments.autopay.documents import Node
from integrations.payments.values import RemoteStatus

WARSAW = ZoneInfo("Europe/Warsaw")

_FORMS = {
    "orderID": re.compile(r"[A-Za-z0-9_-]{1,32}"),
    "remoteID": re.compile(r"[A-Za-z0-9]{1,20}"),
    "currency": re.compile(r"[A-Z]{3}"),
    "gatewayID": re.compile(r"\d{0,5}", re.ASCII),
    "paymentDate": re.compile(r"\d{14}", re.ASCII),
    "paymentStatus": re.compile(r"PENDING|SUCCESS|FAILURE"),
}
_FAILURES = {"CANCELLED": RemoteStatus.CANCELLED, "EXPIRED": RemoteStatus.EXPIRED}


@dataclass(frozen=True)
class Reported:
    """One transaction. `amount_gr` includes the payer's fee where there is one, `start_gr` (None: not told) does not.

    `signed` are the values under the hash, in their order.
    """

    order_id: str
    remote_id: str
    amount_gr: int
    start_gr: int | None
    currency: str
    gateway_id: str
    payment_date: str
    status: RemoteStatus
    signed: tuple[str, ...]

    @property
    def paid_at(self) -> datetime | None:
        """When the payer's bank authorised the payment; None while it has not."""
        return local_time(self.payment_date) if self.status is RemoteStatus.PAID else None

    def fee_gr(self, *, is_fee_on_top: bool) -> int | None:
        """The payer's fee; None where the message does not tell it, or where it is part of our own amount."""
        return self.amount_gr - self.start_gr if is_fee_on_top and self.start_gr is not None else None

    def ours_gr(self, *, is_fee_on_top: bool) -> int:
        """What was paid for our order. With the fee on top it is the amount of the order, as far as it is covered."""
        if is_fee_on_top and self.start_gr is not None:
            return min(self.start_gr, self.amount_gr)
        return self.amount_gr


class Unsigned(ValueError):
    """The message has a node that was not agreed, so that the hash does not cover it."""


def transaction(node: Node, agreed: Collection[str]) -> Reported:
    """Read one transaction with the agreed optional nodes; ValueError for another form, Unsigned for another node."""
    names = (*settings.COMMON_NODES, *(name for name in settings.OPTIONAL_NODES if name in agreed))
    for child in node.children:
        if child.name not in names:
            raise Unsigned(f"{child.name[:40]} was not agreed")
    for name, form in _FORMS.items():
        if not form.fullmatch(node.value(name)):
            raise ValueError(f"{name} is missing or wrong")
    start = node.value(settings.START_AMOUNT)
    return Reported(
        order_id=node.value("orderID"),
        remote_id=node.value("remoteID"),
        amount_gr=grosze(node.value("amount")),
        start_gr=grosze(start) if start else None,
        currency=node.value("currency"),
        gateway_id=node.value("gatewayID"),
        payment_date=_checked_time(node.value("paymentDate")),
        status=_status(node),
        signed=tuple(value for name in names for value in _values(node, name)),
    )


def local_time(text: str) -> datetime:
    """`YYYYMMDDhhmmss`, which the documentation calls CET and which is the time on Polish clocks; ValueError for no time."""
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=WARSAW)


def _checked_time(text: str) -> str:
    local_time(text)
    return text


def _status(node: Node) -> RemoteStatus:
    match node.value("paymentStatus"):
        case "PENDING":
            return RemoteStatus.PENDING
        case "SUCCESS":
            return RemoteStatus.PAID
    # The list of details grows without notice, so an unknown one is a plain failure.
    return _FAILURES.get(node.value("paymentStatusDetails"), RemoteStatus.FAILED)


def _values(node: Node, name: str) -> Iterator[str]:
    child = node.child(name)
    if child is None:
        return
    if name == settings.CUSTOMER_DATA:
        for part in child.children:
            if part.name not in settings.CUSTOMER_NODES:
                raise Unsigned(f"{part.name[:40]} was not agreed")
        yield from (child.value(part) for part in settings.CUSTOMER_NODES)
    elif name == "verificationStatusReasons":
        yield from child.texts()
    else:
        yield node.value(name)
