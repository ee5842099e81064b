"""The whole plan of an import, from raw rows to what is to be written, posted and reported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kernel.actors import Actor
from kernel.money import format_gr
from services.liabilities import locks
from services.liabilities.actions.cost_planning import CostPlan, plan_costs
from services.liabilities.actions.import_doubles import whole_and_instalments
from services.liabilities.actions.import_loading import Types, types_for
from services.liabilities.actions.import_planning import DuesPlan, plan_dues
from services.liabilities.actions.import_posting import (
    Difference,
    cost_differences,
    due_differences,
    surpluses,
)
from services.liabilities.actions.import_writing import (
    lock_claims,
    write_costs,
    write_dues,
    write_payers,
    write_postings,
)
from services.liabilities.domain.dues_fields import Fault, RawRow
from services.liabilities.domain.dues_rows import DUE, REMINDER_COST, Reading, read_rows


@dataclass(frozen=True)
class Outcome:
    """What becomes of one good row: created, changed or unchanged."""

    line: int
    record: str
    external_id: str
    result: str


@dataclass
class Plan:
    """Everything about one import. `surplus` is what write-downs leave overpaid, in grosze by claim."""

    dues: DuesPlan
    costs: list[CostPlan]
    differences: list[Difference]
    surplus: dict[UUID, int]
    faults: list[Fault]
    warnings: list[Fault] = field(default_factory=list)

    @property
    def outcomes(self) -> list[Outcome]:
        """Good rows in the order of the file."""
        rows = [Outcome(p.row.line, DUE, p.row.external_id, p.result) for p in self.dues.dues]
        rows += [Outcome(p.row.line, REMINDER_COST, p.row.external_id, p.result) for p in self.costs]
        return sorted(rows, key=lambda row: row.line)

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        payers = self.dues.payers
        is_claim_changed = any(one.is_changed for one in self.dues.dues) or any(
            one.is_changed for one in self.costs
        )
        return is_claim_changed or bool(payers.new or payers.changed or self.differences)

    def count(self, result: str) -> int:
        """Number of good rows with that result."""
        return sum(outcome.result == result for outcome in self.outcomes)

    @property
    def principal_sum_gr(self) -> int:
        """Control sum: principal of all good dues as the rows state it, in grosze."""
        return sum(plan.row.principal_gr for plan in self.dues.dues)


def make_plan(rows: Sequence[RawRow], actor: Actor, *, on: date, is_locking: bool = False) -> Plan:
    """Read the rows and compare them with what is known. With `is_locking` the claims that will change are locked."""
    types = types_for(actor)
    return plan_of(read_rows(rows, types.rules), types, on=on, is_locking=is_locking)


def plan_of(reading: Reading, types: Types, *, on: date, is_locking: bool = False) -> Plan:
    """Compare what was read with what is known, as `make_plan`."""
    dues = plan_dues(reading.dues, types)
    costs, cost_faults = plan_costs(reading.costs, dues, types)
    if is_locking:
        lock_claims(dues, costs)
    differences = [*due_differences(dues.dues, dues.payers.by_id, on), *cost_differences(costs, on)]
    plan = Plan(
        dues=dues,
        costs=costs,
        differences=differences,
        surplus=surpluses(differences),
        faults=sorted([*reading.faults, *dues.faults, *cost_faults], key=lambda fault: fault.line),
    )
    refused = {fault.line for fault in plan.faults}
    own = [warning for warning in reading.warnings if warning.line not in refused]
    doubled = whole_and_instalments(dues.dues, dues.payers, types)
    plan.warnings = sorted(
        [*own, *doubled, *_under_payment(plan), *_overpaid(plan)], key=lambda one: one.line
    )
    return plan


def _under_payment(plan: Plan) -> list[Fault]:
    changed = {due.liability.pk: due.row for due in plan.dues.dues if due.is_changed and not due.is_new}
    rows = [changed[pk] for pk in locks.under_payment(list(changed))]
    return [Fault(row.line, row.external_id, "", "dues.under_payment") for row in rows]


def _overpaid(plan: Plan) -> list[Fault]:
    dues = [(due.liability.public_id, due.row.line, due.row.external_id) for due in plan.dues.dues]
    costs = [(cost.cost.public_id, cost.row.line, cost.row.external_id) for cost in plan.costs]
    return [
        Fault(line, external_id, "", "dues.overpaid", format_gr(plan.surplus[subject]))
        for subject, line, external_id in (*dues, *costs)
        if subject in plan.surplus
    ]


def carry_out(plan: Plan, *, actor: Actor) -> None:
    """Write everything of the plan inside the caller's transaction."""
    write_payers(plan.dues.payers)
    write_dues(plan.dues.dues, plan.dues.payers)
    write_costs(plan.costs)
    write_postings(plan.differences, plan.surplus, actor)
