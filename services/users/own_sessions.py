"""Own sessions: where an account is signed in, and ending that (R33, ASVS V7.5.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import NotFound
from services.users.entrance import ENTERED_KEY
from services.users.models import User
from services.users.models_sessions import Session
from services.users.sessions import key_hash


@dataclass(frozen=True)
class OpenSession:
    """One browser in which the account is signed in. `address` is the network address as it was: no place is guessed."""

    public_id: UUID
    device: str
    address: str
    method: str
    entered_at: datetime | None
    seen_at: datetime
    is_own: bool


def open_sessions(user: User, *, key: str | None) -> Iterator[OpenSession]:
    """Where the account is signed in now, the newest first; `key` is that of the session that asks."""
    own = key_hash(key or "")
    rows = Session.objects.filter(user=user, ends_at__gt=timezone.now()).order_by("-seen_at")
    for row in rows:
        entered = row.content.get(ENTERED_KEY) or {}
        at = entered.get("at")
        yield OpenSession(
            public_id=row.public_id,
            device=entered.get("device", ""),
            address=entered.get("address", ""),
            method=entered.get("method", ""),
            entered_at=datetime.fromtimestamp(at, tz=UTC) if at else None,
            seen_at=row.seen_at,
            is_own=bytes(row.key_hash) == own,
        )


def own_session(user: User, session_id: UUID) -> Session:
    """One of the account's sessions. Raises NotFound("session.unknown"), also for somebody else's."""
    row = Session.objects.filter(user=user, public_id=session_id).first()
    if row is None:
        raise NotFound("session.unknown")
    return row


@transaction.atomic
def end_session(user: User, session_id: UUID, *, actor: Actor) -> None:
    """End one of the account's sessions. Raises as `own_session` does."""
    own_session(user, session_id).delete()
    record("session.ended", user, actor=actor, count=1)


@transaction.atomic
def end_sessions(user: User, *, actor: Actor, but: str | None = None) -> int:
    """End all sessions of the account, save the one with the key `but`; how many they were.

    For a changed password or factor, a blocked or closed account (ASVS V7.4.2, V7.4.3).
    """
    rows = Session.objects.filter(user=user)
    if but is not None:
        rows = rows.exclude(key_hash=key_hash(but))
    count, _ = rows.delete()
    if count:
        record("session.ended", user, actor=actor, count=count)
    return count
