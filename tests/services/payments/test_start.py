"""Starting a payment: lock, frozen amounts, the operator's answer."""

from uuid import uuid4

import pytest

from kernel.errors import Conflict, NotFound, Unavailable
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.payments.actions import start_payment
from services.payments.models import Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory

pytestmark = pytest.mark.django_db


@pytest.mark.covers("D57", "D58", "D60")
def test_a_started_payment_leads_to_the_operator_with_the_total_that_was_shown(payments, due):
    payment = payments.start(due)
    assert payment.state == "started"
    assert payment.redirect_url.startswith(payments.operator.url)
    told = payments.operator.control.transaction(payment.reference)
    assert told["amount_gr"] == payment.total_gr == payment.amount_gr + payment.fee_gr
    assert payment.fee_gr > 0


@pytest.mark.covers("D62", "D63")
def test_a_started_payment_locks_the_due_and_leaves_the_balance(payments, due):
    payment = payments.start(due)
    assert PaymentItem.objects.get(payment=payment).is_open
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {due.public_id: due.principal_gr}


@pytest.mark.covers("D63")
def test_a_second_payment_of_a_locked_due_is_refused_and_makes_nothing(payments, due):
    order = payments.order(due)
    payments.start(due)
    with pytest.raises(Conflict, match=r"payment\.locked"):
        start_payment(order, actor=payments.who.actor)
    assert Payment.objects.count() == 1


def test_the_same_start_key_is_the_same_payment(payments, due):
    key = uuid4()
    order = payments.order(due, start_key=key)
    first = start_payment(order, actor=payments.who.actor)
    second = start_payment(order, actor=payments.who.actor)
    assert first == second
    assert Payment.objects.count() == 1


def test_another_total_than_shown_is_refused_and_makes_nothing(payments, due):
    order = payments.order(due)
    with pytest.raises(Conflict, match=r"payment\.amount_changed"):
        start_payment(
            payments.order(due, expected_total_gr=order.expected_total_gr - 1), actor=payments.who.actor
        )
    assert Payment.objects.count() == 0
    assert PaymentItem.objects.count() == 0


def test_a_due_of_another_payer_is_not_found_and_nothing_is_made(payments, due, person):
    from services.accounts.models import Payer

    foreign = LiabilityFactory(payer=Payer.objects.get(public_id=person("celina").payer_id))
    order = payments.order(due, due_ids=(foreign.public_id,))
    with pytest.raises(NotFound):
        start_payment(order, actor=payments.who.actor)
    assert Payment.objects.count() == 0


@pytest.mark.covers("D66")
def test_reminder_costs_go_along_with_the_tax(payments, due, payer):
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    payment = payments.start(due)
    items = {item.reminder_cost_id: item for item in payment.items.all()}
    assert items[cost.pk].cost_gr == 1_600
    assert payment.amount_gr == sum(item.total_gr for item in payment.items.all())


@pytest.mark.parametrize("mode", ["400", "401", "503", "429"])
def test_a_refusal_of_the_operator_frees_the_due_at_once(payments, due, mode):
    order = payments.order(due)
    payments.operator.control.fault("start", mode)
    with pytest.raises(Unavailable):
        start_payment(order, actor=payments.who.actor)
    assert Payment.objects.get().state == "failed"
    assert not PaymentItem.objects.filter(is_open=True).exists()


@pytest.mark.parametrize("mode", ["commit_then_reset", "500", "bad_body"])
def test_a_lost_answer_keeps_the_lock_until_the_operator_tells(payments, due, mode):
    order = payments.order(due)
    payments.operator.control.fault("start", mode)
    started = start_payment(order, actor=payments.who.actor)
    assert started.redirect_url == ""
    assert Payment.objects.get().state == "unknown"
    assert PaymentItem.objects.get().is_open


@pytest.mark.covers("D67")
def test_a_due_under_enforcement_cannot_be_paid_here(payments, due, payer):
    enforced = LiabilityFactory(payer=payer, enforced=True)
    order = payments.order(due, due_ids=(enforced.public_id,))
    with pytest.raises(Conflict, match=r"payment\.not_payable"):
        start_payment(order, actor=payments.who.actor)
    assert Payment.objects.count() == 0
