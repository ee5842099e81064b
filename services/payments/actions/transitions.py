"""What a change of state brings with it: the lock, the messages, the audit entry, the next question to the operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from kernel.actors import Actor, system
from kernel.audit.recording import record_each
from kernel.errors import Conflict
from services.notices.actions import Letter, write_messages
from services.payments.domain.states import LOCKING, RELEASED, UNPAID, Event, State, next_state
from services.payments.models import Payment, PaymentItem
from tenants.configuration.queries import office

OPERATOR = system("operator")

CHECK_MINUTES = (1, 2, 5, 15, 60)
"""Waiting times between questions to the operator while a payment is open; then hourly."""
LATE_HOURS = (1, 24, 72)
"""Questions after an attempt was given up: money that came late must not be lost."""

LETTERS_WAIT_SECONDS = 5
"""The payer sees on the page what became of the payment; in a burst the letters do not keep a worker from the others'."""

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

    `letter` replaces the usual letter of the new state, and `told` is what it says besides the payment. Raises
    Conflict("correction.due_being_paid") when another payment holds one of the dues that are to be locked again.
    """
    (has_moved,) = advance_together([(payment, event)], actor=actor, letter=letter, **told)
    return has_moved


def advance_together(
    events: Sequence[tuple[Payment, Event]], *, actor: Actor = OPERATOR, letter: str = "", **told: object
) -> list[bool]:
    """Move locked payment rows, each by its event and in this order; which of the events changed something. The caller
    saves the rows.

    Leaving the locking states closes the items, which frees the dues; only a booking that is taken back locks them again.
    """
    moved, changes = [], []
    for payment, event in events:
        before = State(payment.state)
        after = next_state(before, event)
        payment.state = after
        moved.append(after != before)
        if after != before:
            changes.append(_Change(payment, event, before, after))
    _free_or_lock(changes)
    record_each("payment.state", [(change.payment, change.told) for change in changes], actor=actor)
    _tell_payers(changes, letter, told)
    return moved


@dataclass(frozen=True)
class _Change:
    payment: Payment
    event: Event
    before: State
    after: State

    @property
    def told(self) -> dict[str, str]:
        return {"before": self.before.value, "after": self.after.value, "event": self.event.value}

    @property
    def is_known(self) -> bool:
        """Whether the payer has seen anything of the payment: not of one that the operator refused to begin."""
        return self.after != State.FAILED or self.payment.started_at is not None


def _free_or_lock(changes: Sequence[_Change]) -> None:
    freed = [change.payment.pk for change in changes if change.after not in LOCKING]
    if freed:
        PaymentItem.objects.filter(payment__in=freed, is_open=True).update(is_open=False)
    for change in changes:
        if change.event == Event.BOOKING_REVERSED:
            _lock_again(change.payment)


def _tell_payers(changes: Sequence[_Change], letter: str, told: Mapping[str, object]) -> None:
    kinds = [(change, letter or MESSAGE_KINDS.get(change.after, "")) for change in changes if change.is_known]
    written = [(change.payment, kind) for change, kind in kinds if kind]
    if not written:
        return
    portal = office().portal_name
    letters = [
        Letter(
            kind=kind,
            recipient=payment.resident.user.email,
            context={"portal": portal, "payment": payment, **told},
            related_ref=str(payment.public_id),
        )
        for payment, kind in written
    ]
    write_messages(letters, within_seconds=LETTERS_WAIT_SECONDS)


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
