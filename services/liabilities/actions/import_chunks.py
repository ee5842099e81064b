"""Writing a large file by chunks. Each is one short transaction that moves the run's position along with its rows.

So bookings and single calls of the API wait for a chunk at most, and who is killed goes on behind the last chunk. Dues
whose id and payers are all new take the fast lane (`import_fast`); for every other row the plan of small imports decides.
A check goes the same way and writes nothing but its counts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from services.liabilities.actions import import_fast
from services.liabilities.actions.import_disputes import opened
from services.liabilities.actions.import_loading import Types
from services.liabilities.actions.import_plans import Plan, carry_out, plan_of
from services.liabilities.actions.import_staging import write_findings
from services.liabilities.actions.import_writing import queue_up
from services.liabilities.domain.dues_payers import PayerRow
from services.liabilities.domain.dues_rows import DUE, REMINDER_COST, CostRow, DueRow, Reading
from services.liabilities.models import (
    ImportPhase,
    ImportRun,
    Liability,
    StagedCost,
    StagedDue,
    StagedPayer,
)

CHUNK: Final = 2000
"""Rows in one transaction: less than a second, for which a booking may have to wait."""

JUDGED: Final = frozenset(("dues.whole_and_instalments",))
"""Warnings that need all rows at once and were given when these were judged."""


@transaction.atomic(durable=True)
def next_dues(run_id: UUID, types: Types, *, on: date, actor: Actor) -> None:
    """Do the next chunk of dues; behind the last one the costs of reminders come."""
    run = held(run_id)
    if run.phase != ImportPhase.DUES:
        return
    rows = StagedDue.objects.filter(run=run, line__gt=run.position).order_by("line")
    page = list(rows.values_list("pk", "line", "refused_for")[:CHUNK])
    if not page:
        run.phase, run.position = ImportPhase.COSTS, 0
        run.save(update_fields=["phase", "position"])
        return
    good = [pk for pk, _, refused_for in page if not refused_for]
    new = import_fast.all_new(run, good)
    if not run.is_dry_run:
        import_fast.write_new(new, on=on, actor=actor)
    run.created += len(new)
    others = StagedDue.objects.filter(pk__in=set(good) - set(new)).order_by("line")
    others = others.select_related("liability_type")
    reading = Reading(dues=due_rows(run, others))
    plan = plan_of(reading, types, on=on, is_locking=not run.is_dry_run)
    _finish(run, plan, DUE, {row.line for row in reading.dues}, actor)
    _move(run, page[-1][1], len(page))


@transaction.atomic(durable=True)
def next_costs(run_id: UUID, types: Types, *, on: date, actor: Actor) -> None:
    """Do the next chunk of reminder costs; behind the last one only the end is left."""
    run = held(run_id)
    if run.phase != ImportPhase.COSTS:
        return
    page = list(StagedCost.objects.filter(run=run, line__gt=run.position).order_by("line")[:CHUNK])
    if not page:
        run.phase, run.position = ImportPhase.ENDING, 0
        run.save(update_fields=["phase", "position"])
        return
    good = [row for row in page if not row.refused_for]
    reading = Reading(dues=_dues_only_checked(run, good), costs=[_cost_row(row) for row in good])
    plan = plan_of(reading, types, on=on, is_locking=not run.is_dry_run)
    if run.is_dry_run:
        _forgive_payers_to_come(run, plan, good)
    _finish(run, plan, REMINDER_COST, {row.line for row in good}, actor)
    _move(run, page[-1].line, len(page))


def held(run_id: UUID) -> ImportRun:
    """The run, for this transaction, when no other import of the gmina writes."""
    queue_up()
    return ImportRun.objects.select_for_update().get(public_id=run_id)


def _finish(run: ImportRun, plan: Plan, record: str, lines: Collection[int], actor: Actor) -> None:
    """Write the plan unless this is a check, and count and report its rows of this kind, which stand in these lines."""
    if not run.is_dry_run and plan.has_changes:
        carry_out(plan, actor=actor)
    results = Counter(one.result for one in plan.outcomes if one.record == record)
    run.created += results["created"]
    run.changed += results["changed"]
    run.unchanged += results["unchanged"]
    faults = [one for one in plan.faults if one.line in lines]
    write_findings(run, faults, is_warning=False, is_judged=True)
    model = StagedDue if record == DUE else StagedCost
    for fault in faults:
        model._base_manager.filter(run=run, line=fault.line).update(refused_for=fault.code)
    warnings = [one for one in plan.warnings if one.line in lines and one.code not in JUDGED]
    write_findings(run, warnings, is_warning=True, is_judged=True)


def _move(run: ImportRun, line: int, rows: int) -> None:
    run.position = line
    run.work_done += rows
    run.attempts = 0
    run.save(update_fields=["position", "work_done", "attempts", "created", "changed", "unchanged"])


def due_rows(run: ImportRun, staged: Iterable[StagedDue]) -> list[DueRow]:
    """Staged rows as they were read; each payer of them whom the file describes is described."""
    rows = list(staged)
    payers = _described(run, {one for row in rows for one in row.payer_ids})
    return [_due_row(row, payers) for row in rows]


def _described(run: ImportRun, payer_ids: set[str]) -> Mapping[str, PayerRow]:
    found = StagedPayer.objects.filter(run=run, external_id__in=payer_ids, is_dropped=False)
    return {row.external_id: opened(row) for row in found}


def _due_row(row: StagedDue, payers: Mapping[str, PayerRow]) -> DueRow:
    title = Liability._meta.get_field("title")
    return DueRow(
        line=row.line,
        external_id=row.external_id,
        payers=tuple(payers[one] for one in row.payer_ids if one in payers),
        co_owner_ids=tuple(row.payer_ids[1:]),
        type_code=row.liability_type.code,
        title=title.open_of(bytes(row.title), row.public_id),
        document_number=row.document_number,
        year=row.year,
        instalment=row.instalment,
        due_on=row.due_on,
        principal_gr=row.principal_gr,
        account_nrb=row.account_nrb,
        pauses=tuple(zip(row.paused_from, row.paused_to, strict=True)),
        is_reduced_rate=row.is_reduced_rate,
        is_enforced=row.is_enforced,
        enforcement_office=row.enforcement_office,
        writ_number=row.writ_number,
    )


def _cost_row(row: StagedCost) -> CostRow:
    return CostRow(
        row.line, row.external_id, row.payer_id, tuple(row.liability_ids), row.number, row.amount_gr, row.sent_on,
        row.delivered_on,
    )  # fmt: skip


def _dues_only_checked(run: ImportRun, costs: Iterable[StagedCost]) -> list[DueRow]:
    """In a check the dues of the same file are not there yet: those that these costs list."""
    if not run.is_dry_run:
        return []
    listed = {one for row in costs for one in row.liability_ids}
    rows = StagedDue.objects.filter(run=run, refused_for="", external_id__in=listed).order_by("line")
    return due_rows(run, rows.select_related("liability_type"))


def _forgive_payers_to_come(run: ImportRun, plan: Plan, costs: Iterable[StagedCost]) -> None:
    """In a check the payers of the same file are not there yet: what is wrong with these rows is told by other faults."""
    payer_of = {row.line: row.payer_id for row in costs}
    coming = StagedPayer.objects.filter(run=run, is_dropped=False, external_id__in=set(payer_of.values()))
    described = set(coming.values_list("external_id", flat=True))
    plan.faults = [
        fault
        for fault in plan.faults
        if fault.code != "dues.payer_unknown" or payer_of.get(fault.line) not in described
    ]
