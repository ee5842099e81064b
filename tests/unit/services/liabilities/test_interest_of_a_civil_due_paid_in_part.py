"""What is left of a civil due that was paid in part: no interest is charged twice and none is lost (art. 451 § 1 KC)."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.liabilities.domain.interest import Settled, accrue
from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import AllocationRegime, Claim, ShareKind, allocate
from tenants.configuration.domain import AllocationRule
from tenants.rates.domain import load_seed
from tests.unit.law import CIVIL_RATES, percent_on

RATES = load_seed()
DUE_ON = date(2025, 3, 31)
CIVIL = InterestRegime.CIVIL


def claim(principal_gr: int, settled: Sequence[Settled] = ()) -> Claim:
    return Claim("a", "lease", principal_gr, DUE_ON, CIVIL, settled=tuple(settled))


def pay(amount_gr: int, paid_on: date, owed: Claim, rule: AllocationRule) -> Claim:
    """The claim after a payment."""
    result = allocate(
        amount_gr, paid_on, [owed], regime=AllocationRegime.CIVIL, rule=rule, rates=RATES, indicated="a"
    )
    paid = {share.kind: share.amount_gr for share in result.shares}
    taken = Settled(paid_on, paid.get(ShareKind.PRINCIPAL, 0), paid.get(ShareKind.INTEREST, 0))
    return claim(owed.principal_gr - taken.principal_gr, [*owed.settled, taken])


def owed_gr(one: Claim, as_of: date) -> int:
    return accrue(
        one.principal_gr, one.due_on, as_of, regime=CIVIL, rates=RATES, settled=one.settled
    ).total_gr


def day_by_day_gr(one: Claim, as_of: date) -> int:
    """Interest a day at a time on what was owed that day, rounded once, less what was paid of it."""
    exact, day = Fraction(0), DUE_ON + timedelta(days=1)
    while day <= as_of:
        bearing_gr = one.principal_gr + sum(part.principal_gr for part in one.settled if part.paid_on >= day)
        exact += bearing_gr * percent_on(CIVIL_RATES, day) / 100 / 365
        day += timedelta(days=1)
    return max(0, int(exact + Fraction(1, 2)) - sum(part.interest_gr for part in one.settled))


def test_interest_that_was_paid_is_not_charged_again():
    """Interest first: on the day of the payment nothing of it is left, and the next day bears one day's interest."""
    owed = claim(100_000)
    paid_on = DUE_ON + timedelta(days=100)
    interest_gr = owed_gr(owed, paid_on)

    left = pay(interest_gr + 30_000, paid_on, owed, AllocationRule())

    assert left.principal_gr == 70_000
    assert owed_gr(left, paid_on) == 0
    assert owed_gr(left, paid_on + timedelta(days=365)) == day_by_day_gr(left, paid_on + timedelta(days=365))
    assert 0 < owed_gr(left, paid_on + timedelta(days=30)) < interest_gr


def test_principal_first_leaves_the_interest_of_the_time_before():
    owed = claim(100_000)
    paid_on = DUE_ON + timedelta(days=100)
    interest_gr = owed_gr(owed, paid_on)

    left = pay(40_000, paid_on, owed, AllocationRule(civil_interest_first=False))

    assert left.principal_gr == 60_000
    assert owed_gr(left, paid_on) == interest_gr


def test_the_periods_show_the_principal_that_bore_interest_and_add_up():
    left = pay(50_000, DUE_ON + timedelta(days=100), claim(100_000), AllocationRule())

    interest = accrue(
        left.principal_gr, DUE_ON, date(2026, 2, 1), regime=CIVIL, rates=RATES, settled=left.settled
    )

    assert {period.principal_gr for period in interest.periods} == {100_000, left.principal_gr}
    assert sum(period.amount for period in interest.periods) == interest.exact
    assert (
        sum(period.days for period in interest.periods) == interest.days == (date(2026, 2, 1) - DUE_ON).days
    )
    (reason,) = (one for one in interest.reasons if one.code == "interest.paid_before")
    assert int(interest.exact + Fraction(1, 2)) - reason.values["paid_gr"] == interest.total_gr


def test_a_payment_before_the_date_leaves_no_interest_behind():
    left = pay(40_000, DUE_ON - timedelta(days=20), claim(100_000), AllocationRule())

    as_of = DUE_ON + timedelta(days=50)

    assert left.principal_gr == 60_000
    assert owed_gr(left, as_of) == accrue(60_000, DUE_ON, as_of, regime=CIVIL, rates=RATES).total_gr


@given(
    principal_gr=st.integers(1, 10**8),
    payments=st.lists(st.tuples(st.integers(-30, 700), st.integers(1, 10**8)), max_size=4),
    after=st.integers(0, 400),
    interest_first=st.booleans(),
)
def test_any_payments_agree_with_the_day_by_day_count(principal_gr, payments, after, interest_first):
    rule = AllocationRule(civil_interest_first=interest_first)
    left = claim(principal_gr)
    last_on = DUE_ON
    for days, amount_gr in sorted(payments):
        last_on = DUE_ON + timedelta(days=days)
        before_gr = left.principal_gr + owed_gr(left, last_on)
        left = pay(amount_gr, last_on, left, rule)
        assert left.principal_gr + owed_gr(left, last_on) == max(0, before_gr - amount_gr)
    as_of = max(DUE_ON, last_on) + timedelta(days=after)

    assert owed_gr(left, as_of) == day_by_day_gr(left, as_of)


def test_a_tax_keeps_no_such_memory():
    """Art. 55 § 2 Ordynacji: the principal that was paid took its interest along, so the rest is counted from its date."""
    as_of = date(2026, 3, 1)
    rest = accrue(60_000, DUE_ON, as_of, regime=InterestRegime.TAX, rates=RATES)

    assert rest.runs[0].principal_gr == 60_000
    assert all(period.principal_gr == 60_000 for period in rest.periods)


@pytest.mark.parametrize("paid_gr", [10**9])
def test_more_interest_than_was_due_never_makes_it_negative(paid_gr):
    one = claim(100_000, [Settled(DUE_ON + timedelta(days=10), 0, paid_gr)])

    assert owed_gr(one, DUE_ON + timedelta(days=300)) == 0
