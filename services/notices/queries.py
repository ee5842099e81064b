"""What waits in the outbox."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from services.notices.models import Message, MessageState


def messages_due(now: datetime, limit: int = 500) -> list[UUID]:
    """Public ids of messages to send now, oldest first."""
    rows = Message.objects.filter(state=MessageState.WAITING, next_attempt_at__lte=now).order_by(
        "next_attempt_at", "id"
    )
    return list(rows.values_list("public_id", flat=True)[:limit])


def written_since(moment: datetime, *kinds: str) -> bool:
    """Whether a message of one of the kinds was put into the outbox since then."""
    return Message.objects.filter(kind__in=kinds, created_at__gte=moment).exists()


def undelivered() -> QuerySet[Message]:
    """Messages that were given up, newest first. `last_error` says why; the office must reach these people otherwise."""
    return Message.objects.filter(state=MessageState.DEAD).order_by("-created_at", "-id")
