"""Odsetki za zwłokę: art. 53-56a and 63 Ordynacji podatkowej, regulation of 22 August 2005 (law.md section
1).
"""

from datetime import date
from fractions import Fraction

import pytest

from kernel.errors import InvalidInput
from services.liabilities.domain.interest import Interest, accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.domain import ThresholdReading
from tenants.rates.domain import load_seed

RATES = load_seed()


def on_tax(principal_gr: int, due_on: str, as_of: str, **more: object) -> Interest:
    return accrue(
        principal_gr,
        date.fromisoformat(due_on),
        date.fromisoformat(as_of),
        regime=InterestRegime.TAX,
        rates=RATES,
        **more,
    )


def codes(interest: Interest) -> list[str]:
    return [reason.code for reason in interest.reasons]


@pytest.mark.parametrize(
    ("due_on", "as_of", "days"),
    [
        ("2026-05-15", "2026-05-15", 0),  # paid on the due date
        ("2026-05-15", "2026-05-14", 0),  # before it
        ("2026-05-15", "2026-05-16", 1),  # art. 53 § 4: the first day is the day after
        ("2026-03-15", "2026-03-16", 0),  # a Sunday: due on Monday (art. 12 § 5)
        ("2026-03-15", "2026-03-17", 1),
        ("2026-09-15", "2026-09-19", 4),  # the day of payment is a Saturday and is not moved
        ("2024-01-31", "2024-07-01", 152),  # trap 8: January-June of a leap year has 182 days
        ("2023-12-29", "2024-12-31", 368),
    ],
)
@pytest.mark.covers("D64", "D65")
def test_art_53_par_4_days_run_from_the_day_after_the_due_date_to_the_day_of_payment(
    due_on: str, as_of: str, days: int
) -> None:
    interest = on_tax(1_000_000, due_on, as_of)
    assert interest.days == days
    assert sum(period.days for period in interest.periods) == days


def test_the_divisor_is_365_in_a_leap_year_and_29_february_counts() -> None:
    interest = on_tax(3_650_000, "2024-02-28", "2024-03-01")
    assert interest.days == 2
    assert interest.exact == Fraction(3_650_000 * 2 * 1450, 365 * 10_000) == 2900
    assert interest.total_gr == 2900


@pytest.mark.covers("D64")
def test_several_rates_each_count_for_their_days_and_only_the_sum_is_rounded() -> None:
    # § 2 ust. 2 of the regulation; rounding each row would give 148 zł
    interest = on_tax(123_400, "2022-03-15", "2022-12-30")
    assert [(p.from_on.isoformat(), p.to_on.isoformat(), p.days, p.rate_bp) for p in interest.periods] == [
        ("2022-03-16", "2022-04-06", 22, 1000),
        ("2022-04-07", "2022-05-05", 29, 1200),
        ("2022-05-06", "2022-06-08", 34, 1350),
        ("2022-06-09", "2022-07-07", 29, 1500),
        ("2022-07-08", "2022-09-07", 62, 1600),
        ("2022-09-08", "2022-12-30", 114, 1650),
    ]
    assert interest.total_gr == 14_700
    row_by_row = sum(int(period.amount / 100 + Fraction(1, 2)) * 100 for period in interest.periods)
    assert row_by_row == 14_800
    assert sum(period.amount for period in interest.periods) == interest.exact


def test_a_rate_announced_again_with_the_same_value_is_one_period_with_both_acts() -> None:
    (period,) = on_tax(1_000_000, "2015-12-15", "2016-01-15").periods
    assert (period.days, period.rate_bp, period.acts) == (
        31,
        800,
        ("M.P. 2014 poz. 905", "M.P. 2016 poz. 20"),
    )


@pytest.mark.parametrize(
    ("exact_gr", "rounded_reading_gr", "exact_reading_gr"),
    [
        (849, 0, 0),
        (850, 900, 0),  # 9 zł after rounding is more than 8.70; 8.50 itself is not
        (869, 900, 0),
        (870, 900, 900),  # 8.70 and a fraction exceeds 8.70
        (899, 900, 900),
        (949, 900, 900),
        (950, 1000, 1000),
    ],
)
def test_art_54_par_1_pkt_5_minimum_in_both_readings(
    exact_gr: int, rounded_reading_gr: int, exact_reading_gr: int
) -> None:
    principal_gr = exact_gr * 3_650_000 // 1050 + 1  # gives it in one day at 10.50 %
    rounded = on_tax(principal_gr, "2026-05-15", "2026-05-16")
    assert int(rounded.exact) == exact_gr
    assert rounded.total_gr == rounded_reading_gr
    exact = on_tax(principal_gr, "2026-05-15", "2026-05-16", threshold=ThresholdReading.EXACT)
    assert exact.total_gr == exact_reading_gr


def test_exactly_the_minimum_does_not_exceed_it() -> None:
    exactly = on_tax(10_875, "2018-01-15", "2019-01-15", threshold=ThresholdReading.EXACT)
    assert exactly.exact == 870
    assert exactly.total_gr == 0
    assert on_tax(10_876, "2018-01-15", "2019-01-15", threshold=ThresholdReading.EXACT).total_gr == 900


def test_the_minimum_is_a_threshold_and_not_a_floor() -> None:
    interest = on_tax(1_000_000, "2026-05-15", "2026-06-15")
    assert interest.exact == Fraction(1_000_000 * 31 * 1050, 3_650_000)
    assert interest.total_gr == 8_900  # the whole interest, not what is above 8.70


def test_below_the_threshold_days_and_periods_still_explain_why_nothing_is_owed() -> None:
    interest = on_tax(10_000, "2026-05-15", "2026-06-15")
    assert interest.total_gr == 0
    assert interest.days == 31
    assert interest.exact > 0
    (reason,) = [reason for reason in interest.reasons if reason.code == "interest.below_threshold"]
    assert reason.article == "art. 54 § 1 pkt 5 Ordynacji podatkowej"
    assert reason.values == {"minimum_gr": 870}
    assert "interest.rounded_to_zloty" not in codes(interest)


def test_the_older_minimum_of_6_60_counts_for_payments_of_its_time() -> None:
    # 7 zł rounded: more than 6.60, less than 8.70
    assert on_tax(100_000, "2014-11-14", "2014-12-16").total_gr == 700
    assert on_tax(100_000, "2026-05-15", "2026-06-08").total_gr == 0


def test_threshold_is_not_three_times_8_70() -> None:
    # trap 1 of law.md section 11
    assert on_tax(100_000, "2026-05-15", "2026-07-15").total_gr == 1_800


@pytest.mark.covers("D64")
def test_art_56a_reduced_rate_of_both_eras() -> None:
    interest = on_tax(10_000_000, "2015-12-15", "2016-01-15", rate=TaxRate.REDUCED)
    assert [(period.days, period.rate_bp) for period in interest.periods] == [(16, 600), (15, 400)]
    assert interest.total_gr == 42_700  # 263.0137 + 164.3836 = 427.3973 zł
    assert "interest.reduced" in codes(interest)
    old = on_tax(10_000_000, "2012-06-15", "2012-06-29", rate=TaxRate.REDUCED)
    assert [(period.days, period.rate_bp) for period in old.periods] == [(14, 1088)]


@pytest.mark.parametrize(
    ("pauses", "days", "periods"),
    [
        ([("2026-05-20", "2026-05-24")], 26, [("2026-05-16", "2026-05-19"), ("2026-05-25", "2026-06-15")]),
        ([("2026-05-20", "2026-05-20")], 30, [("2026-05-16", "2026-05-19"), ("2026-05-21", "2026-06-15")]),
        ([("2026-01-01", "2026-05-20")], 26, [("2026-05-21", "2026-06-15")]),
        ([("2026-05-10", "2026-05-16")], 30, [("2026-05-17", "2026-06-15")]),  # the first day only
        ([("2026-06-15", "2026-06-15")], 30, [("2026-05-16", "2026-06-14")]),  # the last day only
        ([("2026-06-10", "2027-01-01")], 25, [("2026-05-16", "2026-06-09")]),
        ([("2026-01-01", "9999-12-31")], 0, []),
        (
            [("2026-05-15", "2026-05-15")],
            31,
            [("2026-05-16", "2026-06-15")],
        ),  # the due date bears none anyway
        ([("2026-06-16", "2026-06-30")], 31, [("2026-05-16", "2026-06-15")]),
        (  # overlapping, nested and out of order: no day is taken off twice
            [("2026-05-24", "2026-05-28"), ("2026-05-20", "2026-05-26"), ("2026-05-21", "2026-05-22")],
            22,
            [("2026-05-16", "2026-05-19"), ("2026-05-29", "2026-06-15")],
        ),
        (  # touching
            [("2026-05-20", "2026-05-21"), ("2026-05-22", "2026-05-23")],
            27,
            [("2026-05-16", "2026-05-19"), ("2026-05-24", "2026-06-15")],
        ),
    ],
)
@pytest.mark.covers("D64")
def test_art_54_par_1_days_without_interest_are_left_out_once(
    pauses: list[tuple[str, str]], days: int, periods: list[tuple[str, str]]
) -> None:
    paused = [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in pauses]
    interest = on_tax(10_000_000, "2026-05-15", "2026-06-15", pauses=paused)
    assert interest.days == days
    assert [(p.from_on.isoformat(), p.to_on.isoformat()) for p in interest.periods] == periods
    said = [reason.values for reason in interest.reasons if reason.code == "interest.paused"]
    assert said == ([{"days": 31 - days}] if days < 31 else [])


def test_what_is_paid_up_bears_nothing_and_nothing_was_rounded_or_waived() -> None:
    interest = on_tax(0, "2026-05-15", "2026-06-15")
    assert (interest.days, interest.total_gr) == (31, 0)
    assert codes(interest) == ["interest.tax"]


def test_reasons_name_what_decided() -> None:
    interest = on_tax(1_000_000, "2026-03-15", "2026-06-15")
    assert [(reason.code, reason.article) for reason in interest.reasons] == [
        ("interest.due_date_moved", "art. 12 § 5 Ordynacji podatkowej"),
        ("interest.tax", "art. 53 § 1 i art. 56 § 1 Ordynacji podatkowej"),
        ("interest.rounded_to_zloty", "art. 63 § 1 Ordynacji podatkowej"),
    ]
    assert interest.reasons[0].values == {"due_on": date(2026, 3, 15), "effective_due_on": date(2026, 3, 16)}


def test_days_after_the_last_confirmed_one_say_how_far_the_rates_are_known() -> None:
    known = on_tax(1_000_000, "2026-05-15", "2026-10-08")
    later = on_tax(1_000_000, "2026-05-15", "2026-10-09")
    assert "interest.rates_unconfirmed" not in codes(known)
    assert later.reasons[-1].code == "interest.rates_unconfirmed"
    assert later.reasons[-1].values == {"known_on": date(2026, 10, 8)}


def test_a_rate_from_before_the_tables_is_refused_and_not_guessed() -> None:
    with pytest.raises(InvalidInput, match=r"rates\.unknown_day"):
        on_tax(100_000, "2008-06-20", "2008-07-20")
    assert on_tax(100_000, "2008-06-25", "2008-07-20").days == 25


def test_paused_days_before_the_tables_need_no_rate() -> None:
    interest = on_tax(100_000, "2008-06-01", "2008-07-20", pauses=[(date(2008, 6, 1), date(2008, 6, 30))])
    assert interest.days == 20


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"principal_gr": -1}, "interest.negative_principal"),
        ({"pauses": [(date(2026, 6, 2), date(2026, 6, 1))]}, "interest.pause_reversed"),
        (
            {"pauses": [(date(2026, 1, 1), date(2027, 1, 1)), (date(2026, 6, 2), date(2026, 6, 1))]},
            "interest.pause_reversed",
        ),
    ],
)
def test_impossible_input_is_refused(more: dict[str, object], code: str) -> None:
    values = {"principal_gr": 100, "due_on": "2026-05-15", "as_of": "2026-06-15"} | more
    with pytest.raises(InvalidInput) as raised:
        on_tax(**values)
    assert raised.value.code == code


def test_the_usual_mistakes_of_public_code_give_another_number() -> None:
    # law.md section 11; percent x days of 10 000 zł, 2025-10-15 to 2026-02-10
    right = 21 * Fraction(12) + 28 * Fraction("11.5") + 69 * Fraction(11)
    wrong = {
        "trap 2: lombard + 2, rounded up": 21 * Fraction(7) + 28 * Fraction("6.75") + 69 * Fraction("6.5"),
        "trap 3: one point for each move": 21 * Fraction(12) + 28 * Fraction(11) + 69 * Fraction(10),
        "trap 4: the due date counted": right + 12,
        "trap 6: the rate of July 2022 for ever": 118 * Fraction(16),
        "trap 7: the rate of the due date": 118 * Fraction(12),
        "trap 7: the rate of the payment day": 118 * Fraction(11),
    }
    total_gr = on_tax(1_000_000, "2025-10-15", "2026-02-10").total_gr
    assert total_gr == 36_500 == int(10_000 * right / 36_500 + Fraction(1, 2)) * 100
    for mistake, percent_days in wrong.items():
        assert total_gr != int(10_000 * percent_days / 36_500 + Fraction(1, 2)) * 100, mistake
