"""The statement of a booked payment at the desk: on the page and as a PDF, for those who handle all that is in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.payments.actions import reverse_entry
from services.payments.models import Payment
from services.payments.queries_records import record_of
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import main, words
from tests.services.liabilities.statements import pay_at_the_desk
from tests.services.payments.booked import arrears, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def booked(anna, daria) -> Payment:
    """Booked over two arrears and a reminder, the last arrear in part."""
    return arrears(anna, daria)[0]


def page_of(payment: Payment) -> str:
    return f"/urzad/platnosci/{payment.public_id}/"


def file_of(payment: Payment) -> str:
    return f"{page_of(payment)}rozliczenie.pdf"


def taken() -> int:
    return AuditEntry.objects.filter(action="payment.statement_taken").count()


@pytest.mark.covers("D66")
def test_the_page_says_why_each_grosz_went_where_it_went(desk, booked):
    page = words(desk("daria").get(page_of(booked)))
    assert "Rozliczenie wpłaty" in page
    assert "dokument FN.3120.7.2025, termin płatności 15 maja 2025" in page
    assert "art. 62 § 1a Ordynacji podatkowej" in page
    assert "309,00 zł × 1 500,00 / (1 500,00 + 252,00) = 264,55 zł" in page
    assert "Dzień zapłaty według prawa: 3 listopada 2026" in page
    assert "Razem: tyle, ile wpłacono 1 516,00 zł" in page
    assert "251,7329 zł" in page
    assert taken() == 0


def test_the_pdf_is_linked_and_who_takes_it_is_in_the_log(desk, booked):
    client = desk("daria")
    assert f'href="{file_of(booked)}"' in main(client.get(page_of(booked)))
    file = client.get(file_of(booked))
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert file["Content-Disposition"] == f'attachment; filename="rozliczenie-{booked.reference}.pdf"'
    assert file["Cache-Control"] == "no-store"
    assert file.content.startswith(b"%PDF-")
    assert taken() == 1
    assert "Pobrano rozliczenie wpłaty" in words(client.get(page_of(booked)))


def test_before_booking_there_is_neither_section_nor_file(desk, paid):
    client = desk("daria")
    assert "rozliczenie.pdf" not in main(client.get(page_of(paid)))
    assert client.get(file_of(paid)).status_code == 404
    assert taken() == 0


def test_a_booking_taken_back_is_marked(desk, booked, daria):
    found = record_of(booked)
    assert found is not None
    reverse_entry(
        entry_id=found.entry.public_id, reason="zła data", corrected_on=timezone.localdate(), actor=daria
    )
    assert "To rozliczenie już nie obowiązuje" in words(desk("daria").get(page_of(booked)))
    assert desk("daria").get(file_of(booked)).status_code == 200


def test_a_clerk_of_another_department_finds_no_statement(desk, booked, only_real_estate):
    client = desk("daria")
    assert client.get(page_of(booked)).status_code == 404
    assert client.get(file_of(booked)).status_code == 404
    assert taken() == 0


@pytest.fixture
def shared(anna, daria, due, lease) -> Payment:
    """A booked payment of a tax, of which another department sees one item."""
    payment = book(anna, [due], daria)
    payment.items.create(liability=lease, principal_gr=100, is_open=False)
    return payment


def test_who_handles_only_a_part_reads_no_names_and_takes_no_file(desk, shared, due, only_real_estate):
    """By law the money may go to dues of another department; their names are not for this clerk."""
    client = desk("daria")
    page = words(client.get(page_of(shared)))
    assert "Rozliczenie obejmuje też należności innego wydziału" in page
    assert due.title not in page
    assert "rozliczenie.pdf" not in page
    assert client.get(file_of(shared)).status_code == 404
    assert taken() == 0


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_only_a_clerk_takes_a_statement(name, desk, booked):
    assert desk(name).get(file_of(booked)).status_code == 403
    assert taken() == 0


@pytest.mark.parametrize("name", ["anna", None])
def test_a_resident_and_a_stranger_get_nothing_at_the_desk(name, desk, booked):
    assert desk(name).get(file_of(booked)).status_code == (404 if name else 302)
    assert taken() == 0


@pytest.mark.covers("D9")
def test_the_other_gmina_has_no_such_statement(booked, client_for, dabrowa):
    client = client_for("daria", dabrowa)
    assert client.get(file_of(booked)).status_code == 404
    assert taken() == 0


def test_a_civil_payment_is_explained_by_the_civil_code(desk, anna, daria):
    lease = LiabilityFactory(payer=anna, lease=True)
    payment = book(anna, [lease], daria, allocation_regime="civil")
    page = words(desk("daria").get(page_of(payment)))
    assert "art. 451 § 1 Kodeksu cywilnego" in page
    assert "postanowieni" not in page


def test_an_overpayment_is_in_the_table(desk, anna, daria):
    due = LiabilityFactory(payer=anna, due_on=timezone.localdate() + timedelta(days=30))
    pay_at_the_desk(due, 10_000)
    payment = book(anna, [due], daria)
    page = words(desk("daria").get(page_of(payment)))
    assert "Nadpłata powstała 3 listopada 2026" in page
    assert "art. 73 § 1 pkt 1 Ordynacji podatkowej 100,00 zł" in page
