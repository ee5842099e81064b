"""How many letters a gmina may send in a day, and how many of a mass in a minute: the rest waits, and none is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.notices.domain import BULK, URGENT
from services.notices.models import Message
from tenants.metering import counters
from tenants.metering.counters import Wanted
from tenants.metering.quotas import BULK_LETTERS, LETTERS

HELD_FOR: Final = timedelta(minutes=15)
"""A letter over the quota is looked at again after this time: the day may have ended, or the quota been raised."""
PACED_FOR: Final = timedelta(seconds=20)
"""A letter of a mass that is over the minute's pace is looked at again after this time."""


@dataclass(frozen=True)
class Admitted:
    """Letters that may go out now, those over the quota of the day, and those over the pace of the minute."""

    now: list[Message]
    held: list[Message]
    paced: list[Message]


def admit(messages: Sequence[Message]) -> Admitted:
    """Count letters against the gmina's quota of the day, and those of a mass against its pace, outside a transaction.

    A further try of the same letter is not counted again. Urgent ones are counted and never held.
    """
    mass = [message for message in messages if message.kind in BULK]
    in_pace = set(_admitted(mass, lambda amount: BULK_LETTERS.wanted(amount)))
    first = [message for message in messages if not message.attempts and not message.doubts]
    ready = [message for message in first if message.kind not in BULK or message.pk in in_pace]
    urgent = [message for message in ready if message.kind in URGENT]
    if urgent:
        counters.take(LETTERS.wanted(len(urgent), is_limited=False))
    limited = [message for message in ready if message.kind not in URGENT]
    over = {message.pk for message in limited} - set(_admitted(limited, LETTERS.wanted))
    paced = [message for message in mass if message.pk not in in_pace]
    waiting = over | {message.pk for message in paced}
    return Admitted(
        now=[message for message in messages if message.pk not in waiting],
        held=[message for message in messages if message.pk in over],
        paced=paced,
    )


def _admitted(messages: Sequence[Message], wanted: Callable[[int], Wanted]) -> list[int]:
    """Primary keys of the first of the messages for which there is room: all by one count, or one by one at the limit."""
    if not messages:
        return []
    (counted,) = counters.take(wanted(len(messages)))
    if counted.is_admitted:
        return [message.pk for message in messages]
    found = []
    for message in messages:
        (counted,) = counters.take(wanted(1))
        if not counted.is_admitted:
            break
        found.append(message.pk)
    return found
