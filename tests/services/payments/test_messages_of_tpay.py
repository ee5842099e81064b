"""Tpay names its transaction in messages otherwise than in its status: what was told belongs to the payment nevertheless."""

import pytest

from services.payments.actions import book_payment
from services.payments.models import Payment
from tests.services.payments.telling import Teller

pytestmark = pytest.mark.django_db


@pytest.fixture
def tpay(teller) -> Teller:
    return teller("tpay")


@pytest.fixture
def payment(tpay, payments, due) -> Payment:
    """A started payment of a tax through Tpay."""
    return payments.start(due)


def test_its_message_alone_makes_the_payment_paid(payment, tpay):
    tpay.control.pay(payment.reference)

    event = tpay.take(payment, tpay.next())

    assert payment.state == "paid"
    assert payment.operator_id == tpay.control.transaction(payment.reference)["operator_tx_id"]
    assert event.processed_at is not None


def test_a_chargeback_of_a_booked_payment_is_not_lost(payment, tpay, person):
    tpay.control.pay(payment.reference)
    tpay.take(payment, tpay.next())
    book_payment(payment_id=payment.public_id, credited_on=payment.debited_on, actor=person("daria").actor)

    tpay.control.give_back(payment.reference)
    tpay.take(payment, tpay.next())

    assert payment.state == "chargeback"
