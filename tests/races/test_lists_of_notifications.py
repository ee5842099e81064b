"""Lists of messages that share payments are carried out by several workers at once, beside those who ask by themselves."""

import time

import pytest
from django.db import connection

from kernel.audit.models import AuditEntry
from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.actions import process_events, refresh_payment, take_notification
from services.payments.models import OperatorEvent, Payment
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import started


@pytest.fixture
def told(own):
    """Ten payments that were made, each with a message that waits; payments and ids of the messages."""
    own.emulator.control.fault("notify", "never", times=20)
    payer = Payer.objects.get(public_id=own.person("anna").payer_id)
    payments = [
        started(own.person("anna"), LiabilityFactory(payer=payer, instalment=n)) for n in range(1, 11)
    ]
    for payment in payments:
        order_id = own.emulator.control.pay(payment.reference)["operator_tx_id"]
        take_notification(payment.operator_account.public_id, notification(payment, order_id))
    return payments, list(OperatorEvent.objects.order_by("pk").values_list("public_id", flat=True))


def assert_paid_once(payment: Payment) -> None:
    payment.refresh_from_db()
    entries = AuditEntry.objects.filter(action="payment.state", subject_ref=str(payment.public_id))
    assert payment.state == "paid"
    assert entries.filter(details__after="paid").count() == 1
    assert Message.objects.filter(kind="payment_paid", related_ref=str(payment.public_id)).count() == 1


def test_lists_that_overlap_pay_each_payment_once_and_never_wait_for_each_other(own, told):
    payments, events = told
    results = own.together(
        lambda: process_events(events),
        lambda: process_events(events[::-1]),
        lambda: process_events(events[3:]),
        lambda: process_events(events[7:] + events[:3]),
        lambda: [refresh_payment(payment.public_id) for payment in payments[::-1]] and None,
    )
    assert results == [None] * 5
    for payment in payments:
        assert_paid_once(payment)
    assert not OperatorEvent.objects.filter(processed_at__isnull=True).exists()


def test_while_the_operator_is_asked_no_row_is_locked_and_no_transaction_is_open(own, told):
    payments, events = told
    own.emulator.control.fault("confirm", "slow", times=1, seconds=2)
    done = []

    def locks_them_all():
        deadline = time.monotonic() + 10
        while Payment.objects.filter(state="paid_unverified").count() < 10:
            assert time.monotonic() < deadline, "the word was never kept"
        began = time.monotonic()
        ids = [payment.pk for payment in payments]
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM payments_payment WHERE id = ANY(%s) FOR UPDATE NOWAIT", [ids])
            done.append((cursor.rowcount, time.monotonic() - began))

    own.together(lambda: process_events(events), locks_them_all)
    (locked, seconds) = done[0]
    assert locked == 10
    assert seconds < 1
    for payment in payments:
        assert_paid_once(payment)


def test_the_operator_is_asked_about_several_at_one_time(own, told):
    _, events = told
    own.emulator.control.fault("confirm", "slow", times=8, seconds=0.5)
    began = time.monotonic()
    process_events(events)
    assert time.monotonic() - began < 8 * 0.5
    assert not Payment.objects.exclude(state="paid").exists()
