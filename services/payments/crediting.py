"""Zaliczenie nadpłaty: where an overpayment goes when the office credits it. Shown before the decision and carried out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from kernel.errors import Conflict
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.domain.interest import Settled
from services.liabilities.domain.reasons import Reason
from services.liabilities.models import Liability, Overpayment
from services.liabilities.queries import statement
from services.liabilities.statements import Due
from services.payments.booking import Split, claims_of
from services.payments.domain.allocation import (
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    Share,
    ShareKind,
    allocate,
)
from services.payments.domain.spending import Run
from services.payments.models import RequestKind, RequestState
from services.payments.parts import after_payment
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
    owed = _owed(overpayment, regime, on)
    if target.pk in owed.locked:
        raise Conflict("payment.locked", field="liability")
    chosen = [due for due in owed.dues if due.id == target.pk]
    if not chosen:
        raise Conflict("overpayment.nothing_to_credit", field="liability")
    if regime is AllocationRegime.CIVIL:
        return _run(overpayment, [(chosen, [])], regime, owed.titles, indicated=str(target.public_id))
    same = [due for due in owed.arrears if due.type_id == target.liability_type_id]
    others = [due for due in owed.arrears if due.type_id != target.liability_type_id]
    current = [due for due in chosen if due not in owed.arrears]
    steps: list[Step] = [(same, []), (others, []), ([], owed.costs), (current, [])]
    return _run(overpayment, steps, regime, owed.titles)


def split_ex_officio(overpayment: Overpayment, on: date) -> Split:
    """What crediting on `on` without a request would do, as of the day the overpayment arose (art. 76 § 1, 76a O.p.).

    Arrears with interest, of whatever tax, the earliest due first (art. 62 § 1), then costs of delivered reminders, then
    current dues: those of the settlement years up to the present one whose day is still to come. An overpayment of at most
    the costs of a reminder goes on to dues of later years, unless the payer asks for a refund (art. 76 § 2). Enforced dues
    and those whose payment is under way are left alone. Raises Conflict("overpayment.civil_ex_officio"): a civil
    overpayment is set off against nothing by the office alone (law.md 3.6).
    """
    regime = law_of(overpayment)
    if regime is AllocationRegime.CIVIL:
        raise Conflict("overpayment.civil_ex_officio")
    owed = _owed(overpayment, regime, on)
    to_come = [due for due in owed.dues if due not in owed.arrears]
    current = [due for due in to_come if due.year <= on.year]
    steps: list[Step] = [(owed.arrears, []), ([], owed.costs), (current, [])]
    if goes_to_future(overpayment, on):
        steps.append(([due for due in to_come if due.year > on.year], []))
    return _run(overpayment, steps, regime, owed.titles)


def goes_to_future(overpayment: Overpayment, on: date) -> bool:
    """Whether what is held is at most the costs of a reminder sent on `on` and nobody has asked for a refund of it."""
    if overpaid_gr(overpayment) > rate_table().reminder_costs.row_on(on).amount_gr:
        return False
    asked = overpayment.requests.filter(kind=RequestKind.REFUND, resident__isnull=False)
    return not asked.exclude(state=RequestState.WITHDRAWN).exists()


def arrears_come_first(overpayment: Overpayment, on: date) -> bool:
    """Whether a refund has to wait: a public overpayment, and public dues in arrears (art. 76 § 1 O.p.)."""
    if law_of(overpayment) is not AllocationRegime.TAX:
        return False
    dues = statement(overpayment.payer, on).dues
    return any(due.regime == AllocationRegime.TAX and due.is_overdue for due in dues)


def fingerprint(split: Split) -> str:
    """A short text that changes with every grosz and place of the split: what a person has seen is what is carried out."""
    parts = [(share.id, share.kind.value, share.amount_gr) for share in split.shares]
    return sha256(repr((split.paid_on, parts, split.overpaid_gr)).encode()).hexdigest()[:24]


def interest_saved_gr(overpayment: Overpayment, split: Split, on: date) -> int:
    """Interest, in grosze, that need not be paid on `on` because the credit counts from an earlier day."""
    paid: dict[str, dict[ShareKind, int]] = defaultdict(lambda: defaultdict(int))
    for share in split.shares:
        paid[share.id][share.kind] += share.amount_gr
    whole = [due for due in statement(overpayment.payer, on).dues if due.regime == law_of(overpayment)]
    before = claims_of([due for due in whole if not due.is_enforced])
    after = [
        after_payment(
            claim,
            law_of(overpayment),
            Settled(split.paid_on, paid[claim.id][ShareKind.PRINCIPAL], paid[claim.id][ShareKind.INTEREST]),
        )
        for claim in before
    ]
    settled_gr = sum(kinds[ShareKind.INTEREST] for kinds in paid.values())
    return max(0, _interest_gr(overpayment, before, on) - _interest_gr(overpayment, after, on) - settled_gr)


def _interest_gr(overpayment: Overpayment, claims: Sequence[Claim], on: date) -> int:
    result = allocate(0, on, claims, regime=law_of(overpayment), rule=allocation_rule(on), rates=rate_table())
    return sum(interest.total_gr for interest in result.interests.values())


def law_of(overpayment: Overpayment) -> AllocationRegime:
    """By which law the overpayment is credited: that of its kind."""
    return AllocationRegime(overpayment.liability_type.allocation_regime)


@dataclass(frozen=True)
class _Owed:
    """What may be credited: dues of one law that are neither enforced nor being paid, in the interest of the day on which
    the overpayment arose; `arrears` are those whose day has passed by now. `locked` are being paid."""

    dues: list[Due]
    arrears: list[Due]
    costs: list[ReminderCostClaim]
    locked: Collection[int]
    titles: dict[str, str]


def _owed(overpayment: Overpayment, regime: AllocationRegime, on: date) -> _Owed:
    whole = statement(overpayment.payer, overpayment.arose_on)
    by_due, by_cost = locks([due.id for due in whole.dues], [cost.id for cost in whole.costs], None)
    dues = [due for due in whole.dues if due.regime == regime and not due.is_enforced]
    dues = [due for due in dues if due.id not in by_due]
    costs = [
        ReminderCostClaim(str(cost.public_id), cost.amount_gr, overpayment.arose_on)
        for cost in whole.costs
        if cost.id not in by_cost and cost.delivered_on <= on
    ]
    titles = {str(due.public_id): due.title for due in dues}
    titles |= {str(cost.public_id): cost.number for cost in whole.costs}
    arrears = [due for due in dues if due.effective_due_on < on]
    return _Owed(dues, arrears, costs, by_due.keys(), titles)


Step = tuple[Sequence[Due], list[ReminderCostClaim]]


def _run(
    overpayment: Overpayment,
    steps: Iterable[Step],
    regime: AllocationRegime,
    titles: dict[str, str],
    *,
    indicated: str | None = None,
) -> Split:
    left_gr, day = overpaid_gr(overpayment), overpayment.arose_on
    rule = allocation_rule(day)
    shares: list[Share] = []
    reasons: list[Reason] = []
    runs: list[Run] = []
    for dues, costs in steps:
        result = allocate(
            left_gr,
            day,
            claims_of(dues),
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
