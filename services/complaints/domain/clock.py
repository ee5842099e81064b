"""How long the office has to answer a complaint (eKasa § 11 ust. 3, 5-7), from its history alone.

The day of an event itself is never counted: the first counted day is the one after it (law.md section 8), and the day on
which the office asks for what is missing counts for nobody. So a suspension never shortens the time that is left: what was
not used before it is there in full after it.

A transaction that was passed on has no deadline of ours while the operator has it; from its answer there are 7 days of the
calendar, which end on Saturdays and free days too: the regulation promises the resident 7 days, not 7 and a weekend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.dates import add_working_days, is_working_day
from services.complaints.domain.states import Event

ANSWER_WORKING_DAYS = 14
"""§ 11 ust. 5: from a correct submission to the answer."""
COMPLETION_WORKING_DAYS = 5
"""§ 11 ust. 7: for the resident to send what is missing."""
AFTER_OPERATOR_DAYS = 7
"""§ 11 ust. 5: days of the calendar from the operator's answer to ours."""


@dataclass(frozen=True)
class Moment:
    """Something that happened to the complaint, on this day in Warsaw."""

    event: Event
    on: date


def answer_due_on(submitted_on: date, history: Sequence[Moment]) -> date | None:
    """The last day for the answer; None while the clock stands: data are missing, or the operator has it.

    `history` is in the order in which it happened; what ends a complaint is no part of it.
    """
    left, since, counts_working_days = ANSWER_WORKING_DAYS, submitted_on, True
    is_running = True
    for moment in history:
        if moment.event in (Event.DATA_REQUESTED, Event.PASSED_ON):
            if is_running:  # what is overdue already stays so
                left = max(0, left - _used(since, moment.on, counts_working_days))
            is_running = False
        elif moment.event == Event.DATA_GIVEN:
            since, is_running = moment.on, True
        elif moment.event == Event.OPERATOR_ANSWERED:
            left, since, counts_working_days, is_running = AFTER_OPERATOR_DAYS, moment.on, False, True
    if not is_running:
        return None
    return add_working_days(since, left) if counts_working_days else since + timedelta(days=left)


def completion_due_on(asked_on: date) -> date:
    """The last day on which the resident may still send what is missing; from the next one on it is left unexamined."""
    return add_working_days(asked_on, COMPLETION_WORKING_DAYS)


def has_run_out(asked_on: date, today: date) -> bool:
    """Whether the time for what is missing is over."""
    return today > completion_due_on(asked_on)


def days_left(due_on: date, today: date) -> int:
    """Working days from today to the deadline, today not counted; 0 on its day, below 0 when it is over."""
    if today > due_on:
        return -_working_days_between(due_on, today)
    return _working_days_between(today, due_on)


def _used(since: date, until: date, counts_working_days: bool) -> int:
    """Whole days that have passed: neither the day of the beginning nor that of the interruption."""
    last = until - timedelta(days=1)
    if last <= since:
        return 0
    return _working_days_between(since, last) if counts_working_days else (last - since).days


def _working_days_between(after: date, until: date) -> int:
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(map(is_working_day, days))
