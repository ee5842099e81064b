"""Zaliczenie nadpłaty: where an overpayment goes when the office credits it. Shown before the decision and carried out."""

from collections.abc import Iterable
from datetime import date

from kernel.errors import Conflict
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.domain.reasons import Reason
from services.liabilities.models import Liability, Overpayment
from services.liabilities.queries import Due, statement
from services.payments.booking import Split, claims_of
from services.payments.domain.allocation import (
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    Share,
    allocate,
)
from services.payments.domain.spending import Run
from services.payments.queries import locks
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table


def overpaid_gr(overpayment: Overpayment) -> int:
    """What the office still holds of it, in grosze; never below zero."""
    held = balances([overpayment.public_id], AccountKind.OVERPAYMENT)
    return max(0, -held.get(overpayment.public_id, 0))


def split_overpayment(overpayment: Overpayment, target: Liability, on: date) -> Split:
    """What crediting on `on` would do; it counts from the day on which the overpayment arose (art. 76a O.p.; for civil dues
    art. 499 KC), so that interest stops there. `overpaid_gr` is what the office goes on holding.

    Public dues: arrears with interest, those of the chosen tax first, then reminder costs, then the chosen due if its day is
    still to come (art. 76 § 1, art. 55 § 2, art. 62 § 1 O.p.). Civil dues: the chosen one alone. Enforced dues and those
    whose payment is under way are left alone. Raises Conflict("overpayment.mixed_laws") when one is public and the other
    civil, ("payment.locked") when the chosen due is being paid, ("overpayment.nothing_to_credit") when it is paid.
    """
    regime = AllocationRegime(target.liability_type.allocation_regime)
    if overpayment.liability_type.allocation_regime != regime:
        raise Conflict("overpayment.mixed_laws", field="liability")
    whole = statement(overpayment.payer, overpayment.arose_on)
    by_due, by_cost = locks([due.id for due in whole.dues], [cost.id for cost in whole.costs], None)
    if target.pk in by_due:
        raise Conflict("payment.locked", field="liability")
    dues = [due for due in whole.dues if due.regime == regime and not due.is_enforced]
    dues = [due for due in dues if due.id not in by_due]
    if target.pk not in {due.id for due in dues}:
        raise Conflict("overpayment.nothing_to_credit", field="liability")
    costs = [
        ReminderCostClaim(str(cost.public_id), cost.amount_gr, overpayment.arose_on)
        for cost in whole.costs
        if cost.id not in by_cost and cost.delivered_on <= on
    ]
    titles = {str(due.public_id): due.title for due in dues}
    titles |= {str(cost.public_id): cost.number for cost in whole.costs}
    steps = _steps(dues, costs, target, regime, on)
    return _run(overpayment, steps, regime, target, titles)


Step = tuple[list[Claim], list[ReminderCostClaim]]


def _steps(
    dues: list[Due], costs: list[ReminderCostClaim], target: Liability, regime: AllocationRegime, on: date
) -> list[Step]:
    chosen = [due for due in dues if due.id == target.pk]
    if regime is AllocationRegime.CIVIL:
        return [(claims_of(chosen), [])]
    arrears = [due for due in dues if due.effective_due_on < on]
    same = [due for due in arrears if due.type_id == target.liability_type_id]
    others = [due for due in arrears if due.type_id != target.liability_type_id]
    current = [due for due in chosen if due not in arrears]
    return [(claims_of(same), []), (claims_of(others), []), ([], costs), (claims_of(current), [])]


def _run(
    overpayment: Overpayment,
    steps: Iterable[Step],
    regime: AllocationRegime,
    target: Liability,
    titles: dict[str, str],
) -> Split:
    left_gr, day = overpaid_gr(overpayment), overpayment.arose_on
    rule = allocation_rule(day)
    indicated = str(target.public_id) if regime is AllocationRegime.CIVIL else None
    shares: list[Share] = []
    reasons: list[Reason] = []
    runs: list[Run] = []
    for claims, costs in steps:
        result = allocate(
            left_gr,
            day,
            claims,
            regime=regime,
            rule=rule,
            rates=rate_table(),
            indicated=indicated,
            reminder_costs=costs,
        )
        shares.extend(result.shares)
        reasons.extend(reason for reason in result.reasons if reason.code != "allocation.overpaid")
        runs.append(Run(indicated, day, rule, result))
        left_gr = result.overpaid_gr
    return Split(day, tuple(shares), left_gr, tuple(reasons), titles, tuple(runs))
