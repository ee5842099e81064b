"""Booking one payment: looked at before, booked once, refused with a reason beside the field."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.notices.models import Message
from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db


def page_of(payment) -> str:
    return f"/urzad/platnosci/{payment.public_id}/"


def book(client, payment, credited_on=None, **more):
    day = credited_on or timezone.localdate()
    return client.post(f"{page_of(payment)}zaksieguj/", {"credited_on": day.isoformat(), **more})


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


@pytest.mark.covers("D61", "D62")
def test_looking_changes_nothing_and_booking_changes_the_balance(desk, paid, due):
    page = words(desk("daria").get(page_of(paid)))
    assert "opłacona, do zaksięgowania" in page
    assert owed(due) == 30_000
    answer = book(desk("daria"), paid)
    assert answer["Location"] == page_of(paid)
    assert Payment.objects.get(pk=paid.pk).state == "booked"
    assert owed(due) == 0
    assert Message.objects.filter(kind="payment_booked", related_ref=str(paid.public_id)).count() == 1
    after = words(desk("daria").get(page_of(paid)))
    assert "Zapisy w księdze" in after
    assert "Zaksięgowano płatność" in after
    assert "Daria Urzędowa (urzędnik)" in after


@pytest.mark.covers("D66")
def test_the_page_says_where_the_money_will_go_and_why(desk, anna):
    due = LiabilityFactory(payer=anna, title="Zaległa rata", principal_gr=3_000_000, due_on=date(2025, 3, 15))
    ReminderCostFactory(payer=anna, liabilities=[due], number="UP/77/2026")
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], amount_gr=2_000_000)
    page = words(desk("daria").get(page_of(payment)))
    assert "Upomnienie UP/77/2026" in page
    assert "koszty upomnienia idą przed wszystkim innym" in page
    assert "art. 62 § 1a Ordynacji podatkowej" in page
    assert "dzieli się w proporcji" in page


def test_another_day_can_be_looked_at_without_booking(desk, paid, due):
    yesterday = timezone.localdate() - timedelta(days=1)
    Payment.objects.filter(pk=paid.pk).update(debited_on=yesterday)
    page = book(desk("daria"), paid, yesterday, preview="1")
    assert page.status_code == 200
    assert yesterday.isoformat() in page.content.decode()
    assert Payment.objects.get(pk=paid.pk).state == "paid"
    assert owed(due) == 30_000


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(1, "jeszcze nie nadszedł"), (-1, "zapłat")],
    ids=["in the future", "before the payment"],
)
def test_an_impossible_day_is_refused_beside_the_field(days, sentence, desk, paid, due):
    page = book(desk("daria"), paid, timezone.localdate() + timedelta(days=days))
    assert page.status_code == 422
    assert sentence in error_beside(page, "credited_on")
    assert Payment.objects.get(pk=paid.pk).state == "paid"
    assert owed(due) == 30_000


def test_without_a_day_nothing_is_booked(desk, paid):
    page = desk("daria").post(f"{page_of(paid)}zaksieguj/", {})
    assert error_beside(page, "credited_on")
    assert Payment.objects.get(pk=paid.pk).state == "paid"


def test_a_second_click_books_nothing_more(desk, paid, due):
    client = desk("daria")
    book(client, paid)
    book(client, paid)
    assert Entry.objects.filter(code=EntryCode.PAYMENT, reference=paid.public_id).count() == 1
    assert owed(due) == 0


@pytest.mark.usefixtures("only_real_estate")
def test_a_payment_of_another_department_does_not_exist_here(desk, paid, due):
    client = desk("daria")
    assert client.get(page_of(paid)).status_code == 404
    assert book(client, paid).status_code == 404
    assert client.post(f"{page_of(paid)}zapytaj/").status_code == 404
    assert str(paid.public_id) not in client.get("/urzad/platnosci/").content.decode()
    assert Payment.objects.get(pk=paid.pk).state == "paid"
    assert owed(due) == 30_000


@pytest.mark.usefixtures("only_real_estate")
def test_a_payment_shared_with_another_department_is_shown_in_part_and_cannot_be_booked(
    desk, anna, due, lease
):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due, lease], amount_gr=60_000)
    page = words(desk("daria").get(page_of(payment)))
    assert "należność innego wydziału" in page
    assert due.title not in page
    assert lease.title in page
    assert "Ta płatność dotyczy też innego wydziału" in page
    assert book(desk("daria"), payment).status_code == 404
    assert Payment.objects.get(pk=payment.pk).state == "paid"


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_only_a_clerk_books(name, desk, paid):
    assert book(desk(name), paid).status_code == 403
    assert Payment.objects.get(pk=paid.pk).state == "paid"
