"""What the directory says of a move: who may write where. Every function opens the public schema itself.

The directory's own triggers tell each process at once when a gmina stops, switches or goes on (`directory.remembered`).
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from kernel.postgresql import clusters
from tenants.archive import write_stop
from tenants.archive.gmina import tenant_of
from tenants.archive.servers import administrator
from tenants.directory.actions import locked
from tenants.directory.domain_states import WORKING
from tenants.directory.models import ClusterMove, Tenant
from tenants.directory.models_clusters import UNFINISHED, MoveState

ERROR_LENGTH = 500


def begin(teryt: str, target: str, *, actor: Actor) -> ClusterMove:
    """The move of this run: one that an earlier run began towards the same cluster, or a new one.

    Raises NotFound("cluster.unknown"), ("tenant.unknown"), Conflict("tenant.state") for a gmina without data,
    ("move.same_cluster"), ("move.unconfirmed") while the last move waits for a decision, ("move.other") while one to another
    cluster is under way.
    """
    if target not in clusters.names():
        raise NotFound("cluster.unknown")
    with tenancy.public(), transaction.atomic(durable=True):
        tenant = locked(teryt)
        if tenant.state not in WORKING:
            raise Conflict("tenant.state", state=tenant.state)
        known = unfinished(teryt)
        _refuse_known(known, target)
        if known is not None:
            return known
        if tenant.shard == target:
            raise Conflict("move.same_cluster", place=target)
        move = ClusterMove.objects.create(
            tenant=tenant, source=tenant.shard, target=target, asked_by=actor.ref
        )
        record("tenant.move_started", tenant, actor=actor, source=tenant.shard, target=target)
        return move


def planned(teryt: str, target: str) -> tuple[tenancy.Scope, tenancy.Scope]:
    """The gmina in both clusters, when `begin` would begin or go on. Raises as `begin`."""
    if target not in clusters.names():
        raise NotFound("cluster.unknown")
    tenant = tenant_of(teryt)
    if tenant.state not in WORKING:
        raise Conflict("tenant.state", state=tenant.state)
    _refuse_known(unfinished(teryt), target)
    if tenant.shard == target:
        raise Conflict("move.same_cluster", place=target)
    scope: tenancy.Scope = tenant.scope()
    return scope, replace(scope, shard=target)


def _refuse_known(known: ClusterMove | None, target: str) -> None:
    if known is not None and known.state != MoveState.COPYING:
        raise Conflict("move.unconfirmed", place=known.source)
    if known is not None and known.target != target:
        raise Conflict("move.other", place=known.target)


def unfinished(teryt: str) -> ClusterMove | None:
    """The gmina's move that is under way or waits for a decision."""
    with tenancy.public():
        return ClusterMove.objects.filter(tenant__teryt=teryt, state__in=UNFINISHED).first()


def scopes_of(move: ClusterMove) -> tuple[tenancy.Scope, tenancy.Scope]:
    """The gmina in the cluster that it leaves and in the one that it goes to."""
    with tenancy.public():
        scope = Tenant.objects.prefetch_related("domains").get(teryt=move.tenant_id).scope()
    return replace(scope, shard=move.source), replace(scope, shard=move.target)


def stop_writing(move: ClusterMove) -> datetime:
    """Close the gmina to everybody, for the switch or for its undoing; the moment is this run's token.

    Raises Conflict("move.changed") when the move is no longer where this run has left it.
    """
    after = MoveState.STOPPED if move.state == MoveState.COPYING else MoveState.UNDOING
    with tenancy.public(), transaction.atomic(durable=True):
        tenant, row = _locked(move)
        if row.state != move.state:
            raise Conflict("move.changed")
        row.state, row.stopped_at, row.last_error = after, timezone.now(), ""
        row.save()
        tenant.is_moving = True
        tenant.save(update_fields=["is_moving"])
        return row.stopped_at


def switch(move: ClusterMove, token: datetime, rows: int, *, actor: Actor) -> None:
    """Let the gmina live in the other cluster: the new one, or the old one again when the move is undone.

    Raises Conflict("move.changed") when somebody has ended this run's stop meanwhile; nothing has changed then.
    """
    now = timezone.now()
    with tenancy.public(), transaction.atomic(durable=True):
        tenant, row = _locked(move)
        if row.state not in (MoveState.STOPPED, MoveState.UNDOING) or row.stopped_at != token:
            raise Conflict("move.changed")
        is_undone = row.state == MoveState.UNDOING
        tenant.shard, tenant.is_moving = (row.source if is_undone else row.target), False
        tenant.save(update_fields=["shard", "is_moving"])
        row.stop_ms = round((now - token).total_seconds() * 1000)
        if is_undone:
            row.state, row.ended_at = MoveState.UNDONE, now
        else:
            row.state, row.switched_at, row.rows = MoveState.SWITCHED, now, rows
        row.save()
        action = "tenant.move_undone" if is_undone else "tenant.moved"
        record(action, tenant, actor=actor, source=row.source, target=row.target, stop_ms=row.stop_ms)


def lift(move: ClusterMove, error: str = "") -> None:
    """End a stop that did not lead to a switch: who served before serves again. May be repeated.

    The row is locked first, so a run that is still alive can no longer switch.
    """
    here, there = scopes_of(move)
    with tenancy.public(), transaction.atomic(durable=True):
        tenant, row = _locked(move)
        if row.state in (MoveState.STOPPED, MoveState.UNDOING):
            is_undoing = row.state == MoveState.UNDOING
            if is_undoing:
                with administrator(here) as old:
                    write_stop.close(old, here)
            with administrator(there if is_undoing else here) as serving:
                write_stop.end(serving, there if is_undoing else here)
            tenant.is_moving = False
            tenant.save(update_fields=["is_moving"])
            row.state = MoveState.SWITCHED if is_undoing else MoveState.COPYING
            row.stopped_at = None
        row.last_error = error[:ERROR_LENGTH]
        row.save()


def finish(move: ClusterMove, state: MoveState, *, actor: Actor) -> None:
    """The move is over: its old copy is gone, or it was given up before anything changed."""
    with tenancy.public(), transaction.atomic(durable=True):
        tenant, row = _locked(move)
        row.state, row.ended_at, row.last_error = state, timezone.now(), ""
        row.save()
        action = "tenant.move_confirmed" if state == MoveState.CONFIRMED else "tenant.move_undone"
        record(action, tenant, actor=actor, source=row.source, target=row.target)


def _locked(move: ClusterMove) -> tuple[Tenant, ClusterMove]:
    """Both rows, always in this order."""
    return locked(str(move.tenant_id)), ClusterMove.objects.select_for_update().get(pk=move.pk)
