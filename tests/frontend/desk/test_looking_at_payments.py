"""All payments, and money that does not agree with an order."""

import pytest

from services.payments.models import OperatorEvent, Payment
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
ALL = "/urzad/platnosci/"


def test_every_state_is_in_the_list_and_can_be_chosen(desk, anna, due, paid):
    PaymentFactory(expired=True, payer=anna, dues=[due], title="Porzucona próba")
    assert "Porzucona próba" in words(desk("daria").get(ALL))
    only_paid = words(desk("daria").get(f"{ALL}?state=paid"))
    assert "Porzucona próba" not in only_paid
    assert paid.title in only_paid


@pytest.mark.parametrize("column", ["reference", "operator_id"])
def test_a_payment_is_found_by_our_number_and_by_the_operators(column, desk, anna, due, paid):
    row = Payment.objects.get(pk=paid.pk)
    row.operator_id, row.title = "318221904", "Szukana"
    row.save()
    PaymentFactory(expired=True, payer=anna, dues=[due], title="Inna")
    number = getattr(Payment.objects.get(pk=paid.pk), column)
    page = words(desk("daria").get(f"{ALL}?number={number}"))
    assert "Szukana" in page
    assert "Inna" not in page


def test_the_page_of_a_payment_shows_its_days_amounts_and_numbers(desk, paid):
    Payment.objects.filter(pk=paid.pk).update(operator_id="318221904")
    page = words(desk("daria").get(f"{ALL}{paid.public_id}/"))
    for shown in ("300,00 zł", "Koszt operatora 1,00 zł", "301,00 zł", "318221904", paid.reference, "K-anna"):
        assert shown in page
    for day in ("Zlecona", "Opłacona", "Uznanie rachunku urzędu", "Zaksięgowana"):
        assert day in page


def test_a_mismatch_is_listed_with_its_reason_and_cannot_be_booked(desk, paid):
    Payment.objects.filter(pk=paid.pk).update(state="mismatch", failure_code="event.amount")
    client = desk("daria")
    assert "kwota" in words(client.get(f"{ALL}niezgodnosci/"))
    page = words(client.get(f"{ALL}{paid.public_id}/"))
    assert "Pieniądze nie zgadzają się ze zleceniem" in page
    assert "Dzień uznania rachunku urzędu" not in page
    client.post(f"{ALL}{paid.public_id}/zaksieguj/", {"credited_on": "2026-11-02"})
    assert Payment.objects.get(pk=paid.pk).state == "mismatch"


def test_messages_that_were_not_believed_are_listed_without_their_content(desk, paid):
    OperatorEvent.objects.create(
        operator_account=paid.operator_account, dedupe_key="x", verdict="forged", raw="tajna tresc", parsed={}
    )
    page = desk("daria").get(f"{ALL}niezgodnosci/")
    assert "odrzucony: zły podpis" in words(page)
    assert "tajna tresc" not in page.content.decode()


def test_asking_the_operator_finds_the_money_that_came(desk, operator, anna, due, person):
    from services.payments.models import Payment as Row
    from tests.services.payments.conftest import Payments

    payment = Payments(operator, person("anna")).start(due)
    operator.control.pay(payment.redirect_url.rsplit("/", 1)[-1])
    desk("daria").post(f"{ALL}{payment.public_id}/zapytaj/")
    assert Row.objects.get(pk=payment.pk).state == "paid"
