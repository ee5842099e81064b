"""Free days and working days of law.md section 8, against a list written out independently."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    add_working_days,
    is_free_day,
    is_working_day,
    next_working_day,
    warsaw_day,
)
from kernel.errors import InvalidInput
from tests.unit import law

DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_day_of_the_calendar_agrees_with_the_act(year: int) -> None:
    feasts = law.feasts(year)
    day = date(year, 1, 1)
    while day.year == year:
        assert is_free_day(day) == (day in feasts or day.isoweekday() == 7), day
        assert is_working_day(day) == (day not in feasts and day.isoweekday() < 6), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "free"),
    [
        ("2024-12-24", False),
        ("2025-12-24", True),
        ("2026-12-24", True),
        ("2018-11-12", True),
        ("2019-11-12", False),
        ("2010-01-06", False),
        ("2011-01-06", True),
        ("2026-12-31", False),
        ("2026-04-03", False),  # Good Friday
        ("2024-03-31", True),  # Easter on the day of perpetual usufruct
        ("2026-05-24", True),  # Pentecost
        ("2026-06-04", True),  # Corpus Christi
        ("2026-08-15", True),  # a feast on a Saturday
        ("2026-08-22", False),  # a plain Saturday is not free by statute…
    ],
)
def test_single_days_that_programs_get_wrong(day: str, free: bool) -> None:
    assert is_free_day(date.fromisoformat(day)) is free


def test_a_plain_saturday_is_not_a_working_day() -> None:
    assert not is_working_day(date(2026, 8, 22))


@pytest.mark.parametrize(
    ("due_on", "moved_to"),
    [
        *[
            (f"2025-{d}", f"2025-{e}")
            for d, e in [("02-15", "02-17"), ("03-15", "03-17"), ("05-15", "05-15")]
        ],
        *[(f"2025-{d}", f"2025-{e}") for d, e in [("09-15", "09-15"), ("11-15", "11-17")]],
        *[
            (f"2026-{d}", f"2026-{e}")
            for d, e in [("02-15", "02-16"), ("03-15", "03-16"), ("05-15", "05-15")]
        ],
        *[(f"2026-{d}", f"2026-{e}") for d, e in [("09-15", "09-15"), ("11-15", "11-16")]],
        *[
            (f"2027-{d}", f"2027-{e}")
            for d, e in [("02-15", "02-15"), ("03-15", "03-15"), ("05-15", "05-17")]
        ],
        *[(f"2027-{d}", f"2027-{e}") for d, e in [("09-15", "09-15"), ("11-15", "11-15")]],
        ("2024-03-31", "2024-04-02"),
        ("2026-12-24", "2026-12-28"),
    ],
)
def test_art_12_par_5_due_dates_of_law_md_1_8_move_to_the_next_working_day(
    due_on: str, moved_to: str
) -> None:
    assert next_working_day(date.fromisoformat(due_on)) == date.fromisoformat(moved_to)


@pytest.mark.parametrize(
    ("start_on", "days", "deadline_on"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # Friday: the first counted day is Monday
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-11-20", 14, "2026-12-10"),
        ("2026-12-17", 5, "2026-12-28"),  # Christmas Eve is free
        ("2024-12-17", 5, "2024-12-24"),  # and was not in 2024
        ("2026-04-01", 5, "2026-04-09"),  # over Easter, Good Friday works
        ("2026-11-21", 1, "2026-11-23"),  # received on a Saturday
        ("2026-12-31", 7, "2027-01-13"),  # over the year's end and Epiphany
        ("2026-11-22", 0, "2026-11-22"),
    ],
)
def test_deadlines_in_working_days(start_on: str, days: int, deadline_on: str) -> None:
    assert add_working_days(date.fromisoformat(start_on), days) == date.fromisoformat(deadline_on)


@given(DAYS)
def test_a_moved_day_works_and_nothing_between_does(day: date) -> None:
    moved = next_working_day(day)
    assert is_working_day(moved)
    assert moved >= day
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((moved - day).days))
    assert next_working_day(moved) == moved


@given(st.dates(date(1991, 1, 1), date(2097, 12, 31)), st.integers(1, 400))
def test_a_deadline_counts_exactly_its_working_days(start_on: date, days: int) -> None:
    deadline = add_working_days(start_on, days)
    assert is_working_day(deadline)
    between = (start_on + timedelta(days=n) for n in range(1, (deadline - start_on).days + 1))
    assert sum(map(is_working_day, between)) == days


def test_the_calendar_knows_the_days_from_1990_to_2100() -> None:
    assert is_free_day(date(1990, 1, 1))
    assert is_free_day(date(2100, 12, 26))
    assert is_working_day(date(2100, 12, 31))


def test_negative_days_and_days_outside_the_calendar_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"working_days\.negative"):
        add_working_days(date(2026, 1, 1), -1)
    for call in (
        lambda: is_free_day(date(1989, 7, 22)),
        lambda: next_working_day(date(2101, 1, 3)),
        lambda: add_working_days(date(2100, 12, 1), 300),
    ):
        with pytest.raises(InvalidInput, match=r"day\.out_of_calendar"):
            call()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 15, 22, 59, 59, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), date(2026, 1, 16)),
        (datetime(2026, 7, 15, 22, 0, tzinfo=UTC), date(2026, 7, 16)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),  # the night clocks go forward
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),  # the night clocks go back
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo")), date(2026, 1, 1)),
    ],
)
def test_the_day_of_an_instant_is_the_day_in_warsaw(instant: datetime, day: date) -> None:
    assert warsaw_day(instant) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"instant\.naive"):
        warsaw_day(datetime(2026, 1, 15, 12, 0))  # noqa: DTZ001


def test_a_zone_that_does_not_tell_its_offset_is_none() -> None:
    class Nowhere(tzinfo):
        def utcoffset(self, instant: datetime | None) -> None:
            return None

    with pytest.raises(InvalidInput, match=r"instant\.naive"):
        warsaw_day(datetime(2026, 1, 15, 12, 0, tzinfo=Nowhere()))
