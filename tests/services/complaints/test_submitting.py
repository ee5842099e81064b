"""Complaining, sending what is missing, taking a complaint back (eKasa § 11 ust. 1-3, 6)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.documents import Document
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import Resident
from services.complaints.actions import (
    Grievance,
    request_data,
    submit_complaint,
    supplement_complaint,
    withdraw_complaint,
)
from services.complaints.domain.states import Kind
from services.complaints.models import Complaint, ComplaintDocument
from services.complaints.queries_own import own_complaint, own_complaints, own_document
from services.notices.models import Message
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.services.complaints.conftest import PDF, letters, post_letters

pytestmark = pytest.mark.django_db


@pytest.mark.covers("D71", "D72", "D78")
def test_a_complaint_about_a_due_has_a_number_a_deadline_and_a_letter(complain, anna, due, on_day):
    on_day("2026-03-30")
    row = complain()
    assert (row.state, str(row.due_on), row.liability_type) == ("open", "2026-04-20", due.liability_type)
    assert [one.public_id for one in own_complaints(anna.actor)] == [row.public_id]
    letter = Message.objects.get()
    assert (letter.kind, letter.recipient) == ("complaint_received", "anna@mieszkaniec.example")
    assert row.reference in letter.subject
    assert "20 kwietnia 2026" in letter.body
    entry = AuditEntry.objects.get(action="complaint.submitted")
    assert (entry.actor_ref, entry.subject_ref) == (anna.ref, str(row.public_id))


@pytest.mark.covers("D72", "D73")
def test_a_complaint_about_a_payment_names_the_payment_and_who_paid(complain_of_payment, payment, due):
    row = complain_of_payment()
    row = Complaint.objects.get(pk=row.pk)
    assert (row.kind, row.payment, row.liability) == ("transaction", payment, None)
    assert (row.paid_by_name, row.paid_by_contact) == ("Genowefa Płacąca", "+48 600 000 002")
    assert row.liability_type == due.liability_type


@pytest.mark.covers("D76")
def test_the_department_of_a_payment_for_several_dues_is_that_of_the_largest(
    complain_of_payment, payer, resident
):
    small = LiabilityFactory(payer=payer, principal_gr=100)
    large = LiabilityFactory(payer=payer, lease=True, principal_gr=90_000)
    payment = PaymentFactory(paid=True, payer=payer, resident=resident, dues=[small, large])
    row = complain_of_payment(payment_id=payment.public_id)
    assert row.liability_type == large.liability_type


@pytest.mark.covers("D76")
def test_a_complaint_may_name_a_kind_of_dues_or_be_the_whole_offices(complain, lease):
    of_kind = complain(liability_id=None, liability_type_id=lease.liability_type.public_id)
    assert (of_kind.liability, of_kind.liability_type) == (None, lease.liability_type)
    assert complain(liability_id=None).liability_type is None


REFUSALS = [
    ({"subject": " "}, "complaint.text_missing"),
    ({"description": ""}, "complaint.text_missing"),
    ({"description": "a" * 4001}, "complaint.text_long"),
    ({"kind": Kind.TRANSACTION}, "complaint.payment"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
@pytest.mark.covers("D72")
def test_without_what_identifies_the_problem_there_is_no_complaint(complain, changes, code):
    with pytest.raises(InvalidInput, match=code):
        complain(**changes)
    assert not Complaint.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("missing", ["paid_by_name", "paid_by_contact"])
@pytest.mark.covers("D73")
def test_a_transaction_without_who_paid_is_refused(complain_of_payment, missing):
    with pytest.raises(InvalidInput, match=r"complaint\.paid_by") as refused:
        complain_of_payment(**{missing: " "})
    assert refused.value.params["field"] == missing
    assert not Complaint.objects.exists()


def test_nobody_complains_about_what_is_somebody_elses(complain, complain_of_payment, person):
    foreign = LiabilityFactory(payer=PayerFactory())
    payment = PaymentFactory(dues=[foreign])
    for send in (
        lambda: complain(liability_id=foreign.public_id),
        lambda: complain_of_payment(payment_id=payment.public_id),
        lambda: complain(liability_id=None, liability_type_id=uuid4()),
    ):
        with pytest.raises(NotFound):
            send()
    assert not Complaint.objects.exists()


def test_the_same_form_sent_twice_is_one_complaint(complain):
    key = uuid4()
    assert complain(key=key) == complain(key=key)
    assert Complaint.objects.count() == len(letters("complaint_received")) == 1


def test_the_number_of_somebody_elses_form_is_refused(complain, person, in_borki):
    key = uuid4()
    first = complain(key=key)
    told = Grievance(kind=Kind.OTHER, subject="Inna", description="Opis", key=key)
    with pytest.raises(Conflict, match="key_taken"):
        submit_complaint(told, actor=person("celina").actor)
    assert list(Complaint.objects.all()) == [first]


def test_one_more_open_complaint_than_there_may_be_is_refused(complain, anna, monkeypatch):
    monkeypatch.setattr("services.complaints.actions.submitting.MOST_OPEN", 2)
    first = complain()
    complain()
    with pytest.raises(Conflict, match=r"complaint\.too_many"):
        complain()
    assert Complaint.objects.count() == 2
    withdraw_complaint(complaint_id=first.public_id, actor=anna.actor)
    assert complain().state == "open"


def test_staff_and_strangers_do_not_complain_here(complain, person):
    for name in ("daria", "edyta", "filip"):
        with pytest.raises(Refused, match=r"access\.denied"):
            complain(actor=person(name).actor)
    assert not Complaint.objects.exists()


@pytest.mark.covers("S43", "S49")
def test_texts_and_documents_cannot_be_read_in_the_database(complain_of_payment, complain):
    complain(Document("moje potwierdzenie.pdf", PDF))
    complain_of_payment()
    raw = b""
    with connection.cursor() as cursor:
        for table in ("complaint", "complaintstep", "complaintdocument"):
            cursor.execute(f"SELECT * FROM complaints_{table}")
            for values in cursor.fetchall():
                raw += b"".join(bytes(v) for v in values if isinstance(v, memoryview | bytes))
                raw += " ".join(str(v) for v in values if isinstance(v, str)).encode()
    for plain in (b"Kanarkowskiej", b"potwierdzenie", "Płacąca".encode(), b"600 000 002", b"77/2026"):
        assert plain not in raw


def test_a_document_is_kept_by_its_content_and_only_its_owner_gets_it(complain, anna, person):
    row = complain(Document("../moje potwierdzenie.exe", PDF), Document("b", PDF))
    kept = row.documents.first()
    assert (kept.name, kept.media_type, kept.content) == (
        "moje potwierdzenie.pdf",
        "application/pdf",
        PDF,
    )
    assert own_document(anna.actor, row.public_id, kept.public_id) == kept
    with pytest.raises(NotFound, match=r"document\.unknown"):
        own_document(person("celina").actor, row.public_id, kept.public_id)


BAD_DOCUMENTS = [
    ([Document("a.pdf", b"MZ\x90 program")], "document.type"),
    ([Document("a.pdf", b"<svg onload=alert(1)>")], "document.type"),
    ([Document("a.pdf", PDF.replace(b"/Type", b"/JavaScript"))], "document.active"),
    ([Document("a.pdf", b"")], "document.empty"),
    ([Document("a.pdf", PDF)] * 6, "complaint.documents"),
]


@pytest.mark.parametrize(("documents", "code"), BAD_DOCUMENTS, ids=[code for _, code in BAD_DOCUMENTS])
def test_a_document_that_cannot_be_leaves_nothing(complain, documents, code):
    with pytest.raises(InvalidInput, match=code):
        complain(*documents)
    assert not Complaint.objects.exists()
    assert not ComplaintDocument.objects.exists()


# --- what is missing -------------------------------------------------------------------------------------------------
def asked(complain, daria):
    row = complain()
    return request_data(
        complaint_id=row.public_id, text="Podaj numer przelewu.", version=1, actor=daria.actor
    )


@pytest.mark.covers("D81")
def test_what_was_missing_lets_the_clock_go_on(complain, anna, daria, on_day):
    on_day("2026-03-30")
    row = complain()
    on_day("2026-04-02")
    request_data(complaint_id=row.public_id, text="Podaj numer.", version=1, actor=daria.actor)
    post_letters()
    on_day("2026-04-08")
    again = {"complaint_id": row.public_id, "text": "Numer 77/2026.", "version": 2, "actor": anna.actor}
    row = supplement_complaint(**again, documents=[Document("a.pdf", PDF)])
    # 31 March and 1 April were used of the 14 working days; 12 are left after 8 April.
    assert (row.state, str(row.due_on), row.completion_due_on) == ("open", "2026-04-24", None)
    assert supplement_complaint(**again) == row
    assert row.steps.count() == 2
    assert [one.step.text for one in row.documents.all()] == ["Numer 77/2026."]
    assert "24 kwietnia 2026" in letters("complaint_supplemented")[0].body


@pytest.mark.covers("D82")
def test_after_five_working_days_it_is_too_late_even_before_the_job_has_come_by(
    complain, anna, daria, on_day
):
    on_day("2026-03-30")
    row = asked(complain, daria)
    post_letters()
    on_day("2026-04-08")  # 7 April was the last day: Good Friday is a working day, Easter Monday is not
    with pytest.raises(Conflict, match=r"complaint\.too_late"):
        supplement_complaint(complaint_id=row.public_id, text="Już.", version=2, actor=anna.actor)
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("incomplete", 1)


def test_on_the_fifth_working_day_it_is_in_time(complain, anna, daria, on_day):
    on_day("2026-03-30")
    row = asked(complain, daria)
    post_letters()
    on_day("2026-04-07")
    row = supplement_complaint(complaint_id=row.public_id, text="Już.", version=2, actor=anna.actor)
    assert row.state == "open"


def test_nobody_supplements_what_is_foreign_or_not_asked_for(complain, anna, daria, person):
    row = complain()
    with pytest.raises(Conflict, match=r"complaint\.no_such_step"):
        supplement_complaint(complaint_id=row.public_id, text="Już.", version=1, actor=anna.actor)
    request_data(complaint_id=row.public_id, text="Podaj numer.", version=1, actor=daria.actor)
    for name in ("bartek", "celina"):
        with pytest.raises(NotFound, match=r"complaint\.unknown"):
            supplement_complaint(complaint_id=row.public_id, text="Już.", version=2, actor=person(name).actor)
        with pytest.raises(NotFound, match=r"complaint\.unknown"):
            withdraw_complaint(complaint_id=row.public_id, actor=person(name).actor)
        with pytest.raises(NotFound, match=r"complaint\.unknown"):
            own_complaint(person(name).actor, row.public_id)
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("incomplete", 1)


def test_a_complaint_taken_back_is_closed_and_a_second_time_is_the_same(complain, anna):
    row = complain()
    withdraw_complaint(complaint_id=row.public_id, actor=anna.actor)
    row = withdraw_complaint(complaint_id=row.public_id, actor=anna.actor)
    assert (row.state, row.steps.count()) == ("withdrawn", 1)
    assert row.closed_at


# --- what the database keeps -----------------------------------------------------------------------------------------
BROKEN = [
    {"state": "lost"},
    {"due_on": None},
    {"state": "answered"},
    {"state": "incomplete"},
    {"state": "at_operator", "due_on": None},
    {"kind": "transaction"},
    {"outcome": "accepted"},
    {"completion_due_on": "2026-01-02"},
]


@pytest.mark.parametrize("values", BROKEN, ids=[str(one) for one in BROKEN])
def test_the_database_keeps_state_clock_and_outcome_together(complain, values):
    row = complain()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=row.pk).update(**values)


def test_a_complaint_of_one_gmina_is_not_in_the_other(complain, person, dabrowa):
    row = complain()
    with tenancy.enter(dabrowa):
        assert not Complaint.objects.filter(public_id=row.public_id).exists()
        with pytest.raises(NotFound):
            withdraw_complaint(complaint_id=row.public_id, actor=person("anna").actor)


def test_who_waits_for_the_office_may_complain_of_that(in_borki, complain, resident, anna):
    """D71: the form is there after login; only what is not theirs yet cannot be named."""
    Resident.objects.filter(pk=resident.pk).update(state="submitted")
    assert complain(liability_id=None).state == "open"
    with pytest.raises(NotFound):
        complain()
