"""The operator says paid, and when asked in the end that nothing came: the dues are free, nobody's money is lost.

payments.md 2.2: the lock goes only after the operator's final answer, and money that comes later is accepted.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.notices.models import Message
from services.payments.actions import (
    compare_account,
    process_event,
    reconcile_account,
    refresh_payment,
    resolve_discrepancy,
    take_notification,
)
from services.payments.models import Discrepancy, OperatorEvent, Payment, PaymentItem, Reconciliation
from services.payments.queries import events_waiting, payments_due_for_check
from tests.factories.notifications import notification

pytestmark = pytest.mark.django_db


def kinds(payment: Payment, **later: int) -> list[str]:
    """What the clerk has to clarify about the payment."""
    compare_account(payment.operator_account.public_id, timezone.now() + timedelta(**later))
    return list(Discrepancy.objects.filter(payment=payment, state="open").values_list("kind", flat=True))


def is_locked(payment: Payment) -> bool:
    return PaymentItem.objects.filter(payment=payment, is_open=True).exists()


def asked(payment: Payment, *, dead_for: timedelta | None = None) -> Payment:
    """The payment after the operator was asked, when its link has been dead for so long."""
    if dead_for is not None:
        Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - dead_for)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    return payment


HOURS = timedelta(hours=2)


@pytest.fixture
def reported(operator, payments, due) -> Payment:
    """The operator's status told once of money that no book has, and the proof could not be fetched."""
    payment = payments.start(due)
    operator.control.fault("status", "advance")
    operator.control.fault("confirm", "500")
    asked(payment)
    operator.control.forget_faults()
    assert payment.state == "paid_unverified"
    return payment


@pytest.fixture
def told(operator, payments, due) -> Payment:
    """A genuinely signed message tells of money that no book has."""
    payment = payments.start(due)
    order_id = operator.control.transaction(payment.reference)["operator_tx_id"]
    take_notification(payment.operator_account.public_id, notification(payment, order_id))
    process_event(OperatorEvent.objects.get().public_id)
    payment.refresh_from_db()
    assert payment.state == "paid_unverified"
    return payment


def test_what_the_status_said_and_takes_back_frees_the_due_after_the_end_of_the_link(reported):
    assert asked(reported).state == "paid_unverified"
    assert asked(reported, dead_for=timedelta(minutes=50)).state == "paid_unverified"
    assert is_locked(reported)

    assert asked(reported, dead_for=HOURS).state == "failed"

    assert not is_locked(reported)
    assert Message.objects.filter(kind="payment_failed", related_ref=str(reported.public_id)).count() == 1
    assert kinds(reported, minutes=61) == []


def test_the_freed_due_can_be_paid_again(reported, payments, due):
    asked(reported, dead_for=HOURS)

    again = payments.paid(due)

    assert again.state == "paid"
    assert is_locked(again)
    assert not is_locked(reported)


def test_what_a_signed_message_said_stays_with_a_clerk_after_the_operator_has_denied_it(told, person):
    assert kinds(told, minutes=61) == ["unverified"]

    assert asked(told, dead_for=HOURS).state == "failed"

    assert not is_locked(told)
    assert told.failure_code == "confirm.denied"
    assert kinds(told, minutes=61) == ["denied"]
    assert kinds(told, days=40) == ["denied"]
    row = Discrepancy.objects.get(kind="denied")
    resolve_discrepancy(
        discrepancy_id=row.public_id,
        note="Operator: komunikat wysłano omyłkowo.",
        actor=person("daria").actor,
    )
    assert kinds(told, minutes=61) == []


def test_a_denied_message_is_carried_out_and_does_not_report_the_money_again(told):
    asked(told, dead_for=HOURS)

    event = OperatorEvent.objects.get()
    assert event.processed_at is not None
    assert events_waiting() == []
    process_event(event.public_id)
    told.refresh_from_db()
    assert told.state == "failed"
    assert Message.objects.filter(kind="payment_failed").count() == 1


def test_money_that_comes_after_the_denial_wins(operator, told, due):
    asked(told, dead_for=HOURS)
    assert kinds(told) == ["denied"]
    operator.control.pay(told.reference, late=True)

    assert asked(told).state == "paid"

    assert not is_locked(told)
    assert kinds(told) == []


def test_the_same_message_repeated_after_the_denial_has_the_operator_asked_anew(operator, told):
    asked(told, dead_for=HOURS)
    Payment.objects.filter(pk=told.pk).update(next_check_at=None)
    operator.control.pay(told.reference, late=True)
    order_id = operator.control.transaction(told.reference)["operator_tx_id"]

    take_notification(told.operator_account.public_id, notification(told, order_id))

    assert OperatorEvent.objects.get().deliveries == 2
    assert payments_due_for_check(timezone.now()) == [told.public_id]
    assert asked(told).state == "paid"


def test_a_repeated_message_asks_nothing_about_a_payment_that_stands(operator, payments, due):
    payment = payments.paid(due)
    order_id = operator.control.transaction(payment.reference)["operator_tx_id"]
    for _ in range(2):
        take_notification(payment.operator_account.public_id, notification(payment, order_id))
    assert payments_due_for_check(timezone.now()) == []


def test_an_operator_that_is_away_denies_nothing(operator, told):
    operator.control.fault("status", "500", times=3)

    assert asked(told, dead_for=HOURS).state == "paid_unverified"

    assert is_locked(told)
    operator.control.forget_faults()


def test_the_money_that_was_told_is_found_in_the_last_hour(operator, told):
    """The operator's list was behind its message."""
    asked(told, dead_for=timedelta(minutes=50))
    operator.control.pay(told.reference, late=True)

    assert asked(told).state == "paid"
    assert is_locked(told)


def test_the_daily_comparison_ends_what_the_poller_has_lost(operator, told):
    """The same step, whoever asks."""
    Payment.objects.filter(pk=told.pk).update(next_check_at=None, expires_at=timezone.now() - HOURS)

    reconcile_account(told.operator_account.public_id, timezone.localdate())

    told.refresh_from_db()
    assert told.state == "failed"
    assert not is_locked(told)
    assert Reconciliation.objects.get(operator_account=told.operator_account).failure_code == ""


def test_an_order_that_was_withdrawn_at_the_operator_is_cancelled_and_frees_the_due(
    use_autopay, autopay, payments, due
):
    use_autopay()
    payment = payments.start(due)
    autopay.control.cancel(payment.reference)

    assert asked(payment).state == "cancelled"

    assert not is_locked(payment)
