"""How a dated table answers: rows, spans, the sum of rates, and what makes no table."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from tenants.rates.domain import (
    AmountRow,
    AmountTable,
    RateRow,
    Rates,
    RateTable,
    build_rates,
    load_seed,
    read_seed,
)

DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))


def table(*rows: tuple[str, int]) -> RateTable:
    return RateTable(tuple(RateRow(date.fromisoformat(day), rate_bp, f"act {day}") for day, rate_bp in rows))


@st.composite
def tables(draw: st.DrawFn) -> RateTable:
    starts = draw(st.lists(DAYS, min_size=1, max_size=12, unique=True))
    rates_bp = draw(
        st.lists(st.sampled_from([0, 400, 800, 1050, 1650]), min_size=len(starts), max_size=len(starts))
    )
    return RateTable(tuple(RateRow(day, bp, "act") for day, bp in zip(sorted(starts), rates_bp, strict=True)))


@given(tables(), st.integers(0, 3000), st.integers(0, 900))
def test_spans_cover_every_day_once_and_weigh_what_the_days_weigh(
    rates: RateTable, start: int, days: int
) -> None:
    from_on = rates.first_on + timedelta(days=start)
    to_on = from_on + timedelta(days=days)
    every = [from_on + timedelta(days=n) for n in range(days + 1)]
    spans = rates.spans(from_on, to_on)
    covered = [span.from_on + timedelta(days=n) for span in spans for n in range(span.days)]
    assert covered == every
    assert all(
        rates.row_on(day).rate_bp == span.rate_bp for span in spans for day in (span.from_on, span.to_on)
    )
    assert all(one.rate_bp != other.rate_bp for one, other in pairwise(spans))
    by_day = sum(rates.row_on(day).rate_bp for day in every)
    assert rates.weight(from_on, to_on) == by_day == sum(span.days * span.rate_bp for span in spans)


def test_the_same_rate_announced_again_is_one_span_with_both_acts() -> None:
    rates = table(("2014-10-09", 800), ("2016-01-01", 800), ("2022-02-09", 850))
    (span,) = rates.spans(date(2015, 12, 1), date(2016, 2, 1))
    assert (span.from_on, span.to_on, span.days) == (date(2015, 12, 1), date(2016, 2, 1), 63)
    assert span.acts == ("act 2014-10-09", "act 2016-01-01")


def test_the_first_day_of_a_row_has_already_its_rate() -> None:
    rates = table(("2026-01-01", 1100), ("2026-03-05", 1050))
    assert rates.row_on(date(2026, 3, 4)).rate_bp == 1100
    assert rates.row_on(date(2026, 3, 5)).rate_bp == 1050


def test_the_last_row_goes_on() -> None:
    assert table(("2026-03-05", 1050)).row_on(date(2040, 1, 1)).rate_bp == 1050


def test_days_before_the_table_are_refused_and_not_guessed() -> None:
    rates = table(("2026-03-05", 1050))
    for call in (
        lambda: rates.row_on(date(2026, 3, 4)),
        lambda: rates.spans(date(2026, 3, 4), date(2026, 4, 1)),
        lambda: rates.weight(date(2026, 3, 4), date(2026, 4, 1)),
        lambda: AmountTable(
            (AmountRow(date(2026, 3, 5), 870, "act"), AmountRow(date(2027, 1, 1), 900, "act"))
        ).row_on(date(2026, 3, 4)),
    ):
        with pytest.raises(InvalidInput) as raised:
            call()
        assert raised.value.code == "rates.unknown_day"
        assert raised.value.params["first_on"] == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "rates.empty"),
        ([("2026-01-01", 5), ("2026-01-01", 6)], "rates.not_ascending"),
        ([("2026-01-02", 5), ("2026-01-01", 6)], "rates.not_ascending"),
        ([("2026-01-01", -1)], "rates.negative"),
    ],
)
def test_rows_that_make_no_table_are_refused(rows: list[tuple[str, int]], code: str) -> None:
    days = [(date.fromisoformat(day), value) for day, value in rows]
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        RateTable(tuple(RateRow(day, value, "") for day, value in days))
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        AmountTable(tuple(AmountRow(day, value, "") for day, value in days))


def test_an_amount_may_be_nothing_from_a_day_on() -> None:
    amounts = AmountTable((AmountRow(date(2026, 1, 1), 870, "act"), AmountRow(date(2027, 1, 1), 0, "act")))
    assert amounts.row_on(date(2027, 1, 1)).amount_gr == 0


def built(*, without: str = "") -> Rates:
    seed = read_seed()
    return build_rates(
        (row for row in reversed(seed.interest_rates) if row[0] != without),
        (row for row in reversed(seed.dated_amounts) if row[0] != without),
        known_on=date(2026, 11, 1),
    )


def test_tables_are_built_from_loose_rows_in_any_order() -> None:
    rates = built()
    assert rates.tax.rows == load_seed().tax.rows
    assert rates.reminder_costs.rows == load_seed().reminder_costs.rows
    assert rates.known_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    "kind", ["tax", "civil", "commercial", "minimum_interest", "reminder_cost", "third_party_limit"]
)
def test_a_kind_without_rows_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInput, match=r"rates\.empty"):
        built(without=kind)


def test_a_new_row_of_the_base_rate_moves_the_reduced_rate_too() -> None:
    seed = read_seed()
    added = ("tax", date(2026, 12, 3), 1000, "M.P. 2026 poz. 999")
    rates = build_rates((*seed.interest_rates, added), seed.dated_amounts, known_on=date(2026, 12, 3))
    assert rates.tax_reduced.row_on(date(2026, 12, 3)).rate_bp == 500
    assert rates.tax_reduced.row_on(date(2026, 12, 2)).rate_bp == 525


def test_art_56a_halves_the_rate_since_2016_even_if_no_new_base_rate_was_announced_then() -> None:
    base = table(("2014-10-09", 800), ("2022-02-09", 850))
    reduced = replace(load_seed(), tax=base).tax_reduced
    assert [(row.valid_from.isoformat(), row.rate_bp) for row in reduced.rows] == [
        ("2014-10-09", 600),
        ("2016-01-01", 400),
        ("2022-02-09", 425),
    ]


def test_a_public_healthcare_entity_never_owes_less_than_nothing() -> None:
    """Art. 4 pkt 3 lit. a of the act of 8 March 2013, at a reference rate far below zero."""
    rates = replace(load_seed(), commercial=table(("2027-01-01", 150), ("2027-07-01", 250)))
    assert [row.rate_bp for row in rates.commercial_healthcare.rows] == [0, 50]


def test_art_481_par_2_1_a_contract_is_capped_day_by_day_at_twice_the_statutory_rate() -> None:
    capped = load_seed().contract(1500)
    assert capped.row_on(date(2020, 6, 1)).rate_bp == 1120  # 2 x 5.60
    assert capped.row_on(date(2022, 9, 8)).rate_bp == 1500  # 2 x 12.25 is more than the contract
    assert "481" in capped.row_on(date(2020, 6, 1)).act
    assert capped.row_on(date(2022, 9, 8)).act == "umowa"
    exactly_twice = load_seed().contract(1120).row_on(date(2020, 6, 1))
    assert (exactly_twice.rate_bp, exactly_twice.act) == (1120, "umowa")
    (span,) = load_seed().contract(500).spans(date(2016, 1, 1), date(2026, 1, 1))
    assert span.rate_bp == 500
