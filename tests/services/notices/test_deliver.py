"""Handing messages to a real mail server, and what its answers mean."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from portal.embedded.postgres import free_port
from services.notices import tasks
from services.notices.actions import write_message
from services.notices.delivery import deliver
from services.notices.domain import RETRY_MINUTES, Delivery
from services.notices.models import Message, MessageState
from services.notices.queries import messages_due, undelivered
from services.notices.tasks import deliver_due
from tests.fixtures.mail import caught, order_outage, use_mail_server

pytestmark = pytest.mark.django_db


def make_due(message: Message) -> None:
    """As if the waiting time had passed."""
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())


def minutes_until_next(message: Message) -> int:
    return round((message.next_attempt_at - timezone.now()) / timedelta(minutes=1))


@pytest.mark.covers("S12")
def test_a_message_arrives_as_it_was_written_and_only_once(mailbox, message):
    assert deliver(message.public_id) == Delivery.SENT
    assert deliver(message.public_id) == Delivery.NOT_OURS
    assert deliver_due() == 0
    (mail,) = caught(mailbox)
    assert mail["To"] == "anna@mieszkaniec.example"
    assert mail["Subject"] == message.subject
    assert mail.get_body(("plain",)).get_content().split() == message.body.split()
    assert mail["Message-ID"] == f"<{message.public_id}@borki.localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (MessageState.SENT, 1, "")
    assert message.sent_at is not None


def test_the_oldest_is_sent_first(mailbox, in_borki):
    for name in ("pierwsza", "druga", "trzecia"):
        write_message(kind="address_taken", recipient=f"{name}@b.example", context={})
    assert deliver_due() == 3
    assert [mail["To"] for mail in caught(mailbox)] == [
        "trzecia@b.example",
        "druga@b.example",
        "pierwsza@b.example",
    ]


def test_a_burst_goes_out_in_portions_and_each_asks_for_the_next(mailbox, in_borki, monkeypatch):
    monkeypatch.setattr(tasks, "AT_MOST", 3)
    asked: list[str] = []
    monkeypatch.setattr(tasks, "ask_once", lambda name, *, within_seconds: asked.append(name))
    for number in range(5):
        write_message(kind="address_taken", recipient=f"osoba{number}@b.example", context={})
    assert deliver_due() == 3
    assert asked == ["notices.deliver_due"]
    assert deliver_due() == 2
    assert asked == ["notices.deliver_due"]
    assert len(caught(mailbox)) == 5


def test_letters_of_one_run_share_a_connection_and_one_that_is_refused_costs_only_itself(
    mailbox, in_borki, monkeypatch
):
    opened: list[str] = []
    connect = smtplib.SMTP.connect

    def noted(server, host, *more, **options):
        opened.append(host)
        return connect(server, host, *more, **options)

    monkeypatch.setattr(smtplib.SMTP, "connect", noted)
    for number in range(3):
        write_message(kind="address_taken", recipient=f"osoba{number}@b.example", context={})
    assert deliver_due() == 3
    assert len(opened) == 1
    order_outage(mailbox, "refuse", 1)
    for number in range(3, 6):
        write_message(kind="address_taken", recipient=f"osoba{number}@b.example", context={})
    assert deliver_due() == 3
    assert len(caught(mailbox)) == 5
    assert Message.objects.exclude(state=MessageState.SENT).count() == 1


def test_a_message_of_another_gmina_is_not_sent_here(mailbox, message, dabrowa):
    with tenancy.enter(dabrowa):
        assert deliver_due() == 0
        assert deliver(message.public_id) == Delivery.NOT_OURS
    assert caught(mailbox) == []
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


def test_a_server_that_refuses_for_the_moment_gets_it_later_and_once(mailbox, message):
    order_outage(mailbox, "tempfail", 2)
    for attempt in (1, 2):
        assert deliver(message.public_id) == Delivery.LATER
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.WAITING, attempt)
        assert minutes_until_next(message) == RETRY_MINUTES[attempt - 1]
        assert message.last_error == "SMTPSenderRefused 451"
        assert messages_due(timezone.now()) == []
        make_due(message)
    assert deliver(message.public_id) == Delivery.SENT
    assert len(caught(mailbox)) == 1


def test_a_server_that_refuses_to_the_end_leaves_a_dead_message_that_is_seen(mailbox, message):
    order_outage(mailbox, "refuse", 100)
    outcomes = []
    while not outcomes or outcomes[-1] == Delivery.LATER:
        make_due(message)
        outcomes.append(deliver(message.public_id))
    assert outcomes == [Delivery.LATER] * len(RETRY_MINUTES) + [Delivery.DEAD]
    order_outage(mailbox, "refuse", 0)
    make_due(message)
    assert deliver_due() == 0
    assert caught(mailbox) == []
    (dead,) = undelivered()
    assert (dead.message, dead.reason, dead.detail) == (message, "given_up", "SMTPSenderRefused 554")


def test_two_days_of_trying_pass_before_a_message_is_given_up():
    assert timedelta(minutes=sum(RETRY_MINUTES)) >= timedelta(hours=46)


def test_an_address_that_does_not_exist_is_given_up_at_once(judging, message):
    judge = judging("550 5.1.1 No such user", "250 OK")
    assert deliver(message.public_id) == Delivery.DEAD
    assert [(dead.reason, dead.detail) for dead in undelivered()] == [
        ("refused", "recipient refused (permanent)")
    ]
    make_due(message)
    assert deliver_due() == 0
    assert judge.mails == []


def test_an_address_that_is_busy_is_tried_again(judging, message):
    judge = judging("450 4.2.1 Mailbox busy", "250 OK")
    assert deliver(message.public_id) == Delivery.LATER
    assert not undelivered().exists()
    make_due(message)
    assert deliver(message.public_id) == Delivery.SENT
    assert len(judge.mails) == 1


@pytest.mark.parametrize(
    "recipient", ["anna@b.example\nBcc: ktos@inny.example", "", "bez małpy", "żółć@@b.example"]
)
def test_an_address_that_nobody_could_take_stops_no_other_message(mailbox, in_borki, recipient):
    bad = write_message(kind="address_taken", recipient=recipient, context={})
    good = write_message(kind="address_taken", recipient="anna@mieszkaniec.example", context={})
    deliver_due()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.state == MessageState.SENT
    assert bad.state != MessageState.WAITING or bad.next_attempt_at > timezone.now()
    assert "anna@mieszkaniec.example" in [mail["To"] for mail in caught(mailbox)]
    assert all("inny.example" not in str(mail) for mail in caught(mailbox))


# --- no server at all ---------------------------------------------------------------------------------------------------


@pytest.fixture
def closed_port(settings) -> None:
    use_mail_server(settings, free_port())


def test_without_a_server_nothing_is_lost_and_one_try_is_enough_for_a_run(closed_port, in_borki):
    messages = [write_message(kind="address_taken", recipient="a@b.example", context={}) for _ in range(20)]
    assert deliver_due() == 1  # the other nineteen would only have waited for the same
    states = set(Message.objects.values_list("state", flat=True))
    assert states == {MessageState.WAITING}
    tried = Message.objects.get(attempts=1)
    assert tried.pk == messages[0].pk
    assert tried.last_error == "ConnectionRefusedError"


def test_when_the_server_is_back_everything_goes_out_once(settings, closed_port, in_borki, request):
    for number in range(5):
        write_message(kind="address_taken", recipient=f"osoba{number}@b.example", context={})
    assert deliver_due() == 1
    mailbox = request.getfixturevalue("mailbox")
    Message.objects.update(next_attempt_at=timezone.now())
    assert deliver_due() == 5
    assert deliver_due() == 0
    assert sorted(mail["To"] for mail in caught(mailbox)) == [
        f"osoba{number}@b.example" for number in range(5)
    ]


def test_a_connection_cut_in_the_middle_is_tried_again(mailbox, message):
    order_outage(mailbox, "drop", 1)
    assert deliver(message.public_id) == Delivery.AWAY
    make_due(message)
    assert deliver(message.public_id) == Delivery.SENT
    assert len(caught(mailbox)) == 1


def test_one_message_on_which_the_server_hangs_up_does_not_hold_back_the_others_for_ever(mailbox, in_borki):
    poison, good = (write_message(kind="address_taken", recipient=f"{n}@b.example", context={}) for n in "ab")
    order_outage(mailbox, "drop", 1)
    assert deliver_due() == 1
    assert deliver_due() == 1  # the poisoned one waits its time, the other goes out
    good.refresh_from_db()
    assert good.state == MessageState.SENT
    poison.refresh_from_db()
    assert poison.state == MessageState.WAITING
