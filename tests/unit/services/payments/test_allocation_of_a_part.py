"""A part of one due: what `divide_part` tells beforehand is what `allocate` does (art. 55 § 2 O.p., art. 451 § 1 KC)."""

from datetime import date

import pytest

from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import (
    AllocationRegime,
    Claim,
    ShareKind,
    allocate,
    divide_part,
)
from tenants.configuration.domain import AllocationRule, RatioBase
from tenants.rates.domain import load_seed

RATES = load_seed()
PAID_ON = date(2026, 10, 1)
# 1 000 zł due 2026-03-16, 199 days at 10.50 %: 57 zł; due 2026-03-31, 184 days at 9.25 %: 46.63 zł
TAX = Claim("t", "property", 100_000, date(2026, 3, 15), InterestRegime.TAX)
RENT = Claim("r", "rent", 100_000, date(2026, 3, 31), InterestRegime.CIVIL)
INTEREST_FIRST, PRINCIPAL_FIRST = AllocationRule(), AllocationRule(civil_interest_first=False)


@pytest.mark.parametrize(
    ("claim", "regime", "rule", "amount_gr", "parts"),
    [
        (TAX, AllocationRegime.TAX, INTEREST_FIRST, 0, (0, 0)),
        (TAX, AllocationRegime.TAX, INTEREST_FIRST, 10_000, (9_461, 539)),
        (TAX, AllocationRegime.TAX, INTEREST_FIRST, 105_700, (100_000, 5_700)),
        (TAX, AllocationRegime.TAX, INTEREST_FIRST, 200_000, (100_000, 5_700)),
        (RENT, AllocationRegime.CIVIL, INTEREST_FIRST, 4_000, (0, 4_000)),
        (RENT, AllocationRegime.CIVIL, INTEREST_FIRST, 10_000, (5_337, 4_663)),
        (RENT, AllocationRegime.CIVIL, PRINCIPAL_FIRST, 10_000, (10_000, 0)),
        (RENT, AllocationRegime.CIVIL, INTEREST_FIRST, 200_000, (100_000, 4_663)),
    ],
)
def test_what_is_told_of_a_part_is_what_a_payment_of_it_does(
    claim: Claim, regime: AllocationRegime, rule: AllocationRule, amount_gr: int, parts: tuple[int, int]
) -> None:
    paid = allocate(amount_gr, PAID_ON, [claim], regime=regime, rule=rule, rates=RATES)
    told = divide_part(amount_gr, claim, paid.interests[claim.id], regime=regime, rule=rule)
    done = tuple(
        sum(share.amount_gr for share in paid.shares if share.kind is kind)
        for kind in (ShareKind.PRINCIPAL, ShareKind.INTEREST)
    )
    assert told == done == parts


def test_a_part_is_told_by_the_base_that_the_gmina_has_chosen() -> None:
    rule = AllocationRule(ratio_base=RatioBase.EXACT)
    paid = allocate(99_999, PAID_ON, [TAX], regime=AllocationRegime.TAX, rule=rule, rates=RATES)
    told = divide_part(99_999, TAX, paid.interests["t"], regime=AllocationRegime.TAX, rule=rule)
    assert told == tuple(share.amount_gr for share in paid.shares)
    assert told != divide_part(
        99_999, TAX, paid.interests["t"], regime=AllocationRegime.TAX, rule=INTEREST_FIRST
    )
