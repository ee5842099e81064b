"""Opting in and out of reminders (S77)."""

import pytest

from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound, Refused
from services.letters.actions import trust_own_address, wish_reminders
from services.letters.models import ReminderWish
from services.letters.queries import Wish, mail_fails_since, own_wish
from services.notices.models import BadAddress
from services.notices.queries import address_index

pytestmark = pytest.mark.django_db


@pytest.mark.covers("S77")
def test_reminders_are_off_until_asked_for_and_go_off_again(anna):
    assert own_wish(anna) == Wish()
    wish_reminders(a_week_before=True, on_the_day=False, text_version=1, actor=anna)
    assert (own_wish(anna).a_week_before, own_wish(anna).on_the_day) == (True, False)
    wish_reminders(a_week_before=True, on_the_day=False, text_version=1, actor=anna)
    wish_reminders(a_week_before=False, on_the_day=False, text_version=1, actor=anna)
    assert own_wish(anna) == Wish()
    assert AuditEntry.objects.filter(action="reminders.wished").count() == 1
    for action in ("consent.given", "consent.withdrawn"):
        assert AuditEntry.objects.filter(action=action).count() == 1


def test_words_that_nobody_is_shown_are_no_consent(anna):
    with pytest.raises(InvalidInput, match=r"consent\.text"):
        wish_reminders(a_week_before=True, on_the_day=True, text_version=99, actor=anna)
    assert own_wish(anna) == Wish()


def test_staff_have_no_reminders_of_their_own(daria):
    with pytest.raises((Refused, NotFound)):
        wish_reminders(a_week_before=True, on_the_day=True, text_version=1, actor=daria)
    assert not ReminderWish.objects.exists()


def test_whose_mailbox_works_again_says_so_and_is_reminded_again(anna):
    address = "anna@mieszkaniec.example"
    BadAddress.objects.create(address_index=address_index(address), since="2026-01-01T00:00:00Z")
    assert mail_fails_since(address) is not None
    trust_own_address(actor=anna)
    trust_own_address(actor=anna)
    assert mail_fails_since(address) is None
    assert AuditEntry.objects.filter(action="letters.address_trusted").count() == 1
