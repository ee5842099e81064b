"""Turning Autopay's answers into our values. A signed answer counts only with its hash."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.payments.amounts import grosze_of
from integrations.payments.autopay import settings, signature, transactions
from integrations.payments.autopay.documents import Node, answered
from integrations.payments.base import (
    PLN,
    AnswerLost,
    EnvironmentProfile,
    Method,
    MethodGroup,
    MethodState,
    OperatorConfig,
    OperatorRefused,
    RefundStatus,
    RemoteStatus,
    RemoteTransaction,
)
from integrations.payments.checks import mapping, objects, refuse, safe_icon
from integrations.payments.http import Answer

# Of the published steps of a refund; each reason to cancel it begins with the same word.
_STEPS = {
    "NEW": RefundStatus.PENDING,
    "WAITING_FOR_TRANSFER_DATA": RefundStatus.PENDING,
    "COMMISSIONS_CALCULATED": RefundStatus.PENDING,
    "FAILED_ATTEMPT_OF_BALANCE_CHANGE": RefundStatus.PENDING,  # tried again for half an hour
    "PROCESSING": RefundStatus.PENDING,
    "DONE": RefundStatus.COMPLETED,
}
_CANCELLED = "CANCELED_"
_NO_SUCH_REFUND = frozenset({"NOT_FOUND", "TRANSACTION_NOT_FOUND"})
"""Not published: what is said of a MessageID without a refund. Any other error leaves the refund undecided."""
_STATES = {"OK": MethodState.OK, "TEMPORARY_DISABLED": MethodState.TEMP_OFF, "DISABLED": MethodState.OFF}


def document(answer: Answer) -> Node:
    """The XML document of an answer with status 200; other answers and `<error>` raise what they mean."""
    if answer.status != 200:
        refuse(answer, _reason(answer))
    found = answered(answer)
    if found.name == "error":
        name = text(found, "name")
        raise OperatorRefused(f"{name} {text(found, 'description')}"[:200], code=_code_of(name))
    return found


def listed(answer: Answer) -> dict[str, Any]:
    """The JSON document of an answer that lists something; decimals stay exact."""
    if answer.status != 200:
        refuse(answer, _reason(answer))
    try:
        found = mapping(json.loads(answer.body, parse_float=Decimal))
    except (ValueError, RecursionError):
        raise AnswerLost("an answer without JSON", code="operator.bad_answer") from None
    if found.get("result") != "OK":
        status = str(found.get("errorStatus"))
        raise OperatorRefused(f"{status} {found.get('description')}"[:200], code=_code_of(status))
    return found


def refund_status(config: OperatorConfig, answer: Answer, message: str) -> RefundStatus | None:
    """The step at which `outDetails/v2` says that a refund is; None when Autopay has no refund of this MessageID."""
    try:
        found = mapping(json.loads(answer.body))
    except (ValueError, RecursionError):
        found = {}
    if found.get("errorStatus") in _NO_SUCH_REFUND:
        return None
    if answer.status != 200:
        refuse(answer, str(found.get("errorStatus")))
    if found.get("errorStatus") is not None:
        raise OperatorRefused(str(found["errorStatus"])[:200])
    values = [str(found.get(name) or "") for name in ("serviceId", "messageId", "status", "remoteOutId")]
    if signature.signer(str(found.get("hash")), values, config) is None:
        raise AnswerLost("the hash of the answer", code="operator.bad_answer")
    if values[:2] != [config.merchant_id("service_id"), message]:
        raise AnswerLost("the answer to another question", code="operator.bad_answer")
    if values[2].startswith(_CANCELLED):
        return RefundStatus.REJECTED
    return _STEPS.get(values[2], RefundStatus.UNKNOWN)


def text(node: Node, name: str) -> str:
    """A value of an answer, "" when it is absent; AnswerLost when it is not one text."""
    try:
        return node.value(name)
    except ValueError as error:
        raise AnswerLost(str(error), code="operator.bad_answer") from None


def check_hash(config: OperatorConfig, node: Node, *names: str) -> None:
    """AnswerLost when the named values of an answer are not signed with our key."""
    if signature.signer(text(node, "hash"), [text(node, name) for name in names], config) is None:
        raise AnswerLost("the hash of the answer", code="operator.bad_answer")


def reported(config: OperatorConfig, node: Node, ref: str) -> Sequence[transactions.Reported]:
    """The transactions of an answer of `transactionStatus`, all of our reference and service.

    Published are the values and the hash over all of them. That they lie in `transactions`, that the agreed nodes of the
    notifications are among them, and that an unknown reference is an empty list, is not published.
    """
    parent = node.child("transactions")
    try:
        found = [
            transactions.transaction(one, settings.agreed_nodes(config))
            for one in (parent.children if parent else [])
        ]
    except ValueError as error:
        raise AnswerLost(str(error), code="operator.bad_answer") from None
    signed = [text(node, "serviceID"), *(value for one in found for value in one.signed)]
    if signature.signer(text(node, "hash"), signed, config) is None:
        raise AnswerLost("the hash of the answer", code="operator.bad_answer")
    is_ours = text(node, "serviceID") == config.merchant_id("service_id")
    if not is_ours or any(one.order_id != ref for one in found):
        raise AnswerLost("a transaction of another reference", code="operator.bad_answer")
    return found


def transaction(config: OperatorConfig, found: transactions.Reported) -> RemoteTransaction:
    """A transaction for the domain. With the fee on top, the amount of the order is what `startAmount` says.

    AnswerLost when it does not say it: the amount alone would contradict every order.
    """
    is_fee_on_top = settings.payer_bears_the_fee(config)
    if is_fee_on_top and found.start_gr is None and found.status is RemoteStatus.PAID:
        raise AnswerLost(f"no {settings.START_AMOUNT} in the answer", code="operator.bad_answer")
    return RemoteTransaction(
        operator_tx_id=found.remote_id,
        ref=found.order_id,
        status=found.status,
        amount_gr=found.ours_gr(is_fee_on_top=is_fee_on_top),
        currency=found.currency,
        method_id=found.gateway_id,
        paid_at=found.paid_at,
        paid_at_text=found.payment_date if found.status is RemoteStatus.PAID else "",
        fee_gr=found.fee_gr(is_fee_on_top=is_fee_on_top),
    )


def method(data: Mapping[str, Any], profile: EnvironmentProfile) -> Method | None:
    """A payment method of `gatewayList`, None when it is not for us: for firms only, or not in złoty.

    The documentation spells two names in two ways (gatewayID and id, iconUrl and iconURL).
    """
    limits = [one for one in objects(data.get("currencies") or []) if one.get("currency") == PLN]
    gateway = str(data.get("gatewayID") or data.get("id") or "")
    if not limits or not gateway.isdecimal() or data.get("availableFor") == "B2B":
        return None
    return Method(
        id=gateway,
        name=str(data.get("name") or "")[:100],
        group=settings.GROUPS.get(str(data.get("groupType"))) or _group(gateway),
        state=_STATES.get(str(data.get("state")), MethodState.TEMP_OFF),
        icon_url=safe_icon(data.get("iconUrl") or data.get("iconURL"), profile),
        min_gr=_limit(limits[0].get("minAmount")),
        max_gr=_limit(limits[0].get("maxAmount")),
    )


def _group(gateway: str) -> MethodGroup:
    return settings.KNOWN_GATEWAYS.get(gateway, MethodGroup.OTHER)


def _limit(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise AnswerLost("a limit is not a number", code="operator.bad_answer")
    try:
        return grosze_of(value)
    except ValueError as error:
        raise AnswerLost(str(error), code="operator.bad_answer") from None


def _reason(answer: Answer) -> str:
    try:
        found = answered(answer)
        return f"{found.value('name')} {found.value('reason')} {found.value('description')}".strip()[:200]
    except (AnswerLost, ValueError):
        return ""


def _code_of(name: str) -> str | None:
    # The name of the refusal of a wrong hash is published for refunds only.
    return "operator.credentials" if name == "INVALID_HASH" else None
