"""What became of a payment: notifications, polling, late money."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.emulators.przelewy24.sign import NOTIFICATION, sign
from integrations.payments.values import RawRequest
from services.ledger.models import Entry
from services.notices.models import Message
from services.payments.actions import process_event, refresh_payment, take_notification
from services.payments.models import OperatorEvent, Payment, PaymentItem
from tests.fixtures.database import SECRETS

pytestmark = pytest.mark.django_db


def notification(payment: Payment, told: dict, crc: str = SECRETS["crc"], **changes: object) -> RawRequest:
    account = payment.operator_account
    values = {
        "merchantId": int(account.merchant_ids["merchant_id"]),
        "posId": int(account.merchant_ids["pos_id"]),
        "sessionId": payment.reference,
        "amount": payment.total_gr,
        "originAmount": payment.total_gr,
        "currency": "PLN",
        "orderId": int(told["operator_tx_id"]),
        "methodId": 25,
        "statement": "p24-A1",
    } | changes
    body = json.dumps(values | {"sign": sign(NOTIFICATION, values, crc)}).encode()
    return RawRequest("POST", "/webhooks/", {"Content-Type": "application/json"}, body, "127.0.0.1")


def paid(payments, due) -> tuple[Payment, dict]:
    payment = payments.start(due)
    payments.operator.control.pay(payment.reference)
    return payment, payments.operator.control.transaction(payment.reference)


def test_a_signed_notification_makes_it_paid_after_our_own_question(payments, due):
    payment, told = paid(payments, due)
    reply = take_notification(payment.operator_account.public_id, notification(payment, told))
    assert reply.status == 200
    process_event(OperatorEvent.objects.get().public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert payment.debited_on is not None
    assert payments.operator.control.transaction(payment.reference)["state"] == "confirmed"


@pytest.mark.covers("D61", "D62")
def test_a_paid_payment_changes_no_balance_and_keeps_the_lock(payments, due):
    entries = Entry.objects.count()
    payment, _ = paid(payments, due)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert Entry.objects.count() == entries
    assert PaymentItem.objects.get(payment=payment).is_open


def test_a_forged_notification_is_kept_refused_and_changes_nothing(payments, due):
    payment, told = paid(payments, due)
    reply = take_notification(payment.operator_account.public_id, notification(payment, told, crc="f" * 16))
    assert reply.status >= 400
    event = OperatorEvent.objects.get()
    assert event.verdict == "forged"
    process_event(event.public_id)
    payment.refresh_from_db()
    assert payment.state == "started"


def test_a_notification_with_another_amount_goes_to_a_person_and_keeps_the_lock(payments, due):
    payment, told = paid(payments, due)
    take_notification(
        payment.operator_account.public_id, notification(payment, told, amount=payment.total_gr - 100)
    )
    process_event(OperatorEvent.objects.get().public_id)
    payment.refresh_from_db()
    assert payment.state == "mismatch"
    assert PaymentItem.objects.get(payment=payment).is_open


def test_the_same_notification_again_is_one_event_and_one_message(payments, due):
    payment, told = paid(payments, due)
    for _ in range(3):
        take_notification(payment.operator_account.public_id, notification(payment, told))
    event = OperatorEvent.objects.get()
    assert event.deliveries == 3
    process_event(event.public_id)
    process_event(event.public_id)
    assert Message.objects.filter(kind="payment_paid").count() == 1


def test_an_unknown_reference_is_kept_as_an_orphan(payments, due):
    payment, told = paid(payments, due)
    request = notification(payment, told, sessionId="unknown-reference")
    take_notification(payment.operator_account.public_id, request)
    assert OperatorEvent.objects.get().verdict == "orphan"
    payment.refresh_from_db()
    assert payment.state == "started"


def test_no_notification_at_all_is_found_by_asking(payments, due):
    payment, _ = paid(payments, due)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_an_unpaid_payment_is_given_up_only_after_its_time_and_frees_the_due(payments, due):
    payment = payments.start(due)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state in {"started", "pending"}
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "expired"
    assert not PaymentItem.objects.filter(is_open=True).exists()


def test_while_the_operator_is_away_nothing_is_given_up(payments, due):
    payment = payments.start(due)
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    payments.operator.control.fault("status", "500")
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "started"
    assert PaymentItem.objects.get(payment=payment).is_open


def test_money_that_comes_after_the_end_is_not_lost(payments, due):
    payment = payments.start(due)
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    refresh_payment(payment.public_id)
    payments.operator.control.pay(payment.reference, late=True)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert not PaymentItem.objects.filter(is_open=True).exists()
