"""The page of one payment: every outcome in clear words, nothing believed but what the operator has confirmed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from frontend.components.formats import money_text
from frontend.resident.outcome import OUTCOMES
from frontend.resident.wording import PAYMENT_STATES
from services.accounts.models import Representation
from services.payments import actions
from services.payments.domain.states import LOCKING, RELEASED, UNPAID, State
from services.payments.models import Payment
from services.payments.queries import statement
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import GLUE, heading, main, words
from tests.services.liabilities.statements import pay_at_the_desk

pytestmark = pytest.mark.django_db

HEADINGS = {
    State.CREATED: "Czekamy na potwierdzenie płatności",
    State.STARTED: "Czekamy na potwierdzenie płatności",
    State.PENDING: "Czekamy na potwierdzenie płatności",
    State.UNKNOWN: "Jeszcze nie wiemy, co z tą płatnością",
    State.PAID_UNVERIFIED: "Operator zgłosił wpłatę, sprawdzamy ją",
    State.PAID: "Zapłacono",
    State.MISMATCH: "Urząd wyjaśnia tę wpłatę",
    State.BOOKED: "Urząd zaksięgował wpłatę",
    State.FAILED: "Płatność się nie udała",
    State.CANCELLED: "Płatność anulowana",
    State.EXPIRED: "Płatność wygasła",
    State.REFUND_PENDING: "Trwa zwrot pieniędzy",
    State.PARTLY_REFUNDED: "Zwrócono część pieniędzy",
    State.REFUNDED: "Pieniądze zwrócono",
    State.CHARGEBACK: "Bank cofnął płatność",
}
WAITING = UNPAID | {State.PAID_UNVERIFIED}
WITH_MONEY = {
    State.PAID,
    State.BOOKED,
    State.REFUND_PENDING,
    State.PARTLY_REFUNDED,
    State.REFUNDED,
    State.CHARGEBACK,
}


GOING_BACK = {State.REFUND_PENDING, State.PARTLY_REFUNDED}


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


@pytest.fixture
def payment_in(payer, resident, due):
    def make(state: State, **changes: object) -> Payment:
        if state in WITH_MONEY:
            changes = {"paid_at": timezone.now(), "debited_on": timezone.localdate(), **changes}
        if state == State.BOOKED:
            changes = {"booked_at": timezone.now(), **changes}
        changes = {"redirect_url": "http://127.0.0.1:9/trnRequest/X", **changes}
        return PaymentFactory(state=state, payer=payer, resident=resident, dues=[due], **changes)

    return make


def address(payment: Payment) -> str:
    return f"/platnosci/{payment.public_id}/"


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page_of_its_own_words(state, browser, payment_in):
    payment = payment_in(state)
    page = browser.get(address(payment))
    assert page.status_code == 200
    assert heading(page) == HEADINGS[state]
    history = words(browser.get("/platnosci/"))
    assert str(PAYMENT_STATES[state].label) in history


def test_no_state_is_without_words():
    assert set(OUTCOMES) == set(PAYMENT_STATES) == set(State)


@pytest.mark.parametrize("state", State)
def test_the_page_reloads_itself_only_while_something_is_awaited(state, browser, payment_in):
    payment = payment_in(state)
    page = browser.get(address(payment))
    assert ("Refresh" in page) == (state in WAITING)
    assert ("Sprawdź teraz" in words(page)) == (state in WAITING)
    assert "http-equiv" not in page.content.decode()


def test_reloading_can_be_switched_off_and_ends_by_itself(browser, payment_in):
    payment = payment_in(State.STARTED)
    assert browser.get(address(payment))["Refresh"] == f"5; url={address(payment)}"
    assert "Refresh" not in browser.get(address(payment) + "?odswiezaj=nie")
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=21))
    assert "Refresh" not in browser.get(address(payment))


@pytest.mark.parametrize("state", State)
def test_unfinished_payments_can_be_continued_and_released_ones_tried_again(state, browser, payment_in):
    page = browser.get(address(payment_in(state)))
    assert ('href="http://127.0.0.1:9/trnRequest/X"' in main(page)) == (state in WAITING)
    assert ("Wróć do należności" in words(page)) == (state in RELEASED)


def test_a_dead_link_of_the_operator_is_not_offered(browser, payment_in):
    payment = payment_in(State.STARTED, expires_at=timezone.now() - timedelta(seconds=1))
    assert "Dokończ płatność" not in words(browser.get(address(payment)))


@pytest.mark.parametrize("query", ["?status=paid&state=booked", "?success=1&orderId=1&statement=ok"])
def test_what_the_browser_brings_back_is_not_believed(query, browser, payment_in):
    payment = payment_in(State.STARTED)
    assert heading(browser.get(address(payment) + query)) == HEADINGS[State.STARTED]
    answer = browser.post(address(payment) + query, {"status": "paid"})
    assert (answer.status_code, answer["Location"]) == (302, address(payment))
    payment.refresh_from_db()
    assert payment.state == "started"


def test_a_browser_that_comes_back_by_post_without_its_cookie_finds_the_page(client_for, scope, payment_in):
    payment = payment_in(State.STARTED)
    from django.test import Client

    bare = Client(enforce_csrf_checks=True, headers={"host": scope.host}, SERVER_NAME=scope.host)
    answer = bare.post(address(payment), {"status": "paid"})
    assert answer["Location"] == f"/logowanie/?next={address(payment)}"
    signed_in = client_for("anna", scope)
    assert signed_in.get(answer["Location"])["Location"] == address(payment)


@pytest.mark.covers("D62")
@pytest.mark.parametrize("state", sorted(LOCKING - GOING_BACK))
def test_while_the_lock_holds_the_balance_is_shown_now_and_after_booking(
    state, browser, payer, resident, payment_in
):
    payment = payment_in(state)
    now_gr = statement(payer, timezone.localdate(), resident).total_gr
    shown = words(browser.get(address(payment)))
    assert f"Saldo teraz {money(now_gr)}" in shown
    assert f"Zlecono dla urzędu {money(30_000)}" in shown
    assert f"Saldo po zaksięgowaniu {money(now_gr - 30_000)}" in shown


def test_who_no_longer_acts_for_the_payer_sees_the_payment_but_not_the_balance(browser, resident, payment_in):
    payment = payment_in(State.PAID)
    Representation.objects.filter(resident=resident).delete()
    page = browser.get(address(payment))
    assert heading(page) == "Zapłacono"
    assert "Saldo teraz" not in words(page)


@pytest.mark.covers("D61")
def test_a_booked_payment_tells_where_each_grosz_went(
    browser, client_for, scope, payer, resident, person, due
):
    earlier = LiabilityFactory(
        payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120), title="Rata wcześniejsza"
    )
    payment = PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])
    actions.book_payment(
        payment_id=payment.public_id, credited_on=timezone.localdate(), actor=person("daria").actor
    )
    shown = words(browser.get(address(payment)))
    assert "Na co poszła wpłata" in shown
    assert f"{earlier.title}: należność główna" in shown
    assert f"{earlier.title}: odsetki" in shown
    assert "Saldo teraz" not in shown


def test_costs_and_an_overpayment_are_named_too(browser, payer, resident, person, due):
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    amount_gr = due.principal_gr + cost.amount_gr
    payment = PaymentFactory(
        paid=True, payer=payer, resident=resident, dues=[due], costs=[cost], amount_gr=amount_gr
    )
    pay_at_the_desk(due, 10_000)
    actions.book_payment(
        payment_id=payment.public_id, credited_on=timezone.localdate(), actor=person("daria").actor
    )
    shown = words(browser.get(address(payment)))
    assert f"Koszty upomnienia {money(1_600)}" in shown
    assert f"{due.title}: należność główna {money(20_000)}" in shown
    assert f"Nadpłata, do rozliczenia z urzędem {money(10_000)}" in shown


@pytest.mark.parametrize("state", State)
def test_a_confirmation_exists_once_there_is_money_and_not_before(state, browser, payment_in):
    payment = payment_in(state)
    file = browser.get(address(payment) + "potwierdzenie.pdf")
    if state in WITH_MONEY:
        assert file["Content-Type"] == "application/pdf"
        assert file.content.startswith(b"%PDF-")
        assert file["Cache-Control"] == "no-store"
    else:
        assert file.status_code == 404
    assert ("potwierdzenie.pdf" in main(browser.get(address(payment)))) == (state in WITH_MONEY)


@pytest.mark.covers("S67")
def test_somebody_elses_payment_does_not_exist(client_for, scope, payment_in):
    payment = payment_in(State.PAID)
    stranger = client_for("celina", scope)
    assert stranger.get(address(payment)).status_code == 404
    assert stranger.get(address(payment) + "potwierdzenie.pdf").status_code == 404
    assert str(payment.public_id) not in stranger.get("/platnosci/").content.decode()


def test_the_history_lists_own_payments_newest_first_page_by_page(browser, payer, resident):
    for number in range(23):
        due = LiabilityFactory(payer=payer, instalment=number)
        PaymentFactory(payer=payer, resident=resident, dues=[due], title=f"Wpłata {number:02}")
    first, second = browser.get("/platnosci/"), browser.get("/platnosci/?strona=2")
    assert "Wpłata 22" in words(first)
    assert "Wpłata 02" not in words(first)
    assert words(first).index("Wpłata 22") < words(first).index("Wpłata 21")
    assert "Wpłata 00" in words(second)


def test_an_empty_history_says_what_will_be_there(browser):
    assert "Nie ma jeszcze żadnych płatności" in words(browser.get("/platnosci/"))
