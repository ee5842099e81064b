"""One due of two co-owners is one row: both see it, both may pay it, and it is paid once (art. 3 ust. 4 u.p.o.l.)."""

from datetime import date

import pytest

from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.models import Debtor
from services.liabilities.queries import statement
from services.payments import queries as payments
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.statements import pay_at_the_desk

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 1)


@pytest.fixture
def owners(in_borki):
    return [PayerFactory(), PayerFactory()]


@pytest.fixture
def house(owners):
    due = LiabilityFactory(payer=owners[0])
    Debtor.objects.create(liability=due, payer=owners[1])
    return due


@pytest.mark.covers("D21")
def test_both_see_the_same_due_with_its_whole_amount_once(owners, house):
    for owner in owners:
        (due,) = statement(owner, DAY).dues
        assert (due.public_id, due.co_owners) == (house.public_id, 2)
        assert statement(owner, DAY).total_gr == 30_000
    assert balances([house.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {house.public_id: 30_000}


def test_a_due_of_one_owner_only_is_not_the_other_ones(owners, house):
    alone = LiabilityFactory(payer=owners[0], instalment=4)
    assert {due.public_id for due in statement(owners[0], DAY).dues} == {house.public_id, alone.public_id}
    assert {due.public_id for due in statement(owners[1], DAY).dues} == {house.public_id}


def test_what_one_has_paid_is_gone_for_both(owners, house):
    pay_at_the_desk(house, 30_000)
    assert [statement(owner, DAY).dues for owner in owners] == [(), ()]


def test_what_one_has_paid_in_part_is_less_for_both(owners, house):
    pay_at_the_desk(house, 10_000)
    assert [statement(owner, DAY).total_gr for owner in owners] == [20_000, 20_000]


@pytest.mark.covers("D63")
def test_both_see_the_lock_and_only_the_one_who_pays_sees_which_payment_it_is(owners, house):
    residents = [ResidentFactory(payer=owner) for owner in owners]
    payment = PaymentFactory(payer=owners[0], resident=residents[0], dues=[house])
    locks = [
        payments.statement(owner, DAY, resident).dues[0].lock
        for owner, resident in zip(owners, residents, strict=True)
    ]
    assert all(lock is not None for lock in locks)
    assert [lock.payment_id for lock in locks if lock] == [payment.public_id, None]
    assert [lock.amount_gr for lock in locks if lock] == [30_000, 30_000]


@pytest.mark.covers("D63")
def test_a_locked_due_cannot_be_put_into_the_other_owners_basket(owners, house):
    residents = [ResidentFactory(payer=owner) for owner in owners]
    PaymentFactory(payer=owners[0], resident=residents[0], dues=[house])
    whole = payments.basket(owners[1], [house.public_id], DAY, residents[1])
    assert (whole.groups, [reason for _, reason in whole.refused]) == ((), ["locked"])
