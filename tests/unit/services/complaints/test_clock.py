"""The clock of complaints (eKasa § 11): a table worked out day by day, and what holds on any days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.complaints.domain.clock import (
    Moment,
    answer_due_on,
    completion_due_on,
    days_left,
    has_run_out,
)
from services.complaints.domain.states import Event

SIGNS = {
    "?": Event.DATA_REQUESTED,
    "!": Event.DATA_GIVEN,
    ">": Event.PASSED_ON,
    "<": Event.OPERATOR_ANSWERED,
}
CASES = Path(__file__).with_name("answer_days.txt").read_text(encoding="utf-8").splitlines()
"""`submitted | what happened | last day for the answer`: ? asked for data, ! given, > passed on, < operator answered."""


def history(text: str) -> list[Moment]:
    return [Moment(SIGNS[one[0]], date.fromisoformat(one[1:])) for one in text.split() if one != "-"]


def test_the_table_is_long_enough() -> None:
    assert len(CASES) == len(set(CASES)) >= 60


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_due_within_14_working_days_or_7_days_after_the_operators(case: str) -> None:
    """D78, D79, D81: over Easter, Christmas Eve (free since 2025), long weekends and the end of February."""
    submitted, happened, expected = (cell.strip() for cell in case.split("|"))
    due_on = answer_due_on(date.fromisoformat(submitted), history(happened))
    assert str(due_on or "-") == expected


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ("2026-03-30", "2026-04-07"),  # Good Friday is a working day, Easter Monday is not
        ("2025-12-19", "2025-12-31"),  # Christmas Eve is free
        ("2024-12-19", "2024-12-30"),  # and was not the year before
        ("2026-04-24", "2026-05-04"),  # 1 May is a Friday, 3 May a Sunday
        ("2026-06-03", "2026-06-11"),  # Corpus Christi
        ("2028-02-25", "2028-03-03"),  # over 29 February
        ("2026-02-28", "2026-03-06"),  # asked on a Saturday
        ("2026-11-10", "2026-11-18"),
    ],
)
def test_five_working_days_to_send_what_is_missing(asked: str, last: str) -> None:
    """D82: on the last day it may still come, on the next one it is too late."""
    asked_on, last_on = date.fromisoformat(asked), date.fromisoformat(last)
    assert completion_due_on(asked_on) == last_on
    assert not has_run_out(asked_on, last_on)
    assert has_run_out(asked_on, last_on + timedelta(days=1))


days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
gaps = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 60)), min_size=1, max_size=4)


@given(submitted_on=days, gaps=gaps)
def test_a_suspension_never_shortens_the_time_that_is_left(
    submitted_on: date, gaps: list[tuple[int, int]]
) -> None:
    past: list[Moment] = []
    day = submitted_on
    for before, length in gaps:
        asked_on = day + timedelta(days=before)
        running = answer_due_on(submitted_on, past)
        assert running is not None
        left = days_left(running, asked_on)
        day = asked_on + timedelta(days=length)
        past = [*past, Moment(Event.DATA_REQUESTED, asked_on)]
        assert answer_due_on(submitted_on, past) is None
        past = [*past, Moment(Event.DATA_GIVEN, day)]
        due_on = answer_due_on(submitted_on, past)
        assert due_on is not None
        assert due_on >= running
        assert days_left(due_on, day) >= max(left, 0)


@given(submitted_on=days, today=days)
def test_the_days_left_fall_to_zero_on_the_last_day(submitted_on: date, today: date) -> None:
    due_on = answer_due_on(submitted_on, [])
    assert due_on is not None
    assert days_left(due_on, due_on) == 0
    assert days_left(due_on, submitted_on) == 14
    assert (days_left(due_on, today) < 0) <= (today > due_on)


events = st.lists(st.tuples(st.sampled_from("?>"), st.integers(0, 9), st.integers(0, 40)), max_size=5)


@given(submitted_on=days, events=events)
def test_after_the_operator_too_a_suspension_never_shortens_the_time(
    submitted_on: date, events: list[tuple[str, int, int]]
) -> None:
    """D79, D81: whichever of the two clocks runs, what was left before a request for data is left after it."""
    past: list[Moment] = []
    day, is_after_operator = submitted_on, False
    for sign, before, length in events:
        asked_on, back_on = day + timedelta(days=before), day + timedelta(days=before + length)
        running = answer_due_on(submitted_on, past)
        assert running is not None
        past = [*past, Moment(SIGNS[sign], asked_on), Moment(SIGNS["!" if sign == "?" else "<"], back_on)]
        due_on = answer_due_on(submitted_on, past)
        assert due_on is not None
        if sign == ">":
            is_after_operator = True
            assert due_on == back_on + timedelta(days=7)
        else:
            assert due_on >= back_on
            assert due_on >= running or asked_on > running  # what is overdue gets no second time
            if is_after_operator:
                assert (due_on - back_on).days >= (running - asked_on).days
            else:
                assert days_left(due_on, back_on) >= days_left(running, asked_on)
        day = back_on
