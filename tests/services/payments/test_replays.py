"""A message with a good signature comes again after the money went back: it is answered, kept, and moves nothing (bug 10).

No operator puts a time or a number used once under its signature, so that nothing but our own books can tell.
"""

import pytest
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from services.ledger.models import Entry
from services.notices.models import Message
from services.payments.actions import (
    compare_account,
    process_event,
    refresh_refund,
    replay_event,
    send_refund,
    take_notification,
)
from services.payments.models import Discrepancy, OperatorEvent, Payment, PaymentItem
from tests.fixtures.cast import Person
from tests.integrations.payments.benches.everyone import BENCHES
from tests.services.payments.refunding import approve, clerk, make_due, propose
from tests.services.payments.telling import Teller

pytestmark = pytest.mark.django_db
DAY = 86_400
PLATFORM = Actor(kind=ActorKind.PLATFORM, ref="olga")


def given_back(teller: Teller, payment: Payment, daria: Person) -> Payment:
    """The payment, after all of it went back to the payer by the operator."""
    refund = approve(propose(payment, daria), clerk())
    send_refund(refund.public_id)
    teller.control.advance(3_600)
    make_due(refund)
    refresh_refund(refund.public_id)
    payment.refresh_from_db()
    assert payment.state == "refunded"
    teller.control.settle()
    teller.box.requests.clear()
    return payment


def standing(payment: Payment) -> tuple[object, ...]:
    """Everything that a replay could change."""
    payment.refresh_from_db()
    return (
        payment.state,
        payment.paid_at,
        payment.operator_id,
        payment.failure_code,
        payment.received_gr,
        payment.refunded_gr,
        PaymentItem.objects.filter(payment=payment, is_open=True).count(),
        Entry.objects.count(),
        AuditEntry.objects.filter(action="payment.state").count(),
        Message.objects.filter(kind="payment_paid").count(),
    )


@pytest.mark.parametrize("code", sorted(BENCHES))
def test_the_message_of_a_payment_that_was_given_back_moves_nothing(teller, payments, due, person, code):
    operator = teller(code)
    payment = payments.start(due)
    operator.control.pay(payment.reference)
    message = operator.next()
    first = operator.take(payment, message)
    assert payment.state == "paid"
    before = standing(given_back(operator, payment, person("daria")))

    for _ in range(2):
        assert take_notification(operator.account.public_id, message).status == 200
        process_event(first.public_id)

    first.refresh_from_db()
    assert first.deliveries == 3
    assert standing(payment) == before


@pytest.mark.parametrize("code", sorted(BENCHES))
def test_the_operator_that_tells_of_the_money_once_more_a_month_later_moves_nothing(
    teller, payments, due, person, code
):
    operator = teller(code)
    payment = payments.start(due)
    operator.control.pay(payment.reference)
    operator.take(payment, operator.next())
    before = standing(given_back(operator, payment, person("daria")))
    operator.control.advance(30 * DAY)
    operator.box.requests.clear()

    operator.control.notify(payment.reference, kind="paid")
    operator.take(payment, operator.next())

    assert standing(payment) == before
    compare_account(operator.account.public_id, timezone.now())
    assert not Discrepancy.objects.filter(kind="paid_twice").exists()


@pytest.mark.parametrize("code", sorted(BENCHES))
def test_replayed_from_the_console_it_moves_nothing_either(teller, payments, due, person, code):
    operator = teller(code)
    payment = payments.start(due)
    operator.control.pay(payment.reference)
    event = operator.take(payment, operator.next())
    before = standing(given_back(operator, payment, person("daria")))
    OperatorEvent.objects.filter(pk=event.pk).update(processed_at=None)

    replay_event(event_id=event.public_id, actor=PLATFORM)

    assert standing(payment) == before
