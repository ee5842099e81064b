"""What a month costs: days of the month, included units, one rounding of each line, VAT of the sum (P9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.metering.domain import (
    MEBIBYTE,
    Charge,
    DayUsed,
    Line,
    Price,
    charged_days,
    day_bounds,
    days_between,
    end_of_day,
    next_month,
    statement_lines,
    totals,
)

LONG_AGO = date(2020, 1, 1)


def day(number: int, month: date = date(2026, 2, 1), **used: int) -> DayUsed:
    values = {"payments": 0, "messages": 0, "api_requests": 0, "residents": 0, "storage_bytes": 0} | used
    return DayUsed(day=month.replace(day=number), **values)


def only(charge: Charge, days: list[DayUsed], *, month: date = date(2026, 2, 1), **price: int) -> Line:
    (line,) = statement_lines(month, LONG_AGO, days, [Price(charge, **price)])
    return line


@pytest.mark.parametrize(
    ("month", "days"),
    [(date(2026, 2, 1), 28), (date(2028, 2, 1), 29), (date(2026, 3, 1), 31), (date(2026, 12, 1), 31)],
)
def test_p9_a_whole_month_is_the_whole_fee_however_long_it_is(month, days):
    line = only(Charge.MONTH, [], month=month, price_gr=49_999)
    assert (line.quantity, line.per, line.amount_gr) == (days, days, 49_999)


@pytest.mark.parametrize(
    ("live_on", "days", "amount_gr"),
    [
        (date(2026, 2, 1), 28, 28_000),
        (date(2026, 2, 15), 14, 14_000),
        (date(2026, 2, 28), 1, 1_000),
        (date(2026, 3, 1), 0, 0),
    ],
)
def test_p9_a_gmina_that_goes_live_in_the_month_pays_for_the_days_since(live_on, days, amount_gr):
    (line,) = statement_lines(date(2026, 2, 1), live_on, [], [Price(Charge.MONTH, 28_000)])
    assert (line.quantity, line.amount_gr) == (days, amount_gr)
    assert len(charged_days(date(2026, 2, 1), live_on)) == days


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 2, 28), 24)]
)
def test_a_day_is_a_day_of_warsaw_also_when_the_clock_changes(on, hours):
    start, end = day_bounds(on)
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)
    assert end_of_day(start) == end
    assert end_of_day(end - timedelta(seconds=1)) == end
    assert end_of_day(datetime(2026, 10, 25, 23, 30, tzinfo=UTC)) == day_bounds(date(2026, 10, 26))[1]


def test_the_month_after_december_is_january():
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2028, 2, 1)) == date(2028, 3, 1)


def test_p9_what_is_included_is_not_charged_and_a_line_is_rounded_once():
    used = [day(1, payments=100), day(2, payments=33)]
    assert only(Charge.PAYMENTS, used, price_gr=25, included=100).amount_gr == 33 * 25
    assert only(Charge.PAYMENTS, used, price_gr=25, included=1_000).amount_gr == 0
    calls = [day(1, api_requests=1_499)]
    assert only(Charge.API_REQUESTS, calls, price_gr=1, per=1_000).amount_gr == 1
    assert only(Charge.API_REQUESTS, [day(1, api_requests=1_500)], price_gr=1, per=1_000).amount_gr == 2


def test_p9_residents_are_the_most_of_any_day_and_storage_is_the_average():
    used = [
        day(1, residents=10, storage_bytes=MEBIBYTE),
        day(2, residents=30, storage_bytes=3 * MEBIBYTE),
        day(3, residents=20, storage_bytes=2 * MEBIBYTE + 3),
    ]
    assert only(Charge.RESIDENTS, used, price_gr=1).quantity == 30
    assert only(Charge.STORAGE, used, price_gr=1).quantity == 3, "a part of a mebibyte is one"
    assert only(Charge.STORAGE, [], price_gr=1).quantity == 0


def test_p9_what_the_price_list_does_not_name_is_no_line_and_the_order_is_always_the_same():
    lines = statement_lines(
        date(2026, 2, 1), LONG_AGO, [], [Price(Charge.STORAGE, 1), Price(Charge.MONTH, 100)]
    )
    assert [line.charge for line in lines] == [Charge.MONTH, Charge.STORAGE]


def test_vat_is_counted_of_the_sum_and_not_of_the_lines():
    """Art. 106e ust. 7 ustawy o VAT."""
    lines = [Line(charge, 1, 0, 2, 1, 2) for charge in (Charge.PAYMENTS, Charge.MESSAGES, Charge.RESIDENTS)]
    sums = totals(lines, 2300)
    assert (sums.net_gr, sums.vat_gr, sums.gross_gr) == (6, 1, 7)
    assert totals(lines, None).gross_gr == 6
    assert totals(lines, 0).vat_gr == 0


@given(
    fee_gr=st.integers(0, 10**7),
    opened=st.integers(0, 27),
    payments=st.lists(st.integers(0, 10**5), min_size=28, max_size=28),
)
def test_p9_a_month_in_two_halves_costs_what_the_whole_costs_but_for_one_rounding(fee_gr, opened, payments):
    month = date(2026, 2, 1)
    live_on = month + timedelta(days=opened)
    used = [day(number + 1, payments=count) for number, count in enumerate(payments)]
    fee, paid = statement_lines(
        month, live_on, used, [Price(Charge.MONTH, fee_gr), Price(Charge.PAYMENTS, 3)]
    )
    assert abs(fee.amount_gr * 28 - fee_gr * (28 - opened)) <= 14
    assert paid.amount_gr == 3 * sum(payments)
    assert len(list(days_between(month, next_month(month)))) == 28
