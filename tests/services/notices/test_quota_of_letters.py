"""A gmina's letters over the quota of the day wait and none is lost; who stands before a closed door does not wait (P8)."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from kernel import tenancy
from services.notices.actions import write_message
from services.notices.models import Message, MessageState
from services.notices.quota import HELD_FOR
from services.notices.tasks import deliver_due
from tenants.metering import counters, switchboard
from tenants.metering.actions import set_quota
from tests.fixtures.database import ACTOR
from tests.fixtures.mail import caught, order_outage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_a_day(in_borki) -> Iterator[None]:
    allow(2)
    yield
    switchboard.forget()


def allow(most: int) -> None:
    with tenancy.public():
        set_quota("0615022", "letters", most=most, reason="Prośba gminy", actor=ACTOR)


def write(name: str, kind: str = "address_taken", **context: object) -> Message:
    return write_message(kind=kind, recipient=f"{name}@b.example", context=context)


def states() -> list[str]:
    return list(Message.objects.order_by("id").values_list("state", flat=True))


def test_p8_what_is_over_the_quota_waits_and_goes_out_when_there_is_room(mailbox):
    for name in ("a", "b", "c"):
        write(name)
    before = timezone.now()
    assert deliver_due() == 2
    assert states() == [MessageState.SENT, MessageState.SENT, MessageState.WAITING]
    waiting = Message.objects.get(state=MessageState.WAITING)
    assert waiting.attempts == 0
    assert before + HELD_FOR <= waiting.next_attempt_at <= timezone.now() + HELD_FOR
    allow(3)
    Message.objects.filter(pk=waiting.pk).update(next_attempt_at=timezone.now())
    assert deliver_due() == 1
    assert len(caught(mailbox)) == 3


def test_p8_a_letter_with_a_link_to_a_password_goes_out_over_the_quota(mailbox):
    allow(0)
    write("a")
    write("b", kind="password_reset", link="https://borki.example/haslo/1", days=3)
    assert deliver_due() == 1
    (mail,) = caught(mailbox)
    assert mail["To"] == "b@b.example"
    assert counters.used_by("0615022", ["letters"]) == {"letters": 1}


def test_p8_a_further_try_of_the_same_letter_is_not_counted_again(mailbox):
    allow(1)
    order_outage(mailbox, "tempfail", 1)
    write("a")
    deliver_due()
    assert states() == [MessageState.WAITING]
    Message.objects.update(next_attempt_at=timezone.now())
    deliver_due()
    assert counters.used_by("0615022", ["letters"]) == {"letters": 1}


def test_p8_letters_of_one_gmina_do_not_use_up_those_of_another(mailbox, dabrowa):
    allow(0)
    with tenancy.enter(dabrowa):
        write("a")
        assert deliver_due() == 1
    write("b")
    assert deliver_due() == 0
