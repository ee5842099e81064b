"""A gmina gets a new data key while it is in use (docs/privacy.md).

Every process remembers a gmina's keysets for the length of what it is doing, at most as long as a task may take. So the new
key is first only added; when everybody has it, it becomes the one that encrypts; when nobody uses the old one any more,
everything is encrypted anew; and the old key goes last. Each step is kept in a row of the directory's database: a run that
was killed is simply run again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kernel import keysets, rekeying, tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from tenants.archive.models import BackupRecord
from tenants.directory.models import Tenant
from tenants.directory.setup import only_one
from tenants.keys.models import KeyRotation

MARGIN = timedelta(minutes=1)


class Wait(StrEnum):
    """Why a rotation cannot go on yet."""

    SETTLING = "settling"
    BACKUPS = "backups"
    UNREADABLE = "unreadable"
    NOTHING = ""


@dataclass(frozen=True)
class Progress:
    """How far a rotation is. `until` is when to come again while it waits for running work; `places` name values that no
    key opens."""

    row: KeyRotation
    wait: Wait
    until: datetime | None = None
    places: tuple[str, ...] = ()


def longest_work() -> timedelta:
    """How long a process may go on with keysets it took before a change: the time limit of a task."""
    return timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + MARGIN


def rotate(
    teryt: str,
    *,
    actor: Actor,
    settle: timedelta | None = None,
    forget_backups: bool = False,
    advance: Callable[[int], None] = lambda rows: None,
) -> Progress:
    """Go as far as can be gone now; call again later to go on. A finished rotation is followed by a new one.

    `settle` is how long to let running work end (`longest_work` unless given; 0 only when nothing runs). With
    `forget_backups` the old key goes although backups need it: when it has leaked. `advance` is told of each batch of rows.
    Raises NotFound("tenant.unknown") and Conflict("keys.busy") when another process does it now.
    """
    patience = longest_work() if settle is None else settle
    with only_one(f"keys {teryt}") as is_alone:
        if not is_alone:
            raise Conflict("keys.busy")
        row = _begun(teryt, actor)
        if row.promoted_at is None:
            if _is_early(row.added_at, patience):
                return Progress(row, Wait.SETTLING, row.added_at + patience)
            row = _promote(row, actor)
        assert row.promoted_at is not None
        swept = _sweep(row, advance)
        if swept.unreadable:
            return Progress(row, Wait.UNREADABLE, places=tuple(swept.unreadable))
        if _is_early(row.promoted_at, patience):
            return Progress(row, Wait.SETTLING, row.promoted_at + patience)
        row = _note_encrypted(row)
        if not forget_backups and backups_needing(row):
            return Progress(row, Wait.BACKUPS)
        return _finish(row, actor)


def encrypt_anew(teryt: str, *, advance: Callable[[int], None] = lambda rows: None) -> rekeying.Swept:
    """Bring every column under the key that encrypts now, without a new key: what an earlier version left readable.

    Raises NotFound("tenant.unknown").
    """
    with tenancy.enter(_scope(teryt)):
        return rekeying.sweep(advance=advance)


def backups_needing(row: KeyRotation) -> int:
    """Backups that are still kept and hold values under the old key."""
    with tenancy.public():
        return BackupRecord.objects.filter(
            teryt=row.teryt, removed_at__isnull=True, made_at__lt=row.encrypted_at
        ).count()


def _scope(teryt: str) -> tenancy.Scope:
    """The gmina's scope with its keysets as they are now."""
    with tenancy.public():
        tenant = Tenant.objects.filter(teryt=teryt).first()
        if tenant is None or not tenant.data_key:
            raise NotFound("tenant.unknown", teryt=teryt)
        return tenant.scope()


def _is_early(since: datetime, patience: timedelta) -> bool:
    return timezone.now() < since + patience


def _begun(teryt: str, actor: Actor) -> KeyRotation:
    """The rotation that is under way, or a new one with its key added."""
    _scope(teryt)
    with tenancy.public(), transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        known = KeyRotation.objects.filter(teryt=teryt, finished_at__isnull=True).first()
        if known is not None:
            return known
        old, _ = keysets.key_ids(bytes(tenant.data_key), f"data|{teryt}")
        tenant.data_key, new = keysets.with_new_key(bytes(tenant.data_key), f"data|{teryt}")
        tenant.save(update_fields=["data_key"])
        row = KeyRotation.objects.create(
            teryt=teryt, old_key_id=old, new_key_id=new, asked_by=actor.ref, added_at=timezone.now()
        )
        record("keys.added", tenant, actor=actor, old=old, new=new)
        return row


def _promote(row: KeyRotation, actor: Actor) -> KeyRotation:
    with tenancy.public(), transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().get(teryt=row.teryt)
        tenant.data_key = keysets.with_primary(bytes(tenant.data_key), f"data|{row.teryt}", row.new_key_id)
        tenant.save(update_fields=["data_key"])
        row.promoted_at = timezone.now()
        row.save(update_fields=["promoted_at"])
        record("keys.promoted", tenant, actor=actor, new=row.new_key_id)
        return row


def _sweep(row: KeyRotation, advance: Callable[[int], None]) -> rekeying.Swept:
    with tenancy.enter(_scope(row.teryt)):
        swept = rekeying.sweep(advance=advance)
    with tenancy.public():
        row.values_done += swept.values
        row.save(update_fields=["values_done"])
    return swept


def _note_encrypted(row: KeyRotation) -> KeyRotation:
    """Kept once: backups from before that moment need the old key."""
    if row.encrypted_at is None:
        with tenancy.public():
            row.encrypted_at = timezone.now()
            row.save(update_fields=["encrypted_at"])
    return row


def _finish(row: KeyRotation, actor: Actor) -> Progress:
    """Take the old key out, when truly nothing is under it."""
    with tenancy.enter(_scope(row.teryt)):
        if rekeying.stale_rows():
            return Progress(row, Wait.SETTLING, timezone.now())
    with tenancy.public(), transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().get(teryt=row.teryt)
        tenant.data_key = keysets.with_primary_only(bytes(tenant.data_key), f"data|{row.teryt}")
        tenant.save(update_fields=["data_key"])
        row.finished_at = timezone.now()
        row.save(update_fields=["finished_at"])
        record("keys.rotated", tenant, actor=actor, old=row.old_key_id, new=row.new_key_id)
    return Progress(row, Wait.NOTHING)
