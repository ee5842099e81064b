"""Properties of every allocation, and agreement with the plain count of `tests/unit/law.py`."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import (
    Allocation,
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    ShareKind,
    allocate,
)
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading, ThresholdScope
from tenants.rates.domain import load_seed
from tests.unit import law

RATES = load_seed()
TYPES = ["property", "waste", "transport"]
RULES = st.builds(
    AllocationRule,
    st.sampled_from(RatioBase),
    st.sampled_from(ThresholdReading),
    st.booleans(),
    st.sampled_from(ThresholdScope),
)


@st.composite
def cases(draw: st.DrawFn) -> dict:
    """One `allocate` line of the bulk door."""
    regime = draw(st.sampled_from(["tax", "civil"]))
    paid_on = draw(st.dates(date(2012, 1, 1), date(2027, 12, 31)))
    offsets = draw(st.lists(st.integers(-900, 60), max_size=5))
    principals = st.one_of(st.integers(0, 20_000), st.integers(0, 500_000))
    claims = [
        {
            "id": f"{draw(st.integers(0, 9))}-{number}",
            "type": draw(st.sampled_from(TYPES)),
            "principal_gr": draw(principals),
            "due_on": (paid_on + timedelta(days=offset)).isoformat(),
        }
        for number, offset in enumerate(offsets)
    ]
    costs = [
        {
            "id": f"k{number}",
            "amount_gr": draw(st.sampled_from([880, 1160, 1600])),
            "delivered_on": draw(st.sampled_from([None, -30, 0, 1])),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    for cost in costs:
        if cost["delivered_on"] is not None:
            cost["delivered_on"] = (paid_on + timedelta(days=cost["delivered_on"])).isoformat()
    owed_gr = sum(claim["principal_gr"] for claim in claims)
    names = TYPES if regime == "tax" else [claim["id"] for claim in claims]
    return {
        "regime": regime,
        "amount_gr": draw(st.integers(0, owed_gr * 5 // 4 + 3_000)),
        "paid_on": paid_on.isoformat(),
        "claims": claims,
        "indicated": draw(st.sampled_from([None, *names])),
        "reminder_costs": costs,
    }


def run(case: dict, rule: AllocationRule) -> Allocation:
    law_of_interest = InterestRegime.TAX if case["regime"] == "tax" else InterestRegime.CIVIL
    return allocate(
        case["amount_gr"],
        date.fromisoformat(case["paid_on"]),
        [
            Claim(
                c["id"],
                c["type"],
                c["principal_gr"],
                date.fromisoformat(c["due_on"]),
                law_of_interest,
                decision=c["type"],
            )
            for c in case["claims"]
        ],
        regime=AllocationRegime(case["regime"]),
        rule=rule,
        rates=RATES,
        indicated=case["indicated"],
        reminder_costs=[
            ReminderCostClaim(
                c["id"], c["amount_gr"], c["delivered_on"] and date.fromisoformat(c["delivered_on"])
            )
            for c in case["reminder_costs"]
        ],
    )


@settings(max_examples=300, deadline=None)
@given(cases(), RULES)
def test_no_grosz_is_lost_made_or_negative(case: dict, rule: AllocationRule) -> None:
    allocation = run(case, rule)
    assert sum(share.amount_gr for share in allocation.shares) + allocation.overpaid_gr == case["amount_gr"]
    assert allocation.overpaid_gr >= 0
    assert all(share.amount_gr > 0 for share in allocation.shares)
    paid: dict[tuple[str, ShareKind], int] = defaultdict(int)
    for share in allocation.shares:
        assert (share.id, share.kind) not in paid
        paid[share.id, share.kind] = share.amount_gr
    for claim in case["claims"]:
        interest = allocation.interests[claim["id"]]
        assert paid[claim["id"], ShareKind.PRINCIPAL] <= claim["principal_gr"]
        # with the exact base interest may get what exceeds the rounded one, below 0.50 zł (law.md 3.3)
        most_gr = max(interest.total_gr, int(interest.exact) + 1 if rule.ratio_base == "exact" else 0)
        assert paid[claim["id"], ShareKind.INTEREST] <= most_gr


@settings(max_examples=300, deadline=None)
@given(cases(), RULES)
def test_overpaid_money_means_that_nothing_is_left_to_pay(case: dict, rule: AllocationRule) -> None:
    allocation = run(case, rule)
    if not allocation.overpaid_gr:
        return
    paid: dict[str, int] = defaultdict(int)
    for share in allocation.shares:
        paid[share.id] += share.amount_gr
    for claim in case["claims"]:
        if case["regime"] == "civil" and case["indicated"] not in (None, claim["id"]):
            assert paid[claim["id"]] == 0
        else:
            assert paid[claim["id"]] == claim["principal_gr"] + allocation.interests[claim["id"]].total_gr


@settings(max_examples=300, deadline=None)
@given(cases(), RULES)
def test_only_the_last_public_claim_that_gets_money_stays_open(case: dict, rule: AllocationRule) -> None:
    if case["regime"] == "civil":
        return
    allocation = run(case, rule)
    touched = list(dict.fromkeys(s.id for s in allocation.shares if s.kind != ShareKind.REMINDER_COSTS))
    principals = {claim["id"]: claim["principal_gr"] for claim in case["claims"]}
    for claim_id in touched[:-1]:
        got = sum(share.amount_gr for share in allocation.shares if share.id == claim_id)
        assert got == principals[claim_id] + allocation.interests[claim_id].total_gr


@settings(max_examples=400, deadline=None)
@given(cases(), RULES, st.randoms())
def test_the_order_of_the_input_changes_nothing_and_the_plain_count_agrees(
    case: dict, rule: AllocationRule, random
) -> None:
    allocation = run(case, rule)
    shares = [[share.id, share.kind.value, share.amount_gr] for share in allocation.shares]
    words = {
        "ratio_base": rule.ratio_base.value,
        "threshold": rule.threshold.value,
        "civil_interest_first": rule.civil_interest_first,
    }
    if rule.threshold_scope is ThresholdScope.INSTALMENT:  # the plain count knows each instalment for itself
        assert (shares, allocation.overpaid_gr) == law.allocated(case | {"rule": words})
    shuffled = case | {"claims": random.sample(case["claims"], len(case["claims"]))}
    again = run(shuffled, rule)
    assert [[share.id, share.kind.value, share.amount_gr] for share in again.shares] == shares


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**7), st.integers(1, 10**7), st.sampled_from(RatioBase))
def test_two_halves_of_one_day_leave_the_same_debt_as_one_payment(
    principal_gr: int, amount_gr: int, base: RatioBase
) -> None:
    """Art. 55 § 2: a proportional part carries its own interest away, so a day's payments may come in any
    pieces.

    Equal to the rounding: each piece rounds interest to the złoty and its split to the grosz.
    """
    rule, due_on, paid_on = AllocationRule(base), date(2024, 3, 15), date(2026, 10, 1)

    def rest_after(*pieces: int) -> int:
        left = principal_gr
        for piece in pieces:
            claim = Claim("a", "property", left, due_on, InterestRegime.TAX)
            paid = allocate(piece, paid_on, [claim], regime=AllocationRegime.TAX, rule=rule, rates=RATES)
            left -= sum(share.amount_gr for share in paid.shares if share.kind == ShareKind.PRINCIPAL)
        return left

    once, twice = rest_after(amount_gr), rest_after(amount_gr // 2, amount_gr - amount_gr // 2)
    assert abs(once - twice) <= 1_000  # at most one interest that fell below the threshold
