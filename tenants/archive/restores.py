"""Putting one gmina back while the others run: beside the old schema first, compared, then swapped in one moment.

Schemas of a gmina `gmina_0000000` that these acts make: `…_restored` while it is filled, `…_before` with what stood there
before the swap (kept until a person confirms or takes the restore back), `…_drill` during a drill. Whatever a killed run
leaves of the first and the last is dropped by the next one; the gmina itself changes in the swap alone.
"""

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from tenants.archive import catalog, loading, servers
from tenants.archive.backups import backup_file, newest_backup
from tenants.archive.gmina import alone, tenant_of
from tenants.archive.loading import Compared
from tenants.archive.models import BackupRecord, RestoreDrill
from tenants.archive.packing import Archive, opened
from tenants.archive.servers import Connection
from tenants.directory import provisioning
from tenants.jobs import chains
from tenants.jobs.accepting import FAILED, announce

_LOCK_TIMEOUT = "5s"


def restore_gmina(teryt: str, path: Path, *, actor: Actor) -> Compared:
    """Put the gmina back to what the backup at `path` holds; what stood there is kept as `…_before`.

    Raises InvalidInput("archive.other_gmina"), ("archive.differs") when the restored rows are not those of the backup,
    what `opened` and `load` raise, and Conflict("restore.unconfirmed") while an earlier restore waits for a decision; the
    gmina is as it was then.
    """
    with alone(teryt):
        now = tenant_of(teryt).scope()
        refuse_unconfirmed(now)
        aside = _beside(now, "restored")
        with opened(path) as archive:
            outcome = _load_aside(aside, archive)
        if outcome.findings:
            servers.drop_schema(aside)
            raise InvalidInput("archive.differs", place=outcome.findings[0], findings=outcome.findings)
        provisioning.migrate(aside)
        announce("tenant.restore_begun", aside, actor=actor, file=path.name)
        _swap(now, aside.schema_name, _beside(now, "before").schema_name, actor)
        chains.note_present(now)
        _note(teryt, "tenant.restored", actor, rows=outcome.rows, file=path.name)
        return outcome


def confirm_restore(teryt: str, *, actor: Actor) -> None:
    """Drop what stood there before the restore. Raises Conflict("restore.nothing_kept") when nothing is kept."""
    with alone(teryt):
        if not servers.drop_schema(_beside(tenant_of(teryt).scope(), "before")):
            raise Conflict("restore.nothing_kept")
        _note(teryt, "tenant.restore_confirmed", actor)


def undo_restore(teryt: str, *, actor: Actor) -> None:
    """Let the kept schema serve again and drop the restored one. Raises Conflict("restore.nothing_kept")."""
    with alone(teryt):
        now = tenant_of(teryt).scope()
        aside, before = _beside(now, "restored"), _beside(now, "before")
        servers.drop_schema(aside)
        with servers.administrator(now) as connection:
            if not servers.has_schema(connection, before.schema_name):
                raise Conflict("restore.nothing_kept")
        announce("tenant.restore_undo_begun", before, actor=actor)
        _swap(now, before.schema_name, aside.schema_name, actor)
        chains.note_present(now)
        servers.drop_schema(aside)
        _note(teryt, "tenant.restore_undone", actor)


def drill_restore(teryt: str, *, actor: Actor) -> RestoreDrill:
    """Restore the newest backup into a schema of its own, compare, drop it, and keep the dated outcome.

    The gmina is not touched. A drill that fails is kept too, with what differed. Raises NotFound("archive.unknown").
    """
    row = newest_backup(teryt)
    started_at, start = timezone.now(), time.perf_counter()
    with alone(teryt):
        aside = _beside(tenant_of(teryt).scope(), "drill")
        try:
            with opened(backup_file(row)) as archive:
                outcome = _load_aside(aside, archive)
        except InvalidInput as error:
            outcome = Compared(findings=[f"{error.code} {error.params.get('place', '')}".strip()])
        finally:
            servers.drop_schema(aside)
        return _keep_drill(row, started_at, time.perf_counter() - start, outcome, actor)


def _keep_drill(
    row: BackupRecord, started_at: datetime, seconds: float, outcome: Compared, actor: Actor
) -> RestoreDrill:
    with tenancy.public(), transaction.atomic():
        drill = RestoreDrill.objects.create(
            teryt=row.teryt,
            backup=row,
            started_at=started_at,
            milliseconds=round(seconds * 1000),
            passed=not outcome.findings,
            rows=outcome.rows,
            findings=outcome.findings,
        )
        record("tenant.restore_drilled", drill, actor=actor, teryt=row.teryt, passed=drill.passed)
        return drill


def _load_aside(aside: tenancy.Scope, archive: Archive) -> Compared:
    if archive.manifest.teryt != aside.tenant_id:
        raise InvalidInput("archive.other_gmina", place=archive.manifest.teryt)
    servers.drop_schema(aside)
    try:
        return loading.load(aside, archive)
    except Exception:
        servers.drop_schema(aside)
        raise


def _swap(now: tenancy.Scope, incoming: str, outgoing: str, actor: Actor) -> None:
    try:
        _rename(now, incoming, outgoing)
    except psycopg.Error:
        _note(now.tenant_id, FAILED, actor)  # what was announced explains no other chain from now on
        raise


def _rename(now: tenancy.Scope, incoming: str, outgoing: str) -> None:
    """Let the schema `incoming` take the gmina's name, and the present one the name `outgoing`, in one transaction.

    It waits for writers that are at work and lets nobody begin, so no write ends in the schema that goes. Renaming needs the
    owner's rights and CREATE on the database at once; only inside this transaction does the provisioner have both.
    """
    role, me = sql.Identifier(now.role), sql.SQL("CURRENT_USER")
    grant = sql.SQL("GRANT {} TO {} WITH INHERIT {}, SET TRUE")
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    served = sql.Identifier(now.schema_name)
    with servers.administrator(now) as connection, connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        connection.execute(grant.format(role, me, sql.SQL("TRUE")))
        _hold_writers(connection, now)
        connection.execute(rename.format(served, sql.Identifier(outgoing)))
        connection.execute(rename.format(sql.Identifier(incoming), served))
        connection.execute(grant.format(role, me, sql.SQL("FALSE")))


def _hold_writers(connection: Connection, now: tenancy.Scope) -> None:
    places = [
        sql.Identifier(now.schema_name, name) for name in catalog.read(connection, now.schema_name).tables
    ]
    connection.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.SQL(", ").join(places)))


def refuse_unconfirmed(now: tenancy.Scope) -> None:
    """Raise Conflict("restore.unconfirmed") while a restore waits for a decision."""
    with servers.administrator(now) as connection:
        if servers.has_schema(connection, _beside(now, "before").schema_name):
            raise Conflict("restore.unconfirmed")


def _beside(scope: tenancy.Scope, what: str) -> tenancy.Scope:
    return replace(scope, schema_name=f"{scope.schema_name}_{what}")


def _note(teryt: str, action: str, actor: Actor, **details: Any) -> None:
    tenant = tenant_of(teryt)
    with tenancy.public():
        record(action, tenant, actor=actor, **details)
