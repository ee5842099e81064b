"""A form on its way: found, locked, ended."""

from uuid import UUID

from django.utils import timezone

from kernel.errors import NotFound, Refused
from services.signing.domain import OPEN, AttemptEvent, AttemptState, next_state
from services.signing.models import SigningAttempt


def close(attempt: SigningAttempt, reason: str) -> None:
    """End a locked form without a registration. Raises Conflict("signing.state")."""
    attempt.state = next_state(AttemptState(attempt.state), AttemptEvent.CLOSED)
    attempt.closed_reason = reason
    attempt.page_url = ""
    attempt.save()


def one(attempt_id: UUID) -> SigningAttempt:
    """A form. Raises NotFound("signing.unknown")."""
    attempt = SigningAttempt.objects.filter(public_id=attempt_id).first()
    if attempt is None:
        raise NotFound("signing.unknown")
    return attempt


def locked(attempt_id: UUID) -> SigningAttempt:
    """The form, locked. Raises NotFound("signing.unknown"), Refused("signing.ended") when its time is over."""
    attempt = SigningAttempt.objects.select_for_update().filter(public_id=attempt_id).first()
    if attempt is None:
        raise NotFound("signing.unknown")
    if attempt.state in OPEN and attempt.ends_at < timezone.now():
        raise Refused("signing.ended")
    return attempt
