"""A mismatch at the desk: what was ordered, what came, and the two ways out."""

import pytest

from services.payments.actions import refresh_payment
from services.payments.models import Payment, PaymentItem
from tests.frontend.reading import hidden, words
from tests.services.payments.conftest import Payments

pytestmark = pytest.mark.django_db


@pytest.fixture
def mismatch(operator, person, due) -> Payment:
    """The operator took 5,00 zł less than our own record of the order says."""
    payment = Payments(operator, person("anna")).start(due)
    Payment.objects.filter(pk=payment.pk).update(amount_gr=payment.amount_gr + 500)
    PaymentItem.objects.filter(payment=payment).update(principal_gr=payment.amount_gr + 500)
    operator.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "mismatch"
    return payment


def address(payment: Payment, rest: str = "") -> str:
    return f"/urzad/platnosci/{payment.public_id}/niezgodnosc/{rest}"


def test_the_page_shows_what_was_ordered_what_came_and_the_difference(desk, mismatch):
    daria = desk("daria")
    listed = words(daria.get("/urzad/platnosci/niezgodnosci/"))
    assert "306,00 zł" in listed
    assert "301,00 zł" in listed
    assert "Rozstrzygnij niezgodność" in words(daria.get(f"/urzad/platnosci/{mismatch.public_id}/"))
    page = words(daria.get(address(mismatch)))
    for shown in ("306,00 zł", "301,00 zł", "5,00 zł", "Dla urzędu po koszcie operatora 300,00 zł", "kwota"):
        assert shown in page


def test_what_came_is_accepted_and_waits_to_be_booked(desk, mismatch):
    daria = desk("daria")
    page = daria.get(address(mismatch))
    values = {"amount_gr": hidden(page, "amount_gr")[0], "reason": "Operator potwierdził.", "is_sure": "on"}
    answer = daria.post(address(mismatch, "przyjmij/"), values)
    assert (answer.status_code, answer["Location"]) == (302, f"/urzad/platnosci/{mismatch.public_id}/")
    shown = words(daria.get(answer["Location"]))
    for text in ("Wpłynęło naprawdę 301,00 zł", "Operator potwierdził.", "Zaksięguj", "Zaproponuj zwrot"):
        assert text in shown
    assert "300,00 zł" in words(daria.get("/urzad/platnosci/do-zaksiegowania/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Napisz, dlaczego tę kwotę można przyjąć."),
        ({"is_sure": ""}, "Potwierdź, że rozliczone będzie to, co wpłynęło."),
        ({"amount_gr": "1"}, "Operator podaje teraz inną kwotę"),
    ],
)
def test_a_careless_yes_changes_nothing(changes, said, desk, mismatch):
    values = {"amount_gr": mismatch.received_gr, "reason": "Powód.", "is_sure": "on"} | changes
    page = desk("daria").post(address(mismatch, "przyjmij/"), values)
    assert page.status_code == 422
    assert said in words(page)
    assert Payment.objects.get(pk=mismatch.pk).state == "mismatch"
    assert hidden(page, "amount_gr") in ([str(mismatch.received_gr)], [str(values["amount_gr"])])


def test_money_that_came_cannot_be_denied_and_the_page_says_what_to_do(desk, mismatch):
    page = desk("daria").post(address(mismatch, "zamknij/"), {"reason": "Nie ma."})
    assert page.status_code == 422
    assert "Operator ma te pieniądze" in words(page)
    assert Payment.objects.get(pk=mismatch.pk).state == "mismatch"


def test_money_that_went_back_is_closed_as_not_paid(operator, desk, mismatch):
    operator.control.give_back(mismatch.reference)
    answer = desk("daria").post(address(mismatch, "zamknij/"), {"reason": "Operator oddał."})
    assert answer.status_code == 302
    assert Payment.objects.get(pk=mismatch.pk).state == "failed"
    assert desk("daria").get(address(mismatch)).status_code == 302


def test_another_currency_offers_no_yes(desk, mismatch):
    Payment.objects.filter(pk=mismatch.pk).update(received_currency="EUR")
    page = words(desk("daria").get(address(mismatch)))
    assert "w innej walucie: EUR" in page
    assert "Przyjmij tę kwotę" not in page


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_only_a_clerk_opens_it(name, desk, mismatch):
    client = desk(name)
    assert client.get(address(mismatch)).status_code == 403
    assert client.post(address(mismatch, "przyjmij/"), {"amount_gr": 1}).status_code == 403
    assert Payment.objects.get(pk=mismatch.pk).state == "mismatch"


def test_a_clerk_of_another_department_finds_nothing(desk, mismatch, only_real_estate):
    assert desk("daria").get(address(mismatch)).status_code == 404
