"""Reporting that a due is shown wrongly (eKasa § 9): to the office's address, into the queue, answered by e-mail."""

import pytest
from django.db import IntegrityError, transaction

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.complaints.actions import answer_report, report_discrepancy
from services.complaints.domain.reports import Matter
from services.complaints.models import DiscrepancyReport
from services.complaints.queries import report_for, reports_seen, reports_to_answer
from services.ledger.models import Entry
from services.notices.models import Message
from tenants.configuration.models import Office
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.services.complaints.conftest import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(anna, due):
    """`report()`: Anna says that her decision names another amount."""

    def send(**changes):
        values = {
            "liability_id": due.public_id,
            "matter": Matter.AMOUNT,
            "description": "Decyzja mówi o 240 zł.",
            "actor": anna.actor,
        }
        return report_discrepancy(**(values | changes))

    return send


@pytest.mark.covers("D54")
def test_a_report_goes_to_the_configured_address_at_once_and_waits_at_the_desk(report, daria, due):
    Office.objects.update(discrepancy_email="niezgodnosci@urzad.example")
    row = report()
    (letter,) = letters("discrepancy_reported")
    assert letter.recipient == "niezgodnosci@urzad.example"
    for text in (due.title, due.document_number, due.external_id, "kwota", "Decyzja mówi o 240 zł."):
        assert text in letter.body
    assert f"/urzad/niezgodnosci-zgloszone/{row.public_id}/" in letter.body
    assert list(reports_to_answer(daria.actor)) == [row]
    assert AuditEntry.objects.get(action="discrepancy_report.made").subject_ref == str(row.public_id)


@pytest.mark.covers("D55", "D56")
def test_the_resident_is_told_that_it_is_no_appeal_and_frees_from_nothing(report, due):
    entries = Entry.objects.count()
    report()
    (letter,) = letters("discrepancy_received")
    assert letter.recipient == "anna@mieszkaniec.example"
    assert "nie jest odwołaniem" in letter.body
    assert "nie zwalnia z zapłaty należności" in letter.body
    due.refresh_from_db()
    assert (due.principal_gr, Entry.objects.count()) == (30_000, entries)


def test_what_the_portal_showed_then_stays_with_the_report(report, due):
    row = report()
    assert row.shown_gr >= 30_000
    assert row.shown_due_on == due.due_on
    due.principal_gr = 1
    due.save()
    row.refresh_from_db()
    assert row.shown_gr >= 30_000


def test_one_report_about_a_due_waits_at_a_time(report):
    row = report()
    assert report() == row  # the very same one: a second click
    with pytest.raises(Conflict, match=r"discrepancy_report\.waits"):
        report(description="Jeszcze coś.")
    assert DiscrepancyReport.objects.count() == len(letters("discrepancy_reported")) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        DiscrepancyReport.objects.create(
            resident=row.resident,
            liability=row.liability,
            matter="amount",
            description="x",
            shown_gr=1,
            shown_due_on=row.shown_due_on,
            reported_at=row.reported_at,
        )


def test_nobody_reports_what_is_foreign_or_says_nothing(report, person, in_borki):
    foreign = LiabilityFactory(payer=PayerFactory())
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        report(liability_id=foreign.public_id)
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        report(actor=person("celina").actor)
    with pytest.raises(InvalidInput, match=r"complaint\.text_missing"):
        report(description=" ")
    with pytest.raises(Refused, match=r"access\.denied"):
        report(actor=person("daria").actor)
    assert not DiscrepancyReport.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.covers("D54")
def test_the_offices_answer_goes_by_e_mail_once(report, daria):
    row = report()
    sent = {"report_id": row.public_id, "text": "Poprawimy w systemie.", "version": 1, "actor": daria.actor}
    answer_report(**sent)
    row = answer_report(**sent)
    assert (row.state, row.answer) == ("answered", "Poprawimy w systemie.")
    (letter,) = letters("discrepancy_answered")
    assert "Poprawimy w systemie." in letter.body
    with pytest.raises(Conflict, match=r"complaint\.stale"):
        answer_report(**(sent | {"text": "Jednak nie."}))
    assert not reports_to_answer(daria.actor).exists()


@pytest.mark.covers("D76")
@pytest.mark.usefixtures("only_real_estate")
def test_a_report_is_seen_by_who_handles_the_due(report, lease, daria):
    foreign, own = report(), report(liability_id=lease.public_id)
    assert list(reports_seen(daria.actor)) == [own]
    with pytest.raises(NotFound, match=r"discrepancy_report\.unknown"):
        report_for(daria.actor, foreign.public_id)
    with pytest.raises(NotFound, match=r"access\.foreign"):
        answer_report(report_id=foreign.public_id, text="Nie.", version=1, actor=daria.actor)
    foreign.refresh_from_db()
    assert foreign.state == "waiting"


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_who_is_no_clerk_answers_nothing(report, person, name):
    row = report()
    with pytest.raises(Refused, match=r"access\.denied"):
        answer_report(report_id=row.public_id, text="Nie.", version=1, actor=person(name).actor)
    row.refresh_from_db()
    assert row.state == "waiting"
