"""The operator's word comes many times and from several sides at once: it counts once (bug classes 1 and 3)."""

import pytest

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


def paid_at_the_operator(own, payer, instalment: int = 3) -> tuple[Payment, int]:
    """A payment that the payer has made while no notification could reach us."""
    own.emulator.control.fault("notify", "never")
    payment = started(own.person("anna"), LiabilityFactory(payer=payer, instalment=instalment))
    own.emulator.control.pay(payment.reference)
    return payment, own.emulator.control.transaction(payment.reference)["operator_tx_id"]


def transitions_to(payment: Payment, state: str) -> int:
    return AuditEntry.objects.filter(
        action="payment.state", subject_ref=str(payment.public_id), details__after=state
    ).count()


def assert_paid_once(payment: Payment) -> None:
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert transitions_to(payment, "paid") == 1
    assert Message.objects.filter(kind="payment_paid", related_ref=str(payment.public_id)).count() == 1
    assert PaymentItem.objects.filter(payment=payment, is_open=True).count() == 1


def test_the_same_notification_twenty_times_is_one_event_and_twenty_positive_answers(own, payer):
    payment, order_id = paid_at_the_operator(own, payer)
    account_id, request = payment.operator_account.public_id, notification(payment, order_id)
    replies = own.together(*[lambda: take_notification(account_id, request)] * 20)
    assert [(reply.status, reply.body) for reply in replies] == [(200, replies[0].body)] * 20
    event = OperatorEvent.objects.get()
    assert (event.deliveries, event.verdict) == (20, "accepted")
    own.together(*[lambda: process_event(event.public_id)] * 20)
    assert_paid_once(payment)
    event.refresh_from_db()
    assert event.processed_at is not None


def test_twenty_forged_ones_at_once_are_refused_kept_once_and_change_nothing(own, payer):
    payment, order_id = paid_at_the_operator(own, payer)
    account_id, request = payment.operator_account.public_id, notification(payment, order_id, crc="f" * 16)
    replies = own.together(*[lambda: take_notification(account_id, request)] * 20)
    assert all(reply.status >= 400 for reply in replies)
    event = OperatorEvent.objects.get()
    assert (event.deliveries, event.verdict) == (20, "forged")
    payment.refresh_from_db()
    assert payment.state == "started"
    assert transitions_to(payment, "paid") == 0
    assert not Message.objects.filter(kind="payment_paid").exists()


def test_return_page_notification_and_poller_at_one_moment_pay_once(own, payer):
    """Ten payments, each told of from four sides at the same instant."""
    waiting = [paid_at_the_operator(own, payer, instalment) for instalment in range(1, 11)]
    for payment, order_id in waiting:
        take_notification(payment.operator_account.public_id, notification(payment, order_id))
        event_id = OperatorEvent.objects.get(payment=payment).public_id
        results = own.together(
            lambda event_id=event_id: process_event(event_id),
            lambda payment=payment: refresh_payment(payment.public_id),
            lambda event_id=event_id: process_event(event_id),
            lambda payment=payment: refresh_payment(payment.public_id),
        )
        assert results == [None] * 4
        assert_paid_once(payment)


def test_a_notification_that_overtakes_our_own_answer_is_not_undone_by_it(own, payer):
    """The operator may tell of the money before the transaction that keeps its answer to the start has committed."""
    payment, order_id = paid_at_the_operator(own, payer)
    row = Payment.objects.get(pk=payment.pk)
    row.state, row.started_at, row.expires_at, row.redirect_url = "created", None, None, ""
    row.save()
    from services.payments.actions.start import _keep
    from services.payments.domain.states import Event

    take_notification(payment.operator_account.public_id, notification(payment, order_id))
    event_id = OperatorEvent.objects.get().public_id
    results = own.together(
        lambda: process_event(event_id),
        lambda: _keep(payment, Event.START_ACCEPTED, redirect_url="https://operator.example/"),
    )
    assert results == [None, None]
    assert_paid_once(payment)
    assert payment.redirect_url == "https://operator.example/"
