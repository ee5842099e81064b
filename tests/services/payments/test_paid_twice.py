"""Zapłacono dwa razy: money of an attempt that was given up comes after its due was paid again; nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.models import Overpayment
from services.payments.actions import book_payment, refresh_payment
from services.payments.models import Payment
from services.payments.queries import payments_seen, payments_to_book
from services.payments.queries_refunds import doubles_of, overpayment_from, paid_twice, paid_twice_ids
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.services.payments.overpaid import held
from tests.services.payments.refunding import approve, clerk, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


def late_and_again(payments, due) -> tuple[Payment, Payment]:
    """An attempt is given up, its due is paid by another one, and then the money of the first one comes after all."""
    late = payments.start(due)
    Payment.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    refresh_payment(late.public_id)
    good = payments.paid(due)
    payments.operator.control.pay(late.reference, late=True)
    refresh_payment(late.public_id)
    late.refresh_from_db()
    assert (late.state, good.state) == ("paid", "paid")
    return late, good


def book(payment: Payment, who: Person) -> Payment:
    return book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=who.actor)


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def test_both_are_shown_as_paid_twice_and_neither_disappears(payments, due, daria):
    late, good = late_and_again(payments, due)
    assert set(paid_twice(payments_seen(daria.actor))) == {late, good}
    assert set(payments_to_book(daria.actor)) == {late, good}
    assert paid_twice_ids([late, good]) == {late.pk, good.pk}
    assert (doubles_of(late), doubles_of(good)) == ([good], [late])


def test_after_one_is_booked_the_other_is_still_the_clerks_task(payments, due, daria):
    late, good = late_and_again(payments, due)
    book(good, daria)
    assert set(paid_twice(payments_seen(daria.actor))) == {late}
    assert doubles_of(late) == [Payment.objects.get(pk=good.pk)]


def test_one_way_out_is_to_give_the_second_money_back(payments, due, daria):
    late, good = late_and_again(payments, due)
    book(good, daria)
    assert approve(propose(late, daria), clerk()).state == "pending"
    assert not paid_twice(payments_seen(daria.actor)).exists()
    assert Payment.objects.get(pk=good.pk).state == "booked"
    assert owed(due) == 0


@pytest.mark.parametrize("is_lease", [False, True])
def test_the_other_way_out_is_to_book_it_as_an_overpayment(is_lease, payments, payer, daria):
    due = LiabilityFactory(payer=payer, lease=is_lease) if is_lease else LiabilityFactory(payer=payer)
    late, good = late_and_again(payments, due)
    book(good, daria)
    book(late, daria)
    overpayment = overpayment_from(late)
    assert overpayment is not None
    assert Overpayment.objects.get() == overpayment
    assert held(overpayment) == late.amount_gr
    assert owed(due) == 0
    assert not paid_twice(payments_seen(daria.actor)).exists()


def test_the_second_public_money_pays_arrears_before_it_is_an_overpayment(payments, due, payer, daria):
    """Art. 62 § 1 O.p.: whatever the payer named, an earlier arrear of the tax comes first."""
    late, good = late_and_again(payments, due)
    book(good, daria)
    arrear = LiabilityFactory(payer=payer, year=2025, principal_gr=1_000)
    book(late, daria)
    overpayment = overpayment_from(late)
    assert owed(arrear) == 0
    assert held(overpayment) < late.amount_gr


def test_parts_of_one_due_paid_one_after_another_are_no_double(payments, due, daria):
    first = payments.paid(due, amounts={due.public_id: 10_000})
    book(first, daria)
    payments.paid(due, amounts={due.public_id: 5_000})
    assert not paid_twice(payments_seen(daria.actor)).exists()


def test_payments_of_different_dues_are_no_double(payments, due, payer, daria):
    payments.paid(due)
    payments.paid(LiabilityFactory(payer=payer, instalment=2))
    assert not paid_twice(payments_seen(daria.actor)).exists()
