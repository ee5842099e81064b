"""What the office does with a complaint: ask, pass on, note, decide, move; who may, and twice is once (eKasa § 11)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.documents import Document
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.complaints.actions import (
    answer_complaint,
    move_complaint,
    note_operator_answer,
    open_complaint_document,
    pass_complaint_on,
    request_data,
    withdraw_complaint,
)
from services.complaints.domain.states import Outcome
from services.complaints.models import Complaint
from services.complaints.queries import (
    Running,
    clock_of,
    complaint_for,
    complaints_seen,
    complaints_to_answer,
)
from services.notices.models import Message
from tests.services.complaints.conftest import PDF, letters

pytestmark = pytest.mark.django_db
Act = Callable[[Complaint, Any], Complaint]


def ask(row: Complaint, actor: Any, version: int = 1) -> Complaint:
    return request_data(
        complaint_id=row.public_id, text="Podaj numer przelewu.", version=version, actor=actor
    )


def pass_on(row: Complaint, actor: Any, version: int = 1) -> Complaint:
    return pass_complaint_on(complaint_id=row.public_id, text="Sprawa 881/2026", version=version, actor=actor)


def note(row: Complaint, actor: Any, version: int = 2, received_on: date | None = None) -> Complaint:
    return note_operator_answer(
        complaint_id=row.public_id,
        text="Wpłata doszła dwa razy, jedną zwracamy.",
        received_on=received_on or timezone.localdate(),
        version=version,
        actor=actor,
    )


def answer(row: Complaint, actor: Any, version: int = 1) -> Complaint:
    return answer_complaint(
        complaint_id=row.public_id,
        outcome=Outcome.ACCEPTED,
        text="Przepraszamy, poprawiliśmy dane.",
        version=version,
        actor=actor,
    )


def move(row: Complaint, actor: Any, version: int = 1) -> Complaint:
    return move_complaint(complaint_id=row.public_id, liability_type_id=None, version=version, actor=actor)


ACTS: list[Act] = [ask, answer, move]


@pytest.mark.covers("D80", "D81")
def test_a_request_for_data_says_what_is_missing_and_stops_the_clock(complain, daria, on_day):
    on_day("2026-12-18")
    row = ask(complain(), daria.actor)
    # 21, 22, 23, 28, 29 December: Christmas Eve is free since 2025.
    assert (row.state, row.due_on, str(row.completion_due_on)) == ("incomplete", None, "2026-12-29")
    assert clock_of(row, timezone.localdate()).running is Running.WAITS_FOR_RESIDENT
    (letter,) = letters("complaint_data_requested")
    assert letter.recipient == "anna@mieszkaniec.example"
    assert "Podaj numer przelewu." in letter.body
    assert "29 grudnia 2026" in letter.body
    assert row.steps.get().letter_id == letter.public_id
    assert AuditEntry.objects.get(action="complaint.data_requested").role == "clerk"


@pytest.mark.covers("D74", "D75")
def test_a_transaction_goes_to_the_operator_with_its_time_and_no_clock_of_ours(complain_of_payment, daria):
    row = pass_on(complain_of_payment(), daria.actor)
    assert (row.state, row.due_on) == ("at_operator", None)
    assert timezone.now() - row.passed_on_at < timedelta(minutes=1)
    assert clock_of(row, timezone.localdate()).running is Running.WAITS_FOR_OPERATOR
    assert "operatorowi płatności" in letters("complaint_passed_on")[0].body


@pytest.mark.covers("D79")
def test_from_the_operators_answer_there_are_seven_days(complain_of_payment, daria, on_day):
    on_day("2026-11-02")
    row = pass_on(complain_of_payment(), daria.actor)
    on_day("2026-11-30")
    row = note(row, daria.actor, received_on=date(2026, 11, 27))  # it came on Friday, written down on Monday
    assert (row.state, str(row.due_on)) == ("open", "2026-12-04")
    assert not letters("complaint_answered")
    on_day("2026-12-01")
    row = answer(row, daria.actor, version=3)
    assert (row.state, row.outcome) == ("answered", "accepted")


@pytest.mark.parametrize("days", [-40, 1])
def test_the_operators_answer_came_neither_before_the_question_nor_tomorrow(complain_of_payment, daria, days):
    row = pass_on(complain_of_payment(), daria.actor)
    with pytest.raises(InvalidInput, match=r"complaint\.operator_day"):
        note(row, daria.actor, received_on=timezone.localdate() + timedelta(days=days))
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("at_operator", 1)


@pytest.mark.covers("D77", "D78")
def test_the_decision_goes_to_the_address_of_the_account(complain, daria):
    row = answer(complain(), daria.actor)
    (letter,) = letters("complaint_answered")
    assert letter.recipient == "anna@mieszkaniec.example"
    assert "urząd uznał Twoją reklamację" in letter.body
    assert "Przepraszamy, poprawiliśmy dane." in letter.body
    assert (row.state, row.answer) == ("answered", "Przepraszamy, poprawiliśmy dane.")
    assert AuditEntry.objects.get(action="complaint.answered").details["decision"] == "accepted"


def test_what_is_about_no_payment_is_not_the_operators(complain, daria):
    row = complain()
    with pytest.raises(Conflict, match=r"complaint\.not_a_transaction"):
        pass_on(row, daria.actor)
    row.refresh_from_db()
    assert (row.state, row.passed_on_at) == ("open", None)
    assert not letters("complaint_passed_on")


@pytest.mark.covers("S35")
@pytest.mark.parametrize("act", [ask, answer])
def test_the_same_act_sent_twice_is_one_and_another_ones_is_refused(complain, daria, act):
    row = complain()
    act(row, daria.actor)
    row = act(row, daria.actor)  # a double click: the same version, the same words
    assert row.steps.count() == 1
    assert Message.objects.exclude(kind="complaint_received").count() == 1
    with pytest.raises(Conflict, match=r"complaint\.stale"):
        request_data(complaint_id=row.public_id, text="Coś innego.", version=1, actor=daria.actor)
    row.refresh_from_db()
    assert row.steps.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_to_what_is_closed(complain, anna, daria, act):
    row = withdraw_complaint(complaint_id=complain().public_id, actor=anna.actor)
    with pytest.raises(Conflict, match=r"complaint\.no_such_step"):
        act(row, daria.actor, version=2)
    row.refresh_from_db()
    assert (row.state, row.version) == ("withdrawn", 2)


@pytest.mark.covers("D76")
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.usefixtures("only_real_estate")
def test_only_the_department_in_charge_sees_and_answers(complain, lease, daria, act):
    foreign, own = complain(), complain(liability_id=lease.public_id)
    whole = complain(liability_id=None)
    assert set(complaints_seen(daria.actor)) == {own, whole}
    with pytest.raises(NotFound, match=r"complaint\.unknown"):
        complaint_for(daria.actor, foreign.public_id)
    with pytest.raises(NotFound, match=r"access\.foreign"):
        act(foreign, daria.actor)
    foreign.refresh_from_db()
    assert (foreign.state, foreign.version) == ("open", 1)
    assert act(whole, daria.actor).public_id == whole.public_id


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", ["edyta", "filip", "anna", "celina"])
def test_who_is_no_clerk_sees_and_does_nothing(complain, person, act, name):
    row, actor = complain(), person(name).actor
    with pytest.raises(Refused, match=r"access\.denied"):
        act(row, actor)
    with pytest.raises(Refused, match=r"access\.denied"):
        complaints_seen(actor)
    row.refresh_from_db()
    assert (row.state, row.version) == ("open", 1)


@pytest.mark.covers("D76")
def test_a_complaint_moved_is_the_other_departments_and_keeps_its_day(complain, lease, daria):
    row = complain()
    due_on = row.due_on
    row = move_complaint(
        complaint_id=row.public_id,
        liability_type_id=lease.liability_type.public_id,
        version=1,
        actor=daria.actor,
    )
    assert (row.liability_type, row.due_on, row.state) == (lease.liability_type, due_on, "open")
    assert AuditEntry.objects.get(action="complaint.moved").details["liability_type"] == "lease"


def test_the_queue_begins_with_the_nearest_day(complain, daria, on_day):
    on_day("2026-11-16")
    late = complain()
    on_day("2026-11-02")
    early = complain()
    ask(complain(), daria.actor)
    assert list(complaints_to_answer(daria.actor)) == [early, late]


@pytest.mark.parametrize(
    ("today", "left", "is_overdue"),
    [("2026-04-17", 1, False), ("2026-04-20", 0, False), ("2026-04-21", -1, True)],
)
def test_the_clock_tells_working_days_and_when_it_is_late(complain, on_day, today, left, is_overdue):
    on_day("2026-03-30")
    clock = clock_of(complain(), date.fromisoformat(today))
    assert (clock.days_left, clock.is_overdue) == (left, is_overdue)


def test_seven_calendar_days_that_end_on_a_saturday_are_over_on_sunday(complain_of_payment, daria, on_day):
    on_day("2026-11-14")
    row = note(pass_on(complain_of_payment(), daria.actor), daria.actor)
    assert str(row.due_on) == "2026-11-21"  # a Saturday
    assert not clock_of(row, date(2026, 11, 21)).is_overdue
    assert clock_of(row, date(2026, 11, 22)).is_overdue


@pytest.mark.usefixtures("only_real_estate")
def test_a_document_opens_for_the_department_only_and_its_opening_is_in_the_log(complain, lease, daria):
    own = complain(Document("a.pdf", PDF), liability_id=lease.public_id)
    foreign = complain(Document("b.pdf", PDF))
    kept = open_complaint_document(own.public_id, own.documents.get().public_id, actor=daria.actor)
    assert kept.content == PDF
    for complaint_id, document in ((foreign.public_id, foreign), (own.public_id, foreign)):
        with pytest.raises(NotFound):
            open_complaint_document(complaint_id, document.documents.get().public_id, actor=daria.actor)
    entry = AuditEntry.objects.get(action="complaint.document_opened")
    assert (entry.actor_ref, entry.subject_ref) == (daria.ref, str(own.public_id))
