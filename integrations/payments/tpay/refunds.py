"""Refunds at Tpay, which knows no idempotency key: its list is read before anything is asked for (payments.md 11.17)."""

from collections.abc import Callable, Sequence

from integrations.payments.base import (
    AnswerLost,
    OperatorConfig,
    OperatorRefused,
    OperatorUnavailable,
    Refund,
    RefundOrder,
    RefundOutcomeUnknown,
    RefundStatus,
    RemoteTransaction,
)
from integrations.payments.checks import check_refund, objects, refuse
from integrations.payments.tpay import answers, settings
from integrations.payments.tpay.client import Client, error_text, read
from integrations.payments.tpay.registration import with_amount

Find = Callable[[OperatorConfig, str], RemoteTransaction | None]


def refund(config: OperatorConfig, order: RefundOrder, find: Find) -> Refund:
    """`POST transactions/{id}/refunds`, always with the amount: without one Tpay gives back everything.

    A refund of the same amount that is on the list already may be this one after a lost answer, or another one: only
    our own record can tell, so `refund.ambiguous` is raised and nothing is sent. Neither is money given back twice nor a
    second order taken for done.
    """
    check_refund(order, max_key=settings.MAX_REFUND_KEY)
    try:
        _check_that_it_fits(config, order, find)
    except AnswerLost as error:
        raise OperatorUnavailable(error.detail, code=error.code) from None  # nothing has been sent yet
    try:
        answer = Client(config).post(
            "/transactions", order.operator_tx_id, "refunds", document=with_amount(order.amount_gr, {})
        )
        if answer.status == 404:
            raise OperatorRefused(error_text(answer), code="refund.not_found")
        # The codes of refused refunds are not published; this one is known by its words.
        if answer.status == 400 and "insufficient" in error_text(answer).lower():
            raise OperatorRefused(error_text(answer), code="refund.insufficient_funds")
        if answer.status not in {200, 201}:
            refuse(answer, error_text(answer))
        if read(answer).get("result") != "success":
            raise OperatorRefused(error_text(answer), code="refund.refused")
    except AnswerLost as error:
        raise RefundOutcomeUnknown(error.detail) from None
    return Refund(order.idempotency_key, order.operator_tx_id, order.amount_gr, RefundStatus.PENDING)


def listed(config: OperatorConfig, operator_tx_id: str) -> Sequence[Refund]:
    """`GET transactions/{id}/refunds`; empty when this account has no such transaction."""
    answer = Client(config).get("/transactions", operator_tx_id, "refunds")
    if answer.status == 404:
        return []
    if answer.status != 200:
        refuse(answer, error_text(answer))
    return [answers.refund(item, operator_tx_id) for item in objects(read(answer).get("refunds"))]


def _check_that_it_fits(config: OperatorConfig, order: RefundOrder, find: Find) -> None:
    found = find(config, order.operator_tx_id) if order.operator_tx_id else None
    if found is None or found.ref != order.ref:
        raise OperatorRefused("the transaction", code="refund.not_found")
    counted = [one for one in listed(config, order.operator_tx_id) if one.status is not RefundStatus.REJECTED]
    if any(one.amount_gr == order.amount_gr for one in counted):
        raise OperatorRefused("a refund of this amount is on the list", code="refund.ambiguous")
    if order.amount_gr > found.amount_gr - sum(one.amount_gr for one in counted):
        raise OperatorRefused("more than is left", code="refund.amount_exceeded")
