"""Handing a gmina its data: one encrypted file in open formats, and the gmina's word that it has it."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from tenants.archive import files
from tenants.archive.envelope import Lock, SealedWriter
from tenants.archive.gmina import alone, tenant_of
from tenants.archive.models import Archive
from tenants.archive.rows import Form
from tenants.archive.writing import write_archive


def export_gmina(teryt: str, path: Path, lock: Lock, *, with_dump: bool = True, actor: Actor) -> Archive:
    """Write the gmina's open archive to `path`, encrypted for whoever `lock` says, and record it.

    Personal data in it are in the clear behind that encryption: they are the gmina's own. Nothing stays of a run that was
    killed but a file with ".partial" in its name. Raises NotFound("tenant.unknown"), Conflict("archive.file_exists"),
    ("archive.busy"), Unavailable("archive.dump").
    """
    tenant = tenant_of(teryt)
    if path.exists():
        raise Conflict("archive.file_exists", place=str(path))
    with alone(teryt):
        with files.written(path) as out:
            sealed = SealedWriter(out, lock)
            last = write_archive(sealed, tenant.scope(), tenant.kind, Form.OPEN, with_dump=with_dump)
            sealed.close()
        with tenancy.public(), transaction.atomic():
            row = Archive.objects.create(
                teryt=teryt,
                name=tenant.name,
                made_by=actor.ref,
                sha256=files.sha256_of(path),
                size=path.stat().st_size,
                rows=last.rows,
                sums=dict(last.sums),
            )
            record("tenant.exported", tenant, actor=actor, sha256=row.sha256)
        return row


def export_path(teryt: str) -> Path:
    """A new place for an export under BACKUP_DIR. Raises Conflict("archive.no_folder")."""
    return files.folder_of(teryt) / f"{timezone.now():%Y%m%dT%H%M%SZ}.skarbnik"


def confirm_export(teryt: str, sha256: str, *, actor: Actor) -> Archive:
    """Keep that the gmina has the file and could open it; the gmina reads its SHA-256 to whoever confirms.

    Raises NotFound("archive.unknown") when no export of this gmina has that digest. A second call changes nothing.
    """
    with tenancy.public(), transaction.atomic():
        row = Archive.objects.select_for_update().filter(teryt=teryt, sha256=sha256.lower()).first()
        if row is None:
            raise NotFound("archive.unknown")
        if row.confirmed_at is None:
            row.confirmed_at, row.confirmed_by = timezone.now(), actor.ref
            row.save(update_fields=["confirmed_at", "confirmed_by"])
            record("tenant.export_confirmed", row, actor=actor, teryt=teryt, sha256=row.sha256)
        return row
