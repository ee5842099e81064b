"""What the console shows of a gmina's exports, backups, drills and its end. Call it on the public schema."""

from django.db.models import QuerySet

from kernel.errors import NotFound
from tenants.archive.models import Archive, BackupRecord, DeletionProof, RestoreDrill


def exports_of(teryt: str) -> QuerySet[Archive]:
    """Files that were made for the gmina, newest first."""
    return Archive.objects.filter(teryt=teryt)


def last_backup(teryt: str) -> BackupRecord | None:
    """The newest backup of the gmina that is still kept."""
    return BackupRecord.objects.filter(teryt=teryt, removed_at__isnull=True).first()


def last_drill(teryt: str) -> RestoreDrill | None:
    """The newest try to restore the gmina from a backup."""
    return RestoreDrill.objects.filter(teryt=teryt).first()


def proof_of(teryt: str) -> DeletionProof:
    """The proof that the gmina's data are gone. Raises NotFound("archive.unknown") while they are not."""
    row = DeletionProof.objects.filter(teryt=teryt, finished_at__isnull=False).first()
    if row is None:
        raise NotFound("archive.unknown")
    return row
