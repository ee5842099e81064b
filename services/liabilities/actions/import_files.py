"""Large files of dues: taken in parts, checked and written by a worker, chunk by chunk. What a person or a folder asks for.

The work itself is `import_work`; everything here returns at once.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO, Final
from uuid import UUID

from django.db import transaction

from integrations.finance.exchange.reading import Shape
from integrations.finance.lines import MAX_BYTES
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.tasks import enqueue
from services.accounts.access import require, types_handled
from services.liabilities import parts
from services.liabilities.actions.import_quotas import import_verb, refuse_full_storage, use_quotas
from services.liabilities.actions.import_work import forget, work_on
from services.liabilities.actions.imports import import_csv, preview_csv
from services.liabilities.models import (
    ImportPart,
    ImportPhase,
    ImportRun,
    ImportSource,
    ImportState,
    StagedDue,
)

KEPT_FOR: Final = timedelta(days=7)
"""How long a file waits for a person's decision."""
AT_ONCE: Final = 5
BEGINNING: Final = 4096
SMALL_BYTES: Final = 2 * 1024**2
"""Up to here a file of rows alone is one transaction: some seconds."""
AT_ONCE_BYTES: Final = 128 * 1024
AT_ONCE_LINES: Final = 500
"""Up to here nobody has to wait for a worker."""


def shape_of(name: str, beginning: bytes) -> Shape:
    """What form a file has, by what it begins with; its name decides between texts."""
    if beginning.startswith(b"PK\x03\x04"):
        return Shape.XLSX
    if name.lower().endswith(".xlsx"):
        return Shape.XLSX
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    return Shape.JSON if name.lower().endswith(".json") or text.startswith(b"{") else Shape.CSV


def check_file(file: BinaryIO, name: str, actor: Actor) -> ImportRun:
    """Check a file from the desk without writing any due.

    A small CSV file that does not speak of itself is checked, and later written, in one transaction. Every other file is
    kept in parts for a worker; a small one is done at once all the same. Raises as `preview_csv` and `take_file` do.
    """
    if _is_small(file, name):
        return preview_csv(file.read(), name, actor)
    run = take_file(file, name, source=ImportSource.DESK, is_dry_run=True, actor=actor)
    if run.work_all <= AT_ONCE_BYTES:
        work_on(run.public_id)
        run.refresh_from_db()
    return run


def import_file(
    file: BinaryIO,
    name: str,
    *,
    is_dry_run: bool,
    tell: Callable[[ImportRun], None] = lambda run: None,
    actor: Actor,
) -> ImportRun:
    """Import a file to its end, for whoever waits for it: small files as `import_csv`, others as a worker would.

    `tell` is called after each step of a large one. Raises as `import_csv` and `take_file` do.
    """
    if _is_small(file, name):
        return import_csv(
            file.read(), source=ImportSource.COMMAND, file_name=name, is_dry_run=is_dry_run, actor=actor
        )
    run = take_file(file, name, source=ImportSource.COMMAND, is_dry_run=is_dry_run, actor=actor)
    work_on(run.public_id, tell=tell, waits=True)
    run.refresh_from_db()
    return run


def _is_small(file: BinaryIO, name: str) -> bool:
    """Whether the file, which stands at its beginning afterwards, is CSV of rows alone that goes in in one transaction."""
    size = file.seek(0, 2)
    file.seek(0)
    beginning = file.read(BEGINNING)
    file.seek(0)
    is_table = shape_of(name, beginning) == Shape.CSV
    return is_table and size <= SMALL_BYTES and not _speaks_of_itself(beginning)


def _speaks_of_itself(beginning: bytes) -> bool:
    """Whether the first line names the column of a head, which only the exchange's own reader knows."""
    header = beginning.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].lower()
    return b"format" in re.split(rb"[;,\r]", header.replace(b'"', b""))


@transaction.atomic(durable=True)
def take_file(
    file: BinaryIO, name: str, *, source: str, is_dry_run: bool, claimed_as: str = "", actor: Actor
) -> ImportRun:
    """Keep a file of dues in the database and ask for the work on it; its content is not looked at yet.

    `source` is a value of ImportSource. Raises InvalidInput("dues_file.empty") or ("dues_file.too_big"), and Refused
    when the actor may not import or the gmina's storage is full.
    """
    actor = require(actor, import_verb(actor))
    refuse_full_storage()
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise InvalidInput("dues_file.empty", field="file")
    if size > MAX_BYTES:
        raise InvalidInput("dues_file.too_big", field="file", megabytes=MAX_BYTES // 1024**2)
    beginning = file.read(BEGINNING)
    file.seek(0)
    run = ImportRun.objects.create(
        source=source,
        file_name="".join(sign for sign in name if sign.isprintable())[-160:],
        is_dry_run=is_dry_run,
        actor_ref=actor.ref,
        findings={},
        shape=shape_of(name, beginning),
        phase=ImportPhase.READING,
        work_all=size,
        claimed_as=claimed_as,
    )
    run.sha256 = parts.keep(run, file)
    run.save(update_fields=["sha256"])
    record("import.begun", run, actor=actor, bytes=size, sha256=run.sha256.hex(), is_dry_run=is_dry_run)
    enqueue("liabilities.work_on_import", str(run.public_id))
    return run


def apply_file(run_id: UUID, actor: Actor) -> ImportRun:
    """Write the good lines of a file that was checked, or go on with one that stopped. A second call is the same call.

    The rows are judged anew, for the dues may have changed since. Raises NotFound("import.unknown") for another person's
    run, Conflict("import.not_checked") for one that holds nothing to apply, and Refused("quota.…").
    """
    actor = require(actor, import_verb(actor))
    run = _own(run_id, actor)
    if run.state in (ImportState.APPLIED, ImportState.RUNNING):
        return run
    if not ImportPart.objects.filter(run=run).exists():
        raise Conflict("import.not_checked")
    if run.state == ImportState.CHECKED or _is_checked_in_part(run):
        use_quotas(run.lines)
    run = _restart(run_id, actor)
    if run.lines <= AT_ONCE_LINES:
        work_on(run_id)
        run.refresh_from_db()
    return run


def _is_checked_in_part(run: ImportRun) -> bool:
    """Whether a mere check has failed after the file was read: nothing has counted it yet, and it will not be read again."""
    return run.state == ImportState.FAILED and run.is_dry_run and run.phase != ImportPhase.READING


@transaction.atomic(durable=True)
def _restart(run_id: UUID, actor: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(public_id=run_id)
    if run.state == ImportState.STOPPED:
        run.phase = run.phase or ImportPhase.ENDING
    elif run.state in (ImportState.CHECKED, ImportState.FAILED):
        run.is_dry_run = False
        is_staged = run.key_mark and run.phase != ImportPhase.READING
        run.phase = ImportPhase.JUDGING if is_staged else ImportPhase.READING
        run.work_done = 0
    else:
        return run  # somebody else's click was faster
    run.state, run.attempts, run.failure_code, run.finished_at = ImportState.RUNNING, 0, "", None
    run.save()
    record("import.confirmed", run, actor=actor)
    enqueue("liabilities.work_on_import", str(run.public_id))
    return run


@transaction.atomic(durable=True)
def close_missing(run_id: UUID, expected: int, actor: Actor) -> ImportRun:
    """Write the dues that a full file does not name down to zero. A second call is the same call.

    `expected` is the number that the person has seen. Raises NotFound("import.unknown"), Conflict("import.not_full") when
    there is nothing to decide or a line was refused, and Conflict("import.missing_changed") when the number is another now.
    """
    actor = require(actor, import_verb(actor))
    run = _own(run_id, actor, lock=True)
    if run.phase == ImportPhase.CLOSING or run.closed:
        return run
    if not run.can_close:
        raise Conflict("import.not_full")
    if run.missing != expected:
        raise Conflict("import.missing_changed")
    run.state, run.phase, run.position = ImportState.RUNNING, ImportPhase.CLOSING, 0
    run.work_done, run.work_all, run.finished_at = 0, run.missing, None
    run.save()
    record("import.closing_confirmed", run, actor=actor, missing=run.missing)
    enqueue("liabilities.work_on_import", str(run.public_id))
    return run


@transaction.atomic(durable=True)
def leave_missing(run_id: UUID, actor: Actor) -> ImportRun:
    """Leave the dues that a full file does not name as they are. Raises NotFound("import.unknown")."""
    actor = require(actor, import_verb(actor))
    run = _own(run_id, actor, lock=True)
    if run.can_close:
        run.is_decided = True
        run.save(update_fields=["is_decided"])
        forget(run)
        record("import.missing_left", run, actor=actor, missing=run.missing)
    return run


def _own(run_id: UUID, actor: Actor, *, lock: bool = False) -> ImportRun:
    """The actor's own run; one of the folder belongs to whoever handles all kinds of dues in it."""
    rows = ImportRun.objects.filter(public_id=run_id).exclude(shape="")
    run = (rows.select_for_update() if lock else rows).first()
    if run is None or (run.actor_ref != actor.ref and not _is_of_the_folder_and_handled(run, actor)):
        raise NotFound("import.unknown")
    return run


def _is_of_the_folder_and_handled(run: ImportRun, actor: Actor) -> bool:
    kinds = set(StagedDue.objects.filter(run=run).values_list("liability_type_id", flat=True).distinct())
    handled = set(types_handled(actor).values_list("pk", flat=True))
    return run.source == ImportSource.FOLDER and bool(kinds) and kinds <= handled


def waiting_runs() -> list[UUID]:
    """Large files on which somebody has to work, oldest first."""
    rows = ImportRun.objects.filter(state=ImportState.RUNNING).exclude(shape="").order_by("started_at")
    return list(rows.values_list("public_id", flat=True))


def forget_old(now: datetime) -> None:
    """Take away the content of files that were checked, or are to be decided about, and that nobody has touched for days."""
    old = ImportRun.objects.exclude(shape="").exclude(state=ImportState.RUNNING)
    with_content = old.filter(finished_at__lt=now - KEPT_FOR, parts__number=0)
    for run in with_content[:AT_ONCE]:
        with transaction.atomic(durable=True):
            forget(run)
