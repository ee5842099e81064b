"""A gmina leaves: it is closed to writing, its data are handed over, a second person confirms, they wait, they go.

The deletion itself is `tenants.archive`'s; nothing here touches a gmina's data.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, Refused
from tenants.directory.actions import advance, locked
from tenants.directory.domain_states import Event
from tenants.directory.models import Offboarding, Tenant

WAITING_DAYS = 30
"""From the second confirmation to the deletion: the office has time to open what it was given, and to change its mind."""


def current_offboarding(teryt: str) -> Offboarding | None:
    """The offboarding that is under way or has ended with the deletion; None for a gmina that stays."""
    rows = Offboarding.objects.filter(tenant__teryt=teryt, called_off_at__isnull=True)
    return rows.first()


def start_offboarding(teryt: str, *, reason: str, leaves_on: date, today: date, actor: Actor) -> Offboarding:
    """Close the portal for good: residents read the reason, the office may still read its data.

    Raises InvalidInput("offboarding.past") for a day before `today`, NotFound("tenant.unknown"), and
    Conflict("tenant.state") for a gmina that is being made or is gone.
    """
    if leaves_on < today:
        raise InvalidInput("offboarding.past", field="leaves_on")
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        tenant.suspended_reason = reason
        advance(tenant, Event.OFFBOARDING_STARTED, actor=actor, reason=reason, leaves_on=leaves_on)
        return Offboarding.objects.create(
            tenant=tenant, reason=reason, leaves_on=leaves_on, started_by=actor.ref
        )


def note_handed_over(teryt: str, *, note: str, actor: Actor) -> Offboarding:
    """Keep that the office has its export: how, and to which office. Raises Conflict("offboarding.none")."""
    with transaction.atomic(durable=True):
        tenant, row = _under_way(teryt)
        row.handed_over_at, row.handed_over_note = timezone.now(), note
        row.save(update_fields=["handed_over_at", "handed_over_note"])
        record("tenant.handed_over", tenant, actor=actor, reason=note)
        return row


def confirm_offboarding(teryt: str, *, today: date, actor: Actor) -> Offboarding:
    """The second person's yes; the data wait `WAITING_DAYS` from `today`, and never less than until the agreed day.

    Raises Conflict("offboarding.none"), Conflict("offboarding.not_handed_over") before the office has its export,
    Refused("offboarding.same_person") for who started it, Conflict("offboarding.confirmed") when it is confirmed already.
    """
    with transaction.atomic(durable=True):
        tenant, row = _under_way(teryt)
        if row.confirmed_at is not None:
            raise Conflict("offboarding.confirmed")
        if row.handed_over_at is None:
            raise Conflict("offboarding.not_handed_over")
        if row.started_by == actor.ref:
            raise Refused("offboarding.same_person")
        row.confirmed_at, row.confirmed_by = timezone.now(), actor.ref
        row.delete_after = max(row.leaves_on, today + timedelta(days=WAITING_DAYS))
        row.save(update_fields=["confirmed_at", "confirmed_by", "delete_after"])
        record("tenant.offboarding_confirmed", tenant, actor=actor, delete_after=row.delete_after)
        return row


def call_off_offboarding(teryt: str, *, reason: str, actor: Actor) -> Tenant:
    """The gmina stays: it is suspended until a person resumes it. Raises Conflict("offboarding.none")."""
    with transaction.atomic(durable=True):
        tenant, row = _under_way(teryt)
        row.called_off_at = timezone.now()
        row.save(update_fields=["called_off_at"])
        return advance(tenant, Event.OFFBOARDING_CALLED_OFF, actor=actor, reason=reason)


def require_deletable(teryt: str, *, today: date) -> Offboarding:
    """The offboarding whose data may go today: the door that every deletion must pass.

    Raises Conflict("offboarding.none"), Conflict("offboarding.not_confirmed") and Conflict("offboarding.waiting", until=…).
    """
    _, row = _under_way(teryt, lock=False)
    if row.confirmed_at is None or row.delete_after is None:
        raise Conflict("offboarding.not_confirmed")
    if today < row.delete_after:
        raise Conflict("offboarding.waiting", until=row.delete_after.isoformat())
    return row


def close_offboarded(teryt: str, *, today: date, proof: str, actor: Actor) -> Tenant:
    """Keep that the gmina's data are gone; `proof` names the dated record of the deletion (never a person).

    Raises what `require_deletable` raises.
    """
    with transaction.atomic(durable=True):
        require_deletable(teryt, today=today)
        tenant, row = _under_way(teryt)
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        return advance(tenant, Event.CLOSED, actor=actor, proof=proof)


def _under_way(teryt: str, *, lock: bool = True) -> tuple[Tenant, Offboarding]:
    tenant = locked(teryt) if lock else Tenant.objects.filter(teryt=teryt).first()
    rows = Offboarding.objects.filter(tenant=tenant, called_off_at__isnull=True, closed_at__isnull=True)
    row = (rows.select_for_update() if lock else rows).first()
    if tenant is None or row is None:
        raise Conflict("offboarding.none")
    return tenant, row
