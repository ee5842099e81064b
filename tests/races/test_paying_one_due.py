"""One due, many who want to pay it at the same moment: one payment (T-01)."""

from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.errors import Conflict
from services.accounts.models import Payer, Resident
from services.liabilities.models import Debtor
from services.liabilities.queries import statement
from services.payments.actions import Started, start_payment
from services.payments.models import Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.ordering import order_of
from tests.factories.payments import PaymentFactory

WHO = ("anna", "bartek")


@pytest.fixture
def house(own):
    """A due of Anna and Bartek together."""
    due = LiabilityFactory(payer=Payer.objects.get(public_id=own.person("anna").payer_id))
    Debtor.objects.create(liability=due, payer=Payer.objects.get(public_id=own.person("bartek").payer_id))
    return due


def answers(results: list) -> Counter:
    return Counter(
        "started" if isinstance(result, Started) else getattr(result, "code", repr(result))
        for result in results
    )


def references_at_the_operator(own) -> set[str]:
    return {row["ref"] for row in own.emulator.control.state()["transactions"]}


@pytest.mark.covers("D63")
def test_of_100_attempts_from_tabs_and_a_co_owner_exactly_one_becomes_a_payment(own, house):
    people = [own.person(name) for name in WHO]
    before = references_at_the_operator(own)
    shown = {person.name: order_of(person, [house]) for person in people}
    orders = [
        (person, replace(shown[person.name], start_key=uuid4())) for person in people for _ in range(50)
    ]
    results = own.together(
        *(lambda order=order, who=who: start_payment(order, actor=who.actor) for who, order in orders)
    )
    assert answers(results) == {"started": 1, "payment.locked": 99}
    assert all(isinstance(result, Conflict) for result in results if not isinstance(result, Started))
    payment = Payment.objects.get()
    assert payment.state == "started"
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    assert PaymentItem.objects.count() == 1
    assert references_at_the_operator(own) - before == {payment.reference}
    for person in people:
        (due,) = statement(Payer.objects.get(public_id=person.payer_id), timezone.localdate()).dues
        assert due.principal_gr == house.principal_gr


def test_a_button_pressed_ten_times_is_one_payment_and_every_press_gets_it(own, house):
    anna = own.person("anna")
    order = order_of(anna, [house], start_key=uuid4())
    results = own.together(*[lambda: start_payment(order, actor=anna.actor)] * 10)
    assert answers(results) == {"started": 10}
    assert len({result.payment_id for result in results}) == 1
    assert Payment.objects.count() == 1


@pytest.mark.covers("D63")
def test_baskets_that_overlap_do_not_block_each_other_for_ever(own):
    """Each of eight sessions wants its own pair of four dues, in its own order: no deadlock, no due paid twice."""
    anna = own.person("anna")
    payer = Payer.objects.get(public_id=anna.payer_id)
    dues = [LiabilityFactory(payer=payer, instalment=n) for n in range(1, 5)]
    ReminderCostFactory(payer=payer, liabilities=dues[:2])
    pairs = [(dues[a], dues[b]) for a, b in ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2), (3, 0), (0, 3))]
    orders = [order_of(anna, pair) for pair in pairs]
    results = own.together(*(lambda order=order: start_payment(order, actor=anna.actor) for order in orders))
    counted = answers(results)
    assert set(counted) <= {"started", "payment.locked", "payment.amount_changed"}
    assert 1 <= counted["started"] <= 2
    open_dues = list(
        PaymentItem.objects.filter(is_open=True, liability__isnull=False).values_list("liability", flat=True)
    )
    assert len(open_dues) == len(set(open_dues)) == 2 * counted["started"]
    assert PaymentItem.objects.filter(is_open=True, reminder_cost__isnull=False).count() == 1


@pytest.mark.covers("D63")
def test_even_code_that_asks_nobody_cannot_lock_a_due_twice(own, house):
    """The lock is a fact of the database: rows written past every check collide on its index."""
    payer = Payer.objects.get(public_id=own.person("anna").payer_id)
    resident = Resident.objects.get(user_id=own.person("anna").user_id)
    payments = [PaymentFactory(payer=payer, resident=resident) for _ in range(20)]

    def lock(payment: Payment) -> str:
        with transaction.atomic():
            PaymentItem.objects.create(payment=payment, liability=house, principal_gr=house.principal_gr)
        return "locked"

    results = own.together(*(lambda payment=payment: lock(payment) for payment in payments))
    assert results.count("locked") == 1
    refused = [result for result in results if result != "locked"]
    assert all(
        isinstance(error, IntegrityError) and "payment_lock_liability" in str(error) for error in refused
    )
    assert PaymentItem.objects.count() == 1
