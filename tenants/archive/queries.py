"""What the console shows of a gmina's exports, backups, drills and its end. Call it on the public schema."""

import secrets
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery

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
