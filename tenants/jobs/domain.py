"""What a periodic job is, and the rules by which gminas take turns. Pure: values in, values out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from zlib import crc32

BATCH: Final = 50
"""Gminas of one message, at most."""
BATCH_SECONDS: Final = 5.0
"""After this time a batch gives back the gminas that it has not come to, and its worker may do something else."""
STINT_SECONDS: Final = 1.0
"""For so long one message serves batch after batch; then its worker may do something else, and the next message goes on."""
STEP_SECONDS: Final = 5.0
"""Time of one step of a job in one gmina; a step that asks stops then and goes on in the gmina's next turn."""
COST_OF_TURN: Final = 10
"""A gmina whose last run took a second comes this many seconds later than one that took no time."""
PHASES: Final = 10_000
"""Parts of a job's spread, one of which is each gmina's own."""


class Outcome(StrEnum):
    """How a run of a job in a gmina ended."""

    DONE = "done"
    CONTINUES = "continues"
    """Its time was up; the rest is done in the gmina's next turn of the same round."""
    FAILED = "failed"


class Queue(StrEnum):
    """What a gmina tells of itself: something that waits, or a day that comes near."""

    MESSAGES = "messages"
    """E-mails that are not sent yet."""
    EVENTS = "events"
    """Messages of payment operators that are not carried out yet."""
    PAYMENTS = "payments"
    """Payments with money that the office has not booked."""
    REFUNDS = "refunds"
    """Refunds that the operator has not ended."""
    RECONCILIATION = "reconciliation"
    """The operator account whose last good comparison is the oldest; it waits when its last run failed."""
    TOKENS = "tokens"
    """Tokens of finance systems that have a last day."""
    AUTHORISATIONS = "authorisations"
    """Authorisations of the office's people that have a last day."""
    AUDIT = "audit"
    """Entries of the audit log that no seal covers yet."""
    CERTIFICATES = "certificates"
    """Certificates for sign-in through login.gov.pl: how many end soon, and when the first one ends."""


LATE_AFTER: Final = {
    Queue.MESSAGES: timedelta(hours=1),
    Queue.EVENTS: timedelta(minutes=10),
    Queue.PAYMENTS: timedelta(days=3),
    Queue.REFUNDS: timedelta(days=7),
    Queue.RECONCILIATION: timedelta(days=2),
    Queue.AUDIT: timedelta(hours=1),
}
"""From which age on somebody should look."""
ENDS_SOON: Final = timedelta(days=14)
"""How long before its end a token or an authorisation is shown."""
ENDS_SOON_OF: Final = {Queue.CERTIFICATES: timedelta(days=60)}
"""The same where more time is needed: a new certificate takes an application to COI."""

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is done again and again in every gmina: steps that run one after the other with the gmina open.

    A round begins whenever the clock asks for the job; over `spread` seconds from then the gminas come due, each at its
    own moment. `lanes` is how many batches of the job may be under way in one database cluster at one time.
    """

    name: str
    steps: tuple[Step, ...]
    spread: int = 0
    lanes: int = 1


def phase_of(job: str, teryt: str) -> int:
    """The gmina's own moment in the job's spread, 0 to PHASES - 1: the same every day and on every machine."""
    return crc32(f"{job} {teryt}".encode()) % PHASES
