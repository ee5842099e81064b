"""Where gminas live: the database clusters, which of them take new gminas, and gminas on their way.

Call the queries on the public schema, as those of the directory.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, NotFound
from kernel.postgresql import clusters as known
from tenants.directory.domain_states import State
from tenants.directory.models import ClusterMove, DatabaseCluster, Tenant


@dataclass(frozen=True)
class Cluster:
    """A cluster that the settings name; `gminas` counts those that have data there or will have."""

    name: str
    accepts_new: bool
    note: str
    gminas: int


def clusters() -> list[Cluster]:
    """All clusters of this deployment, the main one first."""
    decided = {row.name: row for row in DatabaseCluster.objects.all()}
    there = Tenant.objects.exclude(state=State.CLOSED).order_by()
    filled = dict(there.values_list("shard").annotate(Count("pk")))
    return [
        Cluster(
            name=name,
            accepts_new=decided[name].accepts_new if name in decided else name == tenancy.MAIN_SHARD,
            note=decided[name].note if name in decided else "",
            gminas=filled.get(name, 0),
        )
        for name in known.names()
    ]


def cluster_for_new(wanted: str = "") -> str:
    """The cluster for a new gmina: the one asked for, else the least filled one that accepts new gminas.

    Raises InvalidInput("cluster.closed") when the one asked for is unknown or takes none, or when no cluster takes any.
    """
    accepting = [one for one in clusters() if one.accepts_new and wanted in ("", one.name)]
    if not accepting:
        raise InvalidInput("cluster.closed", field="cluster")
    return min(accepting, key=lambda one: one.gminas).name


def set_cluster(name: str, *, accepts_new: bool, note: str, actor: Actor) -> None:
    """Say whether a cluster takes new gminas; those that are there stay. Raises NotFound("cluster.unknown")."""
    if name not in known.names():
        raise NotFound("cluster.unknown")
    with transaction.atomic(durable=True):
        row, _ = DatabaseCluster.objects.update_or_create(
            name=name, defaults={"accepts_new": accepts_new, "note": note}
        )
        record("cluster.set", row, actor=actor, accepts_new=accepts_new, note=note)


def last_move(teryt: str) -> ClusterMove | None:
    """The newest move of the gmina that is under way, waits for a decision or has ended."""
    return ClusterMove.objects.filter(tenant__teryt=teryt).first()


def unfinished_moves() -> QuerySet[ClusterMove]:
    """Moves that are under way or wait for a decision, newest first."""
    return ClusterMove.objects.filter(ended_at__isnull=True).select_related("tenant")
