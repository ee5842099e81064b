"""What became of a payment. Notification, return page and poller all end here, and only what was fetched from the operator
is believed (payments.md 2.2)."""

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
from services.payments.domain.states import FINAL, UNPAID, Event, State
from services.payments.models import OperatorEvent, Payment, Verdict
from tenants.configuration.queries import operator_config

log = structlog.get_logger(__name__)


def confirm_paid(payment: Payment, message: OperatorMessage) -> bool:
    """Ask the operator to confirm a reported payment against our own amount; False when it has to be asked again."""
    apply(payment, Event.PAID_REPORTED)
    account = payment.operator_account
    expected = Expected(ref=payment.reference, amount_gr=payment.total_gr)
    try:
        answer = registry.operator(account.operator).confirm(operator_config(account), message, expected)
    except OperatorError as error:
        answer = Retry(error.code)
    match answer:
        case Confirmed(operator_tx_id=operator_id, payer_debited_at=debited_at):
            paid_at = debited_at or message.payer_debited_at or _moment_of_payment(payment, operator_id)
            apply(payment, Event.PAID_CONFIRMED, operator_id=operator_id, paid_at=paid_at)
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


def _moment_of_payment(payment: Payment, operator_id: str) -> datetime:
    """When the payer paid, where the message does not say it: the day decides about interest, so it is asked for. Only
    when the operator does not tell either it is the moment at which we heard of it."""
    account = payment.operator_account
    try:
        found = registry.operator(account.operator).fetch_status(
            operator_config(account), payment.reference, operator_id
        )
    except OperatorError as error:
        log.warning("payment.moment_unknown", payment=str(payment.public_id), code=error.code)
        found = []
    return next((one.paid_at for one in found if one.paid_at is not None), timezone.now())


@transaction.atomic(durable=True)
def apply(
    payment: Payment,
    event: Event,
    *,
    operator_id: str = "",
    failure_code: str = "",
    paid_at: datetime | None = None,
    received: tuple[int, str] | None = None,
) -> State:
    """One step of the state machine under the row's lock; returns the state that holds afterwards.

    `received` are the grosze and the currency that the operator reports of a mismatch, for the person who decides.
    """
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if operator_id and (row.paid_at is None or not row.operator_id):
        row.operator_id = operator_id  # of several tries of the payer the one that brought the money
    if failure_code:
        row.failure_code = failure_code
    if paid_at is not None and row.paid_at is None:
        row.paid_at = paid_at
        row.debited_on = warsaw_day(paid_at)
    if advance(row, event):
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
    is_pending_forever: bool
    """The operator never says that nothing will come: only the end of the link's life tells."""

    def is_over(self, expires_at: datetime | None, now: datetime) -> bool:
        """Whether the link is dead and nothing is on its way."""
        return (
            expires_at is not None and now > expires_at and (not self.is_pending or self.is_pending_forever)
        )


def refresh_payment(payment_id: UUID) -> None:
    """Ask the operator what became of a payment and act on the answer. The poller's and the return page's way in.

    An attempt is given up, and its dues are freed, only after the operator has said that there is no money, or has said
    nothing of it until after the end of the link's life.
    """
    payment = Payment.objects.select_related("operator_account").filter(public_id=payment_id).first()
    if payment is None or (State(payment.state) in FINAL and payment.next_check_at is None):
        return
    ask_operator(payment)


def ask_operator(payment: Payment) -> str:
    """Ask what became of a payment in whatever state and act on the answer; the operator's error code where it gave none,
    else empty."""
    account = payment.operator_account
    try:
        found = registry.operator(account.operator).fetch_status(
            operator_config(account), payment.reference, payment.operator_id
        )
    except OperatorError as error:
        log.warning("payment.status", payment=str(payment.public_id), code=error.code)
        _ask_again(payment)
        return error.code
    answer = _Answer(
        paid=next((one for one in found if one.status == RemoteStatus.PAID or one.needs_confirmation), None),
        is_pending=any(remote.status == RemoteStatus.PENDING for remote in found),
        has_failed=bool(found) and all(remote.status in _FAILED for remote in found),
        is_pending_forever=not registry.operator(account.operator).caps.notifies_failure,
    )
    if answer.paid is None:
        _close_or_wait(payment, answer)
    elif not confirm_paid(payment, answer.paid.as_event()):
        _ask_again(payment)
    return ""


_FAILED = {RemoteStatus.FAILED, RemoteStatus.CANCELLED, RemoteStatus.EXPIRED, RemoteStatus.RETURNED}


def _close_or_wait(payment: Payment, answer: _Answer) -> None:
    state = State(payment.state)
    now = timezone.now()
    if state not in UNPAID:
        _ask_again(payment)
    elif answer.has_failed:
        apply(payment, Event.FAILURE_REPORTED)
    elif answer.is_over(payment.expires_at, now):
        apply(payment, Event.EXPIRED)
    elif (
        state == State.CREATED
        and payment.next_check_at
        and now > payment.next_check_at
        and not answer.is_pending
    ):
        # We were killed before the operator was asked: the payer never got a link.
        apply(payment, Event.EXPIRED)
    else:
        if answer.is_pending:
            apply(payment, Event.PENDING_REPORTED)
        _ask_again(payment)


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
