"""What is true of interest whatever the due, its law and the day (art. 53-56a O.p., art. 481 KC)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kernel.dates import is_working_day
from services.liabilities.domain.due_dates import effective_due_on
from services.liabilities.domain.interest import Interest, accrue
from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import Claim
from tenants.configuration.domain import ThresholdReading
from tests.fixtures.histories import histories, tried
from tests.properties.payers import CIVIL, FIRST_DUE, LAST_DUE, PUBLIC, RULES, dues
from tests.properties.paying import RATES, check_interest
from tests.unit import law

NEAR = date(2020, 8, 20)
DUES = dues(PUBLIC + CIVIL, NEAR, 0)
CIVIL_LAWS = set(InterestRegime) - {InterestRegime.TAX, InterestRegime.NONE}
DELAYS = st.one_of(st.integers(-3, 40), st.integers(0, 2_800))


def interest_of(claim: Claim, as_of: date, reading: ThresholdReading = ThresholdReading.ROUNDED) -> Interest:
    return accrue(
        claim.principal_gr,
        claim.due_on,
        as_of,
        regime=claim.interest,
        rates=RATES,
        rate=claim.rate,
        contract_rate_bp=claim.contract_rate_bp,
        pauses=claim.pauses,
        threshold=reading,
    )


@histories(short=60, nightly=8_000)
@given(DUES, DELAYS, RULES)
def test_interest_is_the_count_of_single_days_and_its_explanation_sums_to_it(claim, delay, rule) -> None:
    as_of = claim.due_on + timedelta(days=delay)
    interest = interest_of(claim, as_of, rule.threshold)
    check_interest(claim, as_of, interest)
    assert interest.total_gr == law.charged(interest.exact, as_of, claim.interest.value, rule.threshold.value)
    tried("dues to a day")


@histories(short=40, nightly=5_000)
@given(DUES, DELAYS, st.integers(1, 60))
def test_a_later_day_never_bears_less_interest(claim, delay, more) -> None:
    as_of = claim.due_on + timedelta(days=delay)
    today, later = interest_of(claim, as_of), interest_of(claim, as_of + timedelta(days=more))
    assert 0 <= today.exact <= later.exact
    assert 0 <= today.days <= later.days <= today.days + more
    grows_with_the_table = RATES.minimum_interest.row_on(as_of) == RATES.minimum_interest.row_on(
        as_of + timedelta(days=more)
    )
    assert today.total_gr <= later.total_gr or not grows_with_the_table
    tried("dues to a day")


@histories(short=40, nightly=5_000)
@given(DUES, DELAYS, st.integers(0, 1_000))
def test_interest_of_two_parts_of_a_principal_is_exactly_that_of_the_whole(claim, delay, thousandths) -> None:
    """Why the paid part takes its own interest along and the rest is counted from the original due date (law.md 3.3)."""
    as_of = claim.due_on + timedelta(days=delay)
    part_gr = claim.principal_gr * thousandths // 1_000
    parts = [
        interest_of(replace(claim, principal_gr=amount_gr), as_of).exact
        for amount_gr in (part_gr, claim.principal_gr - part_gr)
    ]
    assert sum(parts, Fraction(0)) == interest_of(claim, as_of).exact
    tried("dues to a day")


@histories(short=60, nightly=5_000)
@given(st.dates(FIRST_DUE, LAST_DUE), st.sampled_from(InterestRegime))
def test_a_due_date_moves_forward_only_and_never_onto_a_free_day(due_on, regime) -> None:
    effective_on = effective_due_on(due_on, regime)
    assert due_on <= effective_on <= due_on + timedelta(days=5)
    is_old_civil_saturday = (
        effective_on.isoweekday() == 6 and effective_on.year < 2017 and regime in CIVIL_LAWS
    )
    assert is_working_day(effective_on) or is_old_civil_saturday
    assert effective_due_on(effective_on, regime) == effective_on
    tried("due dates")
