"""Import of dues: read, compare, apply in one transaction, report line by line. The same rows again change nothing."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound, SkarbnikError
from kernel.tasks import enqueue
from services.accounts.access import require
from services.liabilities.actions.import_plans import Plan, carry_out, make_plan
from services.liabilities.actions.import_quotas import import_verb, use_quotas
from services.liabilities.actions.import_writing import queue_up
from services.liabilities.domain.dues_fields import Fault, RawRow
from services.liabilities.domain.dues_file import decode, read_csv
from services.liabilities.models import ImportRun, ImportSource, ImportState


@dataclass(frozen=True)
class Imported:
    """A run with what became of each row, for surfaces that answer row by row."""

    run: ImportRun
    plan: Plan


def import_dues(
    rows: Iterable[Mapping[str, Any]],
    *,
    source: str,
    file_name: str = "",
    is_dry_run: bool = False,
    actor: Actor,
) -> ImportRun:
    """Import neutral rows (docs/exchange.md): all good ones in one transaction, the others reported by line.

    `source` is a value of ImportSource. Raises Refused when the actor may not import.
    """
    raw = [RawRow(number, row) for number, row in enumerate(rows, start=1)]
    return import_rows(raw, source=source, file_name=file_name, is_dry_run=is_dry_run, actor=actor).run


def import_csv(
    content: bytes, *, source: str, file_name: str, is_dry_run: bool = False, actor: Actor
) -> ImportRun:
    """Import a CSV file of neutral rows. Raises InvalidInput("dues_file.…") when it cannot be read as a whole."""
    rows = read_csv(content)
    return import_rows(rows, source=source, file_name=file_name, is_dry_run=is_dry_run, actor=actor).run


def import_rows(
    rows: Sequence[RawRow], *, source: str, file_name: str = "", is_dry_run: bool = False, actor: Actor
) -> Imported:
    """Import raw rows; as `import_dues`, with the outcome of every row. Raises Refused("quota.…") too."""
    actor = require(actor, import_verb(actor))
    run = _begin(rows, source=source, file_name=file_name, is_dry_run=is_dry_run, actor=actor)
    return Imported(run, _check(run, rows, actor) if is_dry_run else _apply(run, rows, actor))


def preview_csv(content: bytes, file_name: str, actor: Actor) -> ImportRun:
    """Check a file from the desk without writing any due; the content is kept (encrypted) until it is applied.

    Raises InvalidInput("dues_file.…") and Refused.
    """
    actor = require(actor, import_verb(actor))
    rows = read_csv(content)
    run = _begin(
        rows,
        source=ImportSource.DESK,
        file_name=file_name,
        is_dry_run=True,
        actor=actor,
        content=decode(content),
    )
    _check(run, rows, actor)
    return run


def apply_import(run_id: UUID, actor: Actor) -> ImportRun:
    """Apply a file that was checked at the desk: it is read and judged anew, for the dues may have changed since.

    A second call is the same call. Raises NotFound("import.unknown") for another person's run and
    Conflict("import.not_checked") for a run that holds no content to apply.
    """
    actor = require(actor, import_verb(actor))
    run = ImportRun.objects.filter(
        public_id=run_id, actor_ref=actor.ref, source=ImportSource.DESK, shape=""
    ).first()
    if run is None:
        raise NotFound("import.unknown")
    if run.state == ImportState.APPLIED:
        return run
    if not run.content:
        raise Conflict("import.not_checked")
    rows = read_csv(run.content.encode())
    use_quotas(len(rows))
    _apply(run, rows, actor)
    return run


def _begin(
    rows: Sequence[RawRow], *, source: str, file_name: str, is_dry_run: bool, actor: Actor, content: str = ""
) -> ImportRun:
    """The row is committed before the work starts: whatever kills the work, it says that nothing went in.

    Only what is to be written uses up the gmina's quotas. Raises Refused("quota.…").
    """
    if not is_dry_run:
        use_quotas(len(rows))
    return ImportRun.objects.create(
        source=source,
        file_name="".join(sign for sign in file_name if sign.isprintable())[-160:],
        is_dry_run=is_dry_run,
        actor_ref=actor.ref,
        lines=len(rows),
        content=content,
        findings={},
    )


@transaction.atomic(durable=True)
def _check(run: ImportRun, rows: Sequence[RawRow], actor: Actor) -> Plan:
    plan = make_plan(rows, actor, on=timezone.localdate())
    _keep(run, plan, ImportState.CHECKED, actor)
    return plan


def _apply(run: ImportRun, rows: Sequence[RawRow], actor: Actor) -> Plan:
    try:
        return _apply_at_once(run, rows, actor)
    except Exception as error:
        code = error.code if isinstance(error, SkarbnikError) else type(error).__name__
        with suppress(
            DatabaseError
        ):  # then the run stays RUNNING without a writer, which reads as interrupted
            ImportRun.objects.filter(pk=run.pk).exclude(state=ImportState.APPLIED).update(
                state=ImportState.FAILED, failure_code=code[:60], finished_at=timezone.now()
            )
        raise


@transaction.atomic(durable=True)
def _apply_at_once(run: ImportRun, rows: Sequence[RawRow], actor: Actor) -> Plan:
    queue_up()
    current = ImportRun.objects.select_for_update().get(pk=run.pk)
    plan = make_plan(rows, actor, on=timezone.localdate(), is_locking=True)
    if current.state == ImportState.APPLIED:
        run.refresh_from_db()
        return plan  # somebody else's click was faster
    carry_out(plan, actor=actor)
    run.is_dry_run = False
    run.content = ""
    _keep(run, plan, ImportState.APPLIED, actor)
    enqueue("accounts.match_payers")
    return plan


def _keep(run: ImportRun, plan: Plan, state: ImportState, actor: Actor) -> None:
    """Write the report into the run and the act into the audit log, in the same transaction as the work."""
    run.state = state
    run.failure_code = ""
    run.finished_at = timezone.now()
    run.created, run.changed, run.unchanged = (
        plan.count("created"),
        plan.count("changed"),
        plan.count("unchanged"),
    )
    run.rejected = run.lines - run.created - run.changed - run.unchanged
    run.principal_sum_gr = plan.principal_sum_gr
    run.findings = {"rejected": _plain(plan.faults), "warned": _plain(plan.warnings)}
    run.save()
    record(
        "import.applied" if state == ImportState.APPLIED else "import.checked",
        run,
        actor=actor,
        lines=run.lines,
        created=run.created,
        changed=run.changed,
        unchanged=run.unchanged,
        rejected=run.rejected,
        principal_sum_gr=run.principal_sum_gr,
    )


def _plain(faults: Iterable[Fault]) -> list[list[Any]]:
    return [[fault.line, fault.external_id, fault.field, fault.code, fault.excerpt] for fault in faults]
