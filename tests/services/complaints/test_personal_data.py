"""Complaints and reports in the copy of a person's data, past their time, and when the account is erased."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from kernel.actors import system
from kernel.documents import Document
from services.accounts.models import Resident
from services.complaints.actions import answer_complaint, report_discrepancy, request_data
from services.complaints.domain.reports import Matter
from services.complaints.domain.states import Outcome
from services.complaints.models import Complaint, ComplaintDocument, DiscrepancyReport
from services.notices.models import Message, MessageState
from services.privacy.actions.erasing import erase_person
from services.privacy.actions.retention import erase_expired
from services.privacy.export import copy_of
from services.privacy.queries import kept_of
from tests.services.complaints.conftest import PDF

pytestmark = pytest.mark.django_db
ACTOR = system("tests")


@pytest.fixture
def answered(complain, daria) -> Complaint:
    return answer_complaint(
        complaint_id=complain(Document("przelew.pdf", PDF)).public_id,
        outcome=Outcome.PARTLY,
        text="Poprawiliśmy dane.",
        version=1,
        actor=daria.actor,
    )


@pytest.fixture
def report(anna, due) -> DiscrepancyReport:
    return report_discrepancy(
        liability_id=due.public_id, matter=Matter.AMOUNT, description="Decyzja: 240 zł.", actor=anna.actor
    )


@pytest.mark.covers("D92")
def test_the_copy_of_the_data_holds_both_sides_and_only_the_persons_own(
    answered, report, complain_of_payment, resident, person
):
    complain_of_payment()
    text = str(copy_of(resident))
    for said in (
        answered.reference, "77/2026", "Poprawiliśmy dane.", "przelew.pdf", "Genowefa Płacąca",
        "uznana w części", "Decyzja: 240 zł.", f"Przyjęliśmy reklamację {answered.reference}",
    ):  # fmt: skip
        assert said in text
    celina = Resident.objects.get(user_id=person("celina").user_id)
    assert answered.reference not in str(copy_of(celina))


@pytest.mark.covers("S84")
def test_past_its_time_nothing_that_was_written_is_left(answered, report, complain, anna, daria):
    other = complain()
    request_data(complaint_id=other.public_id, text="Podaj numer.", version=1, actor=daria.actor)
    long_ago = timezone.now() - timedelta(days=round(365.25 * 6) + 40)
    Complaint.objects.filter(pk=answered.pk).update(closed_at=long_ago)
    today = timezone.localdate()
    assert erase_expired(today, is_dry_run=True, actor=ACTOR).counts["complaints"] == 1
    run = erase_expired(today, is_dry_run=False, actor=ACTOR)
    assert (run.counts["complaints"], run.counts["reports"]) == (1, 0)
    row = Complaint.objects.get(pk=answered.pk)
    assert (row.subject, row.description, row.answer, row.state) == ("", "", "", "answered")
    assert [step.text for step in row.steps.all()] == [""]
    assert not ComplaintDocument.objects.filter(complaint=row).exists()
    assert erase_expired(today, is_dry_run=True, actor=ACTOR).counts["complaints"] == 0
    other.refresh_from_db()
    assert other.description
    report.refresh_from_db()
    assert report.description == "Decyzja: 240 zł."


def test_a_report_goes_after_its_own_time(report):
    DiscrepancyReport.objects.filter(pk=report.pk).update(
        state="answered", answered_at=timezone.now() - timedelta(days=365 * 5 + 40)
    )
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=ACTOR).counts["reports"] == 1
    report.refresh_from_db()
    assert (report.description, report.is_erased) == ("", True)


@pytest.mark.covers("D95")
def test_an_erased_account_leaves_no_complaint_that_waits_and_says_what_stays(answered, complain, resident):
    waiting = complain()
    Message.objects.update(state=MessageState.SENT, sent_at=timezone.now())
    kept = [one.what for one in kept_of(resident, timezone.localdate())]
    assert "reklamacje, zgłoszenia niezgodności i odpowiedzi na nie" in kept
    with transaction.atomic():
        erase_person(resident, actor=ACTOR)
    waiting.refresh_from_db()
    answered.refresh_from_db()
    assert (waiting.state, answered.state) == ("withdrawn", "answered")
    assert answered.answer == "Poprawiliśmy dane."
    assert not Message.objects.filter(related_ref=str(answered.public_id)).exists()


def test_a_complaint_has_a_reference_of_its_own(complain):
    first, second = complain(), complain(key=uuid4())
    assert first.reference != second.reference
    assert len(first.reference) == 10
    assert not set(first.reference[2:]) & set("01IO")
