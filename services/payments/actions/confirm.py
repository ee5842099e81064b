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
    EventKind,
    RemoteStatus,
    RemoteTransaction,
)
from kernel.tasks import enqueue
from services.payments.actions.confirming import confirm_paid
from services.payments.actions.steps import Step, apply_together
from services.payments.actions.transitions import advance, schedule_check
from services.payments.domain.discrepancies import DENIED, DENIED_AFTER
from services.payments.domain.states import FINAL, RELEASED, UNPAID, Event, State
from services.payments.models import OperatorEvent, Payment, Verdict
from tenants.configuration.queries import operator_config

log = structlog.get_logger(__name__)


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
        apply_together([Step(payment, Event.PENDING_REPORTED)])
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
