"""The resident's own copy of the statement: after booking, for whoever is or represents the payer now."""

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.accounts.models import Payer, Representation, Resident
from services.liabilities.models import Debtor
from services.payments.actions import book_payment
from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import main, words

pytestmark = pytest.mark.django_db

LINK = "Na co poszły pieniądze (PDF)"


def address(payment: Payment) -> str:
    return f"/platnosci/{payment.public_id}/"


def book(payment: Payment, person) -> Payment:
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=person("daria").actor)
    return Payment.objects.get(pk=payment.pk)


@pytest.fixture
def booked(payer, resident, due, person) -> Payment:
    return book(PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due]), person)


@pytest.mark.covers("D61")
def test_after_booking_the_payer_takes_the_statement(browser, booked):
    page = browser.get(address(booked))
    assert LINK in words(page)
    assert f'href="{address(booked)}rozliczenie.pdf"' in main(page)
    file = browser.get(address(booked) + "rozliczenie.pdf")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert file["Cache-Control"] == "no-store"
    assert file.content.startswith(b"%PDF-")


def test_before_booking_there_is_none(browser, payer, resident, due):
    payment = PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])
    assert LINK not in words(browser.get(address(payment)))
    assert browser.get(address(payment) + "rozliczenie.pdf").status_code == 404


@pytest.mark.covers("S67")
def test_somebody_elses_statement_does_not_exist(client_for, scope, booked):
    done = AuditEntry.objects.exclude(outcome="refused")
    before = done.count()
    file = client_for("celina", scope).get(address(booked) + "rozliczenie.pdf")
    assert file.status_code == 404
    assert b"PDF" not in file.content
    assert done.count() == before  # nobody has read it; that she tried stands there as refused


def test_a_co_owner_does_not_read_what_the_other_one_paid(client_for, scope, booked, due, person):
    celina = Payer.objects.get(public_id=person("celina").payer_id)
    Debtor.objects.create(liability=due, payer=celina)
    assert client_for("celina", scope).get(address(booked) + "rozliczenie.pdf").status_code == 404


def test_a_representative_reads_it_only_while_representing(client_for, scope, person):
    """The statement tells of all dues of the payer that the money went to, also of those that were not chosen."""
    bartek = Resident.objects.get(user_id=person("bartek").user_id)
    company = Payer.objects.get(external_id="K-firma")
    due = LiabilityFactory(payer=company)
    payment = book(PaymentFactory(paid=True, payer=company, resident=bartek, dues=[due]), person)
    browser = client_for("bartek", scope)
    assert browser.get(address(payment) + "rozliczenie.pdf").status_code == 200
    Representation.objects.filter(resident=bartek, payer=company).delete()
    page = browser.get(address(payment))
    assert page.status_code == 200
    assert LINK not in words(page)
    assert browser.get(address(payment) + "rozliczenie.pdf").status_code == 404


def test_nobody_and_the_office_get_nothing_here(client_for, scope, booked):
    assert client_for(None, scope).get(address(booked) + "rozliczenie.pdf").status_code == 302
    assert client_for("daria", scope).get(address(booked) + "rozliczenie.pdf").status_code == 404


@pytest.mark.covers("D9")
def test_the_other_gmina_has_no_such_statement(client_for, booked, dabrowa: tenancy.Scope):
    assert client_for("anna", dabrowa).get(address(booked) + "rozliczenie.pdf").status_code == 404
