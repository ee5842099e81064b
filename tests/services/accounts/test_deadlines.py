"""The seven working days: the administrator is written to before they run out, and once more when they have (D32)."""

from datetime import date, datetime

import pytest

from kernel import tenancy
from kernel.dates import WARSAW
from services.accounts.actions import warn_of_deadlines
from services.notices.models import Message
from tests.factories.accounts import ResidentFactory

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 6, 8, 10, 0, tzinfo=WARSAW)
"""A Monday; with no free day between, the seventh working day is Wednesday 17 June."""


@pytest.fixture
def waiting(in_borki):
    return ResidentFactory(submitted=True, submitted_at=SENT)


@pytest.mark.covers("D32")
def test_two_working_days_before_the_end_each_administrator_gets_one_letter(waiting):
    assert warn_of_deadlines(date(2026, 6, 12)) == 0
    assert not Message.objects.exists()
    assert warn_of_deadlines(date(2026, 6, 15)) == 1
    assert warn_of_deadlines(date(2026, 6, 15)) == 0
    assert warn_of_deadlines(date(2026, 6, 16)) == 0
    letter = Message.objects.get()
    assert (letter.kind, letter.recipient) == ("registrations_due", "filip@urzad.example")
    assert "17 czerwca 2026" in letter.body
    assert waiting.last_name not in letter.body + letter.subject


@pytest.mark.covers("D32")
def test_when_the_time_has_run_out_there_is_one_more_letter_and_no_third(waiting):
    warn_of_deadlines(date(2026, 6, 15))
    assert warn_of_deadlines(date(2026, 6, 17)) == 0
    assert warn_of_deadlines(date(2026, 6, 18)) == 1
    assert warn_of_deadlines(date(2026, 6, 19)) == 0
    assert warn_of_deadlines(date(2026, 9, 1)) == 0
    assert "Po terminie są już rejestracje: 1." in Message.objects.order_by("id").last().body
    assert Message.objects.count() == 2


def test_the_days_over_christmas_do_not_count(in_borki):
    """Sent on 18 December 2026: the deadline is 31 December, two working days before it is 29 December."""
    ResidentFactory(submitted=True, submitted_at=datetime(2026, 12, 18, 23, 30, tzinfo=WARSAW))
    assert warn_of_deadlines(date(2026, 12, 28)) == 0
    assert warn_of_deadlines(date(2026, 12, 29)) == 1


@pytest.mark.parametrize("state", ["active", "rejected", "duplicate", "blocked", "deactivated"])
def test_what_does_not_wait_has_no_clock(in_borki, state):
    ResidentFactory(state=state, submitted_at=SENT)
    assert warn_of_deadlines(date(2026, 7, 1)) == 0
    assert not Message.objects.exists()


def test_each_gmina_has_its_own_clock(waiting, dabrowa):
    with tenancy.enter(dabrowa):
        assert warn_of_deadlines(date(2026, 6, 15)) == 0
        assert not Message.objects.exists()
