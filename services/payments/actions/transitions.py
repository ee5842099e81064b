"""What a change of state brings with it: the lock, the messages, the audit entry, the next question to the operator."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from kernel.actors import Actor, system
from kernel.audit.recording import record
from kernel.errors import Conflict
from services.notices.actions import write_message
from services.payments.domain.states import LOCKING, RELEASED, UNPAID, Event, State, next_state
from services.payments.models import Payment
from tenants.configuration.queries import office

OPERATOR = system("operator")

CHECK_MINUTES = (1, 2, 5, 15, 60)
"""Waiting times between questions to the operator while a payment is open; then hourly."""
LATE_HOURS = (1, 24, 72)
"""Questions after an attempt was given up: money that came late must not be lost."""

MESSAGE_KINDS = {
    State.PAID: "payment_paid",
    State.BOOKED: "payment_booked",
    State.FAILED: "payment_failed",
    State.CANCELLED: "payment_failed",
    State.CHARGEBACK: "payment_charged_back",
}


def advance(
    payment: Payment, event: Event, *, actor: Actor = OPERATOR, letter: str = "", **told: object
) -> bool:
    """Move a locked payment row by `event`; False when the event changes nothing. The caller saves the row.

    Leaving the locking states closes the items, which frees the dues; only a booking that is taken back locks them again.
    `letter` replaces the usual letter of the new state, and `told` is what it says besides the payment. Raises
    Conflict("correction.due_being_paid") when another payment holds one of the dues that are to be locked again.
    """
    before = State(payment.state)
    after = next_state(before, event)
    if after == before:
        return False
    payment.state = after
    if after not in LOCKING:
        payment.items.filter(is_open=True).update(is_open=False)
    elif event == Event.BOOKING_REVERSED:
        _lock_again(payment)
    record("payment.state", payment, actor=actor, before=before.value, after=after.value, event=event.value)
    kind = letter or MESSAGE_KINDS.get(after)
    if kind and not (after == State.FAILED and payment.started_at is None):
        write_message(
            kind=kind,
            recipient=payment.resident.user.email,
            context={"portal": office().portal_name, "payment": payment, **told},
            related_ref=str(payment.public_id),
        )
    return True


def _lock_again(payment: Payment) -> None:
    try:
        with transaction.atomic():
            payment.items.update(is_open=True)
    except IntegrityError as error:
        raise Conflict("correction.due_being_paid") from error


def schedule_check(payment: Payment, now: datetime) -> None:
    """Set when to ask the operator next, or never again."""
    state = State(payment.state)
    if state in UNPAID or state == State.PAID_UNVERIFIED:
        minutes = CHECK_MINUTES[payment.checks] if payment.checks < len(CHECK_MINUTES) else 60
        payment.next_check_at = now + timedelta(minutes=minutes)
    elif state in RELEASED and payment.started_at is not None:
        ahead = [payment.started_at + timedelta(hours=hours) for hours in LATE_HOURS]
        payment.next_check_at = next((moment for moment in ahead if moment > now), None)
    else:
        payment.next_check_at = None
