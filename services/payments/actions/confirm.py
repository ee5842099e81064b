"""What became of a payment. Notification, return page and poller all end here, and only what was fetched from the operator
is believed (payments.md 2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.values import (
    Confirmed,
    EventKind,
    Expected,
    Mismatch,
    RemoteStatus,
    RemoteTransaction,
    Retry,
)
from integrations.payments.values import Event as OperatorMessage
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.tasks import enqueue
from services.payments.actions.transitions import OPERATOR, advance, schedule_check
from services.payments.domain.discrepancies import DENIED, DENIED_AFTER
from services.payments.domain.states import FINAL, RELEASED, UNPAID, Event, State
from services.payments.models import OperatorEvent, Payment, Verdict
from tenants.configuration.queries import operator_config

log = structlog.get_logger(__name__)


def confirm_paid(payment: Payment, message: OperatorMessage) -> bool:
    """Ask the operator to confirm a reported payment against our own amount; False when it has to be asked again."""
    apply(payment, Event.PAID_REPORTED, operator_id=message.operator_tx_id)
    account = payment.operator_account
    expected = Expected(ref=payment.reference, amount_gr=payment.total_gr)
    try:
        answer = registry.operator(account.operator).confirm(operator_config(account), message, expected)
    except OperatorError as error:
        answer = Retry(error.code)
    match answer:
        case Confirmed(operator_tx_id=operator_id, payer_debited_at=debited_at, fee_gr=fee_gr):
            paid_at = debited_at or message.payer_debited_at
            fee_gr = message.fee_gr if fee_gr is None else fee_gr
            if paid_at is None:
                paid_at, fee_gr = _told_besides(payment, operator_id, fee_gr)
            apply(payment, Event.PAID_CONFIRMED, operator_id=operator_id, paid_at=paid_at, fee_gr=fee_gr)
            _note_second(payment, message)
        case Mismatch(code=code):
            apply(
                payment,
                Event.MISMATCH_FOUND,
                operator_id=message.operator_tx_id,
                failure_code=code,
                received=(message.amount_gr, message.currency),
            )
        case Retry(code=code):
            log.warning("payment.unconfirmed", payment=str(payment.public_id), code=code)
            return False
    return True


def _note_second(payment: Payment, message: OperatorMessage) -> None:
    """The payer's money came twice, by two transactions of the operator for one payment: the message of the second one
    becomes one without a payment, for a clerk to give the money back."""
    row = Payment.objects.get(pk=payment.pk)
    if message.operator_tx_id == row.operator_id:
        return
    second = OperatorEvent.objects.filter(
        operator_account=row.operator_account, dedupe_key=message.dedupe_key[:128], verdict=Verdict.ACCEPTED
    )
    if second.update(verdict=Verdict.ORPHAN):
        record("payment.paid_twice", row, actor=OPERATOR, amount_gr=message.amount_gr)


def _told_besides(payment: Payment, operator_id: str, fee_gr: int | None) -> tuple[datetime, int | None]:
    """When the payer paid, and the fee, where the message does not say it: the day decides about interest, so it is asked
    for. Only when the operator does not tell either it is the moment at which we heard of it."""
    account = payment.operator_account
    try:
        found = registry.operator(account.operator).fetch_status(
            operator_config(account), payment.reference, operator_id
        )
    except OperatorError as error:
        log.warning("payment.moment_unknown", payment=str(payment.public_id), code=error.code)
        found = []
    for one in found:
        if one.paid_at is not None:
            return one.paid_at, one.fee_gr if fee_gr is None else fee_gr
    return timezone.now(), fee_gr


@transaction.atomic(durable=True)
def apply(
    payment: Payment,
    event: Event,
    *,
    operator_id: str = "",
    failure_code: str = "",
    paid_at: datetime | None = None,
    received: tuple[int, str] | None = None,
    fee_gr: int | None = None,
) -> State:
    """One step of the state machine under the row's lock; returns the state that holds afterwards.

    `received` are the grosze and the currency that the operator reports of a mismatch, for the person who decides; `fee_gr`
    are the grosze that it says the payer paid for paying.
    """
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if operator_id and (row.paid_at is None or not row.operator_id):
        row.operator_id = operator_id  # of several tries of the payer the one that brought the money
    if paid_at is not None and row.paid_at is None:
        row.paid_at = paid_at
        row.debited_on = warsaw_day(paid_at)
    if fee_gr is not None:
        row.operator_fee_gr = fee_gr
    if advance(row, event):
        row.failure_code = failure_code or row.failure_code
        schedule_check(row, timezone.now())
    if received is not None and row.state == State.MISMATCH:
        row.received_gr, row.received_currency = received[0], received[1][:3]
    row.save()
    return State(row.state)


@dataclass(frozen=True)
class _Answer:
    paid: RemoteTransaction | None
    is_pending: bool
    has_failed: bool
    was_cancelled: bool
    is_unclear: bool
    """The operator told something besides an end without money and a payer who is at it, or could not be asked by what we
    know of the payment."""
    is_pending_forever: bool
    """The operator never says that nothing will come: only the end of the link's life tells."""

    def is_over(self, expires_at: datetime | None, now: datetime) -> bool:
        """Whether the link is dead and nothing is on its way."""
        return (
            expires_at is not None and now > expires_at and (not self.is_pending or self.is_pending_forever)
        )

    def is_denial(self, expires_at: datetime | None, now: datetime) -> bool:
        """Whether it takes back for good what was reported as paid: one that comes sooner may only be older than the
        report."""
        return not self.is_unclear and self.is_over(expires_at, now - DENIED_AFTER)


def refresh_payment(payment_id: UUID) -> None:
    """Ask the operator what became of a payment and act on the answer. The poller's and the return page's way in.

    An attempt is given up, and its dues are freed, only after the operator has said that there is no money, or has said
    nothing of it until after the end of the link's life.
    """
    payment = Payment.objects.select_related("operator_account").filter(public_id=payment_id).first()
    if payment is None or (State(payment.state) in FINAL - RELEASED and payment.next_check_at is None):
        return
    ask_operator(payment)


def ask_operator(payment: Payment) -> str:
    """Ask what became of a payment in whatever state and act on the answer; the operator's error code where it gave none,
    else empty."""
    account, asked_at = payment.operator_account, timezone.now()
    operator = registry.operator(account.operator)
    try:
        found = operator.fetch_status(operator_config(account), payment.reference, payment.operator_id)
    except OperatorError as error:
        log.warning("payment.status", payment=str(payment.public_id), code=error.code)
        _ask_again(payment)
        return error.code
    answer = _Answer(
        paid=next((one for one in found if one.status == RemoteStatus.PAID or one.needs_confirmation), None),
        is_pending=any(remote.status == RemoteStatus.PENDING for remote in found),
        has_failed=bool(found) and all(remote.status in _FAILED for remote in found),
        was_cancelled=all(remote.status == RemoteStatus.CANCELLED for remote in found),
        is_unclear=any(remote.status not in _WITHOUT_MONEY for remote in found)
        or not (operator.caps.status_by_ref or payment.operator_id),
        is_pending_forever=not operator.caps.notifies_failure,
    )
    if answer.paid is None:
        _close_or_wait(payment, answer, asked_at)
    elif not confirm_paid(payment, answer.paid.as_event()):
        _ask_again(payment)
    return ""


_FAILED = {RemoteStatus.FAILED, RemoteStatus.CANCELLED, RemoteStatus.EXPIRED, RemoteStatus.RETURNED}
_WITHOUT_MONEY = _FAILED | {RemoteStatus.PENDING}


def _close_or_wait(payment: Payment, answer: _Answer, asked_at: datetime) -> None:
    end = _end(payment, answer, timezone.now())
    if end is not None and _give_up(payment, end, asked_at):
        return
    if end is None and answer.is_pending:
        apply(payment, Event.PENDING_REPORTED)
    _ask_again(payment)


def _end(payment: Payment, answer: _Answer, now: datetime) -> Event | None:
    """How an answer without money ends the attempt; None while money may still come."""
    state = State(payment.state)
    if state == State.PAID_UNVERIFIED:
        return Event.NOT_PAID_CONFIRMED if answer.is_denial(payment.expires_at, now) else None
    if state not in UNPAID:
        return None
    if answer.has_failed:
        return Event.CANCELLATION_REPORTED if answer.was_cancelled else Event.FAILURE_REPORTED
    # Killed before the operator was asked, the payer never got a link: nothing is to be waited for then.
    is_late = payment.next_check_at is not None and now > payment.next_check_at
    was_never_sent = state == State.CREATED and is_late and not answer.is_pending
    return Event.EXPIRED if was_never_sent or answer.is_over(payment.expires_at, now) else None


@transaction.atomic(durable=True)
def _give_up(payment: Payment, end: Event, asked_at: datetime) -> bool:
    """End the attempt as the operator answered to what was asked at `asked_at`; False when the answer is older than what
    we know by now: the payment has moved on, or a message about it has come and is not carried out."""
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    waiting = OperatorEvent.objects.filter(payment=row, verdict=Verdict.ACCEPTED, processed_at__isnull=True)
    if row.state != payment.state or waiting.filter(last_received_at__gte=asked_at).exists():
        return False
    if end == Event.NOT_PAID_CONFIRMED:
        row.failure_code = DENIED if _said_paid(waiting) else ""
        waiting.update(processed_at=timezone.now())
    advance(row, end)
    schedule_check(row, timezone.now())
    row.save()
    return True


def _said_paid(messages: Iterable[OperatorEvent]) -> bool:
    """Whether the operator has signed one of the messages that tell of money."""
    told = [message.parsed for message in messages if message.kind == EventKind.PAYMENT]
    return any(one["status"] == RemoteStatus.PAID for one in told)


@transaction.atomic(durable=True)
def _ask_again(payment: Payment) -> None:
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    row.checks += 1
    schedule_check(row, timezone.now())
    row.save()


def ask_soon(payment: Payment) -> None:
    """The payer came back: have the operator asked now instead of at the next check, at most every five seconds."""
    if State(payment.state) in FINAL or not cache.add(f"payment-asked:{payment.public_id}", 1, timeout=5):
        return
    enqueue("payments.refresh", str(payment.public_id))
