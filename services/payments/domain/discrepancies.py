"""What can fail to agree between the portal, the operator and the bank, and how long each of it is still usual."""

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Rodzaj niezgodności."""

    SETTLED_UNKNOWN = "settled_unknown"
    """The operator paid out money of a transaction that is none of ours."""
    NOT_SETTLED = "not_settled"
    """The operator confirmed the money and has not paid it out."""
    AMOUNT_DIFFERS = "amount_differs"
    """Another amount was paid out than was paid."""
    FEE_DIFFERS = "fee_differs"
    """The operator kept another fee than the payer was shown (payments.md 2.4)."""
    TRANSFER_DIFFERS = "transfer_differs"
    """The transfer on the bank statement is not the sum of its payout (payments.md 11, bug 29)."""
    UNVERIFIED = "unverified"
    """A message said paid, and the operator has not confirmed it since (bug 4)."""
    DENIED = "denied"
    """The operator's signed message said paid, and its last word when asked is that nothing came."""
    MISMATCH = "mismatch"
    """Another amount, currency or receiver than was ordered."""
    PAID_TWICE = "paid_twice"
    """One due was paid twice (bug 12)."""
    REFUND_STUCK = "refund_stuck"
    """A refund has no end."""
    TAKEN_BACK = "taken_back"
    """The money went away after booking (bug 30)."""
    FORGED_OFTEN = "forged_often"
    """Many messages of one day have a wrong signature."""
    UNKNOWN_MESSAGE = "unknown_message"
    """A genuine message names no payment of ours (bug 10)."""
    LONG_LOCK = "long_lock"
    """Dues are locked for longer than a payment takes."""


WINDOW = timedelta(days=35)
"""How far back the operator is asked, and payouts are looked for (payments.md 2.2)."""
NOT_SETTLED_AFTER = timedelta(days=5)
"""A payout comes on the next working day; three days later over a long weekend."""
UNVERIFIED_AFTER = timedelta(minutes=60)
DENIED_AFTER = timedelta(hours=1)
"""How long after the end of the link the operator may still find the money that it reported: what it tells when asked may
be older than its messages."""
DENIED = "confirm.denied"
"""Why an attempt was given up whose money the operator's own signed message had told: a person has to ask why."""
FORGED_IN_A_DAY = 5
FORGED_SHOWN = timedelta(days=7)
LINK_DEAD_FOR = timedelta(hours=24)
"""A link that nobody paid frees its dues within this time of its end."""
PAID_LOCK = timedelta(days=7)
"""Money that waits longer for its booking keeps its dues locked unusually long."""
