"""A resident's complaints: the form under „Twoje konto”, the page with its clock, what is missing (eKasa § 11)."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.complaints.actions import Grievance, answer_complaint, request_data, submit_complaint
from services.complaints.domain.states import Kind, Outcome
from services.complaints.models import Complaint
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nprzelew\n%%EOF\n"
OTHER = "/konto/reklamacje/nowa/inna/"
OF_PAYMENT = "/konto/reklamacje/nowa/wplata/"


@pytest.fixture
def payment(payer, resident, due):
    return PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])


@pytest.fixture
def complaint(anna, due) -> Complaint:
    told = Grievance(
        kind=Kind.OTHER,
        subject="Zapłacona rata dalej na liście",
        description="Zapłaciłam 10 września.",
        key=uuid4(),
        liability_id=due.public_id,
    )
    return submit_complaint(told, actor=anna.actor)


def filled(due, **changes):
    values = {
        "about": f"due:{due.public_id}",
        "subject": "Zapłacona rata dalej na liście",
        "description": "Zapłaciłam 10 września.",
        "key": str(uuid4()),
    }
    return values | changes


def path(row: Complaint, *rest: str) -> str:
    return "/".join(["/konto/reklamacje", str(row.public_id), *rest]) + "/"


@pytest.mark.covers("D71")
def test_the_form_is_found_from_the_account_and_only_after_signing_in(browser, client_for, scope):
    assert 'href="/konto/reklamacje/"' in browser.get("/konto/").content.decode()
    page = browser.get("/konto/reklamacje/")
    assert "Nie masz żadnej reklamacji" in words(page)
    assert 'href="/konto/reklamacje/nowa/"' in page.content.decode()
    for address in ("/konto/reklamacje/", OTHER, OF_PAYMENT):
        assert client_for(None, scope).get(address)["Location"].startswith("/logowanie/")


@pytest.mark.covers("D72")
def test_a_complaint_is_sent_with_documents_and_shown_with_its_day(browser, due):
    files = [SimpleUploadedFile(f"{n}.pdf", PDF, "text/html") for n in "ab"]
    answer = browser.post(OTHER, filled(due, document=files))
    row = Complaint.objects.get()
    assert answer["Location"] == path(row)
    assert (row.liability, row.documents.count()) == (due, 2)
    page = words(browser.get(path(row)))
    for text in (row.reference, "Zapłaciłam 10 września.", "a.pdf", "rozpatrywana", "Złożono reklamację"):
        assert text in page
    assert "Zapłacona rata dalej na liście" in words(browser.get("/konto/reklamacje/"))


def test_a_form_sent_twice_is_one_complaint(browser, due):
    sent = filled(due)
    assert browser.post(OTHER, sent)["Location"] == browser.post(OTHER, sent)["Location"]
    assert Complaint.objects.count() == 1


@pytest.mark.covers("D72")
@pytest.mark.parametrize("missing", ["about", "subject", "description"])
def test_required_fields_are_asked_for_in_polish(browser, due, missing):
    answer = browser.post(OTHER, filled(due, **{missing: ""}))
    assert answer.status_code == 422
    assert answer.content.decode().count("field--error") == 1
    assert not Complaint.objects.exists()


def test_a_program_as_a_document_is_refused_beside_its_field(browser, due):
    bad = SimpleUploadedFile("potwierdzenie.pdf", b"MZ\x90 program", "application/pdf")
    answer = browser.post(OTHER, filled(due, document=bad))
    assert answer.status_code == 422
    assert "Dodaj plik PDF, JPG albo PNG." in words(answer)
    assert not Complaint.objects.exists()


@pytest.mark.covers("D73")
def test_a_complaint_about_a_payment_asks_who_paid_and_knows_the_account_holder(browser, payment):
    page = browser.get(f"{OF_PAYMENT}?platnosc={payment.public_id}").content.decode()
    assert f'value="{payment.public_id}" selected' in page
    assert 'value="Anna Przykładowa"' in page
    sent = {
        "payment": str(payment.public_id),
        "paid_by_name": "Jan Płacący",
        "paid_by_contact": "",
        "subject": "Wpłata poszła dwa razy",
        "description": "Z konta zeszło dwa razy 301 zł.",
        "key": str(uuid4()),
    }
    assert browser.post(OF_PAYMENT, sent).status_code == 422
    browser.post(OF_PAYMENT, sent | {"paid_by_contact": "jan@poczta.example"})
    row = Complaint.objects.get()
    assert (row.payment, row.paid_by_name) == (payment, "Jan Płacący")
    assert "Jan Płacący, jan@poczta.example" in words(browser.get(path(row)))


def test_a_payment_of_somebody_else_cannot_be_chosen(browser, in_borki):
    foreign = PaymentFactory(dues=[])
    sent = {
        "payment": str(foreign.public_id),
        "paid_by_name": "Jan",
        "paid_by_contact": "jan@poczta.example",
        "subject": "x",
        "description": "y",
    }
    assert browser.post(OF_PAYMENT, sent).status_code == 422
    assert not Complaint.objects.exists()


@pytest.mark.covers("D80", "D81")
def test_the_page_says_what_is_missing_and_takes_it(browser, complaint, person):
    request_data(
        complaint_id=complaint.public_id,
        text="Podaj numer przelewu.",
        version=1,
        actor=person("daria").actor,
    )
    page = browser.get(path(complaint))
    assert "Podaj numer przelewu." in words(page)
    assert "Urząd czeka na Twoją odpowiedź" in words(page)
    assert "Odpowiedz urzędowi" in words(browser.get("/konto/reklamacje/"))
    assert browser.post(path(complaint), {"text": "", "version": 2}).status_code == 422
    file = SimpleUploadedFile("przelew.pdf", PDF)
    sent = {"text": "Numer 77/2026.", "version": 2, "document": file}
    assert browser.post(path(complaint), sent)["Location"] == path(complaint)
    complaint.refresh_from_db()
    assert complaint.state == "open"
    assert "Numer 77/2026." in words(browser.get(path(complaint)))
    late = browser.post(path(complaint), {"text": "Jeszcze coś.", "version": 2})
    assert late.status_code == 422
    assert complaint.steps.count() == 2


@pytest.mark.covers("D77")
def test_the_answer_is_on_the_page_and_the_offices_notes_are_not(browser, complaint, person):
    answer_complaint(
        complaint_id=complaint.public_id,
        outcome=Outcome.PARTLY,
        text="Poprawiliśmy dane.",
        version=1,
        actor=person("daria").actor,
    )
    page = words(browser.get(path(complaint)))
    assert "Poprawiliśmy dane." in page
    assert "uznana w części" in page
    assert "Daria" not in page


def test_taking_back_asks_first(browser, complaint):
    assert heading(browser.get(path(complaint, "wycofaj"))) == "Wycofać reklamację?"
    complaint.refresh_from_db()
    assert complaint.state == "open"
    browser.post(path(complaint, "wycofaj"))
    complaint.refresh_from_db()
    assert complaint.state == "withdrawn"
    assert browser.get(path(complaint, "wycofaj"))["Location"] == path(complaint)


def test_an_own_document_is_a_download_that_nothing_runs_in(browser, due):
    browser.post(OTHER, filled(due, document=SimpleUploadedFile("p.pdf", PDF)))
    row = Complaint.objects.get()
    answer = browser.get(path(row, "zalaczniki", str(row.documents.get().public_id)))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["bartek", "celina"])
def test_somebody_elses_complaint_does_not_exist(client_for, scope, complaint, name):
    other = client_for(name, scope)
    for address in (path(complaint), path(complaint, "wycofaj")):
        assert other.get(address).status_code == 404
        assert other.post(address, {"text": "x", "version": 1}).status_code == 404
    complaint.refresh_from_db()
    assert (complaint.state, complaint.version) == ("open", 1)


# --- a due that is shown wrongly (§ 9) -------------------------------------------------------------------------------
def place(due) -> str:
    return f"/naleznosci/{due.public_id}/niezgodnosc/"


@pytest.mark.covers("D54", "D55", "D56")
def test_the_report_is_on_the_dues_page_with_its_two_legal_notes(browser, due):
    assert f'href="{place(due)}"' in browser.get(f"/naleznosci/{due.public_id}/").content.decode()
    page = re.sub(r"\s+", " ", words(browser.get(place(due))))
    assert (
        "Zgłoszenie nie jest odwołaniem: nie zastępuje środków odwoławczych w postępowaniu podatkowym ani "
        "administracyjnym." in page
    )
    assert (
        "Zgłoszenie nie zwalnia z zapłaty: należność trzeba zapłacić w ustalonej wysokości i terminie."
        in page
    )


@pytest.mark.covers("D54")
def test_a_report_is_sent_once_and_its_answer_is_shown(browser, due, resident):
    assert browser.post(place(due), {"matter": "", "description": ""}).status_code == 422
    sent = {"matter": "amount", "description": "Decyzja mówi o 240 zł."}
    assert browser.post(place(due), sent)["Location"] == place(due)
    page = words(browser.get(place(due)))
    assert "czeka na urząd" in page
    assert "Wyślij zgłoszenie" not in page
    assert browser.post(place(due), sent | {"description": "Coś innego."}).status_code == 422
    assert resident.discrepancy_reports.count() == 1
    assert "Zgłoszenia niezgodności" in words(browser.get("/konto/reklamacje/"))


def test_a_report_about_a_neighbours_due_does_not_exist(client_for, scope, due, resident):
    celina = client_for("celina", scope)
    assert celina.get(place(due)).status_code == 404
    assert celina.post(place(due), {"matter": "amount", "description": "x"}).status_code == 404
    assert not due.discrepancy_reports.exists()
