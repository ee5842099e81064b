"""The page of one due: how its amount came about, how to pay it, what has happened to it."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from services.accounts.models import Payer
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.payments.queries import statement
from tests.factories.liabilities import ACTOR, LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import heading, main, words

pytestmark = pytest.mark.django_db


def pay(due, amount_gr: int) -> None:
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, amount_gr),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -amount_gr, due.public_id),
        ],
        effective_on=date(2026, 10, 1),
        actor=ACTOR,
    )


@pytest.mark.covers("D64")
def test_interest_is_explained_period_by_period_with_rates_and_provisions(browser, payer):
    due = LiabilityFactory(payer=payer, principal_gr=1_000_000, due_on=date(2025, 9, 15), year=2025)
    page = browser.get(f"/naleznosci/{due.public_id}/")
    known = statement(payer, timezone.localdate(), None).dues[0].interest
    shown = words(page)
    assert "16.09.2025 – 08.10.2025 23 12,5%" in shown
    assert "09.10.2025 – 05.11.2025 28 12%" in shown
    assert f"Razem po zaokrągleniu {known.days}" in shown
    assert "(art. 53 § 1 i art. 56 § 1 Ordynacji podatkowej)" in shown
    assert "Sumę zaokrągla się do pełnych złotych. (art. 63 § 1 Ordynacji podatkowej)" in shown


def test_interest_below_the_threshold_says_why_it_is_nothing(browser, due):
    shown = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert (
        "Odsetki nie przekraczają 8,70 zł, więc ich nie pobieramy. (art. 54 § 1 pkt 5 Ordynacji podatkowej)"
        in shown
    )


def test_a_date_on_a_free_day_is_shown_as_the_law_moves_it(browser, payer):
    due = LiabilityFactory(payer=payer, due_on=date(2026, 11, 15), instalment=4)  # a Sunday
    shown = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert "Termin płatności 16 listopada 2026" in shown
    assert (
        "Termin 15 listopada 2026 wypadł w dzień wolny, więc można było zapłacić do 16 listopada 2026."
        in shown
    )


def test_an_ordinary_transfer_is_always_possible(browser, due):
    page = browser.get(f"/naleznosci/{due.public_id}/")
    assert 'data-copy-text="31999900130000100020000101"' in main(page)
    assert f'data-copy-text="{due.title} {due.document_number}"' in main(page)


def test_a_due_is_paid_from_its_own_page(browser, due):
    page = browser.get(f"/naleznosci/{due.public_id}/")
    assert f'href="/platnosci/nowa/?naleznosc={due.public_id}"' in main(page)


@pytest.mark.covers("D67")
def test_an_enforced_due_sends_to_the_tax_office_and_offers_no_payment(browser, payer):
    due = LiabilityFactory(payer=payer, enforced=True)
    page = browser.get(f"/naleznosci/{due.public_id}/")
    assert "Organ egzekucyjny: Urząd Skarbowy w Próbie. Tytuł wykonawczy nr TW-1/2026." in words(page)
    assert "/platnosci/nowa/" not in main(page)
    assert "Odsetki na dziś" not in words(page)


@pytest.mark.covers("D63")
def test_a_locked_due_leads_to_its_payment_and_offers_no_second_one(browser, payer, resident, due):
    payment = PaymentFactory(payer=payer, resident=resident, dues=[due])
    page = browser.get(f"/naleznosci/{due.public_id}/")
    assert f'href="/platnosci/{payment.public_id}/"' in main(page)
    assert "Nie płać drugi raz." in words(page)
    assert "/platnosci/nowa/" not in main(page)


def test_the_history_tells_what_was_assessed_and_paid(browser, due):
    pay(due, 10_000)
    shown = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert "Wpłata poza portalem 1 października 2026 −100,00 zł" in shown
    assert "Urząd naliczył należność 15 września 2026 +300,00 zł" in shown
    assert shown.index("Wpłata poza portalem") < shown.index("Urząd naliczył należność")
    assert "Należność główna 200,00 zł (naliczono 300,00 zł)" in shown


def test_a_paid_due_of_an_earlier_year_can_still_be_opened(browser, payer):
    due = LiabilityFactory(payer=payer, year=2024, due_on=date(2024, 9, 16))
    pay(due, 30_000)
    page = browser.get(f"/naleznosci/{due.public_id}/")
    assert heading(page) == due.title
    assert "Do zapłaty 0,00 zł" in words(page)
    assert "/platnosci/nowa/" not in main(page)


@pytest.mark.covers("S67")
def test_a_due_of_somebody_else_does_not_exist(client_for, scope, due):
    page = client_for("celina", scope).get(f"/naleznosci/{due.public_id}/")
    assert page.status_code == 404
    assert due.title not in page.content.decode()


def test_a_due_of_a_company_opens_only_while_acting_for_it(client_for, scope):
    company = Payer.objects.get(external_id="K-firma")
    due = LiabilityFactory(payer=company)
    client = client_for("bartek", scope)
    assert client.get(f"/naleznosci/{due.public_id}/").status_code == 404
    client.post("/konto/w-imieniu/", {"payer": str(company.public_id)})
    assert client.get(f"/naleznosci/{due.public_id}/").status_code == 200
