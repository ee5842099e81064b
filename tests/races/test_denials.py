"""The operator denies and pays at the same moment: the later word counts, and neither is lost."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.actions import process_event, refresh_payment, take_notification
from services.payments.models import OperatorEvent, Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import started


@pytest.fixture
def payer(own):
    return Payer.objects.get(public_id=own.person("anna").payer_id)


def told(own, payer, instalment: int = 3) -> tuple[Payment, str]:
    """A signed message tells of money that no book has, and the link is dead for good."""
    own.emulator.control.fault("notify", "never", times=100)
    payment = started(own.person("anna"), LiabilityFactory(payer=payer, instalment=instalment))
    order_id = own.emulator.control.transaction(payment.reference)["operator_tx_id"]
    take_notification(payment.operator_account.public_id, notification(payment, order_id))
    process_event(OperatorEvent.objects.get(payment=payment).public_id)
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(hours=2))
    payment.refresh_from_db()
    assert payment.state == "paid_unverified"
    return payment, order_id


def times(payment: Payment, state: str) -> int:
    return AuditEntry.objects.filter(
        action="payment.state", subject_ref=str(payment.public_id), details__after=state
    ).count()


def test_ten_pollers_deny_once(own, payer):
    payment, _ = told(own, payer)

    results = own.together(*[lambda: refresh_payment(payment.public_id)] * 10)

    assert results == [None] * 10
    payment.refresh_from_db()
    assert (payment.state, times(payment, "failed")) == ("failed", 1)
    assert Message.objects.filter(kind="payment_failed").count() == 1
    assert not PaymentItem.objects.filter(payment=payment, is_open=True).exists()


def test_a_denial_and_the_late_money_at_one_moment_end_as_paid_once(own, payer):
    for instalment in range(1, 7):
        payment, _ = told(own, payer, instalment)
        event_id = OperatorEvent.objects.get(payment=payment).public_id

        results = own.together(
            lambda payment=payment: refresh_payment(payment.public_id),
            lambda payment=payment: own.emulator.control.pay(payment.reference, late=True),
            lambda event_id=event_id: process_event(event_id),
            lambda payment=payment: refresh_payment(payment.public_id),
        )

        assert not [result for result in results if isinstance(result, Exception)]
        refresh_payment(payment.public_id)
        payment.refresh_from_db()
        assert (payment.state, times(payment, "paid")) == ("paid", 1)
        assert Message.objects.filter(kind="payment_paid", related_ref=str(payment.public_id)).count() == 1


def test_a_message_that_comes_while_the_operator_is_asked_is_newer_than_its_answer(own, payer):
    payment, order_id = told(own, payer)
    OperatorEvent.objects.update(processed_at=timezone.now())
    own.emulator.control.fault("status", "slow", seconds=1.5)
    asked = threading.Event()

    def ask() -> None:
        asked.set()
        refresh_payment(payment.public_id)

    def tell() -> None:
        assert asked.wait(10)
        threading.Event().wait(0.4)
        request = notification(payment, order_id, statement="p24-A2", methodId=26)
        take_notification(payment.operator_account.public_id, request)

    assert own.together(ask, tell) == [None, None]

    payment.refresh_from_db()
    assert OperatorEvent.objects.filter(payment=payment, processed_at__isnull=True).count() == 1
    assert payment.state == "paid_unverified"
    assert PaymentItem.objects.get(payment=payment).is_open
    assert times(payment, "failed") == 0
