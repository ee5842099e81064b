"""A payer's file kept in memory: what is still owed after each payment, and what has to be true of every payment."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from services.liabilities.domain.interest import Interest, Settled
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.payments.domain.allocation import Allocation, AllocationRegime, Claim, ShareKind, allocate
from tenants.configuration.domain import AllocationRule, ThresholdScope
from tenants.rates.domain import load_seed
from tests.properties import daily
from tests.properties.payers import History
from tests.unit import law

RATES = load_seed()


@dataclass(frozen=True)
class Paid:
    """One payment with what it met: the dues as they stood before it."""

    before: Mapping[str, Claim]
    costs_before: Mapping[str, int]
    paid_on: date
    indicated: str | None
    allocation: Allocation

    def of(self, claim_id: str, kind: ShareKind) -> int:
        """Grosze that the payment gave to one thing."""
        return sum(s.amount_gr for s in self.allocation.shares if (s.id, s.kind) == (claim_id, kind))

    def closed(self, claim_id: str) -> bool:
        """Whether nothing is left of the due, its interest included."""
        whole_gr = self.before[claim_id].principal_gr + self.allocation.interests[claim_id].total_gr
        return self.of(claim_id, ShareKind.PRINCIPAL) + self.of(claim_id, ShareKind.INTEREST) == whole_gr


class File:
    """Akta: the dues of one payer under one law."""

    def __init__(self, history: History, regime: AllocationRegime) -> None:
        self.rule, self.regime = history.rule, regime
        self.assessed = {claim.id: claim.principal_gr for claim in history.dues}
        self.claims = {claim.id: claim for claim in history.dues}
        self.costs = {cost.id: cost for cost in history.costs}
        self.paid_principal: dict[str, int] = defaultdict(int)
        self.paid_interest: dict[str, int] = defaultdict(int)

    def look(self, paid_on: date, amount_gr: int = 0, indicated: str | None = None) -> Allocation:
        """What a payment would do; nothing is kept."""
        return allocate(
            amount_gr,
            paid_on,
            list(self.claims.values()),
            regime=self.regime,
            rule=self.rule,
            rates=RATES,
            indicated=indicated,
            reminder_costs=list(self.costs.values()),
        )

    def owed_gr(self, paid_on: date) -> int:
        """All that has to be paid to be free of every due on that day, costs of delivered reminders included."""
        interests = self.look(paid_on).interests
        costs_gr = sum(
            cost.amount_gr
            for cost in self.costs.values()
            if cost.delivered_on and cost.delivered_on <= paid_on
        )
        return sum(
            claim.principal_gr + interests[claim.id].total_gr for claim in self.claims.values()
        ) + costs_gr * (self.regime is AllocationRegime.TAX)

    def pay(self, amount_gr: int, paid_on: date, indicated: str | None = None) -> Paid:
        """Pay, and lower what is owed by what the payment gave."""
        costs = {cost.id: cost.amount_gr for cost in self.costs.values()}
        paid = Paid(dict(self.claims), costs, paid_on, indicated, self.look(paid_on, amount_gr, indicated))
        for share in paid.allocation.shares:
            if share.kind is ShareKind.PRINCIPAL:
                claim = self.claims[share.id]
                self.claims[share.id] = replace(claim, principal_gr=claim.principal_gr - share.amount_gr)
                self.paid_principal[share.id] += share.amount_gr
            elif share.kind is ShareKind.INTEREST:
                self.paid_interest[share.id] += share.amount_gr
            elif share.kind is ShareKind.REMINDER_COSTS:
                cost = self.costs[share.id]
                self.costs[share.id] = replace(cost, amount_gr=cost.amount_gr - share.amount_gr)
        if self.regime is AllocationRegime.CIVIL:
            self._settle(paid)
        return paid

    def _settle(self, paid: Paid) -> None:
        """Of a civil due interest that was paid is not owed again, and principal that was paid bore it until then."""
        for claim_id, claim in self.claims.items():
            parts = (paid.of(claim_id, ShareKind.PRINCIPAL), paid.of(claim_id, ShareKind.INTEREST))
            if any(parts):
                settled = (*claim.settled, Settled(paid.paid_on, *parts))
                self.claims[claim_id] = replace(claim, settled=settled)


def check_money(file: File, paid: Paid, amount_gr: int) -> None:
    """No grosz is lost or made, nothing falls below zero, nothing is paid twice in one payment."""
    shares, overpaid_gr = paid.allocation.shares, paid.allocation.overpaid_gr
    assert sum(share.amount_gr for share in shares) + overpaid_gr == amount_gr == paid.allocation.amount_gr
    assert overpaid_gr >= 0
    assert all(share.amount_gr > 0 for share in shares)
    assert len({(share.id, share.kind) for share in shares}) == len(shares)
    for claim_id, claim in file.claims.items():
        assert claim.principal_gr >= 0
        assert claim.principal_gr + file.paid_principal[claim_id] == file.assessed[claim_id]
    assert all(cost.amount_gr >= 0 for cost in file.costs.values())
    assert {share.id for share in shares if share.kind is ShareKind.REMINDER_COSTS} <= file.costs.keys()
    assert {share.id for share in shares if share.kind is not ShareKind.REMINDER_COSTS} <= file.claims.keys()
    again = allocate(
        amount_gr,
        paid.paid_on,
        list(reversed(paid.before.values())),
        regime=file.regime,
        rule=file.rule,
        rates=RATES,
        indicated=paid.indicated,
        reminder_costs=[
            replace(cost, amount_gr=paid.costs_before[cost.id]) for cost in reversed(file.costs.values())
        ],
    )
    assert again == paid.allocation


def check_interests(paid: Paid, rule: AllocationRule) -> None:
    """The interest of every due is that of single days on the principal as it stands, from the original due date; its
    periods add up to it, and it rounds to the number shown: each due for itself, or the dues of one decision together."""
    shown = paid.allocation.interests
    for claim_id, claim in paid.before.items():
        check_interest(claim, paid.paid_on, shown[claim_id])
    for group in _charged_together(paid, rule):
        exact = sum((shown[claim.id].exact for claim in group), Fraction(0))
        owed_gr = law.charged(exact, paid.paid_on, group[0].interest.value, rule.threshold.value)
        owed_gr -= sum(part.interest_gr for claim in group for part in claim.settled)
        assert sum(shown[claim.id].total_gr for claim in group) == owed_gr
        for claim in group:
            assert abs(shown[claim.id].total_gr - owed_gr * shown[claim.id].exact / (exact or 1)) < 1


def _charged_together(paid: Paid, rule: AllocationRule) -> list[list[Claim]]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in paid.before.values():
        is_joint = rule.threshold_scope is ThresholdScope.DECISION and claim.interest is InterestRegime.TAX
        groups[claim.decision if is_joint and claim.decision else f"alone {claim.id}"].append(claim)
    return list(groups.values())


def check_interest(claim: Claim, paid_on: date, interest: Interest) -> None:
    """The exact interest of one due, as a count of single days."""
    days, exact = daily.interest(
        claim.principal_gr,
        claim.due_on,
        paid_on,
        claim.interest.value,
        reduced=claim.rate is TaxRate.REDUCED,
        contract_rate_bp=claim.contract_rate_bp,
        pauses=claim.pauses,
        paid_before=[(part.paid_on, part.principal_gr) for part in claim.settled],
    )
    assert (interest.principal_gr, interest.days, interest.exact) == (claim.principal_gr, days, exact)
    assert sum((period.amount for period in interest.periods), Fraction(0)) == exact
    if claim.interest is not InterestRegime.NONE:
        assert sum(period.days for period in interest.periods) == days
        assert all(period.days > 0 for period in interest.periods)
