"""The shipped history of rates against law.md 1.5, 2.1-2.3 and 5, typed again in `tests/unit/law.py`."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tenants.rates.domain import load_seed, read_seed
from tests.unit import law

RATES = load_seed()
LAST = date(2026, 11, 20)


def every_day(first: date, last: date = LAST) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("name", "table"),
    [("tax", law.BASE_RATES), ("civil", law.CIVIL_RATES), ("commercial", law.COMMERCIAL_RATES)],
)
def test_every_day_has_the_rate_of_the_published_table(name: str, table: str) -> None:
    shipped = getattr(RATES, name)
    assert shipped.first_on == law.rows(table)[0][0]
    for day in every_day(shipped.first_on):
        assert Fraction(shipped.row_on(day).rate_bp, 100) == law.percent_on(table, day), day


def test_base_rate_is_max_of_eight_and_twice_lombard_plus_two_since_2014() -> None:
    # art. 56 § 1 O.p.; law.md 2.1 did the same comparison
    for day in every_day(date(2013, 7, 4)):
        formula = max(Fraction(8), 2 * law.percent_on(law.LOMBARD_RATES, day) + 2)
        assert Fraction(RATES.tax.row_on(day).rate_bp, 100) == formula, day


def test_reduced_rate_is_the_published_half_and_before_2016_three_quarters() -> None:
    for day in every_day(date(2013, 7, 4)):
        assert Fraction(RATES.tax_reduced.row_on(day).rate_bp, 100) == law.percent_on(
            law.REDUCED_RATES, day
        ), day


@pytest.mark.parametrize(
    ("day", "rate_bp"),
    [
        ("2012-06-01", 1088),  # 75 % of 14.50 = 10.875, rounded up
        ("2011-05-31", 1013),  # 75 % of 13.50 = 10.125
        ("2015-12-31", 600),
        ("2016-01-01", 400),
        ("2026-03-05", 525),
    ],
)
def test_art_56a_reduced_rate_rounds_up_before_2016(day: str, rate_bp: int) -> None:
    assert RATES.tax_reduced.row_on(date.fromisoformat(day)).rate_bp == rate_bp


def test_the_floor_of_eight_percent_holds_while_lombard_was_half_a_percent() -> None:
    assert {RATES.tax.row_on(day).rate_bp for day in every_day(date(2014, 10, 9), date(2022, 2, 8))} == {800}


@pytest.mark.parametrize(
    ("day", "minimum_gr"),
    [("2003-01-01", 660), ("2015-06-30", 660), ("2017-01-01", 870), ("2026-11-20", 870)],
)
def test_art_54_par_1_pkt_5_minimum_is_a_dated_amount_and_not_three_times_it(
    day: str, minimum_gr: int
) -> None:
    assert RATES.minimum_interest.row_on(date.fromisoformat(day)).amount_gr == minimum_gr


@pytest.mark.parametrize(
    ("sent_on", "cost_gr"),
    [
        ("2010-05-05", 880),
        ("2015-12-31", 1160),
        ("2021-10-12", 1160),
        ("2021-10-13", 1600),
        ("2026-11-20", 1600),
    ],
)
def test_reminder_costs_go_by_the_day_of_sending(sent_on: str, cost_gr: int) -> None:
    assert RATES.reminder_costs.row_on(date.fromisoformat(sent_on)).amount_gr == cost_gr


def test_art_62b_par_1_pkt_3_a_stranger_pays_at_most_1000_zl_of_somebodys_tax() -> None:
    assert RATES.third_party_limit.row_on(date(2026, 11, 20)).amount_gr == 100_000


@pytest.mark.parametrize(
    ("day", "rate_bp"),
    [("2019-12-31", 950), ("2020-01-01", 950), ("2022-07-01", 1400), ("2026-07-01", 1175)],
)
def test_art_4_pkt_3_lit_a_a_public_healthcare_entity_owes_less_since_2020(day: str, rate_bp: int) -> None:
    row = RATES.commercial_healthcare.row_on(date.fromisoformat(day))
    assert row.rate_bp == rate_bp
    assert ("podmiot leczniczy" in row.act) is (day >= "2020-01-01")


def test_commercial_rate_changes_only_with_the_half_year() -> None:
    # a cut in the middle of a half-year does not move it (law.md 2.3)
    for row in RATES.commercial.rows:
        assert (row.valid_from.month, row.valid_from.day) in {(1, 1), (7, 1)}
    assert RATES.commercial.row_on(date(2025, 12, 31)).rate_bp == 1525


def test_every_row_names_its_act() -> None:
    seed = read_seed()
    assert all(act for *_, act in (*seed.interest_rates, *seed.dated_amounts))
    assert max(len(act) for *_, act in (*seed.interest_rates, *seed.dated_amounts)) <= 160
    assert {kind for kind, *_ in seed.interest_rates} == {"tax", "civil", "commercial"}
    assert {kind for kind, *_ in seed.dated_amounts} == {
        "minimum_interest",
        "reminder_cost",
        "third_party_limit",
    }
    assert seed.known_on == RATES.known_on == date(2026, 10, 8)
