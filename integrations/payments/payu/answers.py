"""Turning PayU's answers into our values."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from integrations.payments.base import (
    AnswerLost,
    EnvironmentProfile,
    Method,
    MethodGroup,
    MethodState,
    Refund,
    RefundStatus,
    RemoteStatus,
    RemoteTransaction,
)
from integrations.payments.checks import mapping, objects, safe_icon
from integrations.payments.http import Answer
from integrations.payments.payu import documents, settings

T = TypeVar("T")

# CANCELED is all that PayU tells of refused, withdrawn and expired orders alike.
ORDER_STATUSES = {
    "NEW": RemoteStatus.PENDING,
    "PENDING": RemoteStatus.PENDING,
    "WAITING_FOR_CONFIRMATION": RemoteStatus.PENDING,
    "COMPLETED": RemoteStatus.PAID,
    "CANCELED": RemoteStatus.CANCELLED,
}
_REFUND_STATUSES = {
    "PENDING": RefundStatus.PENDING,
    "FINALIZED": RefundStatus.COMPLETED,
    "CANCELED": RefundStatus.REJECTED,
}
_METHOD_STATES = {
    "ENABLED": MethodState.OK,
    "TEMPORARY_DISABLED": MethodState.TEMP_OFF,
    "DISABLED": MethodState.OFF,
}


def document(answer: Answer) -> Any:
    """The JSON value of an answer; AnswerLost when it is none."""
    return _readable(documents.read, answer.body)


def order(answer: Answer, order_id: str, pos_id: str) -> RemoteTransaction | None:
    """The order of `GET orders/{orderId}`, None when the list is empty.

    AnswerLost when it is another order or another point of sale than we asked for. The answer tells neither when the
    payer paid nor the bank nor PayU's fee.
    """
    found = mapping(document(answer))
    listed = objects(found.get("orders"))
    if not listed:
        return None
    data = listed[0]
    if len(listed) != 1 or data.get("orderId") != order_id or data.get("merchantPosId") != pos_id:
        raise AnswerLost("another order", code="operator.bad_answer")
    return RemoteTransaction(
        operator_tx_id=order_id,
        ref=str(data.get("extOrderId", "")),
        status=ORDER_STATUSES.get(str(data.get("status")), RemoteStatus.UNKNOWN),
        amount_gr=_readable(documents.grosze, data.get("totalAmount")),
        currency=str(data.get("currencyCode", "")),
        registered_at=documents.moment(data.get("orderCreateDate")),
        statement=documents.named_property(found, "PAYMENT_ID"),
    )


def method(data: Mapping[str, Any], profile: EnvironmentProfile) -> Method:
    """A payment method of `payByLinks`. An unknown status shows it as unavailable."""
    value = str(data.get("value", ""))
    return Method(
        id=value,
        name=str(data.get("name", ""))[:100],
        group=settings.GROUPS.get(value, MethodGroup.TRANSFER),
        state=_METHOD_STATES.get(str(data.get("status")), MethodState.TEMP_OFF),
        icon_url=safe_icon(data.get("brandImageUrl"), profile),
        min_gr=_limit(data.get("minAmount")),
        max_gr=_limit(data.get("maxAmount")),
    )


def refunds(answer: Answer, order_id: str) -> list[Refund]:
    """The refunds of one order. The published schema is a bare list; public clients read `{"refunds": […]}`."""
    found = document(answer)
    listed = found.get("refunds") if isinstance(found, dict) else found
    return [refund(one, order_id) for one in objects(listed)]


def refund(data: Mapping[str, Any], order_id: str) -> Refund:
    """A refund; `extRefundId` is our idempotency key."""
    return Refund(
        key=str(data.get("extRefundId") or ""),
        operator_tx_id=order_id,
        amount_gr=_readable(documents.grosze, data.get("amount")),
        status=_REFUND_STATUSES.get(str(data.get("status")), RefundStatus.UNKNOWN),
        requested_at=documents.moment(data.get("creationDateTime")),
    )


def _limit(value: object) -> int | None:
    return None if value is None else _readable(documents.grosze, value)


def _readable(reader: Callable[[Any], T], value: object) -> T:
    try:
        return reader(value)
    except ValueError as error:
        raise AnswerLost(str(error)[:100], code="operator.bad_answer") from None
