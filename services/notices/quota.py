"""How many letters a gmina may send in a day: the rest waits, and none is lost."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from services.notices.models import Message, MessageState
from tenants.metering import counters
from tenants.metering.quotas import LETTERS

URGENT: Final = frozenset({"registered", "password_reset", "staff_invited"})
"""Kinds that somebody waits for before a closed door, links to passwords and confirmations: counted and never held."""

HELD_FOR: Final = timedelta(minutes=15)
"""A letter over the quota is looked at again after this time: the day may have ended, or the quota been raised."""


def admit(message_id: UUID) -> bool:
    """Count a letter that goes out for the first time against the gmina's day; False when it has to wait.

    A further try of the same letter is not counted again.
    """
    waiting = Message.objects.filter(public_id=message_id, state=MessageState.WAITING)
    kind = waiting.filter(attempts=0).values_list("kind", flat=True).first()
    if kind is None:
        return True
    (counted,) = counters.take(LETTERS.wanted(is_limited=kind not in URGENT))
    if not counted.is_admitted:
        waiting.update(next_attempt_at=timezone.now() + HELD_FOR)
    return counted.is_admitted
