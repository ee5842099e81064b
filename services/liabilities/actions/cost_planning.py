"""What an import would do with costs of reminders: owed from delivery, one cost for one reminder (art. 15 § 2 u.p.e.a.)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.accounts.models import Payer
from services.liabilities.actions.import_loading import (
    KnownCost,
    Types,
    costs_by_id,
    dues_by_id,
    payers_by_id,
)
from services.liabilities.actions.import_planning import CHANGED, CREATED, UNCHANGED, DuesPlan
from services.liabilities.domain.dues_fields import Fault, excerpt_of
from services.liabilities.domain.dues_rows import CostRow
from services.liabilities.models import Liability, ReminderCost


@dataclass
class CostPlan:
    """Costs of one reminder: `cost` carries the new values, `before_gr` what was charged before (0 until delivery)."""

    row: CostRow
    cost: ReminderCost
    liabilities: list[Liability]
    before_gr: int
    is_new: bool
    fields_changed: bool
    links_changed: bool

    @property
    def is_changed(self) -> bool:
        """Whether something is to be written."""
        return self.is_new or self.fields_changed or self.links_changed

    @property
    def result(self) -> str:
        """What becomes of the row, for the report."""
        return CREATED if self.is_new else CHANGED if self.is_changed else UNCHANGED


@dataclass(frozen=True)
class _Listed:
    """A due that a reminder may list."""

    liability: Liability
    debtor_ids: frozenset[str]


def charged_gr(cost: ReminderCost) -> int:
    """What the payer owes of the cost: nothing before the reminder was delivered."""
    return cost.amount_gr if cost.delivered_on else 0


def plan_costs(rows: Iterable[CostRow], dues: DuesPlan, types: Types) -> tuple[list[CostPlan], list[Fault]]:
    """Compare rows with what is known and with the dues of the same import."""
    rows = list(rows)
    payers = {**payers_by_id({row.payer_id for row in rows}), **dues.payers.by_id}
    listed = _listed(rows, dues)
    known = costs_by_id([row.external_id for row in rows])
    plans, faults = [], []
    for row in rows:
        found = _faults(row, payers, listed, types)
        if found:
            faults.extend(found)
        else:
            due_rows = [listed[one].liability for one in row.liability_ids]
            plans.append(_plan(row, payers[row.payer_id], due_rows, known.get(row.external_id)))
    return plans, faults


def _listed(rows: Iterable[CostRow], dues: DuesPlan) -> dict[str, _Listed]:
    in_file = {
        plan.row.external_id: _Listed(plan.liability, frozenset(plan.row.debtor_ids)) for plan in dues.dues
    }
    others = {one for row in rows for one in row.liability_ids} - set(in_file)
    return in_file | {
        external_id: _Listed(due.liability, due.debtor_ids) for external_id, due in dues_by_id(others).items()
    }


def _faults(
    row: CostRow, payers: Mapping[str, Payer], listed: Mapping[str, _Listed], types: Types
) -> list[Fault]:
    faults = []

    def fail(name: str, code: str, excerpt: str) -> None:
        faults.append(Fault(row.line, row.external_id, name, code, excerpt_of(excerpt)))

    if row.payer_id not in payers:
        fail("payer_external_id", "dues.payer_unknown", row.payer_id)
    for one in row.liability_ids:
        due = listed.get(one)
        rule = types.by_key[due.liability.liability_type_id] if due else None
        if due is None or rule is None or not rule.is_handled:
            fail("liabilities", "dues.liability_unknown", one)
        elif not rule.has_reminder_costs:
            fail("liabilities", "dues.costs_not_for_type", one)
        elif row.payer_id not in due.debtor_ids:
            fail("liabilities", "dues.liability_of_another", one)
    return faults


def _plan(row: CostRow, payer: Payer, liabilities: list[Liability], known: KnownCost | None) -> CostPlan:
    fields = {
        "number": row.number,
        "amount_gr": row.amount_gr,
        "sent_on": row.sent_on,
        "delivered_on": row.delivered_on,
    }
    if known is None:
        cost = ReminderCost(external_id=row.external_id, payer=payer, **fields)
        return CostPlan(row, cost, liabilities, 0, True, True, True)
    cost = known.cost
    plan = CostPlan(
        row=row,
        cost=cost,
        liabilities=liabilities,
        before_gr=charged_gr(cost),
        is_new=False,
        fields_changed=cost.payer.external_id != row.payer_id
        or any(getattr(cost, name) != value for name, value in fields.items()),
        links_changed=known.liability_ids != frozenset(row.liability_ids),
    )
    if plan.is_changed:
        cost.payer = payer
        for name, value in fields.items():
            setattr(cost, name, value)
        cost.version += 1
    return plan
