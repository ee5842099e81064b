"""Turning Tpay's answers into our values. Amounts are decimal złoty; times come without a zone and mean Polish time."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from integrations.payments.amounts import grosze, grosze_of
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
from integrations.payments.checks import mapping, safe_icon
from integrations.payments.tpay import settings

WARSAW = ZoneInfo("Europe/Warsaw")
# The set of statuses is not published; these were seen in Tpay's own plugins. What is not here is for a human.
_STATUSES = {
    "pending": RemoteStatus.PENDING,
    "correct": RemoteStatus.PAID,
    "paid": RemoteStatus.PAID,
    "success": RemoteStatus.PAID,
    "refund": RemoteStatus.RETURNED,
    "declined": RemoteStatus.FAILED,
    "error": RemoteStatus.FAILED,
    "cancel": RemoteStatus.CANCELLED,
}
# Not published; an unknown word stays open until a person has looked.
_REFUND_STATUSES = {
    "pending": RefundStatus.PENDING,
    "correct": RefundStatus.COMPLETED,
    "paid": RefundStatus.COMPLETED,
    "success": RefundStatus.COMPLETED,
    "declined": RefundStatus.REJECTED,
    "error": RefundStatus.REJECTED,
    "cancel": RefundStatus.REJECTED,
}


def local_time(text: object) -> datetime | None:
    """A time as Tpay writes it ("2024-06-12 21:29:35"), or None if it is no time."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=WARSAW)
    except ValueError:
        return None


def amount_gr(value: object) -> int:
    """A number of złoty (read as Decimal) or a text "12.34" in grosze; AnswerLost for anything else."""
    try:
        if isinstance(value, str):
            return grosze(value)
        if isinstance(value, Decimal) or type(value) is int:
            return grosze_of(value)
    except ValueError:
        pass
    raise AnswerLost("not an amount", code="operator.bad_answer")


def transaction(data: Mapping[str, Any]) -> RemoteTransaction:
    """A transaction of the status API. Of a paid one `amount_gr` is what was paid: a payer who types the transfer by hand
    may send more or less than was asked for. `statement` is Tpay's title ("TR-…"), which notifications call `tr_id`.
    """
    status = _STATUSES.get(str(data.get("status")), RemoteStatus.UNKNOWN)
    payments = mapping(data.get("payments"))
    when = mapping(data.get("date"))
    paid = status is RemoteStatus.PAID
    return RemoteTransaction(
        operator_tx_id=_text(data, "transactionId"),
        ref=str(data.get("hiddenDescription") or ""),
        status=status,
        amount_gr=amount_gr(payments.get("amountPaid") if paid else data.get("amount")),
        currency=str(data.get("currency", "")),
        registered_at=local_time(when.get("creation")),
        paid_at=local_time(when.get("realization")),
        paid_at_text=str(when.get("realization") or ""),
        statement=str(data.get("title") or ""),
    )


def method(data: Mapping[str, Any], profile: EnvironmentProfile) -> Method:
    """A payment channel. One that is away, or whose money would come only some days later, cannot be chosen."""
    channel = _text(data, "id")
    smallest, largest = _limits(data.get("constraints"))
    is_up = data.get("available") is True and data.get("onlinePayment") is True
    state = MethodState.OK if is_up else MethodState.TEMP_OFF
    image = data.get("image")
    return Method(
        id=channel,
        name=str(data.get("fullName") or data.get("name") or "")[:100],
        group=_group(data.get("groups")),
        state=MethodState.OFF if channel == settings.PAYMENT_SLIP else state,
        icon_url=safe_icon(image.get("url") if isinstance(image, dict) else None, profile),
        min_gr=smallest,
        max_gr=largest,
    )


def refund(data: Mapping[str, Any], operator_tx_id: str) -> Refund:
    """A refund from the list of a transaction's refunds. Tpay knows no key of ours; `batch_id` is its own number."""
    when = data.get("date")
    return Refund(
        key="",
        operator_tx_id=operator_tx_id,
        amount_gr=amount_gr(data.get("amount")),
        status=_REFUND_STATUSES.get(str(data.get("status")), RefundStatus.UNKNOWN),
        requested_at=local_time(when.get("creation")) if isinstance(when, dict) else None,
        batch_id=str(data.get("refundId") or ""),
    )


def _group(groups: object) -> MethodGroup:
    known = groups if isinstance(groups, list) else []
    numbers = [str(group.get("id")) for group in known if isinstance(group, dict)]
    found = [settings.GROUPS[number] for number in numbers if number in settings.GROUPS]
    return found[0] if found else MethodGroup.TRANSFER


def _limits(constraints: object) -> tuple[int | None, int | None]:
    """The smallest and the largest amount (grosze). The form of a constraint is not published: field, type, value is what
    Tpay's own plugins read; one that we cannot read limits nothing, and the start is refused by Tpay itself."""
    limits: dict[str, int] = {}
    for one in constraints if isinstance(constraints, list) else []:
        if isinstance(one, dict) and one.get("field") == "amount" and one.get("type") in {"min", "max"}:
            try:
                limits[one["type"]] = grosze_of(Decimal(str(one.get("value"))))
            except (ArithmeticError, ValueError):
                continue
    return limits.get("min"), limits.get("max")


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or not value:
        raise AnswerLost(f"{key} is missing", code="operator.bad_answer")
    return value
