"""What the clock brings: complaints left unexamined with a notice, and letters about deadlines (eKasa § 11 ust. 5-7)."""

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.models import DepartmentGrant
from services.complaints.actions import (
    answer_complaint,
    leave_unexamined,
    request_data,
    supplement_complaint,
    warn_of_deadlines,
)
from services.complaints.domain.states import Outcome
from services.complaints.queries import completion_deadline
from services.complaints.tasks import keep_clocks
from services.notices.models import Message, MessageState
from tests.services.complaints.conftest import letters, post_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(complain, daria, on_day):
    """Asked for data on Monday, 30 March 2026; Tuesday after Easter is the last day."""
    on_day("2026-03-30")
    row = complain()
    return request_data(
        complaint_id=row.public_id, text="Podaj numer przelewu.", version=1, actor=daria.actor
    )


@pytest.mark.covers("D82")
def test_what_is_not_completed_in_five_working_days_is_left_unexamined_and_told(asked, on_day):
    post_letters()
    assert leave_unexamined(on_day("2026-04-07")) == 0
    assert leave_unexamined(on_day("2026-04-08")) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.steps.last().event) == ("unexamined", "time_ran_out")
    assert asked.closed_at
    (letter,) = letters("complaint_unexamined")
    assert letter.recipient == "anna@mieszkaniec.example"
    assert "7 kwietnia 2026" in letter.body
    entry = AuditEntry.objects.get(action="complaint.left_unexamined")
    assert (entry.actor_kind, entry.actor_ref) == ("system", "complaints.clock")


@pytest.mark.covers("D82")
def test_any_number_of_runs_leaves_it_once(asked, on_day):
    post_letters()
    on_day("2026-04-09")
    keep_clocks()
    keep_clocks()
    assert len(letters("complaint_unexamined")) == 1
    assert asked.steps.count() == 2


@pytest.mark.covers("D82")
def test_the_five_days_begin_when_the_letter_has_really_left(asked, on_day):
    assert completion_deadline(asked) is None
    assert leave_unexamined(on_day("2026-04-20")) == 0
    on_day("2026-04-21")
    post_letters()
    assert str(completion_deadline(asked)) == "2026-04-28"
    assert leave_unexamined(on_day("2026-04-28")) == 0
    assert leave_unexamined(on_day("2026-04-29")) == 1


def test_a_letter_that_could_not_be_delivered_ends_nothing(asked, on_day):
    Message.objects.filter(kind="complaint_data_requested").update(state=MessageState.DEAD)
    assert leave_unexamined(on_day("2026-06-01")) == 0
    asked.refresh_from_db()
    assert asked.state == "incomplete"


def test_a_letter_erased_after_its_time_leaves_the_day_that_was_told(asked, on_day):
    Message.objects.all().delete()
    assert str(completion_deadline(asked)) == "2026-04-07"


def test_what_was_completed_in_time_goes_on(asked, anna, on_day):
    post_letters()
    on_day("2026-04-07")
    supplement_complaint(complaint_id=asked.public_id, text="Numer 77.", version=2, actor=anna.actor)
    assert leave_unexamined(on_day("2026-05-30")) == 0
    asked.refresh_from_db()
    assert asked.state == "open"


# --- letters to the office -------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(complain, on_day):
    """Two complaints of 30 March 2026, whose last day is 20 April."""
    on_day("2026-03-30")
    return complain(), complain()


@pytest.mark.covers("D78")
def test_the_department_is_told_before_the_day_and_once_after_it(waiting, on_day, daria):
    assert warn_of_deadlines(on_day("2026-04-15")) == 0
    assert warn_of_deadlines(on_day("2026-04-16")) == 2
    assert warn_of_deadlines(on_day("2026-04-16")) == 0
    assert warn_of_deadlines(on_day("2026-04-20")) == 0
    assert warn_of_deadlines(on_day("2026-04-21")) == 2
    assert warn_of_deadlines(on_day("2026-04-22")) == 0
    before, after = letters("complaints_due")
    assert before.recipient == after.recipient == daria.email
    assert before.subject == "Reklamacje, którym kończy się termin: 2"
    assert "20 kwietnia 2026" in before.body
    assert "Po terminie" not in before.body
    assert "Po terminie są już reklamacje: 2." in after.body
    for row in waiting:
        assert row.subject not in before.body + after.body


def test_what_was_told_already_or_cannot_end_holds_up_nothing(waiting, daria, on_day, monkeypatch):
    """However many old ones there are: the newest is told of, and left unexamined, in its time."""
    monkeypatch.setattr("services.complaints.actions.deadlines.AT_ONCE", 1)
    assert [warn_of_deadlines(on_day("2026-04-16")) for _ in range(3)] == [1, 1, 0]
    for row in waiting:
        request_data(complaint_id=row.public_id, text="Podaj numer.", version=1, actor=daria.actor)
        if row is waiting[0]:
            Message.objects.filter(kind="complaint_data_requested").update(state=MessageState.DEAD)
    post_letters()
    assert leave_unexamined(on_day("2026-06-01")) == 1
    assert [type(row).objects.get(pk=row.pk).state for row in waiting] == ["incomplete", "unexamined"]


def test_what_was_answered_or_waits_for_others_is_in_no_letter(waiting, on_day, daria):
    first, second = waiting
    answer_complaint(
        complaint_id=first.public_id, outcome=Outcome.DISMISSED, text="Nie.", version=1, actor=daria.actor
    )
    request_data(complaint_id=second.public_id, text="Podaj numer.", version=1, actor=daria.actor)
    assert warn_of_deadlines(on_day("2026-06-01")) == 0
    assert not letters("complaints_due")


@pytest.mark.usefixtures("only_real_estate")
def test_what_no_clerk_handles_is_told_to_the_administrator(waiting, person, on_day):
    assert warn_of_deadlines(on_day("2026-04-16")) == 2
    (letter,) = letters("complaints_due")
    assert letter.recipient == person("filip").email


def test_a_matter_of_the_whole_office_is_told_to_every_clerk(complain, on_day, daria):
    on_day("2026-03-30")
    complain(liability_id=None)
    DepartmentGrant.objects.all().delete()
    assert warn_of_deadlines(on_day("2026-04-16")) == 1
    assert [one.recipient for one in letters("complaints_due")] == [daria.email]


def test_after_a_pause_the_new_day_is_told_anew(complain, anna, daria, on_day):
    on_day("2026-03-30")
    row = complain()
    warn_of_deadlines(on_day("2026-04-16"))
    request_data(complaint_id=row.public_id, text="Podaj numer.", version=1, actor=daria.actor)
    on_day("2026-04-20")
    post_letters()
    row = supplement_complaint(complaint_id=row.public_id, text="Numer 77.", version=2, actor=anna.actor)
    assert row.due_on is not None
    assert row.due_on > timezone.localdate()
    assert warn_of_deadlines(row.due_on) == 1
    assert len(letters("complaints_due")) == 2
