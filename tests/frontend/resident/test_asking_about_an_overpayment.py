"""An overpayment on the resident's pages: seen, asked about, answered."""

from datetime import date
from uuid import uuid4

import pytest

from services.payments.models import OverpaymentRequest
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=date(2026, 6, 1))


@pytest.fixture
def address(overpayment) -> str:
    return f"/nadplaty/{overpayment.public_id}/"


@pytest.mark.covers("D53")
def test_the_list_of_dues_shows_it_and_leads_to_its_page(browser, due, address):
    page = browser.get("/naleznosci/")
    assert f'href="{address}"' in page.content.decode()
    assert "Zostało 50,00 zł" in words(browser.get(address))


def test_a_credit_is_asked_for_and_waits(browser, due, address, overpayment):
    answer = browser.post(address, {"kind": "credit", "liability": str(due.public_id)})
    assert answer["Location"] == address
    row = OverpaymentRequest.objects.get()
    assert (row.overpayment, row.kind, row.liability, row.state) == (overpayment, "credit", due, "waiting")
    shown = words(browser.get(address))
    assert "Wniosek czeka na urząd" in shown
    assert "Wyślij wniosek" not in shown
    assert "wniosek czeka na urząd" in words(browser.get("/naleznosci/"))


def test_a_refund_is_asked_for_with_an_account(browser, address):
    browser.post(address, {"kind": "refund", "account_nrb": "61 1090 1014 0000 0712 1981 2874"})
    row = OverpaymentRequest.objects.get()
    assert (row.kind, row.account_nrb) == ("refund", "61109010140000071219812874")


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({}, "kind", "Zaznacz, co urząd ma zrobić z nadpłatą."),
        ({"kind": "credit"}, "liability", "Wybierz należność, na którą"),
        ({"kind": "credit", "liability": str(uuid4())}, "liability", "Tej należności nie ma już na liście."),
        ({"kind": "refund", "account_nrb": "12"}, "account_nrb", "Numer rachunku jest błędny"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(browser, due, address, sent, field, says):
    page = browser.post(address, sent)
    assert page.status_code == 422
    assert error_beside(page, field).startswith(says)
    assert not OverpaymentRequest.objects.exists()


def test_only_dues_of_the_same_law_can_be_chosen(browser, payer, due, address):
    lease = LiabilityFactory(payer=payer, lease=True)
    enforced = LiabilityFactory(payer=payer, enforced=True, instalment=1)
    html = browser.get(address).content.decode()
    assert f'value="{due.public_id}"' in html
    assert str(lease.public_id) not in html
    assert str(enforced.public_id) not in html


def test_the_reason_of_a_refusal_is_shown(browser, payer, resident, overpayment, address):
    OverpaymentRequest.objects.create(
        overpayment=overpayment, resident=resident, kind="refund", state="rejected", reason="Są zaległości."
    )
    shown = words(browser.get(address))
    assert "Urząd odrzucił wniosek" in shown
    assert "Powód: Są zaległości." in shown
    assert "Wyślij wniosek" in shown


def test_a_neighbours_overpayment_does_not_exist(client_for, scope, address):
    celina = client_for("celina", scope)
    assert celina.get(address).status_code == 404
    assert celina.post(address, {"kind": "refund"}).status_code == 404
    assert not OverpaymentRequest.objects.exists()
