"""A resident and the office write to each other about one due (S12, S24); letters tell that there is a message, not what."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from guardian.shortcuts import assign_perm

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import DepartmentGrant, Payer
from services.correspondence import actions, queries
from services.correspondence.models import DueMessage, DueThread
from services.liabilities.models import Liability
from services.moderation import actions as moderation
from services.moderation.domain import HIDDEN_TEXT, Ground
from services.notices.models import Message
from services.users.models import User
from tenants.configuration.models import Department
from tenants.configuration.queries import office
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db
QUESTION = "Dlaczego rata jest wyższa niż rok temu?"


@pytest.fixture
def due(in_borki, person) -> Liability:
    payer = Payer.objects.get(external_id="K-anna")
    return LiabilityFactory(payer=payer, due_on=timezone.localdate() + timedelta(days=30))


@pytest.fixture
def anna(in_borki, person):
    return person("anna").actor


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


def ask(due, actor, body=QUESTION, key=None) -> DueMessage:
    return actions.ask_about_due(liability_id=due.public_id, body=body, key=key or uuid4(), actor=actor)


def answer(actor, body="Wzrosła stawka.", seen=1) -> DueMessage:
    thread = DueThread.objects.get()
    return actions.answer_about_due(thread_id=thread.public_id, body=body, seen=seen, actor=actor)


@pytest.mark.covers("S12", "S24")
def test_a_question_goes_to_the_office_and_the_answer_comes_back(due, anna, daria):
    ask(due, anna)
    assert queries.waiting(daria) == 1
    answer(daria)
    assert queries.waiting(daria) == 0
    thread = queries.own_thread(anna, due.public_id, timezone.localdate())
    assert [(one.is_from_office, one.body) for one in queries.messages_of(thread)] == [
        (False, QUESTION), (True, "Wzrosła stawka."),
    ]  # fmt: skip
    assert queries.unread_of(anna) == [thread]
    actions.note_read(liability_id=due.public_id, actor=anna)
    assert queries.unread_of(anna) == []
    acts = AuditEntry.objects.filter(action__startswith="due_message.").order_by("id")
    assert [(entry.action, entry.role) for entry in acts] == [
        ("due_message.asked", ""), ("due_message.answered", "clerk"),
    ]  # fmt: skip


def test_letters_tell_of_a_message_and_not_what_it_says(due, anna, daria):
    ask(due, anna)
    ask(due, anna, body="I jeszcze jedno pytanie.")
    answer(daria, seen=2)
    letters = list(Message.objects.order_by("id"))
    assert [(one.kind, one.recipient) for one in letters] == [
        ("due_message_asked", office().email), ("due_message_answered", "anna@mieszkaniec.example"),
    ]  # fmt: skip
    told = "".join(one.subject + one.body for one in letters)
    for words in (QUESTION, "jeszcze jedno", "Wzrosła", "Anna", due.title):
        assert words not in told
    assert f"/naleznosci/{due.public_id}/wiadomosci/" in letters[1].body
    assert due.liability_type.name in letters[0].body


def test_what_was_written_is_encrypted_in_the_database(due, anna):
    ask(due, anna)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM correspondence_duemessage")
        assert QUESTION.encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("name", ["bartek", "celina"])
def test_nobody_else_writes_about_the_due_or_reads_of_it(name, due, anna, person):
    ask(due, anna)
    other = person(name).actor
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        ask(due, other)
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        queries.own_thread(other, due.public_id, timezone.localdate())
    assert DueMessage.objects.count() == 1


def test_a_representative_writes_about_the_companys_due_in_a_thread_of_his_own(in_borki, person):
    row = LiabilityFactory(payer=Payer.objects.get(external_id="K-firma"))
    ask(row, person("bartek").actor)
    assert DueThread.objects.get().resident.user_id == person("bartek").user_id


def test_only_clerks_of_the_dues_type_read_and_answer(due, anna, daria, person):
    ask(due, anna)
    user = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    other = Department.objects.exclude(pk=due.liability_type.department_id).first()
    assign_perm("configuration.handle_department", user, other)
    assert queries.waiting(daria) == 0
    with pytest.raises(NotFound, match=r"access\.foreign"):
        answer(daria)
    with pytest.raises(NotFound, match=r"access\.foreign"):
        queries.thread(daria, DueThread.objects.get().public_id)
    for name in ("edyta", "filip"):
        with pytest.raises(Refused, match=r"access\.denied"):
            answer(person(name).actor)
    assert DueMessage.objects.count() == 1


def test_who_has_not_seen_the_newest_message_does_not_answer_past_it(due, anna, daria):
    ask(due, anna)
    ask(due, anna, body="Już wiem, dziękuję.")
    with pytest.raises(Conflict, match=r"due_message\.stale"):
        answer(daria, seen=1)
    assert DueMessage.objects.count() == 2
    assert Message.objects.filter(kind="due_message_answered").count() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "empty"), ("   \n", "empty"), ("x" * 4001, "too_long")],
    ids=["none", "blank", "long"],
)
def test_an_empty_or_endless_message_is_refused(body, code, due, anna):
    with pytest.raises(InvalidInput, match=rf"due_message\.{code}"):
        ask(due, anna, body=body)
    assert (DueThread.objects.count(), Message.objects.count()) == (0, 0)


def test_a_conversation_is_no_flood(due, anna):
    for number in range(actions.MOST_IN_A_DAY):
        ask(due, anna, body=f"Wiadomość {number}")
    with pytest.raises(InvalidInput, match=r"due_message\.too_many"):
        ask(due, anna)
    assert DueMessage.objects.count() == actions.MOST_IN_A_DAY


@pytest.mark.covers("S66")
def test_a_message_that_is_an_advert_can_be_hidden(due, anna, daria, person):
    message = ask(due, anna, body="Kup tanio!")
    case = moderation.report_text(
        kind="correspondence-duemessage", subject_ref=message.public_id, field="body", ground=Ground.ADVERT, note="",
        actor=daria,
    )  # fmt: skip
    moderation.hide_text(
        case_id=case.public_id, ground=Ground.ADVERT, reason="To reklama.", actor=person("edyta").actor
    )
    assert DueMessage.objects.get().body == HIDDEN_TEXT
    assert Message.objects.get(kind="text_hidden").recipient == "anna@mieszkaniec.example"


def test_the_same_form_sent_twice_is_one_message_and_one_letter(due, anna):
    key = uuid4()
    assert ask(due, anna, key=key) == ask(due, anna, key=key)
    assert DueMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="due_message.asked").count() == 1


def test_the_number_of_another_message_is_refused_and_changes_nothing(due, anna, daria):
    first = ask(due, anna)
    given = answer(daria)
    other = LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"))
    for key, about in ((given.public_id, due), (first.public_id, other)):
        with pytest.raises(Conflict, match="key_taken"):
            ask(about, anna, body="Coś innego", key=key)
    assert [one.body for one in DueMessage.objects.order_by("id")] == [QUESTION, "Wzrosła stawka."]
