"""What the console shows of a gmina's exports, backups, drills and its end. Call it on the public schema."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, QuerySet, Subquery

from kernel.errors import NotFound
from tenants.archive.models import Archive, BackupRecord, DeletionProof, RestoreDrill
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Tenant

FIRST_IN_TURN = 10


def exports_of(teryt: str) -> QuerySet[Archive]:
    """Files that were made for the gmina, newest first."""
    return Archive.objects.filter(teryt=teryt)


def last_backup(teryt: str) -> BackupRecord | None:
    """The newest backup of the gmina that is still kept."""
    return BackupRecord.objects.filter(teryt=teryt, removed_at__isnull=True).first()


def last_drill(teryt: str) -> RestoreDrill | None:
    """The newest try to restore the gmina from a backup."""
    return RestoreDrill.objects.filter(teryt=teryt).first()


def backed_up_since(moment: datetime) -> QuerySet[BackupRecord, str]:
    """TERYT codes of gminas of which a backup was made since then and is still kept."""
    rows = BackupRecord.objects.filter(made_at__gte=moment, removed_at__isnull=True).order_by()
    return rows.values_list("teryt", flat=True)


@dataclass(frozen=True, slots=True)
class BackupAges:
    """How fresh the backups of all gminas in which jobs run are; `without` counts those of which none is kept.

    `oldest_at` is the newest backup of the gmina that is furthest behind, `newest_at` the newest of all,
    `drilled_at` the last restore for practice that came out right.
    """

    gminas: int
    without: int
    oldest_at: datetime | None
    newest_at: datetime | None
    drilled_at: datetime | None


def backup_ages() -> BackupAges:
    """The freshness of the whole fleet, in two questions."""
    told = _newest_backups().aggregate(
        gminas=Count("pk"), kept=Count("backed_up_at"), oldest=Min("backed_up_at"), newest=Max("backed_up_at")
    )
    drilled = RestoreDrill.objects.filter(passed=True).aggregate(last=Max("started_at"))
    return BackupAges(
        told["gminas"], told["gminas"] - told["kept"], told["oldest"], told["newest"], drilled["last"]
    )


def furthest_behind(most: int) -> list[tuple[str, str, datetime | None]]:
    """TERYT, name and moment of the newest kept backup, of the gminas where it is the oldest; those without any first."""
    rows = _newest_backups().order_by(F("backed_up_at").asc(nulls_first=True), "teryt")
    return list(rows.values_list("teryt", "name", "backed_up_at")[:most])


def _newest_backups() -> Any:
    """Gminas in which jobs run, with `backed_up_at`."""
    kept = BackupRecord.objects.filter(teryt=OuterRef("teryt"), removed_at__isnull=True).order_by("-made_at")
    rows = Tenant.objects.filter(state__in=WORKING)
    return rows.annotate(backed_up_at=Subquery(kept.values("made_at")[:1]))


def is_drilled_since(moment: datetime) -> bool:
    """Whether any gmina's backup was tried since then."""
    return RestoreDrill.objects.filter(started_at__gte=moment).exists()


def waiting_for_drill() -> str:
    """TERYT of a gmina whose backup was tried the longest ago or never; "" when no gmina has a backup.

    One of the ten first, at random: a gmina whose drill does not come to its end does not keep the others from theirs.
    """
    kept = BackupRecord.objects.filter(teryt=OuterRef("teryt"), removed_at__isnull=True)
    tried = RestoreDrill.objects.filter(teryt=OuterRef("teryt")).values("teryt").order_by()
    rows = Tenant.objects.filter(Exists(kept), state__in=WORKING)
    rows = rows.annotate(tried_at=Subquery(tried.annotate(last=Max("started_at")).values("last")))
    first = rows.order_by(F("tried_at").asc(nulls_first=True), "teryt").values_list("teryt", flat=True)
    found = list(first[:FIRST_IN_TURN])
    return secrets.choice(found) if found else ""


def proof_of(teryt: str) -> DeletionProof:
    """The proof that the gmina's data are gone. Raises NotFound("archive.unknown") while they are not."""
    row = DeletionProof.objects.filter(teryt=teryt, finished_at__isnull=False).first()
    if row is None:
        raise NotFound("archive.unknown")
    return row
