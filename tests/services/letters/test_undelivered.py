"""Letters that did not arrive: the office sends them again or settles them, and every act is in the log."""

import pytest

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, NotFound, Refused
from services.letters.actions import retry_all, retry_letter, settle_letter
from services.notices.actions import write_message
from services.notices.claims import tell_undelivered
from services.notices.domain import Reason
from services.notices.models import BadAddress, Message, MessageState, Undelivered
from services.notices.queries import address_index, bad_address, undelivered, undelivered_count

pytestmark = pytest.mark.django_db


def dead(name: str) -> Undelivered:
    message = write_message(kind="address_taken", recipient=f"{name}@b.example", context={})
    Message.objects.filter(pk=message.pk).update(state=MessageState.DEAD, attempts=9, doubts=4)
    tell_undelivered(message, Reason.GIVEN_UP, "SMTPSenderRefused 554")
    return Undelivered.objects.get(message=message)


def test_a_letter_sent_again_begins_anew_and_leaves_the_list(daria):
    row = dead("a")
    BadAddress.objects.create(address_index=address_index("a@b.example"), since=row.happened_at)
    retry_letter(letter_id=row.public_id, actor=daria)
    message = Message.objects.get()
    assert (message.state, message.attempts, message.doubts) == (MessageState.WAITING, 0, 0)
    assert undelivered_count() == 0
    assert bad_address("a@b.example") is None
    assert AuditEntry.objects.get(action="letter.retried").actor_ref == daria.ref
    with pytest.raises(NotFound, match=r"letter\.unknown"):
        retry_letter(letter_id=row.public_id, actor=daria)


def test_all_go_again_by_one_press(filip):
    rows = [dead(name) for name in "abc"]
    settle_letter(letter_id=rows[0].public_id, actor=filip)
    assert retry_all(actor=filip) == 2
    assert retry_all(actor=filip) == 0
    states = list(Message.objects.order_by("id").values_list("state", flat=True))
    assert states == [MessageState.DEAD, MessageState.WAITING, MessageState.WAITING]
    assert AuditEntry.objects.filter(action="letter.retried").count() == 2


def test_a_settled_letter_stays_to_be_read_and_is_not_sent_by_a_slower_colleague(daria, filip):
    row = dead("a")
    settle_letter(letter_id=row.public_id, actor=daria)
    assert [one.pk for one in undelivered(settled=True)] == [row.pk]
    for act in (settle_letter, retry_letter):
        with pytest.raises(Conflict, match=r"letter\.settled"):
            act(letter_id=row.public_id, actor=filip)
    assert Message.objects.get().state == MessageState.DEAD


@pytest.mark.parametrize("name", ["edyta", "anna"])
def test_who_has_no_such_duty_changes_nothing(actor_of, name):
    row = dead("a")
    for act in (
        lambda actor: retry_letter(letter_id=row.public_id, actor=actor),
        lambda actor: settle_letter(letter_id=row.public_id, actor=actor),
        lambda actor: retry_all(actor=actor),
    ):
        with pytest.raises(Refused):
            act(actor_of(name))
    assert Message.objects.get().state == MessageState.DEAD
    assert undelivered_count() == 1
