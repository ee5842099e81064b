"""Payments of which an operator says that they are paid: many are confirmed with it at one time and settled together.

First the word is kept, then the operator is asked outside any transaction, then the answers are kept (decision 16). A list
of one goes the same way as a long one.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.base import Operator
from integrations.payments.config import OperatorConfig
from integrations.payments.errors import OperatorError
from integrations.payments.http import conversation
from integrations.payments.values import Confirmation, Confirmed, Expected, Mismatch, Retry
from integrations.payments.values import Event as OperatorMessage
from kernel.audit.recording import record
from services.payments.actions.steps import Step, apply_together, take_together
from services.payments.actions.transitions import OPERATOR
from services.payments.domain.states import Event
from services.payments.models import OperatorEvent, Payment, Verdict
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_config

log = structlog.get_logger(__name__)

AT_ONCE: Final = 8
"""Questions to one operator at one time: most of the time of a question is waiting."""


@dataclass(frozen=True)
class Told:
    """A payment of which the operator says that it is paid, by a kept message or in answer to a question."""

    payment: Payment
    message: OperatorMessage
    event: OperatorEvent | None = None


def confirm_paid(payment: Payment, message: OperatorMessage) -> bool:
    """Ask the operator to confirm a reported payment against our own amount; False when it has to be asked again."""
    return confirm_together([Told(payment, message)])


def confirm_together(told: Sequence[Told]) -> bool:
    """Ask the operators to confirm reported payments, each against our own amount; False when one has to be asked again.

    What was decided is kept with the state that it brings. The payments of one account are settled in one transaction: what
    one of them raises ends it for all of these.
    """
    by_account: dict[OperatorAccount, list[Told]] = defaultdict(list)
    for one in told:
        by_account[one.payment.operator_account].append(one)
    decided = [_confirm(account, ours) for account, ours in by_account.items()]
    return all(decided)


def _confirm(account: OperatorAccount, told: Sequence[Told]) -> bool:
    apply_together([Step(one.payment, Event.PAID_REPORTED, one.message.operator_tx_id) for one in told])
    answers = _asked(account, told)
    _settle(told, answers)
    return not any(isinstance(answer, Retry) for answer in answers)


def _asked(account: OperatorAccount, told: Sequence[Told]) -> list[Confirmation]:
    """What the operator answers about each, several asked at one time over connections that stay open meanwhile."""
    operator, config = registry.operator(account.operator), operator_config(account)
    with conversation(config.profile), ThreadPoolExecutor(min(AT_ONCE, len(told))) as pool:
        questions = [pool.submit(copy_context().run, _ask, operator, config, one) for one in told]
        return [question.result() for question in questions]


def _ask(operator: Operator, config: OperatorConfig, one: Told) -> Confirmation:
    expected = Expected(ref=one.payment.reference, amount_gr=one.payment.total_gr)
    try:
        answer = operator.confirm(config, one.message, expected)
    except OperatorError as error:
        return Retry(error.code)
    if not isinstance(answer, Confirmed):
        return answer
    answer = replace(
        answer,
        payer_debited_at=answer.payer_debited_at or one.message.payer_debited_at,
        fee_gr=one.message.fee_gr if answer.fee_gr is None else answer.fee_gr,
    )
    return answer if answer.payer_debited_at else _told_besides(operator, config, one.payment, answer)


def _told_besides(
    operator: Operator, config: OperatorConfig, payment: Payment, answer: Confirmed
) -> Confirmed:
    """When the payer paid, and the fee, where the message does not say it: the day decides about interest, so it is asked
    for. Only when the operator does not tell either it is the moment at which we heard of it."""
    try:
        found = operator.fetch_status(config, payment.reference, answer.operator_tx_id)
    except OperatorError as error:
        log.warning("payment.moment_unknown", payment=str(payment.public_id), code=error.code)
        found = []
    for one in found:
        if one.paid_at is not None:
            fee_gr = one.fee_gr if answer.fee_gr is None else answer.fee_gr
            return replace(answer, payer_debited_at=one.paid_at, fee_gr=fee_gr)
    return replace(answer, payer_debited_at=timezone.now())


@transaction.atomic(durable=True)
def _settle(told: Sequence[Told], answers: Sequence[Confirmation]) -> None:
    """Take the steps that the answers bring, and end the messages that told of them."""
    decided = [(one, step) for one, answer in zip(told, answers, strict=True) if (step := _step(one, answer))]
    rows = take_together([step for _, step in decided])
    for one, step in decided:
        if step.event == Event.PAID_CONFIRMED:
            _note_second(rows[one.payment.pk], one.message)
    ended = [one.event.pk for one, _ in decided if one.event]
    OperatorEvent.objects.filter(pk__in=ended).update(processed_at=timezone.now())


def _step(one: Told, answer: Confirmation) -> Step | None:
    match answer:
        case Confirmed(operator_tx_id=operator_id, payer_debited_at=paid_at, fee_gr=fee_gr):
            return Step(one.payment, Event.PAID_CONFIRMED, operator_id, paid_at=paid_at, fee_gr=fee_gr)
        case Mismatch(code=code):
            received = (one.message.amount_gr, one.message.currency)
            operator_id = one.message.operator_tx_id
            return Step(one.payment, Event.MISMATCH_FOUND, operator_id, failure_code=code, received=received)
        case Retry(code=code):
            log.warning("payment.unconfirmed", payment=str(one.payment.public_id), code=code)
    return None


def _note_second(payment: Payment, message: OperatorMessage) -> None:
    """The payer's money came twice, by two transactions of the operator for one payment: the message of the second one
    becomes one without a payment, for a clerk to give the money back."""
    if message.operator_tx_id == payment.operator_id:
        return
    second = OperatorEvent.objects.filter(
        operator_account=payment.operator_account_id,
        dedupe_key=message.dedupe_key[:128],
        verdict=Verdict.ACCEPTED,
    )
    if second.update(verdict=Verdict.ORPHAN):
        record("payment.paid_twice", payment, actor=OPERATOR, amount_gr=message.amount_gr)
