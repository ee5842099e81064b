"""Zaliczenie wpłaty: which złoty goes where, and by which provision (law.md section 3).

Public dues follow Ordynacja podatkowa: costs of delivered reminders (art. 62 § 1a), then arrears (art. 62 §
1), a part payment split between principal and interest (art. 55 § 2), then dues not yet due. Civil dues
follow art. 451 KC. The two never meet in one payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.errors import InvalidInput, Refused
from kernel.money import divide_half_up
from services.liabilities.domain.decisions import Instalment, charge_jointly
from services.liabilities.domain.interest import Interest, Settled, accrue
from services.liabilities.domain.reasons import Reason
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdScope
from tenants.rates.domain import Rates


class AllocationRegime(StrEnum):
    """Zasada zaliczania wpłat: set by liability type, not by its interest (law.md section 0)."""

    TAX = "tax"
    CIVIL = "civil"


class ShareKind(StrEnum):
    """What of a claim a share pays."""

    REMINDER_COSTS = "reminder_costs"
    PRINCIPAL = "principal"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class Claim:
    """One due as it stands on the day of payment: `principal_gr` is what is still owed of it.

    `interest` is the law of its interest, which may be civil for a public fee (zajęcie pasa drogowego).
    """

    id: str
    type: str
    principal_gr: int
    due_on: date
    interest: InterestRegime
    rate: TaxRate = TaxRate.BASE
    contract_rate_bp: int | None = None
    pauses: tuple[tuple[date, date], ...] = ()
    is_enforced: bool = False
    settled: tuple[Settled, ...] = ()
    """What earlier payments took off a civil due, for its interest; nothing for a tax."""
    is_chosen: bool = False
    """The payer ticked it: of dues with the same date it comes first."""
    decision: str = ""
    """What instalments of one decision have in common; only for the rule that charges them together."""


@dataclass(frozen=True, slots=True)
class ReminderCostClaim:
    """Costs of one reminder that are still owed; before delivery (None) nobody owes them (art. 15 § 2
    u.p.e.a.).
    """

    id: str
    amount_gr: int
    delivered_on: date | None


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the payment that closes or lowers one thing; always more than nothing."""

    id: str
    kind: ShareKind
    amount_gr: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where a payment went. Shares and `overpaid_gr` always add up to `amount_gr`.

    `interests` hold the interest of every claim on the day of payment, with its periods, for the explanation.
    """

    amount_gr: int
    shares: tuple[Share, ...]
    overpaid_gr: int
    reasons: tuple[Reason, ...]
    interests: Mapping[str, Interest]


def allocate(
    amount_gr: int,
    paid_on: date,
    claims: Sequence[Claim],
    *,
    regime: AllocationRegime,
    rule: AllocationRule,
    rates: Rates,
    indicated: str | None = None,
    reminder_costs: Sequence[ReminderCostClaim] = (),
) -> Allocation:
    """Split `amount_gr`, paid on the legal day `paid_on`, among the claims of one payer under one regime.

    `indicated` is what the payer names: for TAX a liability type, for CIVIL the id of a claim. Ties go by due
    date, then to what the payer ticked, then by id. InvalidInput("allocation.…") for negative amounts, doubled
    ids, an unknown civil indication or mixed laws; Refused("allocation.enforced") when a claim is in
    enforcement: its split follows another act and is not computed here (eKasa § 10 ust. 7).
    """
    _check(amount_gr, claims, reminder_costs, regime, indicated)
    owed = [_owed(claim, paid_on, rule, rates) for claim in sorted(claims, key=_by_due_date)]
    if rule.threshold_scope is ThresholdScope.DECISION:
        owed = _together(owed, paid_on, rule, rates)
    purse = _Purse(amount_gr)
    if regime is AllocationRegime.TAX:
        _pay_reminder_costs(purse, paid_on, reminder_costs)
        _pay_public(purse, owed, indicated, rule)
    else:
        if reminder_costs:
            purse.reasons.append(_NO_COSTS_IN_CIVIL)
        _pay_civil(purse, owed, indicated, rule)
    if purse.left_gr:
        article = (
            "art. 72 § 1 pkt 1 Ordynacji podatkowej" if regime is AllocationRegime.TAX else "art. 410 KC"
        )
        purse.reasons.append(Reason("allocation.overpaid", article, {"amount_gr": purse.left_gr}))
    interests = {one.claim.id: one.interest for one in owed}
    return Allocation(amount_gr, tuple(purse.shares), purse.left_gr, tuple(purse.reasons), interests)


class _Purse:
    """The money of one payment while it is given out."""

    def __init__(self, amount_gr: int) -> None:
        self.left_gr = amount_gr
        self.shares: list[Share] = []
        self.reasons: list[Reason] = []

    def give(self, claim_id: str, kind: ShareKind, amount_gr: int, reason: Reason) -> None:
        """Take one share out; nothing is not a share."""
        if amount_gr:
            self.left_gr -= amount_gr
            self.shares.append(Share(claim_id, kind, amount_gr, reason))


@dataclass(frozen=True, slots=True)
class _Owed:
    claim: Claim
    interest: Interest
    is_overdue: bool

    @property
    def total_gr(self) -> int:
        return self.claim.principal_gr + self.interest.total_gr


def _by_due_date(claim: Claim) -> tuple[date, bool, str]:
    return claim.due_on, not claim.is_chosen, claim.id


def _owed(claim: Claim, paid_on: date, rule: AllocationRule, rates: Rates) -> _Owed:
    interest = accrue(
        claim.principal_gr,
        claim.due_on,
        paid_on,
        regime=claim.interest,
        rates=rates,
        rate=claim.rate,
        contract_rate_bp=claim.contract_rate_bp,
        pauses=claim.pauses,
        threshold=rule.threshold,
        settled=claim.settled,
    )
    return _Owed(claim, interest, is_overdue=paid_on > interest.effective_due_on)


def _together(owed: Sequence[_Owed], paid_on: date, rule: AllocationRule, rates: Rates) -> list[_Owed]:
    """The tax interest of each decision charged together and divided back to its instalments."""
    taxed = [one for one in owed if one.claim.interest is InterestRegime.TAX]
    charged = charge_jointly(
        (Instalment(one.claim.id, one.claim.decision, one.claim.due_on, one.interest) for one in taxed),
        paid_on,
        rates=rates,
        threshold=rule.threshold,
    )
    return [replace(one, interest=charged.get(one.claim.id, one.interest)) for one in owed]


def _pay_reminder_costs(purse: _Purse, paid_on: date, costs: Iterable[ReminderCostClaim]) -> None:
    """Art. 62 § 1a: costs of delivered reminders come before everything, whatever debt the reminder named."""
    delivered = [(cost.delivered_on, cost.id, cost.amount_gr) for cost in costs if cost.delivered_on]
    for delivered_on, cost_id, amount_gr in sorted(delivered):
        if delivered_on <= paid_on:
            purse.give(cost_id, ShareKind.REMINDER_COSTS, min(purse.left_gr, amount_gr), _COSTS_FIRST)


def _pay_public(purse: _Purse, owed: Sequence[_Owed], indicated: str | None, rule: AllocationRule) -> None:
    """Art. 62 § 1: arrears of the indicated tax, then all arrears, then dues not yet due, the indicated ones
    first.
    """
    arrears = [one for one in owed if one.is_overdue]
    current = [one for one in owed if not one.is_overdue]
    is_indicated = {id(one): indicated is not None and one.claim.type == indicated for one in owed}
    if (
        indicated is not None
        and purse.left_gr
        and arrears
        and not any(is_indicated[id(one)] for one in arrears)
    ):
        purse.reasons.append(
            Reason("allocation.indication_without_arrears", _ART_62_2, {"indicated": indicated})
        )
    for one in sorted(arrears, key=lambda one: not is_indicated[id(one)]):
        _settle_public(purse, one, _INDICATED_ARREAR if is_indicated[id(one)] else _EARLIEST_ARREAR, rule)
    for one in sorted(current, key=lambda one: not is_indicated[id(one)]):
        _settle_public(purse, one, _INDICATED if is_indicated[id(one)] else _EARLIEST_DUE, rule)


def _settle_public(purse: _Purse, owed: _Owed, why: Reason, rule: AllocationRule) -> None:
    """Art. 55 § 2: all of it, or principal and interest in the ratio in which they stand on the day of
    payment.
    """
    money_gr = purse.left_gr
    if not money_gr:
        return
    principal_gr, interest_gr = owed.claim.principal_gr, owed.interest.total_gr
    if money_gr < owed.total_gr:
        principal_gr, interest_gr = _proportional(money_gr, owed, rule.ratio_base)
        values = {"claim": owed.claim.id, "principal_gr": principal_gr, "interest_gr": interest_gr}
        if owed.interest.total_gr:
            values["ratio_base"] = rule.ratio_base.value
            purse.reasons.append(
                Reason("allocation.proportional", "art. 55 § 2 Ordynacji podatkowej", values)
            )
        else:
            purse.reasons.append(Reason("allocation.part_of_principal", "", values))
    purse.give(owed.claim.id, ShareKind.PRINCIPAL, principal_gr, why)
    purse.give(owed.claim.id, ShareKind.INTEREST, interest_gr, why)


def _proportional(money_gr: int, owed: _Owed, base: RatioBase) -> tuple[int, int]:
    """(to principal, to interest) of money that does not cover both; interest takes the remainder, so no
    grosz is lost.

    Sufficiency is always judged by the rounded interest. With the exact base a smaller exact interest could
    give principal more than itself: it is capped. Below the threshold there is no interest to divide by.
    """
    principal_gr, interest_gr = owed.claim.principal_gr, owed.interest.total_gr
    divisor = principal_gr + Fraction(interest_gr)
    if interest_gr and base is RatioBase.EXACT:
        divisor = principal_gr + owed.interest.exact
    share = Fraction(money_gr * principal_gr) / divisor
    to_principal_gr = min(principal_gr, divide_half_up(share.numerator, share.denominator))
    return to_principal_gr, money_gr - to_principal_gr


def _pay_civil(purse: _Purse, owed: Sequence[_Owed], indicated: str | None, rule: AllocationRule) -> None:
    """Art. 451 KC: the debt that the debtor names and nothing else; without a name due debts, the oldest
    first.

    What is left of a named payment is not set off against another debt (law.md 3.6).
    """
    if indicated is not None:
        for one in owed:
            if one.claim.id == indicated:
                _settle_civil(purse, one, _CIVIL_INDICATED, rule)
        return
    for one in sorted(owed, key=lambda one: not one.is_overdue):
        _settle_civil(purse, one, _CIVIL_OLDEST if one.is_overdue else _CIVIL_NOT_DUE, rule)


def _settle_civil(purse: _Purse, owed: _Owed, why: Reason, rule: AllocationRule) -> None:
    money_gr, principal_gr, interest_gr = purse.left_gr, owed.claim.principal_gr, owed.interest.total_gr
    if rule.civil_interest_first:
        interest_gr = min(money_gr, interest_gr)
        principal_gr = min(money_gr - interest_gr, principal_gr)
    else:
        principal_gr = min(money_gr, principal_gr)
        interest_gr = min(money_gr - principal_gr, interest_gr)
    if 0 < money_gr < owed.total_gr:
        values = {"claim": owed.claim.id, "principal_gr": principal_gr, "interest_gr": interest_gr}
        code = "allocation.interest_first" if rule.civil_interest_first else "allocation.principal_first"
        purse.reasons.append(Reason(code, "art. 451 § 1 KC", values))
    purse.give(owed.claim.id, ShareKind.PRINCIPAL, principal_gr, why)
    purse.give(owed.claim.id, ShareKind.INTEREST, interest_gr, why)


def divide_part(
    amount_gr: int, claim: Claim, interest: Interest, *, regime: AllocationRegime, rule: AllocationRule
) -> tuple[int, int]:
    """(principal, interest) in grosze of `amount_gr` paid of this claim alone, whose interest is known already.

    As `allocate` divides the money that reaches a claim (art. 55 § 2 O.p., art. 451 § 1 KC).
    """
    purse = _Purse(amount_gr)
    settle = _settle_public if regime is AllocationRegime.TAX else _settle_civil
    settle(purse, _Owed(claim, interest, is_overdue=True), _INDICATED, rule)
    principal_gr = sum(share.amount_gr for share in purse.shares if share.kind is ShareKind.PRINCIPAL)
    return principal_gr, amount_gr - purse.left_gr - principal_gr


def _check(
    amount_gr: int,
    claims: Sequence[Claim],
    costs: Sequence[ReminderCostClaim],
    regime: AllocationRegime,
    indicated: str | None,
) -> None:
    if (
        amount_gr < 0
        or any(claim.principal_gr < 0 for claim in claims)
        or any(c.amount_gr < 0 for c in costs)
    ):
        raise InvalidInput("allocation.negative_amount")
    ids = {claim.id for claim in claims}
    if len(ids) < len(claims) or len({cost.id for cost in costs}) < len(costs):
        raise InvalidInput("allocation.doubled_id")
    foreign = _NOT_PUBLIC if regime is AllocationRegime.TAX else _NOT_CIVIL
    if any(claim.interest in foreign for claim in claims):
        raise InvalidInput("allocation.mixed_laws")
    if regime is AllocationRegime.CIVIL and indicated is not None and indicated not in ids:
        raise InvalidInput("allocation.unknown_indication", indicated=indicated)
    enforced = sorted(claim.id for claim in claims if claim.is_enforced)
    if enforced:
        raise Refused("allocation.enforced", claims=enforced)


_NOT_PUBLIC = frozenset(
    {InterestRegime.COMMERCIAL, InterestRegime.COMMERCIAL_HEALTHCARE, InterestRegime.CONTRACT}
)
_NOT_CIVIL = frozenset({InterestRegime.TAX})

_ART_62_1 = "art. 62 § 1 zd. 1 Ordynacji podatkowej"
_ART_62_2 = "art. 62 § 1 zd. 2 Ordynacji podatkowej"
_COSTS_FIRST = Reason("allocation.reminder_costs_first", "art. 62 § 1a Ordynacji podatkowej")
_NO_COSTS_IN_CIVIL = Reason(
    "allocation.no_reminder_costs_in_civil", "art. 15 ustawy o postępowaniu egzekucyjnym"
)
_INDICATED_ARREAR = Reason("allocation.indicated_arrear", _ART_62_2)
_EARLIEST_ARREAR = Reason("allocation.earliest_arrear", _ART_62_2)
_INDICATED = Reason("allocation.indicated", _ART_62_1)
_EARLIEST_DUE = Reason("allocation.earliest_due", _ART_62_1)
_CIVIL_INDICATED = Reason("allocation.indicated", "art. 451 § 1 KC")
_CIVIL_OLDEST = Reason("allocation.oldest_debt", "art. 451 § 3 KC")
_CIVIL_NOT_DUE = Reason("allocation.not_yet_due", "art. 451 § 3 KC")
