"""Backups of one gmina: a file for each, the keys apart from them, the oldest removed."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.crypto import WrappedKeys
from kernel.errors import Conflict, InvalidInput, NotFound
from tenants.archive import files
from tenants.archive.gmina import alone, tenant_of
from tenants.archive.models import BackupRecord
from tenants.archive.rows import Form
from tenants.archive.writing import write_archive
from tenants.directory.models import Tenant

KEYS: Final = "keys.json"
"""The gmina's wrapped keysets, beside its backups and in none of them: one file to destroy makes all of them unreadable."""


def require_folder() -> None:
    """Raise Conflict("archive.no_folder") unless the platform has a folder for backups."""
    if not settings.BACKUP_DIR:
        raise Conflict("archive.no_folder")


def back_up_gmina(teryt: str, *, actor: Actor) -> BackupRecord:
    """Write a backup under BACKUP_DIR/<teryt>/, record it, and remove the oldest beyond BACKUP_KEEP.

    Raises NotFound("tenant.unknown"), Conflict("archive.busy"), ("archive.no_folder").
    """
    with alone(teryt):
        tenant, folder = tenant_of(teryt), files.folder_of(teryt)
        for left in folder.glob(f"*{files.PARTIAL}"):
            left.unlink()
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.zip"
        with files.written(path) as out:
            last = write_archive(out, tenant.scope(), tenant.kind, Form.RAW)
        files.write_bytes(folder / KEYS, _keys_text(tenant))
        with tenancy.public(), transaction.atomic():
            row = BackupRecord.objects.create(
                teryt=teryt,
                file=path.name,
                sha256=files.sha256_of(path),
                size=path.stat().st_size,
                rows=last.rows,
                sums=dict(last.sums),
            )
            record("tenant.backed_up", tenant, actor=actor, file=path.name, sha256=row.sha256)
        _remove_oldest(teryt, folder)
        return row


def backup_file(row: BackupRecord) -> Path:
    """The file of a backup. Raises NotFound("archive.unknown") when it is gone."""
    path = files.folder_of(row.teryt) / row.file
    if not path.is_file():
        raise NotFound("archive.unknown")
    return path


def newest_backup(teryt: str) -> BackupRecord:
    """Raises NotFound("archive.unknown") when the gmina has none."""
    with tenancy.public():
        row = BackupRecord.objects.filter(teryt=teryt, removed_at__isnull=True).first()
    if row is None:
        raise NotFound("archive.unknown")
    return row


def read_keys(path: Path) -> WrappedKeys:
    """The wrapped keysets of a keys.json. Raises InvalidInput("archive.keys") when it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return WrappedKeys(base64.b64decode(found["data_key"]), base64.b64decode(found["index_key"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("archive.keys") from error


def _keys_text(tenant: Tenant) -> bytes:
    keys = {"data_key": tenant.data_key, "index_key": tenant.index_key}
    values = {name: base64.b64encode(bytes(key)).decode() for name, key in keys.items()}
    return json.dumps({"teryt": tenant.teryt, **values}).encode()


def _remove_oldest(teryt: str, folder: Path) -> None:
    """Keep the newest BACKUP_KEEP, and beside them the newest that a drill has restored: it is known to be good."""
    with tenancy.public():
        rows = list(BackupRecord.objects.filter(teryt=teryt, removed_at__isnull=True))
        proved = next((row for row in rows if row.drills.filter(passed=True).exists()), None)
        for row in rows[max(1, settings.BACKUP_KEEP) :]:
            if row != proved:
                (folder / row.file).unlink(missing_ok=True)
                row.removed_at = timezone.now()
                row.save(update_fields=["removed_at"])
    files.synchronise(folder)
