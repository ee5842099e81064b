"""The end of a gmina on the platform: its rows, role, files and keys go, and a proof of that stays.

The door is `tenants.directory.offboarding`: started by one person, the data handed over, confirmed by another, waited for.
Each step may be repeated, and the keys go last but one, so a run that was killed is simply run again.
"""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict
from tenants.archive import catalog, files, move_states, proof, servers
from tenants.archive.gmina import alone, tenant_of
from tenants.archive.models import Archive, BackupRecord, DeletionProof
from tenants.archive.rows import ROWLESS
from tenants.archive.writing import ledger_sums
from tenants.directory import offboarding
from tenants.directory.models import Offboarding, Tenant, TenantState

_SCHEMAS: Final = ("", "_before", "_restored", "_drill")


def delete_gmina(teryt: str, *, today: date, actor: Actor) -> DeletionProof:
    """Delete everything of a gmina that has left, and keep the proof.

    Raises what `offboarding.require_deletable` raises, Conflict("deletion.no_export") unless the gmina has confirmed an
    export that was made after it began to leave, Conflict("move.unconfirmed"), ("archive.busy"). A second call returns the
    proof that is there.
    """
    with alone(teryt):
        tenant = tenant_of(teryt)
        done = _finished(teryt)
        if done is not None and tenant.state == TenantState.CLOSED:
            return done
        if (move := move_states.unfinished(teryt)) is not None:  # its old copy would stay
            raise Conflict("move.unconfirmed", place=move.source)
        with tenancy.public():
            leaving = offboarding.require_deletable(teryt, today=today)
        if done is None:
            begun = _begun(tenant, leaving, actor)
            _delete_data(tenant)
            done = _finish(tenant, leaving, begun, today, actor)
        with tenancy.public():
            offboarding.close_offboarded(teryt, today=today, proof=str(done.public_id), actor=actor)
        return done


def _finished(teryt: str) -> DeletionProof | None:
    with tenancy.public():
        return DeletionProof.objects.filter(teryt=teryt, finished_at__isnull=False).first()


def _begun(tenant: Tenant, leaving: Offboarding, actor: Actor) -> DeletionProof:
    """The record with its counts: of this run, or of an earlier one that did not come to its end."""
    with tenancy.public():
        known = DeletionProof.objects.filter(teryt=tenant.teryt, finished_at__isnull=True).first()
        if known is not None:
            return known
        exports = Archive.objects.filter(teryt=tenant.teryt, confirmed_at__isnull=False)
        export = exports.filter(made_at__gte=leaving.started_at).first()
        if export is None:
            raise Conflict("deletion.no_export")
    rows, sums = _counted(tenant.scope())
    with tenancy.public(), transaction.atomic():
        begun = DeletionProof.objects.create(
            teryt=tenant.teryt,
            name=tenant.name,
            export=export,
            begun_by=actor.ref,
            rows=rows,
            sums=sums,
            key_ids=[hashlib.sha256(bytes(key)).hexdigest() for key in (tenant.data_key, tenant.index_key)],
            files=sorted(_names(files.folder_of(tenant.teryt)) if settings.BACKUP_DIR else ()),
        )
        record("tenant.deletion_begun", tenant, actor=actor, export=export.sha256)
        return begun


def _counted(scope: tenancy.Scope) -> tuple[dict[str, int], dict[str, int]]:
    with servers.snapshot(scope) as connection:
        found = catalog.read(connection, scope.schema_name)
        rows = {}
        for name in found.tables:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(scope.schema_name, name))
            counted = connection.execute(query).fetchone()
            assert counted is not None
            rows[name] = counted[0]
        return {name: rows[name] for name in rows if name not in ROWLESS}, ledger_sums(
            connection, scope, found
        )


def _delete_data(tenant: Tenant) -> None:
    scope = tenant.scope()
    for ending in _SCHEMAS:
        servers.drop_schema(replace(scope, schema_name=scope.schema_name + ending))
    servers.drop_role(scope)
    if settings.BACKUP_DIR:
        shutil.rmtree(files.folder_of(tenant.teryt))
        files.synchronise(Path(settings.BACKUP_DIR))


def _finish(
    tenant: Tenant, leaving: Offboarding, begun: DeletionProof, today: date, actor: Actor
) -> DeletionProof:
    """Destroy the keys and write the proof, together: there is never the one without the other."""
    now = timezone.now()
    with tenancy.public(), transaction.atomic(durable=True):
        row = Tenant.objects.select_for_update().get(pk=tenant.pk)
        row.data_key = row.index_key = b""
        row.setup, row.last_error = {}, ""
        row.save(update_fields=["data_key", "index_key", "setup", "last_error"])
        row.operator_events.all().delete()
        BackupRecord.objects.filter(teryt=tenant.teryt, removed_at__isnull=True).update(removed_at=now)
        begun.finished_at = now
        begun.copies_until = today + timedelta(days=settings.CLUSTER_BACKUP_DAYS)
        begun.pdf = proof.pdf(begun, leaving)
        begun.save(update_fields=["finished_at", "copies_until", "pdf"])
        record("tenant.deleted", row, actor=actor, proof=str(begun.public_id), keys=begun.key_ids)
    return begun


def _names(folder: Path) -> Iterable[str]:
    return (path.name for path in folder.iterdir())
