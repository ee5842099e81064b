"""Histories of civil dues: art. 451 KC holds after every payment of a payer's life, and taxes never come near them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import AllocationRegime, Claim, ShareKind, allocate
from tenants.configuration.domain import AllocationRule
from tests.fixtures.histories import histories, tried
from tests.properties.payers import CIVIL, PUBLIC, RULES, History, dues, histories_of
from tests.properties.paying import RATES, File, Paid, check_interests, check_money
from tests.unit import law


@histories(short=80, nightly=20_000)
@given(histories_of(CIVIL, with_costs=False))
def test_every_payment_of_a_civil_due_goes_where_the_code_says_to_the_last_grosz(history: History) -> None:
    file = File(history, AllocationRegime.CIVIL)
    names = [None, *file.claims]
    for order in history.orders:
        amount_gr = order.amount_gr(file.owed_gr(order.paid_on))
        paid = file.pay(amount_gr, order.paid_on, names[order.choice % len(names)])
        check_money(file, paid, amount_gr)
        check_interests(paid, history.rule)
        check_order_of_the_code(paid)
        check_interest_first(paid, history.rule)
    day = history.orders[-1].paid_on + timedelta(days=7)
    assert file.pay(file.owed_gr(day), day).allocation.overpaid_gr == 0
    assert sum(file.paid_principal.values()) == sum(file.assessed.values())
    for claim in file.claims.values():
        whole = file.look(day).interests[claim.id].exact
        assert file.paid_interest[claim.id] == law.charged(whole, day, claim.interest.value)
    assert file.look(day, 1).overpaid_gr == 1
    tried("payers of civil dues")


def check_order_of_the_code(paid: Paid) -> None:
    """Art. 451 § 1 KC: the named debt and nothing else; § 3: without a name due debts, the oldest first."""
    given_to = [claim_id for claim_id in paid.before if any(s.id == claim_id for s in paid.allocation.shares)]
    if paid.indicated is not None:
        assert given_to in ([], [paid.indicated])
        assert not paid.allocation.overpaid_gr or paid.closed(paid.indicated)
        return

    def place(claim_id: str) -> tuple[bool, date, str]:
        claim = paid.before[claim_id]
        return paid.paid_on <= law.moved(claim.due_on, claim.interest.value), claim.due_on, claim_id

    queue = sorted(paid.before, key=place)
    reached = [number for number, claim_id in enumerate(queue) if claim_id in given_to]
    assert all(paid.closed(claim_id) for claim_id in queue[: max(reached, default=0)])
    if paid.allocation.overpaid_gr:
        assert all(paid.closed(claim_id) for claim_id in queue)


def check_interest_first(paid: Paid, rule: AllocationRule) -> None:
    """Art. 451 § 1 KC: of one debt the creditor takes interest first, unless the gmina has waived that."""
    for claim_id, claim in paid.before.items():
        to_principal, to_interest = (paid.of(claim_id, k) for k in (ShareKind.PRINCIPAL, ShareKind.INTEREST))
        if rule.civil_interest_first:
            assert not to_principal or to_interest == paid.allocation.interests[claim_id].total_gr
        else:
            assert not to_interest or to_principal == claim.principal_gr


NEAR = date(2024, 5, 10)


@histories(short=40, nightly=3_000)
@given(
    st.lists(dues(PUBLIC + CIVIL, NEAR, 0), min_size=1, max_size=4),
    RULES,
    st.sampled_from(AllocationRegime),
    st.integers(0, 10**6),
)
def test_one_payment_never_mixes_taxes_and_civil_dues(
    claims: list[Claim], rule: AllocationRule, regime: AllocationRegime, amount_gr: int
) -> None:
    claims = [replace(claim, id=f"{number}") for number, claim in enumerate(claims)]
    foreign = (
        {InterestRegime.COMMERCIAL, InterestRegime.COMMERCIAL_HEALTHCARE, InterestRegime.CONTRACT}
        if regime is AllocationRegime.TAX
        else {InterestRegime.TAX}
    )
    if any(claim.interest in foreign for claim in claims):
        with pytest.raises(InvalidInput, match=r"allocation\.mixed_laws"):
            allocate(amount_gr, NEAR, claims, regime=regime, rule=rule, rates=RATES)
    else:
        split = allocate(amount_gr, NEAR, claims, regime=regime, rule=rule, rates=RATES)
        assert sum(share.amount_gr for share in split.shares) + split.overpaid_gr == amount_gr
    tried("baskets of several laws")


@histories(short=50, nightly=3_000)
@given(st.lists(st.integers(0, 60_000), max_size=4), st.booleans())
def test_a_civil_debt_paid_in_parts_on_one_day_costs_what_one_payment_costs(
    parts: list[int], interest_first: bool
) -> None:
    """1,000.00 zł due on 10 January 2025, paid on 12 January 2026: 106.07 zł of interest, however it is paid."""
    claim = Claim("a", "usufruct", 100_000, date(2025, 1, 10), InterestRegime.CIVIL)
    paid_on = date(2026, 1, 12)
    rule = AllocationRule(civil_interest_first=interest_first)
    file = File(History(rule, (claim,), (), ()), AllocationRegime.CIVIL)
    overpaid_gr = sum(file.pay(amount_gr, paid_on).allocation.overpaid_gr for amount_gr in parts)
    rest_gr = file.owed_gr(paid_on)
    file.pay(rest_gr, paid_on)
    assert sum(parts) + rest_gr - overpaid_gr == 110_607
    assert (file.paid_principal["a"], file.paid_interest["a"]) == (100_000, 10_607)
    tried("days with payments in parts")
