"""Restriction of processing (art. 18 RODO): begun by the office on a request, ended by the person or, once told, by the
office."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.domain.restriction import GOES_ON, RESTS, Ground
from services.accounts.models import Resident, Restriction
from services.accounts.queries import resident_of
from services.accounts.queries_rights import restriction_of
from services.notices.actions import write_message
from services.users.domain import Verb
from tenants.configuration.queries import office

TOLD_BEFORE_DAYS: Final = 7
"""The person is told so many days before the office ends a restriction (art. 18 ust. 3 gives no number)."""


def restrict(resident: Resident, ground: Ground, *, request_ref: UUID | None, actor: Actor) -> Restriction:
    """From now on the data may only be stored and used for claims; the person is told. Inside the caller's transaction.

    A second restriction of the same person takes the place of an end that was told, and is otherwise the first one.
    """
    row = Restriction.objects.select_for_update().filter(resident=resident, ends_at__isnull=True).first()
    if row is not None:
        return row
    Restriction.objects.filter(resident=resident, ends_at__gt=timezone.now()).update(ends_at=timezone.now())
    row = Restriction.objects.create(
        resident=resident,
        ground=ground,
        request_ref=request_ref,
        began_at=timezone.now(),
        began_by=actor.ref,
    )
    record("restriction.begun", row, actor=actor, resident=str(resident.public_id), ground=ground.value)
    _tell(resident, "restriction_begun", goes_on=GOES_ON, rests=RESTS)
    return row


@transaction.atomic(durable=True)
def end_own_restriction(*, actor: Actor) -> None:
    """The person no longer wants the restriction: it ends at once. Twice is the same as once."""
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = resident_of(actor)
    row = _locked_of(resident)
    if row is not None:
        _end(row, timezone.now(), "", actor)


@transaction.atomic(durable=True)
def end_restriction(*, resident_id: UUID, on: date, reason: str, actor: Actor) -> Restriction:
    """The office ends a restriction at the beginning of the day `on`, and tells the person now (art. 18 ust. 3).

    Raises Refused, NotFound("resident.unknown") or ("restriction.unknown"), InvalidInput("reason.missing"),
    InvalidInput("restriction.day") when the day comes sooner than TOLD_BEFORE_DAYS.
    """
    actor = require(actor, Verb.PROTECT_DATA)
    resident = Resident.objects.select_related("user").filter(public_id=resident_id).first()
    if resident is None:
        raise NotFound("resident.unknown")
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    if on < timezone.localdate() + timedelta(days=TOLD_BEFORE_DAYS):
        raise InvalidInput("restriction.day", field="on", days=TOLD_BEFORE_DAYS)
    row = _locked_of(resident)
    if row is None:
        raise NotFound("restriction.unknown")
    _end(row, timezone.make_aware(datetime.combine(on, time.min)), reason.strip(), actor)
    _tell(resident, "restriction_ends", ends_on=on, reason=reason.strip())
    return row


def _locked_of(resident: Resident) -> Restriction | None:
    row = restriction_of(resident)
    return Restriction.objects.select_for_update().get(pk=row.pk) if row else None


def _end(row: Restriction, at: datetime, reason: str, actor: Actor) -> None:
    row.ends_at, row.ended_by, row.end_reason = at, actor.ref, reason
    row.save()
    record("restriction.ended", row, actor=actor, resident=str(row.resident.public_id), at=at.isoformat())


def _tell(resident: Resident, kind: str, **context: object) -> None:
    row = office()
    write_message(
        kind=kind,
        recipient=resident.user.email,
        context={"portal": row.portal_name, "dpo_email": row.dpo_email, **context},
        related_ref=str(resident.public_id),
    )
