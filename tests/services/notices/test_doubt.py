"""What is known of a letter whose worker or server died, and what follows: lost is none, and sent again only in doubt."""

import socket
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from services.notices.actions import write_message
from services.notices.claims import claim, runs_under_way, settle_taken
from services.notices.delivery import deliver, deliver_over, mail_server
from services.notices.domain import MOST_DOUBTS, Delivery
from services.notices.models import Message, MessageState, Undelivered
from services.notices.tasks import LANES, deliver_due
from tests.fixtures.mail import caught, use_mail_server

pytestmark = pytest.mark.django_db


def let_lease_end(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())


def write(name: str = "anna") -> Message:
    return write_message(kind="address_taken", recipient=f"{name}@b.example", context={})


def test_what_one_worker_holds_no_other_takes(mailbox, message):
    run = claim(10)
    assert [one.pk for one in run.messages] == [message.pk]
    assert claim(10).messages == []
    assert deliver(message.public_id) == Delivery.NOT_OURS
    assert runs_under_way() == 1
    assert caught(mailbox) == []


def test_letters_of_a_worker_that_died_before_its_turn_are_taken_up_again_without_any_doubt(mailbox, message):
    claim(10)
    let_lease_end(message)
    assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.state, message.doubts, message.claim) == (MessageState.SENT, 0, None)
    assert len(caught(mailbox)) == 1


def test_a_worker_that_was_too_slow_does_not_send_what_another_one_has_taken(mailbox, message):
    slow = claim(10)
    let_lease_end(message)
    assert deliver_due() == 1
    with mail_server() as server:
        assert deliver_over(server, slow, slow.messages[0]) == Delivery.NOT_OURS
    assert len(caught(mailbox)) == 1


def test_a_letter_in_doubt_waits_for_a_report_and_is_not_sent_at_once(mailbox, message, settings):
    settings.LETTER_DOUBT_SECONDS = 600
    run = claim(10)
    assert run.note_hand_over(message)
    let_lease_end(message)
    assert deliver_due() == 0
    message.refresh_from_db()
    assert (message.state, message.doubts) == (MessageState.WAITING, 1)
    assert message.next_attempt_at > timezone.now() + timedelta(seconds=500)
    assert caught(mailbox) == []


def test_a_report_of_the_server_ends_the_doubt_and_nothing_is_sent_twice(mailbox, message):
    claim(10).note_hand_over(message)
    assert settle_taken([message.public_id, uuid4()]) == 1
    let_lease_end(message)
    assert deliver_due() == 0
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert caught(mailbox) == []


def test_a_report_about_a_letter_that_was_never_handed_over_is_not_believed(mailbox, message):
    assert settle_taken([message.public_id]) == 0
    assert deliver_due() == 1
    assert len(caught(mailbox)) == 1


def test_without_a_report_the_letter_goes_out_again_under_the_same_number(mailbox, message, settings):
    settings.LETTER_DOUBT_SECONDS = 0
    claim(10).note_hand_over(message)
    let_lease_end(message)
    deliver_due()
    assert deliver_due() == 1
    (mail,) = caught(mailbox)
    assert mail["Message-ID"] == f"<{message.public_id}@borki.localhost>"
    message.refresh_from_db()
    assert (message.state, message.doubts) == (MessageState.SENT, 1)


@pytest.fixture
def silent(settings):
    """A mail server that takes letters and dies each time before it says so."""
    taken: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(20)

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as talk:

                def say(line: str, talk=talk) -> None:
                    talk.write(f"{line}\r\n".encode())
                    talk.flush()

                say("220 cisza")
                while line := talk.readline():
                    if line.upper().startswith(b"DATA"):
                        say("354 go")
                        letter = b""
                        while not letter.endswith(b"\r\n.\r\n"):
                            letter += talk.readline()
                        taken.append(letter)
                        break
                    say("250 ok")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    use_mail_server(settings, listening.getsockname()[1])
    settings.LETTER_DOUBT_SECONDS = 0
    yield taken
    listening.close()
    thread.join(20)


def test_a_server_that_dies_before_its_answer_leaves_the_letter_in_doubt_and_not_refused(silent, message):
    assert deliver(message.public_id) == Delivery.DOUBTFUL
    message.refresh_from_db()
    assert (message.state, message.doubts, message.claim) == (MessageState.WAITING, 1, None)
    assert message.handed_at is not None
    assert len(silent) == 1


def test_a_letter_that_ends_in_doubt_each_time_is_shown_to_the_office_and_not_sent_for_ever(silent, message):
    for _ in range(MOST_DOUBTS + 3):
        deliver_due()
        Message.objects.filter(state=MessageState.WAITING).update(next_attempt_at=timezone.now())
    assert len(silent) == MOST_DOUBTS + 1
    message.refresh_from_db()
    assert message.state == MessageState.DEAD
    assert Undelivered.objects.get().reason == "in_doubt"


def test_other_letters_do_not_wait_for_the_one_in_doubt(mailbox, in_borki, settings):
    settings.LETTER_DOUBT_SECONDS = 600
    first, second = write("a"), write("b")
    claim(1).note_hand_over(first)
    let_lease_end(first)
    assert deliver_due() == 1
    second.refresh_from_db()
    assert second.state == MessageState.SENT


def test_a_gmina_has_so_many_connections_at_a_time_and_no_more(mailbox, in_borki):
    for number in range(LANES + 1):
        write(str(number))
    for _ in range(LANES):
        claim(1)
    assert deliver_due() == 0
    assert caught(mailbox) == []
    Message.objects.update(next_attempt_at=timezone.now())
    assert deliver_due() == LANES + 1


def test_a_password_does_not_wait_behind_thousands_of_reminders(mailbox, in_borki):
    reminder = write_message(kind="due_reminder", recipient="a@b.example", context={})
    Message.objects.filter(pk=reminder.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=20))
    write("b")
    write_message(kind="password_reset", recipient="c@b.example", context={"password_url": "x"})
    deliver_due()
    assert [mail["To"] for mail in reversed(caught(mailbox))] == ["c@b.example", "b@b.example", "a@b.example"]
