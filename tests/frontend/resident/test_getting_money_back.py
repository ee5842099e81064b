"""What the payer sees of a refund: on the way, given back on a day, and nothing of what the office only considers."""

from datetime import datetime, timedelta

import pytest

from kernel.dates import WARSAW
from services.payments.domain.states import State
from services.payments.models import Payment, Refund
from services.payments.queries import holds_lock
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import heading, words
from tests.services.payments.refunding import clerk

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 19, 12, tzinfo=WARSAW)


@pytest.fixture
def paid(payer, resident, due) -> Payment:
    return PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])


def refund(payment: Payment, state: str, person, **changes: object) -> Refund:
    is_ended = state in {"completed", "rejected", "withdrawn"}
    approved = {} if state == "proposed" else {"approved_by_id": clerk().user_id, "approved_at": DAY}
    return Refund.objects.create(
        payment=payment, amount_gr=1_200, paid_gr=payment.paid_gr, refunded_gr=0, idempotency_key=state, state=state,
        proposed_by_id=person("daria").user_id, ended_at=DAY + timedelta(days=1) if is_ended else None,
        **(approved | changes),
    )  # fmt: skip


def address(payment: Payment) -> str:
    return f"/platnosci/{payment.public_id}/"


def test_a_refund_on_its_way_says_so_on_the_payment_and_on_the_due(browser, paid, due, person):
    refund(paid, "pending", person)
    Payment.objects.filter(pk=paid.pk).update(state=State.REFUND_PENDING)
    page = browser.get(address(paid))
    assert heading(page) == "Trwa zwrot pieniędzy"
    assert "Zwrot w toku: 12,00 zł, zlecony 19 listopada 2026" in words(page)
    assert "Saldo po zaksięgowaniu" not in words(page)
    shown = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert "Urząd zwraca wpłatę na tę należność" in shown
    assert "Nie płać drugi raz." in shown


def test_money_given_back_is_shown_with_its_day(browser, paid, person):
    refund(paid, "completed", person)
    Payment.objects.filter(pk=paid.pk).update(state=State.PARTLY_REFUNDED)
    page = words(browser.get(address(paid)))
    assert "Zwrócono 12,00 zł, 20 listopada 2026" in page
    assert "Zwrot w toku" not in page


@pytest.mark.parametrize("state", ["proposed", "rejected", "withdrawn"])
def test_what_the_office_only_considered_is_not_for_the_payer(state, browser, paid, person):
    refund(paid, state, person, reason="Podejrzenie pomyłki.")
    page = words(browser.get(address(paid)))
    assert "Zwrot" not in page
    assert "Podejrzenie" not in page
    assert heading(browser.get(address(paid))) == "Zapłacono"
    assert holds_lock(Payment.objects.get(pk=paid.pk))


def test_the_confirmation_of_a_payment_given_back_in_part_can_be_taken(browser, paid, person):
    refund(paid, "completed", person)
    Payment.objects.filter(pk=paid.pk).update(state=State.PARTLY_REFUNDED)
    file = browser.get(address(paid) + "potwierdzenie.pdf")
    assert file.content.startswith(b"%PDF-")
