"""Costs of a reminder are owed once, however many dues the reminder lists (D66)."""

from datetime import date

import pytest

from services.liabilities.queries import statement
from services.payments.queries import statement as statement_with_locks
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.statements import pay_at_the_desk

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 1)


@pytest.fixture
def payer(in_borki):
    return PayerFactory()


@pytest.fixture
def dues(payer):
    return [
        LiabilityFactory(payer=payer, instalment=n, due_on=due_on, principal_gr=10_000)
        for n, due_on in ((3, date(2026, 9, 15)), (1, date(2026, 9, 7)), (4, date(2026, 11, 16)))
    ]


def shown(payer) -> dict[object, int]:
    return {due.public_id: due.cost_gr for due in statement(payer, DAY).dues if due.cost_gr}


@pytest.mark.covers("D66")
def test_one_reminder_for_three_dues_is_shown_once_with_the_earliest(payer, dues):
    ReminderCostFactory(payer=payer, liabilities=dues)
    assert shown(payer) == {dues[1].public_id: 1_600}
    assert statement(payer, DAY).total_gr == 31_600


def test_when_the_earliest_is_settled_they_stand_with_the_next_one(payer, dues):
    ReminderCostFactory(payer=payer, liabilities=dues)
    pay_at_the_desk(dues[1], 10_000)
    assert shown(payer) == {dues[0].public_id: 1_600}
    assert statement(payer, DAY).total_gr == 21_600


def test_when_all_dues_are_settled_the_costs_stand_alone_and_are_still_owed(payer, dues):
    ReminderCostFactory(payer=payer, liabilities=dues)
    for due in dues:
        pay_at_the_desk(due, 10_000)
    whole = statement(payer, DAY)
    assert whole.dues == ()
    assert (whole.costs_alone_gr, whole.total_gr) == (1_600, 1_600)
    assert whole.costs[0].shown_with is None


def test_a_reminder_that_was_not_delivered_costs_nothing(payer, dues):
    ReminderCostFactory(payer=payer, liabilities=dues, delivered_on=None)
    assert statement(payer, DAY).costs == ()
    assert statement(payer, DAY).total_gr == 30_000


def test_two_reminders_of_one_due_are_two_costs(payer, dues):
    ReminderCostFactory(payer=payer, liabilities=dues[:1])
    ReminderCostFactory(payer=payer, liabilities=dues[:1], amount_gr=1_160)
    assert shown(payer) == {dues[0].public_id: 2_760}


def test_paid_costs_are_gone_and_part_paid_ones_show_what_is_left(payer, dues):
    whole, part = (ReminderCostFactory(payer=payer, liabilities=dues[:1]) for _ in range(2))
    pay_at_the_desk(whole, 1_600)
    pay_at_the_desk(part, 600)
    assert shown(payer) == {dues[0].public_id: 1_000}


def test_costs_of_a_reminder_to_the_co_owner_are_not_the_payers(payer, dues):
    ReminderCostFactory(payer=PayerFactory(), liabilities=dues)
    assert statement(payer, DAY).costs == ()
    assert statement(payer, DAY).total_gr == 30_000


@pytest.mark.covers("D63")
def test_costs_under_payment_are_locked_too(payer, dues):
    cost = ReminderCostFactory(payer=payer, liabilities=dues)
    resident = ResidentFactory(payer=payer)
    payment = PaymentFactory(payer=payer, resident=resident, dues=dues[:1], costs=[cost])
    whole = statement_with_locks(payer, DAY, resident)
    assert whole.costs[0].lock is not None
    assert whole.costs[0].lock.payment_id == payment.public_id
    assert whole.costs[0].lock.amount_gr == 1_600
