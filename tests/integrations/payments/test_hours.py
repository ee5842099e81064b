from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.payments.base import Hours

FRIDAY, SATURDAY, SUNDAY = 20, 21, 22


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Warsaw"))


@pytest.mark.parametrize(
    ("text", "hour", "minute", "is_open"),
    [
        ("00-24", 0, 0, True),
        ("00-24", 23, 59, True),
        ("06-22", 5, 59, False),
        ("06-22", 6, 0, True),
        ("06-22", 22, 0, False),
        ("06:30-22:15", 6, 29, False),
        ("06:30-22:15", 22, 14, True),
        ("22-02", 23, 0, True),
        ("22-02", 1, 59, True),
        ("22-02", 12, 0, False),
        ("", 3, 0, True),
        ("nieczynne?", 3, 0, True),
    ],
)
def test_hours_close_only_what_can_be_read(text, hour, minute, is_open):
    hours = Hours(text, "00-00", "00-00")

    assert hours.open_at(at(FRIDAY, hour, minute)) is is_open


def test_saturday_and_sunday_have_their_own_hours():
    hours = Hours("00-24", "08-12", "00-00")

    assert hours.open_at(at(SATURDAY, 9))
    assert not hours.open_at(at(SATURDAY, 13))
    assert not hours.open_at(at(SUNDAY, 9))
