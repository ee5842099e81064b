"""One payment is several allocations, one after another: what one of them leaves over goes on to the next."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from services.liabilities.domain.reasons import Reason
from services.payments.domain.allocation import (
    Allocation,
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    Share,
    ShareKind,
    allocate,
)
from tenants.configuration.domain import AllocationRule
from tenants.rates.domain import Rates


@dataclass(frozen=True)
class Part:
    """What the payer chose of one tax (None: of none) and the grosze that go along with that choice.

    `chosen` are the ids of the ticked dues: law names only the tax, so they decide no more than between equal dates.
    """

    indicated: str | None
    amount_gr: int
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CivilPart:
    """The grosze for one chosen civil due, whose own rule names the day that counts; no claim when it is settled."""

    amount_gr: int
    paid_on: date
    claim: Claim | None


Meant = TypeVar("Meant", Part, CivilPart)


def fit(parts: Iterable[Meant], whole_gr: int) -> list[Meant]:
    """What was meant for each, when another sum came: the first ones get theirs first, what is over goes with the last."""
    fitting: list[Meant] = []
    left_gr = whole_gr
    for part in parts:
        fitting.append(replace(part, amount_gr=min(part.amount_gr, left_gr)))
        left_gr -= fitting[-1].amount_gr
    if fitting and left_gr:
        fitting[-1] = replace(fitting[-1], amount_gr=fitting[-1].amount_gr + left_gr)
    return fitting


@dataclass(frozen=True)
class Run:
    """One allocation with what decided it: what the payer named (None: nothing), the legal day, the rule."""

    indicated: str | None
    paid_on: date
    rule: AllocationRule
    result: Allocation


@dataclass(frozen=True)
class Spent:
    """Where the money of a payment went; shares and `left_gr` sum to what there was."""

    shares: tuple[Share, ...]
    left_gr: int
    reasons: tuple[Reason, ...]
    runs: tuple[Run, ...]


def spend_public(
    parts: Iterable[Part],
    claims: Sequence[Claim],
    costs: Sequence[ReminderCostClaim],
    paid_on: date,
    *,
    rule: AllocationRule,
    rates: Rates,
) -> Spent:
    """One run of the rule for each tax that the payer named, in the order given; reminder costs come first (art. 62 § 1 and
    1a O.p.). `claims` and `costs` are all that the payer owes on `paid_on`, not only what was chosen.
    """
    shares: list[Share] = []
    reasons: list[Reason] = []
    runs: list[Run] = []
    left_gr = 0
    for position, part in enumerate(parts):
        result = allocate(
            part.amount_gr + left_gr,
            paid_on,
            [replace(claim, is_chosen=claim.id in part.chosen) for claim in _remaining(claims, shares)],
            regime=AllocationRegime.TAX,
            rule=rule,
            rates=rates,
            indicated=part.indicated,
            reminder_costs=costs if position == 0 else (),
        )
        shares.extend(result.shares)
        reasons.extend(result.reasons)
        runs.append(Run(part.indicated, paid_on, rule, result))
        left_gr = result.overpaid_gr
    return Spent(tuple(shares), left_gr, tuple(reasons), tuple(runs))


def _remaining(claims: Iterable[Claim], shares: Iterable[Share]) -> list[Claim]:
    """Claims with what earlier shares have left of them, without those that are closed."""
    paid: dict[str, int] = {}
    for share in shares:
        if share.kind is ShareKind.PRINCIPAL:
            paid[share.id] = paid.get(share.id, 0) + share.amount_gr
    left = [replace(claim, principal_gr=claim.principal_gr - paid.get(claim.id, 0)) for claim in claims]
    return [claim for claim in left if claim.principal_gr > 0]


def spend_civil(
    parts: Iterable[CivilPart], *, rule_on: Callable[[date], AllocationRule], rates: Rates
) -> Spent:
    """Each chosen due gets its own part (art. 451 § 1 KC: the debtor says which debt); what one leaves over helps the next
    of the chosen ones, which its day of payment may have made dearer. `rule_on` is the rule of a day of payment."""
    shares: list[Share] = []
    reasons: list[Reason] = []
    runs: list[Run] = []
    left_gr = 0
    for part in parts:
        rule, indicated = rule_on(part.paid_on), part.claim.id if part.claim else None
        result = allocate(
            part.amount_gr + left_gr,
            part.paid_on,
            [part.claim] if part.claim else [],
            regime=AllocationRegime.CIVIL,
            rule=rule,
            rates=rates,
            indicated=indicated,
        )
        shares.extend(result.shares)
        reasons.extend(result.reasons)
        runs.append(Run(indicated, part.paid_on, rule, result))
        left_gr = result.overpaid_gr
    return Spent(tuple(shares), left_gr, tuple(reasons), tuple(runs))
