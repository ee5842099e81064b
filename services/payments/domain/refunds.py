"""Life of one refund through the operator: two persons decide, the operator carries it out (payments.md 16.7)."""

from datetime import timedelta
from enum import StrEnum

from services.payments.domain.states import State


class RefundState(StrEnum):
    """Where a refund stands."""

    PROPOSED = "proposed"
    """One person wants it; nothing has gone out."""
    APPROVED = "approved"
    """Another person agreed; the operator has not taken it yet."""
    SENT = "sent"
    """The order with its key is on its way: whoever finds it so must repeat it with the same key."""
    UNKNOWN = "unknown"
    """The operator's answer was lost: it is repeated with the same key, so that the money goes back once."""
    PENDING = "pending"
    """The operator has taken the order and carries it out."""
    COMPLETED = "completed"
    """The operator has given the money back."""
    REJECTED = "rejected"
    """The second person or the operator said no: no money went back."""
    WITHDRAWN = "withdrawn"
    """Who proposed it took it back."""


REFUNDABLE = frozenset({State.PAID, State.PARTLY_REFUNDED})
"""States of a payment of which money can still go back through the operator; once booked it is an overpayment."""

OPEN = frozenset(
    {
        RefundState.PROPOSED,
        RefundState.APPROVED,
        RefundState.SENT,
        RefundState.UNKNOWN,
        RefundState.PENDING,
    }
)
"""Not ended: a payment has one such refund at most, and is not booked meanwhile."""

TO_SEND = frozenset({RefundState.APPROVED, RefundState.SENT, RefundState.UNKNOWN})
"""The operator has to be given the order, the first time or again."""

UNDERWAY = TO_SEND | {RefundState.PENDING}
"""Two persons agreed, and the operator has not said how it ended."""

STUCK_AFTER = timedelta(days=3)
"""A refund without an end for longer than this is a task for the clerk."""

CHECK_MINUTES = (2, 5, 15, 60)
"""Waiting times between questions about a refund; then hourly, and daily once it is stuck."""


def wait_before_check(checks: int, age: timedelta) -> timedelta:
    """How long to wait before the next question about a refund that was asked about `checks` times since `age` ago."""
    if age > STUCK_AFTER:
        return timedelta(days=1)
    return timedelta(minutes=CHECK_MINUTES[min(checks, len(CHECK_MINUTES) - 1)])
