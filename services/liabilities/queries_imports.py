"""Runs of imports as the desk, the API and the command line show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel.actors import Actor, ActorKind
from kernel.errors import NotFound
from services.accounts.access import require
from services.liabilities.domain.dues_file import write_csv
from services.liabilities.findings import Finding, StoredFindings
from services.liabilities.locks import queue_key
from services.liabilities.models import (
    ImportPhase,
    ImportRun,
    ImportSource,
    ImportState,
    Liability,
    StagedDue,
)
from services.liabilities.sentences import file_sentence
from services.users.domain import Verb

MOST_TOLD = 100_000
"""Findings of one kind in a file for a spreadsheet, which holds hardly more."""


@dataclass(frozen=True)
class ImportReport:
    """One run. `rejected` counts lines; a rejected line may have several findings. Sums in grosze.

    Of a large file also: what is being done to it and how much of that is done (per cent), the sentence that refused it as a
    whole, how many dues a full file does not name, and whether somebody may decide about these or go on with it.
    """

    public_id: UUID
    source: str
    source_name: str
    file_name: str
    state: str
    state_name: str
    failure_code: str
    is_dry_run: bool
    started_at: datetime
    finished_at: datetime | None
    actor_ref: str
    lines: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    principal_sum_gr: int
    rejections: Sequence[Finding]
    warnings: Sequence[Finding]
    can_apply: bool
    is_large: bool
    phase_name: str
    percent: int
    refusal: str
    is_full: bool
    as_of: date | None
    missing: int
    closed: int
    can_close: bool
    can_resume: bool

    @property
    def accepted(self) -> int:
        """Good lines."""
        return self.created + self.changed + self.unchanged

    @property
    def is_applied(self) -> bool:
        """Whether the good lines went in; in every other state nothing did."""
        return self.state == ImportState.APPLIED


def import_run(actor: Actor, run_id: UUID) -> ImportReport:
    """One run with its findings. Raises NotFound("import.unknown") for a run that the actor may not see."""
    run = _visible(actor).filter(public_id=run_id).first()
    if run is None:
        raise NotFound("import.unknown")
    return report_of(run, actor)


def import_runs(actor: Actor, limit: int = 50) -> list[ImportReport]:
    """The newest runs without their findings."""
    runs = _visible(actor).defer("content", "findings")[:limit]
    writing = _is_somebody_writing()
    return [_report(run, actor, writing, ()) for run in runs]


def report_of(run: ImportRun, actor: Actor) -> ImportReport:
    """The report of a run that the actor has just made or may see.

    Values stand in the findings only for who brought the file: a run of the finance system may be about dues that the
    clerk does not handle.
    """
    own = run.actor_ref == actor.ref
    if run.shape:
        rejected, warned = (
            StoredFindings(run, is_warning=is_warning, with_values=own) for is_warning in (False, True)
        )
        return _report(run, actor, False, rejected, warned)
    found = run.findings or {}
    rejections, warnings = (_findings(found.get(part, []), own) for part in ("rejected", "warned"))
    return _report(run, actor, _is_somebody_writing(), rejections, warnings)


def missing_of(actor: Actor, run_id: UUID) -> "QuerySet[Liability]":
    """Dues that a full file does not name, for whoever may see the run. Raises NotFound("import.unknown")."""
    run = _visible(actor).filter(public_id=run_id).first()
    if run is None:
        raise NotFound("import.unknown")
    return missing_dues(run).order_by("external_id")


def missing_dues(run: ImportRun) -> "QuerySet[Liability]":
    """Dues above zero of the kinds that stand in the file, which it does not name; none for an incremental file.

    What came or changed after the file was brought is newer than the file: it says nothing of that, however late somebody
    decides about the others.
    """
    staged = StagedDue.objects.filter(run=run)
    if not run.is_full:
        return Liability.objects.none()
    kinds = set(staged.values_list("liability_type_id", flat=True).distinct())
    named = staged.filter(external_id=OuterRef("external_id"))
    rows = Liability.objects.filter(
        liability_type__in=kinds, principal_gr__gt=0, updated_at__lte=run.started_at
    )
    return rows.exclude(Exists(named))


def findings_csv(report: ImportReport) -> bytes:
    """The findings as a file for the office's spreadsheet, the first MOST_TOLD of each kind; no cell is a formula."""
    rows = [
        (kind, one.line, one.external_id, one.field, one.sentence, one.excerpt)
        for kind, findings in (("odrzucony", report.rejections), ("ostrzeżenie", report.warnings))
        for one in findings[:MOST_TOLD]
    ]
    return write_csv(("rodzaj", "wiersz", "external_id", "pole", "opis", "wartość"), rows)


def _visible(actor: Actor) -> QuerySet[ImportRun]:
    """A finance system sees its own runs; a clerk the own ones and those that no person made."""
    if actor.kind == ActorKind.API:
        require(actor, Verb.API_LIABILITIES_WRITE)
        return ImportRun.objects.filter(actor_ref=actor.ref)
    require(actor, Verb.IMPORT_LIABILITIES)
    if actor.kind == ActorKind.STAFF:
        return ImportRun.objects.filter(Q(actor_ref=actor.ref) | ~Q(source=ImportSource.DESK))
    return ImportRun.objects.all()


def _findings(stored: Sequence[Sequence[Any]], own: bool) -> tuple[Finding, ...]:
    return tuple(
        Finding(line, eid, name, code, excerpt if own else "") for line, eid, name, code, excerpt in stored
    )


def _is_somebody_writing() -> bool:
    """Whether an import of this gmina holds its lock now; a running one that does not was killed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0))",
            [queue_key()],
        )
        return bool(cursor.fetchone()[0])


def _report(
    run: ImportRun,
    actor: Actor,
    somebody_writes: bool,
    rejections: Sequence[Finding],
    warnings: Sequence[Finding] = (),
) -> ImportReport:
    state = ImportState(run.state)
    if state == ImportState.RUNNING and not somebody_writes and not run.shape:
        state = ImportState.INTERRUPTED
    return ImportReport(
        public_id=run.public_id,
        source=run.source,
        source_name=ImportSource(run.source).label,
        file_name=run.file_name,
        state=state.value,
        state_name=state.label,
        failure_code=run.failure_code,
        is_dry_run=run.is_dry_run,
        started_at=run.started_at,
        finished_at=run.finished_at,
        actor_ref=run.actor_ref,
        lines=run.lines,
        created=run.created,
        changed=run.changed,
        unchanged=run.unchanged,
        rejected=run.rejected,
        principal_sum_gr=run.principal_sum_gr,
        rejections=rejections,
        warnings=warnings,
        can_apply=run.source == ImportSource.DESK
        and run.actor_ref == actor.ref
        and state in (ImportState.CHECKED, ImportState.FAILED)
        and (run.created + run.changed > 0 or (run.missing > 0 and run.rejected == 0)),
        is_large=bool(run.shape),
        phase_name=ImportPhase(run.phase).label if run.phase else "",
        percent=_percent(run),
        refusal=_refusal(run) if run.shape and state == ImportState.FAILED else "",
        is_full=run.is_full,
        as_of=run.as_of,
        missing=run.missing,
        closed=run.closed,
        can_close=run.can_close,
        can_resume=state == ImportState.STOPPED and actor.kind == ActorKind.STAFF,
    )


def _percent(run: ImportRun) -> int:
    """How much of the whole work is done: reading counts for the first third, comparing rows takes no bar of its own."""
    if not run.work_all:
        return 0
    part = min(run.work_done / run.work_all, 1.0)
    if run.phase == ImportPhase.READING:
        return int(part * 33)
    if run.phase == ImportPhase.JUDGING:
        return 33
    return int(34 + part * 65) if run.phase != ImportPhase.CLOSING else int(part * 99)


def _refusal(run: ImportRun) -> str:
    told = (run.findings or {}).get("refused", {})
    return file_sentence(told.get("code", ""), told.get("params", {}))
