"""Turning Przelewy24's answers into our values. Times come without a zone and mean Polish time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from integrations.payments.checks import safe_icon
from integrations.payments.przelewy24 import settings
from integrations.payments.przelewy24.client import hours

WARSAW = ZoneInfo("Europe/Warsaw")
_TIME_FORMATS = ("%Y%m%d%H%M", "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M")
_ADVANCE = 1
_STATUSES = {
    0: RemoteStatus.PENDING,
    _ADVANCE: RemoteStatus.PAID,
    2: RemoteStatus.PAID,
    3: RemoteStatus.RETURNED,
}
_REFUND_STATUSES = {
    1: RefundStatus.COMPLETED,
    2: RefundStatus.PENDING,
    3: RefundStatus.PENDING,
    4: RefundStatus.REJECTED,
}


def local_time(text: object) -> datetime | None:
    """A time as Przelewy24 writes it ("202212020025" or "2024-07-17 08:25:43"), or None if it is no time."""
    for form in _TIME_FORMATS:
        try:
            return datetime.strptime(str(text), form).replace(tzinfo=WARSAW)
        except ValueError:
            continue
    return None


def transaction(data: Mapping[str, Any]) -> RemoteTransaction:
    """A transaction of the status API. Status 1 is an *advance*: paid, not ours until it is verified."""
    status = _integer(data, "status")
    fee = str(data.get("fee") or "")
    return RemoteTransaction(
        operator_tx_id=str(_integer(data, "orderId")),
        ref=str(data.get("sessionId", "")),
        status=_STATUSES.get(status, RemoteStatus.UNKNOWN),
        amount_gr=_integer(data, "amount"),
        currency=str(data.get("currency", "")),
        needs_confirmation=status == _ADVANCE,
        method_id=str(data.get("paymentMethod") or ""),
        registered_at=local_time(data.get("date")),
        paid_at=local_time(data.get("dateOfTransaction")),
        paid_at_text=str(data.get("dateOfTransaction") or ""),
        fee_gr=int(fee) if fee.isdecimal() else None,
        batch_id=str(data.get("batchId") or ""),
        statement=str(data.get("statement") or ""),
    )


def method(data: Mapping[str, Any], profile: EnvironmentProfile) -> Method:
    """A payment method. `status` false: it does not work now, so it is shown and cannot be chosen."""
    return Method(
        id=str(_integer(data, "id")),
        name=str(data.get("name", ""))[:100],
        group=settings.GROUPS.get(str(data.get("group", "")), MethodGroup.OTHER),
        state=MethodState.OK if data.get("status") is True else MethodState.TEMP_OFF,
        icon_url=safe_icon(data.get("imgUrl"), profile),
        hours=hours(data.get("availabilityHours")),
    )


def refund(data: Mapping[str, Any], operator_tx_id: str) -> Refund:
    """A refund from the list of a transaction's refunds; `requestId` is our idempotency key."""
    return Refund(
        key=str(data.get("requestId", "")),
        operator_tx_id=operator_tx_id,
        amount_gr=_integer(data, "amount"),
        status=_REFUND_STATUSES.get(_integer(data, "status"), RefundStatus.UNKNOWN),
        requested_at=local_time(data.get("date")),
        batch_id=str(data.get("batchId") or ""),
    )


def _integer(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if type(value) is not int:
        raise AnswerLost(f"{key} is not an integer", code="operator.bad_answer")
    return value
