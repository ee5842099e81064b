"""When a due date is reminded of. Pure: the day is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Lead(StrEnum):
    """How long before the due date."""

    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True)
class Window:
    """Due dates of which one lead reminds on a day, the first and the last."""

    first: date
    last: date


DAYS_BEFORE: Final[Mapping[Lead, int]] = {Lead.WEEK: 7, Lead.DAY: 0}
LATE_DAYS: Final[Mapping[Lead, int]] = {Lead.WEEK: 2, Lead.DAY: 0}
"""By how much a reminder may be late when the platform stood still on its day; "on the day" is of no use a day later."""


def window(lead: Lead, on: date) -> Window:
    """The due dates of which `lead` reminds on the day."""
    last = on + timedelta(days=DAYS_BEFORE[lead])
    return Window(last - timedelta(days=LATE_DAYS[lead]), last)


def when_text(due_on: date, on: date) -> str:
    """How far the due date is, in words: at most a week ahead."""
    days = (due_on - on).days
    return {0: "dziś", 1: "jutro"}.get(days, f"za {days} dni")
