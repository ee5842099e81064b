"""Tpay names its transaction in messages otherwise than in its status: what was told belongs to the payment nevertheless."""

import time
from collections.abc import Iterator

import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from integrations.payments.values import RawRequest
from services.payments.actions import book_payment, process_event, take_notification
from services.payments.models import OperatorEvent, Payment
from tenants.configuration.models import OperatorAccount
from tests.integrations.conftest import Receiver, receiver  # noqa: F401 -- a fixture
from tests.integrations.payments.benches.tpay import TpayBench

pytestmark = pytest.mark.django_db
OURS = TpayBench.merchants[0]


@pytest.fixture(scope="module")
def tpay() -> Iterator[Emulator]:
    running = start("tpay", merchants=TpayBench.merchants)
    yield running
    running.stop()


@pytest.fixture
def payment(in_borki, payments, due, tpay, receiver, monkeypatch) -> Payment:  # noqa: F811
    """A started payment of a tax through Tpay, whose messages come to a server that keeps them."""
    nrb = due.liability_type.account_nrb
    OperatorAccount.objects.filter(account_nrb=nrb).update(is_active=False)
    OperatorAccount.objects.create(
        operator="tpay",
        label="Tpay",
        profile="local",
        api_url=tpay.url,
        merchant_ids=OURS["ids"],
        secrets={name: [value] for name, value in OURS["secrets"].items()},
        account_nrb=nrb,
    )
    monkeypatch.setattr(
        "services.payments.addresses.portal_address", lambda: f"http://borki.localhost:{receiver.port}"
    )
    return payments.start(due)


def next_message(box: Receiver, payment: Payment) -> RawRequest:
    path, deadline = (
        f"/webhooks/platnosci/{payment.operator_account.public_id}/",
        time.monotonic() + 10,
    )
    while not (found := [request for request in box.requests if request.path == path]):
        assert time.monotonic() < deadline, "no message came"
        time.sleep(0.02)
    box.requests.clear()
    return found[-1]


def told(payment: Payment, request: RawRequest) -> OperatorEvent:
    reply = take_notification(payment.operator_account.public_id, request)
    assert (reply.status, reply.body) == (200, b"TRUE")
    event = OperatorEvent.objects.latest("id")
    process_event(event.public_id)
    event.refresh_from_db()
    payment.refresh_from_db()
    return event


def test_its_message_alone_makes_the_payment_paid(payment, tpay, receiver):  # noqa: F811
    tpay.control.pay(payment.reference)

    event = told(payment, next_message(receiver, payment))

    assert payment.state == "paid"
    assert payment.operator_id == tpay.control.transaction(payment.reference)["operator_tx_id"]
    assert event.processed_at is not None


def test_a_chargeback_of_a_booked_payment_is_not_lost(payment, tpay, receiver, person):  # noqa: F811
    tpay.control.pay(payment.reference)
    told(payment, next_message(receiver, payment))
    book_payment(payment_id=payment.public_id, credited_on=payment.debited_on, actor=person("daria").actor)

    tpay.control.give_back(payment.reference)
    told(payment, next_message(receiver, payment))

    assert payment.state == "chargeback"
