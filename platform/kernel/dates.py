"""Days in Poland: statutory free days, working days, and the Warsaw day of an instant.

Free days by the Act of 18 January 1951 (t.j. Dz.U. 2025 poz. 296): Sundays and the listed feasts, 24 December
since 2025, and once 12 November 2018. A Saturday is not one of them, but nobody works for the office then,
and art. 12 § 5 Ordynacji moves a due date over it; so a working day is Monday to Friday without free days. 31
December and Good Friday are working days.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from kernel.errors import InvalidInput

WARSAW = ZoneInfo("Europe/Warsaw")
FIRST_YEAR = 1990
"""Earlier free days were others (22 July, no 3 May); no claim of today hangs on them."""
LAST_YEAR = 2100
_SATURDAY, _SUNDAY = 5, 6
_ONE_DAY = timedelta(days=1)


def is_free_day(day: date) -> bool:
    """Whether `day` is free by statute: a Sunday or a feast. A plain Saturday is not.

    InvalidInput("day.out_of_calendar") outside 1990-2100.
    """
    return day.weekday() == _SUNDAY or day in _feasts(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Friday without statutory free days (law.md section 8)."""
    return day.weekday() < _SATURDAY and day not in _feasts(day.year)


def next_working_day(day: date) -> date:
    """`day` itself if it is a working day, else the first one after it.

    This is how a due date moves over Saturdays and free days (Ordynacja podatkowa art. 12 § 5).
    """
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(start_on: date, days: int) -> date:
    """The `days`-th working day after `start_on`; the first counted day is the day after it.

    Zero days end on `start_on` itself. InvalidInput("working_days.negative") and ("day.out_of_calendar").
    """
    if days < 0:
        raise InvalidInput("working_days.negative", days=days)
    if days == 0:
        return start_on
    year, left = start_on.year, days
    passed = bisect_right(_working_days(year), start_on)
    while left > len(_working_days(year)) - passed:
        left -= len(_working_days(year)) - passed
        year, passed = year + 1, 0
    return _working_days(year)[passed + left - 1]


def warsaw_day(instant: datetime) -> date:
    """The day on the calendar in Warsaw at `instant`: in law the day counts, not the hour (law.md section 6).

    InvalidInput("instant.naive") when the instant does not say its zone.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise InvalidInput("instant.naive")
    return instant.astimezone(WARSAW).date()


@cache
def _feasts(year: int) -> frozenset[date]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("day.out_of_calendar", year=year)
    return frozenset(country_holidays("PL", years=year))


@cache
def _working_days(year: int) -> tuple[date, ...]:
    feasts = _feasts(year)
    start = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - start).days
    every = (start + timedelta(days=n) for n in range(length))
    return tuple(day for day in every if day.weekday() < _SATURDAY and day not in feasts)
