"""Messages of operators as the platform may know them. Every function opens the public schema itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import NotFound
from kernel.tasks import enqueue
from tenants.directory.models import Tenant, TenantOperatorEvent


def operator_events(teryt: str) -> QuerySet[TenantOperatorEvent]:
    """What a gmina told of its messages, newest first; for the console, on the public schema."""
    return TenantOperatorEvent.objects.filter(tenant__teryt=teryt)


def store_events(teryt: str, summaries: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a gmina tells of its messages, instead of what it told before. Raises NotFound("tenant.unknown").

    A summary has the columns of TenantOperatorEvent that come from the gmina: neither content nor person.
    """
    with tenancy.public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().filter(teryt=teryt).first()
        if tenant is None:
            raise NotFound("tenant.unknown", teryt=teryt)
        known = {row.event_id: row for row in TenantOperatorEvent.objects.filter(tenant=tenant)}
        for summary in summaries:
            row = known.pop(summary["event_id"], None) or TenantOperatorEvent(tenant=tenant)
            if any(getattr(row, name) != value for name, value in summary.items()):
                for name, value in summary.items():
                    setattr(row, name, value)
                row.save()
        gone = [row.pk for row in known.values() if row.asked_at is None]
        TenantOperatorEvent.objects.filter(pk__in=gone).delete()


def ask_replay(teryt: str, event_id: UUID, *, actor: Actor) -> None:
    """Ask the gmina's own job to carry out a message again, once. Raises NotFound("event.unknown")."""
    with tenancy.public(), transaction.atomic(durable=True):
        rows = TenantOperatorEvent.objects.select_for_update(of=("self",)).select_related("tenant")
        row = rows.filter(tenant__teryt=teryt, event_id=event_id).first()
        if row is None:
            raise NotFound("event.unknown")
        if not row.can_be_replayed:
            return
        row.asked_at, row.asked_by, row.refusal = timezone.now(), actor.ref, ""
        row.save(update_fields=["asked_at", "asked_by", "refusal"])
        record("tenant.replay_asked", row.tenant, actor=actor, event=str(event_id))
        enqueue("portal.replay", teryt)


def replays_asked(teryt: str) -> list[tuple[UUID, str]]:
    """Messages that the gmina's job is asked to carry out again, with who asked (a public id)."""
    with tenancy.public():
        rows = TenantOperatorEvent.objects.filter(tenant__teryt=teryt, asked_at__isnull=False)
        return list(rows.order_by("asked_at").values_list("event_id", "asked_by"))


def note_replay(teryt: str, event_id: UUID, refusal: str) -> None:
    """Keep that the job did what it was asked, or the code of why not."""
    with tenancy.public():
        rows = TenantOperatorEvent.objects.filter(tenant__teryt=teryt, event_id=event_id)
        rows.update(asked_at=None, refusal=refusal)
