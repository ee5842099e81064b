"""Turning imoje's answers into our values. Amounts are grosze, times are seconds since 1970."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from integrations.payments.base import (
    AnswerLost,
    EnvironmentProfile,
    FormPost,
    Method,
    MethodGroup,
    MethodState,
    Redirect,
    Refund,
    RefundStatus,
    RemoteStatus,
    RemoteTransaction,
)
from integrations.payments.checks import mapping, safe_icon
from integrations.payments.http import Answer
from integrations.payments.imoje import settings

_STATUSES = {
    "new": RemoteStatus.PENDING,
    "pending": RemoteStatus.PENDING,
    "authorized": RemoteStatus.PENDING,
    "submitted_for_settlement": RemoteStatus.PENDING,
    "settled": RemoteStatus.PAID,
    "rejected": RemoteStatus.FAILED,
    "error": RemoteStatus.FAILED,
    "cancelled": RemoteStatus.CANCELLED,
}
REFUND_EVENTS = {
    RemoteStatus.PAID: RemoteStatus.REFUNDED,
    RemoteStatus.FAILED: RemoteStatus.REFUND_REJECTED,
    RemoteStatus.CANCELLED: RemoteStatus.REFUND_REJECTED,
}
_REFUNDS = {
    RemoteStatus.PENDING: RefundStatus.PENDING,
    RemoteStatus.PAID: RefundStatus.COMPLETED,
    RemoteStatus.FAILED: RefundStatus.REJECTED,
    RemoteStatus.CANCELLED: RefundStatus.REJECTED,
}
_KEY = re.compile(r" #([A-Za-z0-9_-]{1,35})")
_LAST_SECOND = 4_102_444_800  # the year 2100


@dataclass(frozen=True)
class Found:
    """A sale in imoje's books, with the shop and the payment that it belongs to ("" where it names none)."""

    transaction: RemoteTransaction
    service_id: str
    payment_id: str


@dataclass(frozen=True)
class Refundable:
    """What `can-refund` allows: the whole of `full_gr`, or a part between two limits."""

    is_possible: bool
    has_balance: bool
    full_gr: int
    min_gr: int
    max_gr: int

    def allows(self, amount_gr: int) -> bool:
        return amount_gr == self.full_gr or self.min_gr <= amount_gr <= self.max_gr

    def allows_twice(self, amount_gr: int) -> bool:
        """Whether a repeated order for the same amount would be carried out, too."""
        return 2 * amount_gr <= max(self.full_gr, self.max_gr)


def status(value: object) -> RemoteStatus:
    """A transaction's status. Only `settled` is money; a word that is not published is for a human."""
    return _STATUSES.get(str(value), RemoteStatus.UNKNOWN)


def method_id(data: Mapping[str, Any]) -> str:
    """Our id of the channel, "" when it is not one of ours."""
    found = f"{data.get('paymentMethod')}-{data.get('paymentMethodCode')}"
    return found if settings.METHOD.fullmatch(found) else ""


def paid_at(data: Mapping[str, Any]) -> datetime | None:
    """When the transaction became settled, None before. Not published: the time of the debit itself; this is the nearest
    one that imoje tells.
    """
    return _moment(data.get("modified")) if status(data.get("status")) is RemoteStatus.PAID else None


def refund_title_end(key: str) -> str:
    """How our idempotency key stands at the end of a refund's title, which imoje keeps and tells."""
    return f" #{key}"


def refund_key(data: Mapping[str, Any]) -> str:
    """Our idempotency key from a refund's title, else imoje's own id: a refund that was made in its panel."""
    written = str(data.get("title") or "")
    found = _KEY.fullmatch(written[written.rfind(" #") :]) if " #" in written else None
    return found[1] if found else str(data.get("id", ""))[:64]


def started(data: Mapping[str, Any]) -> Redirect | FormPost:
    """Where the payer goes on: `action` of a new transaction. AnswerLost without an id or an address.

    The address is not checked against the profile's hosts yet.
    """
    tx_id = _text(mapping(data.get("transaction")), "id")
    action = mapping(data.get("action"))
    url = _text(action, "url")
    if action.get("method") == "POST":
        fields = parse_qsl(str(action.get("contentBodyRaw") or ""), keep_blank_values=True)
        return FormPost(url=url, fields=tuple(fields), operator_tx_id=tx_id)
    return Redirect(url=url, operator_tx_id=tx_id)


def sale(answer: Answer) -> Found:
    """A sale of `GET transaction/{id}`. Its schema has the values in `transaction`, its example bare: both are read."""
    document = answer.json()
    data = mapping(document.get("transaction", document))
    if data.get("type") != "sale":
        raise AnswerLost("not a sale", code="operator.bad_answer")
    payment = data.get("payment") or document.get("payment")
    moment = paid_at(data)
    return Found(
        transaction=RemoteTransaction(
            operator_tx_id=_text(data, "id"),
            ref=_text(data, "orderId"),
            status=status(data.get("status")),
            amount_gr=_integer(data, "amount"),
            currency=_text(data, "currency"),
            method_id=method_id(data),
            registered_at=_moment(data.get("created")),
            paid_at=moment,
            paid_at_text=str(data.get("modified")) if moment else "",
        ),
        service_id=_text(data, "serviceId"),
        payment_id=str(payment.get("id") or "") if isinstance(payment, dict) else "",
    )


def refund(data: Mapping[str, Any], operator_tx_id: str) -> Refund:
    """A transaction of the type `refund`."""
    if data.get("type") != "refund":
        raise AnswerLost("not a refund", code="operator.bad_answer")
    return Refund(
        key=refund_key(data),
        operator_tx_id=operator_tx_id,
        amount_gr=_integer(data, "amount"),
        status=_REFUNDS.get(status(data.get("status")), RefundStatus.UNKNOWN),
        requested_at=_moment(data.get("created")),
    )


def refundable(data: Mapping[str, Any]) -> Refundable:
    """The answer of `can-refund`; without `partialRefund` only all can be given back."""
    part = data.get("partialRefund")
    limits = part if isinstance(part, dict) else {"minRefundAmount": 1, "maxRefundAmount": 0}
    return Refundable(
        is_possible=data.get("refundable") is True,
        has_balance=data.get("balance") is True,
        full_gr=_integer(data, "fullRefund"),
        min_gr=_integer(limits, "minRefundAmount"),
        max_gr=_integer(limits, "maxRefundAmount"),
    )


def method(data: Mapping[str, Any], profile: EnvironmentProfile) -> Method | None:
    """A channel of the shop, None for one that we cannot start. `isOnline` false: it does not work now."""
    found = method_id(data)
    if not found or data.get("currency") != "PLN":
        return None
    limits = data.get("transactionLimits")
    bounds = limits if isinstance(limits, dict) else {}
    images = data.get("paymentMethodCodeImage")
    image = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else {}
    if data.get("isActive") is not True:
        state = MethodState.OFF
    else:
        state = MethodState.OK if data.get("isOnline") is True else MethodState.TEMP_OFF
    return Method(
        id=found,
        name=str(data.get("description") or found)[:100],
        group=settings.GROUPS.get(str(data.get("paymentMethod")), MethodGroup.OTHER),
        state=state,
        icon_url=safe_icon(image.get("png"), profile),
        min_gr=_bound(bounds, "minTransaction"),
        max_gr=_bound(bounds, "maxTransaction"),
    )


def _bound(limits: Mapping[str, Any], name: str) -> int | None:
    bound = limits.get(name)
    value = bound.get("value") if isinstance(bound, dict) else None
    return value if type(value) is int else None


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if type(value) is int and 0 < value < _LAST_SECOND else None


def _integer(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if type(value) is not int:
        raise AnswerLost(f"{key} is not an integer", code="operator.bad_answer")
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise AnswerLost(f"{key} is not a text", code="operator.bad_answer")
    return value
