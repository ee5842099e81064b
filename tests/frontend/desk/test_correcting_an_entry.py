"""The page that takes back a booked payment: it asks first, shows every balance, and leaves both entries readable."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.liabilities.actions.receipts import post_receipt
from services.payments.actions import book_payment
from tests.frontend.reading import words as text

pytestmark = pytest.mark.django_db

WHY = "pieniądze nie przyszły na rachunek urzędu"


@pytest.fixture
def receipt(due, person) -> Entry:
    return post_receipt(
        liability=due,
        principal_gr=10_000,
        interest_gr=300,
        paid_on=date(2026, 11, 2),
        external_id="W-1",
        actor=person("daria").actor,
    )


def page_of(entry: Entry) -> str:
    return reverse("desk:correct_entry", args=[entry.public_id], urlconf="portal.urls.tenant")


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def test_the_page_shows_the_balances_before_and_after_and_changes_nothing(desk, receipt, due):
    seen = text(desk("daria").get(page_of(receipt)))
    assert due.title in seen
    assert "200,00 zł" in seen
    assert "300,00 zł" in seen
    assert "3,00 zł" in seen  # interest that will not be paid any more
    assert owed(due) == 20_000


def test_the_clerk_takes_the_entry_back_with_a_reason(desk, receipt, due):
    browser = desk("daria")
    response = browser.post(page_of(receipt), {"reason": WHY, "is_sure": "on"}, follow=True)
    assert response.redirect_chain == [(f"/urzad/naleznosci/{due.public_id}/", 302)]
    assert owed(due) == 30_000
    seen = text(response)
    assert f"Storno: {WHY}" in seen
    assert "-3,00 zł" in seen.replace("−", "-")
    again = text(browser.get(page_of(receipt)))
    assert "już poprawiony" in again
    assert WHY in again


@pytest.mark.parametrize("sent", [{"is_sure": "on"}, {"reason": WHY}, {"reason": "x" * 301, "is_sure": "on"}])
def test_without_reason_or_yes_nothing_happens(sent, desk, receipt, due):
    response = desk("daria").post(page_of(receipt), sent)
    assert response.status_code == 422
    assert owed(due) == 20_000
    assert not Entry.objects.filter(code=EntryCode.REVERSAL).exists()


def test_a_second_press_is_the_first_one_and_another_reason_is_told_that_it_is_done(desk, receipt, due):
    browser = desk("daria")
    for reason, status in ((WHY, 302), (WHY, 302), ("inny powód", 422)):
        assert browser.post(page_of(receipt), {"reason": reason, "is_sure": "on"}).status_code == status
    assert owed(due) == 30_000
    assert Entry.objects.filter(code=EntryCode.REVERSAL).count() == 1


def test_who_does_not_handle_the_due_finds_no_page(desk, receipt, due, only_real_estate):
    assert desk("daria").get(page_of(receipt)).status_code == 404
    assert desk("daria").post(page_of(receipt), {"reason": WHY, "is_sure": "on"}).status_code == 404
    assert owed(due) == 20_000


def test_a_booked_payment_is_taken_back_from_its_page(desk, paid, due, person):
    daria = person("daria").actor
    book_payment(payment_id=paid.public_id, credited_on=timezone.localdate(), actor=daria)
    browser = desk("daria")
    page = f"/urzad/platnosci/{paid.public_id}/"
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert page_of(entry) in browser.get(page).content.decode()
    assert "wróci do kolejki „Do zaksięgowania”" in text(browser.get(page_of(entry)))
    response = browser.post(page_of(entry), {"reason": WHY, "is_sure": "on"}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "Storno" in text(response)
    assert WHY in text(response)
    assert owed(due) == 30_000
    assert "opłacona, do zaksięgowania" in text(response)
    assert "już raz zaksięgowano" in text(response)
    browser.post(f"{page}zaksieguj/", {"credited_on": timezone.localdate()})
    assert owed(due) == 0


def test_a_payment_whose_money_went_back_is_not_promised_to_the_queue(desk, paid, due, person):
    book_payment(payment_id=paid.public_id, credited_on=timezone.localdate(), actor=person("daria").actor)
    type(paid).objects.filter(pk=paid.pk).update(state="chargeback")
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert "nie wróci do kolejki" in text(desk("daria").get(page_of(entry)))
    desk("daria").post(page_of(entry), {"reason": WHY, "is_sure": "on"})
    paid.refresh_from_db()
    assert (paid.state, owed(due)) == ("chargeback", 30_000)


def test_an_assessment_has_no_link_and_its_page_says_why(desk, due):
    entry = Entry.objects.get(code=EntryCode.ASSESSMENT, reference=due.public_id)
    browser = desk("daria")
    assert page_of(entry) not in browser.get(f"/urzad/naleznosci/{due.public_id}/").content.decode()
    assert "system" in text(browser.get(page_of(entry)))
    browser.post(page_of(entry), {"reason": WHY, "is_sure": "on"})
    assert owed(due) == 30_000
