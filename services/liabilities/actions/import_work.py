"""The work on a large file, from its first row to the report: by a worker, a command, or at once for a small file.

It may be killed anywhere and begun again by anybody: what is done is in the run's row, see `import_chunks`.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from integrations.finance.errors import FileRefused
from kernel import crypto, tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit.recording import record
from kernel.errors import InvalidInput, Refused, SkarbnikError
from kernel.tasks import enqueue
from services.accounts.access import require
from services.liabilities.actions.import_chunks import held, next_costs, next_dues
from services.liabilities.actions.import_judging import judge
from services.liabilities.actions.import_loading import Types, types_for
from services.liabilities.actions.import_missing import next_missing
from services.liabilities.actions.import_quotas import import_verb, use_quotas
from services.liabilities.actions.import_staging import forget_staged, stage
from services.liabilities.models import (
    ImportPhase,
    ImportRun,
    ImportSource,
    ImportState,
    StagedDue,
)
from services.liabilities.queries_imports import missing_dues
from services.users.models import User
from tenants.directory.setup import only_one

log = structlog.get_logger(__name__)

MOST_ATTEMPTS: Final = 3
"""Failures in a row after which a person must look."""


def work_on(
    run_id: UUID, *, tell: Callable[[ImportRun], None] = lambda run: None, waits: bool = False
) -> bool:
    """Go on with the run until it is over. False when another worker of this gmina is at an import and we do not wait.

    `tell` is called after each step. What stops a run is kept in it; what may pass is raised too, and the sweep comes again.
    """
    with only_one(_lock_name(), wait=waits) as is_alone:
        if not is_alone:
            return False
        while (run := ImportRun.objects.get(public_id=run_id)).state == ImportState.RUNNING:
            try:
                _step(run)
            except (InvalidInput, Refused) as error:
                _stop(run, error)
            except Exception as error:
                if not _note_failure(run, error):
                    raise
            tell(run)
    return True


def is_nobody_at_work() -> bool:
    """Whether no worker has a large file of this gmina in its hands."""
    with only_one(_lock_name()) as is_alone:
        return is_alone


def _lock_name() -> str:
    return f"large import {tenancy.current_tenant_id()}"


def actor_of(run: ImportRun) -> Actor:
    """Who brought the file, as far as that account may still import. Raises Refused."""
    if run.source != ImportSource.DESK:
        return system(run.actor_ref)
    user = User.objects.filter(public_id=run.actor_ref).first()
    actor = Actor(kind=ActorKind.STAFF, ref=run.actor_ref, user_id=user.pk if user else None)
    return require(actor, import_verb(actor))


def _step(run: ImportRun) -> None:
    actor = actor_of(run)
    today = timezone.localdate()
    types: Types = types_for(actor)
    if run.phase not in (ImportPhase.READING, ImportPhase.CLOSING, ImportPhase.ENDING) and _is_rekeyed(run):
        stage(run, types)  # what was encrypted under a key that is going must not become dues
        _let_judge(run)
        return
    match run.phase:
        case ImportPhase.READING:
            stage(run, types)
            if not run.is_dry_run:
                use_quotas(run.lines)  # the phase ends with it: what is not counted goes no further
            _let_judge(run)
        case ImportPhase.JUDGING:
            judge(run)
        case ImportPhase.DUES:
            next_dues(run.public_id, types, on=today, actor=actor)
        case ImportPhase.COSTS:
            next_costs(run.public_id, types, on=today, actor=actor)
        case ImportPhase.CLOSING:
            next_missing(run.public_id, on=today, actor=actor)
        case _:
            _end(run.public_id, actor)


def _let_judge(run: ImportRun) -> None:
    run.phase = ImportPhase.JUDGING
    run.save(update_fields=["phase"])


def _is_rekeyed(run: ImportRun) -> bool:
    return bytes(run.key_mark) != crypto.keyring().mark


@transaction.atomic(durable=True)
def _end(run_id: UUID, actor: Actor) -> None:
    """Write the report and the act into the audit log; forget what only the work needed."""
    run = held(run_id)
    if run.phase != ImportPhase.ENDING:
        return
    taken = StagedDue.objects.filter(run=run, refused_for="")
    run.state = ImportState.CHECKED if run.is_dry_run else ImportState.APPLIED
    run.phase, run.failure_code, run.finished_at = "", "", timezone.now()
    if run.closed:
        record("import.missing_closed", run, actor=actor, closed=run.closed)
        run.is_decided = True
    else:
        run.rejected = run.lines - run.created - run.changed - run.unchanged
        run.principal_sum_gr = taken.aggregate(sum=Sum("principal_gr"))["sum"] or 0
        run.missing = missing_dues(run).count()
        record(
            "import.checked" if run.is_dry_run else "import.applied",
            run,
            actor=actor,
            lines=run.lines,
            created=run.created,
            changed=run.changed,
            unchanged=run.unchanged,
            rejected=run.rejected,
            missing=run.missing,
            principal_sum_gr=run.principal_sum_gr,
            sha256=bytes(run.sha256).hex(),
        )
    run.save()
    if run.is_over:
        forget(run)
    if not run.is_dry_run:
        enqueue("accounts.match_payers")


def forget(run: ImportRun) -> None:
    """Take away the parts and the rows of a file that nobody needs any more; findings stay for the report."""
    run.parts.all()._raw_delete(connection.alias)
    forget_staged(run, with_findings=False)


def _stop(run: ImportRun, error: SkarbnikError) -> None:
    """The file or the right to import it is at fault: it would be so the next time too."""
    with transaction.atomic(durable=True):
        run = held(run.public_id)
        run.state = ImportState.STOPPED if _has_written(run) else ImportState.FAILED
        run.failure_code, run.finished_at = error.code[:60], timezone.now()
        run.findings = {"refused": {"code": error.code, "params": _plain(error)}}
        run.save()
        record("import.failed", run, actor=system("liabilities.work_on_import"), reason=error.code)
        if run.state == ImportState.FAILED and isinstance(error, FileRefused | InvalidInput):
            forget(run)


def _plain(error: SkarbnikError) -> dict[str, object]:
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in error.params.items()
        if name != "field" or not isinstance(error, FileRefused) or value
    }


def _note_failure(run: ImportRun, error: Exception) -> bool:
    """Count a failure that may pass; True when it was one too many and a person must look."""
    log.warning("import.failed", run=str(run.public_id), error=type(error).__name__)
    with transaction.atomic(durable=True):
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        run.attempts += 1
        run.failure_code = type(error).__name__[:60]
        is_over = run.attempts >= MOST_ATTEMPTS
        if is_over:
            run.state = ImportState.STOPPED if _has_written(run) else ImportState.FAILED
            run.finished_at = timezone.now()
        run.save(update_fields=["attempts", "failure_code", "state", "finished_at"])
    return is_over


def _has_written(run: ImportRun) -> bool:
    return not run.is_dry_run and (
        run.created + run.changed + run.closed > 0 or run.phase == ImportPhase.CLOSING
    )
