"""What the sweep does in each gmina: judge what could not be judged, tell people, forget what came to nothing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kernel.actors import system
from kernel.audit.recording import record
from kernel.endings import warning_due
from services.notices.actions import write_message
from services.signing.attempts import close
from services.signing.certificates import ENDS_SOON
from services.signing.domain import KEPT_FOR, OPEN, AttemptState, FileState
from services.signing.judging import judge
from services.signing.models import SignedFile, SigningAccess, SigningAttempt
from tenants.configuration.queries import office

ACTOR = system("signing.sweep")
LATER = timedelta(minutes=5)
"""Between two looks at a file for which the list or the issuer's answer is missing."""
GIVEN_UP_AFTER = timedelta(days=7)
AT_ONCE = 20
NOT_VERIFIED, ENDED = "signing.not_verified", "signing.ended"


def sweep() -> None:
    """Go on with signed files that wait, and end forms that nobody signs; safe to run at any time."""
    now = timezone.now()
    _warn_of_end(now)
    _judge_waiting(now)
    _end_old(now)
    _forget(now)


@transaction.atomic(durable=True)
def _warn_of_end(now: datetime) -> None:
    """Write to the office when the certificate of its access to the signing service comes nearer to its end."""
    row = SigningAccess.objects.select_for_update().filter(valid_until__lt=now + ENDS_SOON).first()
    if row is None:
        return
    days_left = (row.valid_until - now).days
    mark = warning_due(days_left, row.warned_at_days)
    if mark is None:
        return
    row.warned_at_days = mark
    row.save(update_fields=["warned_at_days"])
    write_message(
        kind="signing_certificate_ends",
        recipient=office().email,
        context={
            "ends_at": row.valid_until,
            "days_left": max(days_left, 0),
            "is_over": row.valid_until <= now,
        },
        related_ref=str(row.public_id),
    )


def _judge_waiting(now: datetime) -> None:
    waiting = SignedFile.objects.filter(
        state=FileState.RECEIVED,
        attempt__state=AttemptState.RECEIVED,
        received_at__lt=now - timedelta(minutes=1),
    ).exclude(judged_at__gt=now - LATER)
    for file in waiting.order_by("judged_at", "pk")[:AT_ONCE]:
        if file.received_at < now - GIVEN_UP_AFTER:
            _give_up(file)
            continue
        judged = judge(file.public_id, actor=ACTOR)
        if judged.state == FileState.REFUSED or judged.attempt.state == AttemptState.CLOSED:
            # Nobody is at the page any more. A registration writes its own letter.
            _tell(file.attempt_id)


@transaction.atomic(durable=True)
def _give_up(file: SignedFile) -> None:
    attempt = SigningAttempt.objects.select_for_update().get(pk=file.attempt_id)
    if attempt.state == AttemptState.RECEIVED:
        close(attempt, NOT_VERIFIED)
        record("signing.came_to_nothing", attempt, actor=ACTOR, outcome="refused", reason=NOT_VERIFIED)
        _write(attempt)


@transaction.atomic(durable=True)
def _tell(attempt_pk: int) -> None:
    _write(SigningAttempt.objects.get(pk=attempt_pk))


def _write(attempt: SigningAttempt) -> None:
    write_message(
        kind="signature_not_taken",
        recipient=attempt.form["email"],
        context={"portal": attempt.form["portal"], "number": str(attempt.public_id)},
        related_ref=str(attempt.public_id),
    )


@transaction.atomic(durable=True)
def _end_old(now: datetime) -> None:
    """A form that waits for a signature ends with its time; one that is being judged does not."""
    unsigned = SigningAttempt.objects.filter(
        state__in=[AttemptState.DRAFT, AttemptState.SENT], ends_at__lt=now
    )
    for attempt in unsigned.select_for_update(skip_locked=True)[:AT_ONCE]:
        close(attempt, ENDED)


@transaction.atomic(durable=True)
def _forget(now: datetime) -> None:
    """What never became a registration is personal data without a purpose after its time."""
    past = SigningAttempt.objects.filter(ends_at__lt=now - KEPT_FOR, registration_id__isnull=True)
    for attempt in past.exclude(state__in=OPEN)[:AT_ONCE]:
        attempt.delete()
