"""Threshold and rounding "jointly" (art. 54 § 1 pkt 5 and art. 63 § 1 O.p., law.md 1.5, open point 12b)."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.money import round_to_zloty
from services.liabilities.domain.decisions import Instalment, charge_jointly
from services.liabilities.domain.interest import Interest, accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.domain import ThresholdReading
from tenants.rates.domain import load_seed

RATES = load_seed()
AS_OF = date(2026, 11, 20)
DECISION = "FN.3120.1.2026"


def instalment(id_: str, principal_gr: int, due_on: date, decision: str = DECISION, **more) -> Instalment:
    interest = accrue(principal_gr, due_on, AS_OF, regime=InterestRegime.TAX, rates=RATES, **more)
    return Instalment(id_, decision, due_on, interest)


def together(*instalments: Instalment, threshold=ThresholdReading.ROUNDED) -> dict[str, Interest]:
    return charge_jointly(instalments, AS_OF, rates=RATES, threshold=threshold)


def totals(found: dict[str, Interest]) -> dict[str, int]:
    return {id_: interest.total_gr for id_, interest in found.items()}


SMALL = instalment("III", 30_000, date(2026, 9, 15))  # 66 days: 569.5890 gr
LARGER = instalment("II", 30_000, date(2026, 5, 15))  # 189 days: 1631.0958 gr
LATE = instalment("IV", 30_000, date(2026, 11, 16))  # 4 days: 34.5205 gr


def test_alone_each_instalment_is_held_against_the_minimum_by_itself():
    assert (SMALL.interest.total_gr, LARGER.interest.total_gr, LATE.interest.total_gr) == (0, 1_600, 0)


def test_art_63_par_1_the_sum_of_a_decision_is_rounded_once_and_divided_by_the_exact_interest():
    """569.59 + 1631.10 + 34.52 = 2235.21 gr, rounded 22 zł; II 1605.42, III 560.61, IV 33.98 of it, to the grosz."""
    found = together(SMALL, LARGER, LATE)
    assert totals(found) == {"II": 1_605, "III": 561, "IV": 34}
    assert sum(totals(found).values()) == 2_200
    assert found["III"].reasons[-2].code == "interest.rounded_jointly"
    assert found["III"].reasons[-2].values == {"joint_gr": 2_200}


def test_art_54_par_1_pkt_5_the_sum_of_a_decision_is_held_against_the_minimum():
    halves = [instalment(id_, 25_000, date(2026, 9, 15)) for id_ in ("a", "b")]  # 474.66 gr each
    assert [one.interest.total_gr for one in halves] == [0, 0]
    assert totals(together(*halves)) == {"a": 450, "b": 450}  # 949.32 gr, rounded 9 zł
    below = [instalment(id_, 20_000, date(2026, 9, 15)) for id_ in ("a", "b")]  # 759.45 gr together
    found = together(*below)
    assert totals(found) == {"a": 0, "b": 0}
    reason = found["a"].reasons[-2]
    assert (reason.code, reason.values) == ("interest.below_threshold_jointly", {"minimum_gr": 870})
    assert reason.article == "art. 54 § 1 pkt 5 Ordynacji podatkowej"


def test_the_exact_reading_of_the_threshold_goes_for_the_sum():
    halves = [instalment(id_, 22_500, date(2026, 9, 15)) for id_ in ("a", "b")]  # 854.38 gr together
    assert totals(together(*halves)) == {"a": 450, "b": 450}
    assert totals(together(*halves, threshold=ThresholdReading.EXACT)) == {"a": 0, "b": 0}


def test_equal_remainders_go_by_due_date_then_by_id():
    """Three equal parts of 10 zł: the odd grosz goes to the smallest id of the same day."""
    thirds = [instalment(id_, 17_600, date(2026, 9, 15)) for id_ in ("c", "a", "b")]  # 1002.48 gr
    assert totals(together(*thirds)) == {"a": 334, "b": 333, "c": 333}


def test_instalments_of_other_decisions_and_without_a_decision_stand_alone():
    other = instalment("x", 30_000, date(2026, 9, 15), decision="FN.3120.2.2026")
    alone = [instalment(id_, 30_000, date(2026, 9, 15), decision="") for id_ in ("y", "z")]
    assert totals(together(SMALL, other, *alone)) == {"III": 0, "x": 0, "y": 0, "z": 0}


def test_an_instalment_that_is_not_overdue_neither_gives_nor_takes():
    current = instalment("V", 10**7, date(2027, 3, 15))
    found = together(LARGER, current)
    assert found == {"II": LARGER.interest, "V": current.interest}


def test_art_56a_instalments_at_different_rates_are_added_exactly():
    reduced = instalment("r", 50_000, date(2026, 5, 15), rate=TaxRate.REDUCED)
    found = together(LARGER, reduced)
    assert sum(totals(found).values()) == round_to_zloty(LARGER.interest.exact + reduced.interest.exact)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 500_000), st.dates(date(2016, 1, 1), date(2026, 12, 31))),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from(ThresholdReading),
    st.randoms(use_true_random=False),
)
def test_the_parts_add_up_to_the_rounded_sum_are_never_negative_and_do_not_depend_on_order(
    dues, threshold, random
) -> None:
    instalments = [
        instalment(f"{n:02d}", principal_gr, due_on) for n, (principal_gr, due_on) in enumerate(dues)
    ]
    found = together(*instalments, threshold=threshold)
    exact = sum((one.interest.exact for one in instalments), Fraction())
    rounded_gr = round_to_zloty(exact)
    compared = exact if threshold is ThresholdReading.EXACT else rounded_gr
    expected_gr = rounded_gr if compared > 870 else 0
    assert sum(totals(found).values()) == expected_gr
    for one in instalments:
        part_gr = found[one.id].total_gr
        assert part_gr >= 0
        assert found[one.id].exact == one.interest.exact
        if sum(bool(other.interest.numerator) for other in instalments) > 1:
            assert abs(part_gr - expected_gr * one.interest.exact / exact) < 1
    random.shuffle(instalments)
    assert totals(together(*instalments, threshold=threshold)) == totals(found)
