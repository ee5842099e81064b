"""Life of one attempt to pay, as a table of edges (payments.md 2.2).

Two kinds of events. *Messages* say what the operator told us (notification, status pull, settlement): they
arrive late, twice and out of order, so every state knows what each of them means and most change nothing.
*Acts* are our own: an act that does not fit its state is a bug or a race and raises IllegalTransition.
"""

from collections.abc import Mapping
from enum import StrEnum

from kernel.errors import Conflict


class State(StrEnum):
    """Where an attempt stands."""

    CREATED = "created"
    """Committed with its lock and amounts; the operator knows nothing yet."""
    STARTED = "started"
    """The operator accepted the order; the payer has a link."""
    UNKNOWN = "unknown"
    """The start timed out: only a status pull or the end of the link's life tells what became of it."""
    PENDING = "pending"
    """The operator says that the payer is at it."""
    PAID_UNVERIFIED = "paid_unverified"
    """A genuine message, or the operator's status, says paid; we have not fetched the proof yet. The operator's last word
    may still be that there is no money."""
    PAID = "paid"
    """Confirmed by our own question to the operator. The balance still stands as it was (eKasa § 10 ust. 4).
    """
    MISMATCH = "mismatch"
    """Money came with another amount, currency, account or merchant: a clerk decides."""
    BOOKED = "booked"
    """The office posted it; only now the balance moves."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUND_PENDING = "refund_pending"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CHARGEBACK = "chargeback"


class Event(StrEnum):
    """What can happen to an attempt."""

    # what became of our order at the operator
    START_ACCEPTED = "start_accepted"
    START_REFUSED = "start_refused"
    START_TIMED_OUT = "start_timed_out"
    # messages of the operator
    PENDING_REPORTED = "pending_reported"
    PAID_REPORTED = "paid_reported"
    PAID_CONFIRMED = "paid_confirmed"
    FAILURE_REPORTED = "failure_reported"
    CANCELLATION_REPORTED = "cancellation_reported"
    MISMATCH_FOUND = "mismatch_found"
    PARTIAL_REFUND_REPORTED = "partial_refund_reported"
    REFUND_REPORTED = "refund_reported"
    CHARGEBACK_REPORTED = "chargeback_reported"
    # acts of ours
    EXPIRED = "expired"
    NOT_PAID_CONFIRMED = "not_paid_confirmed"
    MISMATCH_ACCEPTED = "mismatch_accepted"
    MISMATCH_DISMISSED = "mismatch_dismissed"
    BOOKED = "booked"
    REMAINDER_BOOKED = "remainder_booked"
    BOOKING_REVERSED = "booking_reversed"
    REFUND_STARTED = "refund_started"
    REFUND_REFUSED = "refund_refused"
    REFUND_REFUSED_AFTER_PART = "refund_refused_after_part"


class IllegalTransition(Conflict):
    """The event does not fit the state; nothing has changed."""


UNPAID = frozenset({State.CREATED, State.STARTED, State.UNKNOWN, State.PENDING})
"""Nobody has said that money came; the poller keeps asking."""

RELEASED = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})
"""Given up after a last status pull. Money that still comes is a late payment and is never dropped."""

LOCKING = UNPAID | {
    State.PAID_UNVERIFIED,
    State.PAID,
    State.MISMATCH,
    State.REFUND_PENDING,
    State.PARTLY_REFUNDED,
}
"""States in which the attempt keeps the lock of its dues, if it still has it.

A lock is taken at CREATED and released on the first state outside this set. A late payment and a refund after
booking do not take it again: they find the due free or paid by another attempt, and then the surplus is the
clerk's. Only BOOKING_REVERSED takes it again, since the money still waits for its booking.
"""

FINAL = RELEASED | {State.BOOKED, State.REFUNDED, State.CHARGEBACK}
"""Nothing more is awaited: polling stops. A late message or a refund can still move the attempt on."""

_WITH_MONEY = frozenset(
    {State.PAID, State.BOOKED, State.REFUND_PENDING, State.PARTLY_REFUNDED, State.REFUNDED, State.CHARGEBACK}
)

MESSAGES = frozenset(
    {
        Event.START_ACCEPTED,
        Event.START_REFUSED,
        Event.START_TIMED_OUT,
        Event.PENDING_REPORTED,
        Event.PAID_REPORTED,
        Event.PAID_CONFIRMED,
        Event.FAILURE_REPORTED,
        Event.CANCELLATION_REPORTED,
        Event.MISMATCH_FOUND,
        Event.PARTIAL_REFUND_REPORTED,
        Event.REFUND_REPORTED,
        Event.CHARGEBACK_REPORTED,
    }
)
"""Events that come from outside, at any time: in a state without an edge for them they are stored and change
nothing.
"""


def _edges() -> dict[tuple[State, Event], State]:
    edges = {
        (State.CREATED, Event.START_ACCEPTED): State.STARTED,
        (State.UNKNOWN, Event.START_ACCEPTED): State.STARTED,
        # A refusal after a timed-out start may only mean "I know this reference already": it proves nothing.
        (State.CREATED, Event.START_REFUSED): State.FAILED,
        (State.CREATED, Event.START_TIMED_OUT): State.UNKNOWN,
        (State.PAID_UNVERIFIED, Event.PAID_CONFIRMED): State.PAID,
        (State.PAID_UNVERIFIED, Event.MISMATCH_FOUND): State.MISMATCH,
        (State.PAID_UNVERIFIED, Event.NOT_PAID_CONFIRMED): State.FAILED,
        (State.MISMATCH, Event.MISMATCH_ACCEPTED): State.PAID,
        (State.MISMATCH, Event.MISMATCH_DISMISSED): State.FAILED,
        (State.PAID, Event.BOOKED): State.BOOKED,
        (State.PARTLY_REFUNDED, Event.REMAINDER_BOOKED): State.BOOKED,
        # The office took its booking back; the operator's confirmation still stands.
        (State.BOOKED, Event.BOOKING_REVERSED): State.PAID,
        # We refund before booking only; afterwards the money is an overpayment, which has a way of its own.
        (State.PAID, Event.REFUND_STARTED): State.REFUND_PENDING,
        (State.PARTLY_REFUNDED, Event.REFUND_STARTED): State.REFUND_PENDING,
        (State.REFUND_PENDING, Event.REFUND_REFUSED): State.PAID,
        (State.REFUND_PENDING, Event.REFUND_REFUSED_AFTER_PART): State.PARTLY_REFUNDED,
    }
    for state in UNPAID | RELEASED:
        edges[state, Event.PAID_REPORTED] = State.PAID_UNVERIFIED
        edges[state, Event.PAID_CONFIRMED] = State.PAID
        edges[state, Event.MISMATCH_FOUND] = State.MISMATCH
    for state in UNPAID:
        edges[state, Event.PENDING_REPORTED] = State.PENDING
        edges[state, Event.FAILURE_REPORTED] = State.FAILED
        edges[state, Event.CANCELLATION_REPORTED] = State.CANCELLED
        edges[state, Event.EXPIRED] = State.EXPIRED
    for state in (State.PAID, State.BOOKED, State.REFUND_PENDING, State.PARTLY_REFUNDED):
        edges[state, Event.PARTIAL_REFUND_REPORTED] = State.PARTLY_REFUNDED
        edges[state, Event.REFUND_REPORTED] = State.REFUNDED
        edges[state, Event.CHARGEBACK_REPORTED] = State.CHARGEBACK
    edges[State.REFUNDED, Event.CHARGEBACK_REPORTED] = State.CHARGEBACK
    return edges


EDGES: Mapping[tuple[State, Event], State] = _edges()
"""Every change of state there is."""


def next_state(state: State, event: Event) -> State:
    """State after `event`; the same state when a message has nothing to say there (stored, acknowledged,
    ignored).

    PAID never goes back by a message: a FAILURE_REPORTED after it speaks of another try of the payer
    (payments.md 2.2). FAILURE_REPORTED, CANCELLATION_REPORTED and NOT_PAID_CONFIRMED release the lock, so the caller
    applies them only after its own status pull agreed. Raises IllegalTransition("payment.illegal_transition") for an act
    that does not fit.
    """
    after = EDGES.get((state, event))
    if after is not None:
        return after
    if event in MESSAGES:
        return state
    raise IllegalTransition("payment.illegal_transition", state=state.value, event=event.value)


def is_late(state: State, event: Event) -> bool:
    """Whether `event` brings money to an attempt that was given up: accepted, but without a lock."""
    return state in RELEASED and next_state(state, event) not in RELEASED


def has_money(state: State) -> bool:
    """Whether the operator has confirmed money of this attempt, wherever it went afterwards."""
    return state in _WITH_MONEY
