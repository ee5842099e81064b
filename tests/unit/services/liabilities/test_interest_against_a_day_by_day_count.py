"""The engine and the plain count of `tests/unit/law.py` must never differ by a grosz."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.liabilities.domain.interest import accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.domain import ThresholdReading
from tenants.rates.domain import load_seed
from tests.unit import law

RATES = load_seed()
FIRST_DUE = {
    "tax": date(2008, 6, 26),
    "civil": date(2008, 12, 15),
    "commercial": date(2016, 1, 1),
    "commercial_healthcare": date(2016, 1, 1),
}
REGIMES = st.sampled_from(["tax", "civil", "commercial", "commercial_healthcare", "contract", "none"])
PRINCIPALS = st.one_of(st.integers(0, 30_000), st.integers(0, 10**10))


@st.composite
def delays(draw: st.DrawFn) -> tuple[str, date, date, list[tuple[date, date]]]:
    regime = draw(REGIMES)
    due_on = draw(st.dates(FIRST_DUE.get(regime, FIRST_DUE["civil"]), date(2027, 6, 30)))
    as_of = due_on + timedelta(days=draw(st.one_of(st.integers(-5, 40), st.integers(0, 900))))
    offsets = draw(st.lists(st.tuples(st.integers(-40, 600), st.integers(0, 200)), max_size=3))
    pauses = [(due_on + timedelta(days=a), due_on + timedelta(days=a + b)) for a, b in offsets]
    return regime, due_on, as_of, pauses


@settings(max_examples=400, deadline=None)
@given(PRINCIPALS, delays(), st.booleans(), st.integers(0, 3000), st.sampled_from(ThresholdReading))
def test_interest_is_what_single_days_add_up_to(
    principal_gr: int,
    delay: tuple[str, date, date, list[tuple[date, date]]],
    reduced: bool,
    contract_rate_bp: int,
    reading: ThresholdReading,
) -> None:
    regime, due_on, as_of, pauses = delay
    interest = accrue(
        principal_gr,
        due_on,
        as_of,
        regime=InterestRegime(regime),
        rates=RATES,
        rate=TaxRate.REDUCED if reduced else TaxRate.BASE,
        contract_rate_bp=contract_rate_bp,
        pauses=pauses,
        threshold=reading,
    )
    days = law.counted_days(due_on, as_of, regime, pauses)
    which = {"reduced": reduced, "contract": Fraction(contract_rate_bp, 100)}
    exact = law.exact_interest(principal_gr, days, regime, **which)
    assert interest.effective_due_on == law.moved(due_on, regime)
    assert interest.days == len(days)
    assert interest.exact == exact
    assert interest.total_gr == law.charged(exact, as_of, regime, reading.value)
    if regime != "none":
        explained = [
            (period.from_on + timedelta(days=n), Fraction(period.rate_bp, 100))
            for period in interest.periods
            for n in range(period.days)
        ]
        assert explained == [(day, law.rate_on(regime, day, **which)) for day in days]
    assert sum((period.amount for period in interest.periods), Fraction(0)) == exact
    assert all((period.to_on - period.from_on).days + 1 == period.days > 0 for period in interest.periods)


@settings(max_examples=200, deadline=None)
@given(PRINCIPALS, delays(), st.integers(0, 60))
def test_interest_never_falls_when_the_payment_comes_later_or_the_debt_is_larger(
    principal_gr: int, delay: tuple[str, date, date, list[tuple[date, date]]], more: int
) -> None:
    regime, due_on, as_of, _pauses = delay
    today = accrue(
        principal_gr, due_on, as_of, regime=InterestRegime(regime), rates=RATES, contract_rate_bp=900
    )
    later_on = as_of + timedelta(days=more)
    later = accrue(
        principal_gr, due_on, later_on, regime=InterestRegime(regime), rates=RATES, contract_rate_bp=900
    )
    larger = accrue(
        principal_gr + more, due_on, as_of, regime=InterestRegime(regime), rates=RATES, contract_rate_bp=900
    )
    assert 0 <= today.exact <= later.exact
    assert today.exact <= larger.exact
    assert 0 <= today.total_gr <= larger.total_gr
    assert (
        today.total_gr <= later.total_gr or later_on >= date(2016, 1, 1) > as_of
    )  # the minimum rose that day
