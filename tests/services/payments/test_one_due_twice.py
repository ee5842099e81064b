"""A bent form puts one due into one basket twice: it is paid once (bug 15)."""

from datetime import date

import pytest
from django.utils import timezone

from services.payments.actions import start_payment
from services.payments.models import Payment, PaymentItem
from services.payments.queries import basket
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db


def test_the_basket_has_it_once(payer, due):
    today: date = timezone.localdate()

    [once] = basket(payer, [due.public_id], today, None).groups
    [twice] = basket(payer, [due.public_id] * 2, today, None).groups

    assert twice == once


def test_an_order_of_it_twice_is_one_item_of_one_payment(payments, due):
    order = payments.order(due, due)
    assert order.due_ids == (due.public_id, due.public_id)

    start_payment(order, actor=payments.who.actor)

    payment = Payment.objects.get()
    assert (
        payment.amount_gr
        == payments.operator.control.transaction(payment.reference)["amount_gr"] - payment.fee_gr
    )
    assert [item.liability_id for item in PaymentItem.objects.all()] == [due.pk]
    assert payment.amount_gr == due.principal_gr


def test_beside_another_due_it_is_counted_once(payments, payer, due):
    other = LiabilityFactory(payer=payer, instalment=4)

    start_payment(payments.order(due, other, due), actor=payments.who.actor)

    items = PaymentItem.objects.order_by("liability_id")
    assert [item.liability_id for item in items] == sorted([due.pk, other.pk])
    assert Payment.objects.get().amount_gr == due.principal_gr + other.principal_gr


def test_a_part_of_it_is_not_taken_twice(payments, due):
    order = payments.order(due, due, amounts={due.public_id: 1_000})

    start_payment(order, actor=payments.who.actor)

    assert Payment.objects.get().amount_gr == 1_000
