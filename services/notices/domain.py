"""What may become of a letter, in words of the program. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

RETRY_MINUTES: Final = (1, 5, 15, 60, 180, 360, 720, 1440)
"""Waiting time after each failed attempt; after the last one the message is dead and shown to the office."""
MOST_DOUBTS: Final = 3
"""How often a letter of unknown outcome is sent again at most: what kills the mail server each time is not sent for ever."""
URGENT: Final = frozenset({"registered", "password_reset", "staff_invited"})
"""Kinds that somebody waits for before a closed door, links to passwords and confirmations: counted and never held."""
BULK: Final = frozenset({"due_reminder"})
"""Kinds of which a gmina sends thousands at once: they go out at a pace, and after all others."""


class Delivery(StrEnum):
    """What became of one try to hand a message over."""

    SENT = "sent"
    LATER = "later"
    """The server did not take this message now; it is tried again at its time."""
    AWAY = "away"
    """There was no talking to the server: the next message would fare no better now."""
    DOUBTFUL = "doubtful"
    """The server has the whole letter and gave no answer: it may have taken it."""
    DEAD = "dead"
    NOT_OURS = "not_ours"
    """Sent or dead before, or in the hands of another worker."""


class Reason(StrEnum):
    """Why a letter did not arrive."""

    REFUSED = "refused"
    """The mail server does not take letters for this address."""
    ADDRESS = "address"
    """No mail server could take it: the address is none."""
    GIVEN_UP = "given_up"
    """Tried for two days."""
    IN_DOUBT = "in_doubt"
    """Nobody knows whether it arrived; it was tried as often as is reasonable."""
    NO_MAILBOX = "no_mailbox"
    FULL = "full"
    RETURNED = "returned"


def reason_of_status(status: str) -> Reason:
    """What an enhanced status code of a failure means for the office (RFC 3463 section 3)."""
    subject = status.partition(".")[2]
    if subject.startswith("1.") or subject == "2.1":
        return Reason.NO_MAILBOX
    return Reason.FULL if subject == "2.2" else Reason.RETURNED


def head_start(kind: str) -> timedelta:
    """How far ahead of letters written at the same moment a kind stands in the queue."""
    if kind in URGENT:
        return timedelta(hours=12)
    return timedelta(0) if kind in BULK else timedelta(hours=6)
