"""The page before paying and its button: exact amounts, one payment, the way to the operator and back."""

import re

import pytest

from frontend.components.formats import money_text
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.models import Liability
from services.payments.models import Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import GLUE, heading, hidden, main, words

pytestmark = pytest.mark.django_db
BLIK = "154"


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


def checkout(*dues, method: str = BLIK) -> str:
    return (
        "/platnosci/potwierdzenie/?"
        + "&".join(f"naleznosc={due.public_id}" for due in dues)
        + f"&metoda={method}"
    )


def form_of(page) -> dict[str, list[str]]:
    names = ("naleznosc", "grupa", "metoda", "total_gr", "start_key", "texts_key")
    return {name: hidden(page, name) for name in names}


@pytest.fixture
def ready(operator, browser, due) -> dict[str, list[str]]:
    """What the page's form sends for one due."""
    return form_of(browser.get(checkout(due)))


@pytest.mark.covers("D60")
def test_the_exact_amounts_stand_before_the_button(operator, browser, due):
    page = browser.get(checkout(due))
    shown = words(page)
    assert f"{due.title} {money(30_000)} {money(0)} {money(30_000)}" in shown
    assert "Odbiorca Urząd Gminy w Borkach" in shown
    assert "Na rachunek 31 9999 0013 0000 1000 2000 0101" in shown
    assert "Sposób płatności BLIK" in shown
    assert f"Dla urzędu {money(30_000)} Opłata operatora {money(100)}" in shown
    assert f"Razem zapłacisz {money(30_100)}" in shown
    assert f"Zapłać {money(30_100)}" in shown


@pytest.mark.covers("D57", "D22")
def test_the_button_orders_the_payment_and_leads_to_the_operator(operator, browser, due, ready):
    answer = browser.post("/platnosci/potwierdzenie/", ready)
    payment = Payment.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == payment.redirect_url
    assert answer["Location"].startswith(operator.url)
    assert (payment.amount_gr, payment.fee_gr, payment.method_id) == (30_000, 100, BLIK)
    assert operator.control.transaction(payment.reference)["amount_gr"] == 30_100


def test_the_page_lets_its_form_lead_to_the_operator_and_no_other_page_does(operator, browser, due):
    policy = browser.get(checkout(due))["Content-Security-Policy"]
    targets = re.search(r"form-action ([^;]+)", policy)[1].split()
    assert targets == ["'self'", operator.url, "https:"]
    assert (
        re.search(r"form-action ([^;]+)", browser.get("/naleznosci/")["Content-Security-Policy"])[1]
        == "'self'"
    )


def test_a_double_click_pays_once(operator, browser, due, ready):
    first = browser.post("/platnosci/potwierdzenie/", ready)
    second = browser.post("/platnosci/potwierdzenie/", ready)
    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


@pytest.mark.covers("D63")
def test_a_second_tab_is_told_that_the_payment_is_under_way(operator, browser, due, ready):
    other_tab = form_of(browser.get(checkout(due)))
    browser.post("/platnosci/potwierdzenie/", ready)
    answer = browser.post("/platnosci/potwierdzenie/", other_tab)
    assert answer["Location"] == "/naleznosci/"
    assert "Płatność jednej z tych należności już trwa." in words(browser.get("/naleznosci/"))
    assert Payment.objects.count() == 1


def test_an_amount_that_changed_meanwhile_is_shown_anew_and_nothing_is_ordered(operator, browser, due, ready):
    from services.ledger import actions as ledger
    from services.ledger.actions import Line
    from services.ledger.models import EntryCode
    from tests.factories.liabilities import ACTOR

    ledger.post(
        code=EntryCode.WRITE_DOWN,
        reference=due.public_id,
        lines=[
            Line(AccountKind.REVENUE, 5_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -5_000, due.public_id),
        ],
        effective_on=due.due_on,
        actor=ACTOR,
    )
    answer = browser.post("/platnosci/potwierdzenie/", ready)
    page = browser.get(answer["Location"])
    assert "Kwota zmieniła się, gdy strona była otwarta." in words(page)
    assert f"Zapłać {money(25_100)}" in words(page)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("total", ["1", "0", "-5", "", "30100.5"])
def test_a_total_that_was_not_shown_orders_nothing(total, operator, browser, due, ready):
    answer = browser.post("/platnosci/potwierdzenie/", ready | {"total_gr": total})
    assert answer["Location"].startswith("/platnosci/potwierdzenie/?")
    assert not Payment.objects.exists()
    assert not PaymentItem.objects.exists()


def test_a_method_that_is_gone_leads_back_to_the_list_with_the_reason(operator, browser, due, ready):
    answer = browser.post("/platnosci/potwierdzenie/", ready | {"metoda": "987"})
    page = browser.get(answer["Location"])
    assert heading(page) == "Czym chcesz zapłacić?"
    assert "Ten sposób jest teraz niedostępny. Wybierz inny." in words(page)
    assert not Payment.objects.exists()


def test_an_operator_that_refuses_leaves_the_due_free_and_offers_a_way(operator, browser, due, ready):
    operator.control.fault("start", "401", times=9)
    answer = browser.post("/platnosci/potwierdzenie/", ready)
    page = browser.get(answer["Location"])
    assert "Operator płatności teraz nie odpowiada." in words(page)
    assert not PaymentItem.objects.filter(is_open=True).exists()
    assert "Płatność w toku" not in words(browser.get("/naleznosci/"))


def test_an_answer_that_got_lost_is_an_honest_not_known_yet(operator, browser, due, ready):
    operator.control.fault("start", "commit_then_reset")
    answer = browser.post("/platnosci/potwierdzenie/", ready)
    payment = Payment.objects.get()
    assert (payment.state, answer["Location"]) == ("unknown", f"/platnosci/{payment.public_id}/")
    page = browser.get(answer["Location"])
    assert heading(page) == "Jeszcze nie wiemy, co z tą płatnością"
    assert "Nie płać drugi raz." in words(page)
    assert PaymentItem.objects.get().is_open


@pytest.mark.covers("D62")
def test_ordering_leaves_the_balance_as_it_was(operator, browser, due, ready):
    browser.post("/platnosci/potwierdzenie/", ready)
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {due.public_id: 30_000}
    assert Liability.objects.get(pk=due.pk).principal_gr == 30_000


@pytest.mark.covers("S67")
def test_somebody_elses_due_cannot_be_ordered(operator, client_for, scope, due, ready):
    stranger = client_for("celina", scope)
    assert stranger.get(checkout(due)).status_code == 404
    assert stranger.post("/platnosci/potwierdzenie/", ready).status_code == 404
    assert not Payment.objects.exists()


def test_without_a_chosen_due_there_is_nothing_to_order(operator, browser, due):
    for answer in (
        browser.get("/platnosci/potwierdzenie/"),
        browser.post("/platnosci/potwierdzenie/", {"total_gr": 1}),
    ):
        assert answer.status_code == 302
    assert not Payment.objects.exists()


def test_the_form_is_safe_from_other_sites(operator, client_for, scope, due, ready):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": scope.host}, SERVER_NAME=scope.host)
    strict.cookies = client_for("anna", scope).cookies
    assert strict.post("/platnosci/potwierdzenie/", ready).status_code == 403
    assert not Payment.objects.exists()


def test_what_goes_to_another_account_is_offered_after_the_first_payment(operator, browser, payer, due):
    lease = LiabilityFactory(payer=payer, lease=True)
    page = browser.get(checkout(due, lease) + "&grupa=tax-31999900130000100020000101")
    browser.post("/platnosci/potwierdzenie/", form_of(page))
    payment = Payment.objects.get()
    assert [item.liability_id for item in payment.items.all()] == [due.pk]
    after = browser.get(f"/platnosci/{payment.public_id}/")
    assert "Zostało jeszcze coś do zapłacenia" in words(after)
    assert f'href="/platnosci/nowa/?naleznosc={lease.public_id}"' in main(after)


def test_a_bent_form_with_one_due_twice_pays_it_once(operator, browser, due, ready):
    """payments.md 11, bug 15."""
    assert ready["naleznosc"] == [str(due.public_id)]

    browser.post("/platnosci/potwierdzenie/", ready | {"naleznosc": [str(due.public_id)] * 2})

    payment = Payment.objects.get()
    assert payment.amount_gr == due.principal_gr
    assert PaymentItem.objects.filter(payment=payment).count() == 1
