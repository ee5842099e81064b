"""What was written about dues, and what a moderator hid, is kept for its time, given to the person, then gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.actors import system
from kernel.errors import Conflict
from services.correspondence.models import DueMessage, DueThread
from services.moderation import actions as moderation
from services.moderation.domain import HIDDEN_TEXT
from services.moderation.models import ModeratedText
from services.privacy import export
from services.privacy.actions import erase_expired
from services.privacy.actions.erasing import erase_person
from services.users.models import User
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db
JOB = system("tests")


def conversation(*, days_ago: int = 0) -> DueThread:
    at = timezone.now() - timedelta(days=days_ago)
    resident = ResidentFactory()
    thread = DueThread.objects.create(resident=resident, liability=LiabilityFactory(), last_at=at)
    DueMessage.objects.create(
        thread=thread, author=resident.user, is_from_office=False, body="Skąd ta kwota?", written_at=at
    )
    return thread


def case(person, thread: DueThread, *, days_ago: int) -> ModeratedText:
    at = timezone.now() - timedelta(days=days_ago)
    edyta = User.objects.get(pk=person("edyta").user_id)
    message = thread.messages.get()
    row = ModeratedText.objects.create(
        subject_type="correspondence.duemessage", subject_ref=message.public_id, field="body", ground="advert",
        note="uwagi", state="hidden", original="Skąd ta kwota?", reason="To reklama.", reported_by=edyta, reported_at=at,
        decided_by=edyta, decided_at=at,
    )  # fmt: skip
    message.body = HIDDEN_TEXT
    message.save()
    return row


@pytest.mark.covers("S84", "D91")
def test_a_conversation_goes_after_its_months_and_a_younger_one_stays(in_borki):
    old, young = conversation(days_ago=36 * 31 + 5), conversation(days_ago=1000)
    run = erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB)
    assert run.counts["threads"] == 1
    assert list(DueThread.objects.values_list("pk", flat=True)) == [young.pk]
    assert not DueMessage.objects.filter(thread_id=old.pk).exists()


@pytest.mark.covers("S84")
def test_the_original_of_a_hidden_text_goes_and_the_case_stays(in_borki, person):
    thread = conversation()
    old, young = case(person, thread, days_ago=24 * 31 + 5), case(person, conversation(), days_ago=300)
    run = erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB)
    assert run.counts["moderated"] == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.original, old.note, old.reason, young.original) == ("", "", "To reklama.", "Skąd ta kwota?")
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).counts["moderated"] == 0
    with pytest.raises(Conflict, match=r"moderation\.erased"):
        moderation.restore_text(case_id=old.public_id, reason="Jednak pomyłka.", actor=person("edyta").actor)
    assert thread.messages.get().body == HIDDEN_TEXT


@pytest.mark.covers("D92")
def test_the_person_gets_the_own_conversation_and_nobody_elses(in_borki):
    thread, other = conversation(), conversation()
    message = other.messages.get()
    message.body = "Pytanie kogoś innego"
    message.save()
    found = export.copy_of(thread.resident)
    (section,) = [one for one in found["sections"] if one["key"] == "conversations"]
    assert [row["Treść"] for row in section["rows"]] == ["Skąd ta kwota?"]
    assert "Pytanie kogoś innego" not in str(found)


@pytest.mark.covers("D95")
def test_an_erased_persons_conversations_go_at_once(in_borki):
    thread, other = conversation(), conversation()
    erase_person(thread.resident, actor=JOB)
    assert list(DueThread.objects.values_list("pk", flat=True)) == [other.pk]
