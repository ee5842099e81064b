"""What an import posts to the ledger: the assessment of a new due, and of a changed one only the difference.

A write-down below what was paid already leaves money that the payer is owed: it becomes an overpayment, never a claim
below zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from services.accounts.models import Payer
from services.ledger.actions import Line, NewEntry
from services.ledger.models import AccountKind, EntryCode
from services.ledger.queries import balances
from services.liabilities.actions.cost_planning import CostPlan, charged_gr
from services.liabilities.actions.import_loading import batches
from services.liabilities.actions.import_planning import DuePlan
from services.liabilities.models import Overpayment


@dataclass(frozen=True)
class Difference:
    """By how much (grosze, above zero: more) a claim changes, and which entry says so."""

    subject: UUID
    version: int
    account: AccountKind
    revenue: AccountKind
    code: EntryCode
    amount_gr: int
    effective_on: date
    payer: Payer
    liability_type_id: int

    @property
    def reference(self) -> UUID:
        """The same change of the same row has the same reference, so it is posted once."""
        return uuid5(self.subject, str(self.version))


def due_differences(plans: Iterable[DuePlan], payers: dict[str, Payer], on: date) -> list[Difference]:
    """Assessments and write-downs. A new due takes effect on its due date when that has passed already."""
    return [
        Difference(
            subject=plan.liability.public_id,
            version=plan.liability.version,
            account=AccountKind.RECEIVABLE_PRINCIPAL,
            revenue=AccountKind.REVENUE,
            code=EntryCode.ASSESSMENT if plan.row.principal_gr > plan.before_gr else EntryCode.WRITE_DOWN,
            amount_gr=plan.row.principal_gr - plan.before_gr,
            effective_on=min(on, plan.row.due_on) if plan.is_new else on,
            payer=payers[plan.row.debtor_ids[0]],
            liability_type_id=plan.liability.liability_type_id,
        )
        for plan in plans
        if plan.row.principal_gr != plan.before_gr
    ]


def cost_differences(plans: Iterable[CostPlan], on: date) -> list[Difference]:
    """Costs of reminders, from the day of delivery."""
    found = []
    for plan in plans:
        difference_gr = charged_gr(plan.cost) - plan.before_gr
        if difference_gr:
            found.append(
                Difference(
                    subject=plan.cost.public_id,
                    version=plan.cost.version,
                    account=AccountKind.REMINDER_COSTS,
                    revenue=AccountKind.COST_REVENUE,
                    code=EntryCode.COST if difference_gr > 0 else EntryCode.WRITE_DOWN,
                    amount_gr=difference_gr,
                    effective_on=min(on, plan.cost.delivered_on or on) if plan.before_gr == 0 else on,
                    payer=plan.cost.payer,
                    liability_type_id=plan.liabilities[0].liability_type_id,
                )
            )
    return found


def surpluses(differences: Iterable[Difference]) -> dict[UUID, int]:
    """Paid more than is still assessed, in grosze by subject. Ask it while the claims' rows are locked."""
    lowered: dict[AccountKind, dict[UUID, int]] = defaultdict(dict)
    for difference in differences:
        if difference.amount_gr < 0:
            lowered[difference.account][difference.subject] = -difference.amount_gr
    found: dict[UUID, int] = {}
    for account, amounts in lowered.items():
        for batch in batches(amounts):
            owed = balances(batch, account)
            for subject in batch:
                found[subject] = max(amounts[subject] - max(owed.get(subject, 0), 0), 0)
    return {subject: amount_gr for subject, amount_gr in found.items() if amount_gr}


def entries_of(
    differences: Sequence[Difference], surplus: dict[UUID, int]
) -> tuple[list[NewEntry], list[Overpayment]]:
    """Ledger entries for the differences, and the overpayments (not yet saved) that some of them leave."""
    entries, overpayments = [], []
    for one in differences:
        over_gr = surplus.get(one.subject, 0)
        lines = [
            Line(one.account, one.amount_gr + over_gr, one.subject),
            Line(one.revenue, -one.amount_gr),
        ]
        if over_gr:
            row = Overpayment(
                external_id=f"odpis-{one.reference}",
                payer=one.payer,
                liability_type_id=one.liability_type_id,
                arose_on=one.effective_on,
                source_ref=str(one.subject),
            )
            overpayments.append(row)
            lines.append(Line(AccountKind.OVERPAYMENT, -over_gr, row.public_id))
        entries.append(NewEntry(one.code, one.reference, tuple(lines), one.effective_on))
    return entries, overpayments
