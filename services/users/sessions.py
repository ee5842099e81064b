"""The session engine (SESSION_ENGINE): rows in the gmina's own schema, keys as hashes, contents encrypted, two limits.

A session ends after some time without a request and after a whole time in any case (`services.users.entrance`). The moment
of the last request is written once a minute at most, so that reading pages does not write to the database each time.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from services.users.entrance import ENTERED_KEY, SESSION_LIMITS, VISITOR_LIMITS
from services.users.models_sessions import Session

SEEN_EVERY = timedelta(minutes=1)


def key_hash(key: str) -> bytes:
    """What the table holds of a session's key. The key has 165 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(key.encode()).digest()


def ends_at(content: dict[str, Any], now: datetime) -> datetime:
    """When a session that was used at `now` ends unless it is used again."""
    entered = content.get(ENTERED_KEY) or {}
    limits = SESSION_LIMITS.get(entered.get("kind", ""), VISITOR_LIMITS)
    idle_end = now + limits.idle
    if "at" not in entered:
        return idle_end
    return min(idle_end, datetime.fromtimestamp(entered["at"], tz=UTC) + limits.whole)


class SessionStore(SessionBase):
    """One browser's session."""

    _row: Session | None = None

    @property
    def end(self) -> datetime | None:
        """When it ends unless it is used again; None for one that is not kept."""
        return self._row.ends_at if self._row else None

    def load(self) -> dict[str, Any]:
        """The content; an ended or unknown session is an empty one and loses its key."""
        now = timezone.now()
        row = Session.objects.filter(key_hash=key_hash(self.session_key or ""), ends_at__gt=now).first()
        if row is None:
            self._session_key = None  # as Django's own engine does
            return {}
        self._row = row
        content: dict[str, Any] = row.content
        if now - row.seen_at >= SEEN_EVERY:
            row.seen_at, row.ends_at = now, ends_at(content, now)
            Session.objects.filter(pk=row.pk).update(seen_at=row.seen_at, ends_at=row.ends_at)
        return content

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        return Session.objects.filter(key_hash=key_hash(session_key)).exists()

    def create(self) -> None:
        """A new session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the content. Raises CreateError for a key that is taken, UpdateError when the session has been ended."""
        if self.session_key is None:
            return self.create()
        content: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        row = self._new_row() if must_create or self._row is None else self._row
        now = timezone.now()
        row.content = dict(content)
        row.user_id = int(content[SESSION_KEY]) if SESSION_KEY in content else None
        row.seen_at, row.ends_at = now, ends_at(content, now)
        self._write(row)
        self._row = row
        return None

    def delete(self, session_key: str | None = None) -> None:
        """End a session, this one unless another's key is given."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(key_hash=key_hash(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Forget the sessions that have ended."""
        Session.objects.filter(ends_at__lte=timezone.now()).delete()

    def _new_row(self) -> Session:
        return Session(key_hash=key_hash(self.session_key or ""))

    @staticmethod
    def _write(row: Session) -> None:
        if row.pk is None:
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError as error:
                raise CreateError from error
            return
        # Not `save`: when the row is gone, that would break the transaction around.
        sealed = Session._meta.get_field("content").pre_save(row, add=False)
        values = {"content": sealed, "user_id": row.user_id, "seen_at": row.seen_at, "ends_at": row.ends_at}
        if not Session.objects.filter(pk=row.pk).update(**values):
            raise UpdateError
