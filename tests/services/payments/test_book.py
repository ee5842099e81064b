"""Booking: allocation by the gmina's rule, the ledger, the end of the lock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.errors import InvalidInput, NotFound
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances
from services.liabilities.models import Overpayment
from services.liabilities.queries import statement
from services.payments.actions import book_payment, book_payments, refresh_payment
from services.payments.domain.states import IllegalTransition
from services.payments.models import Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria")


def paid(payments, *dues) -> Payment:
    payment = payments.start(*dues)
    payments.operator.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


@pytest.mark.covers("D61")
def test_booking_closes_the_due_and_frees_its_lock(payments, due, payer, daria):
    payment = paid(payments, due)
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    payment.refresh_from_db()
    assert payment.state == "booked"
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {due.public_id: 0}
    assert not PaymentItem.objects.filter(is_open=True).exists()
    assert statement(payer, timezone.localdate()).dues == ()


def test_booking_twice_is_booking_once(payments, due, daria):
    payment = paid(payments, due)
    for _ in range(2):
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    assert Entry.objects.filter(code=EntryCode.PAYMENT).count() == 1


def test_every_grosz_of_the_payment_is_in_the_entry(payments, due, payer, daria):
    ReminderCostFactory(payer=payer, liabilities=[due])
    payment = paid(payments, due)
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    lines = Posting.objects.filter(entry=entry)
    assert sum(line.amount_gr for line in lines) == 0
    assert sum(line.amount_gr for line in lines if line.account == AccountKind.BANK) == payment.amount_gr


@pytest.mark.covers("D66")
def test_reminder_costs_are_paid_first(payments, due, payer, daria):
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    payment = paid(payments, due)
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    assert balances([cost.public_id], AccountKind.REMINDER_COSTS) == {cost.public_id: 0}


def test_money_goes_to_the_earlier_arrear_of_the_same_tax(payments, due, payer, daria):
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))
    payment = paid(payments, due)
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    left = balances([earlier.public_id, due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)
    assert left[earlier.public_id] < left[due.public_id]


@pytest.mark.parametrize("ticked", [0, 1])
def test_of_two_arrears_of_one_date_the_ticked_one_is_closed(payments, due, payer, daria, ticked):
    """Art. 62 § 1: the earliest date; between equal ones what the payer chose."""
    twins = (due, LiabilityFactory(payer=payer, instalment=9, due_on=due.due_on))
    payment = paid(payments, twins[ticked])
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    left = balances([twin.public_id for twin in twins], AccountKind.RECEIVABLE_PRINCIPAL)
    assert left[twins[ticked].public_id] == 0
    assert left[twins[1 - ticked].public_id] == twins[1 - ticked].principal_gr


def test_money_for_a_due_paid_meanwhile_becomes_an_overpayment(payments, due, payer, daria):
    from services.ledger import actions as ledger
    from services.ledger.actions import Line
    from tests.factories.liabilities import ACTOR

    payment = paid(payments, due)
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=payment.pk and due.public_id,
        lines=[
            Line(AccountKind.BANK, due.principal_gr),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -due.principal_gr, due.public_id),
        ],
        effective_on=timezone.localdate(),
        actor=ACTOR,
    )
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    overpayment = Overpayment.objects.get()
    assert balances([overpayment.public_id], AccountKind.OVERPAYMENT) == {
        overpayment.public_id: -payment.amount_gr
    }
    assert statement(payer, timezone.localdate()).overpayment_gr == payment.amount_gr


@pytest.mark.covers("D68", "D70")
def test_a_lease_is_paid_on_the_day_of_credit_and_a_tax_on_the_day_of_debit(payments, payer, due, daria):
    lease = LiabilityFactory(payer=payer, lease=True, due_on=timezone.localdate() - timedelta(days=30))
    yesterday = timezone.now() - timedelta(days=1)
    for chosen, code in ((lease, "lease"), (due, "tax")):
        payment = paid(payments, chosen)
        Payment.objects.filter(pk=payment.pk).update(debited_on=timezone.localdate(yesterday))
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
        entry = Entry.objects.get(code=EntryCode.PAYMENT, reference=payment.public_id)
        expected = timezone.localdate() if code == "lease" else timezone.localdate(yesterday)
        assert entry.effective_on == expected


@pytest.mark.covers("D61")
def test_an_unpaid_payment_cannot_be_booked(payments, due, daria):
    payment = payments.start(due)
    with pytest.raises(IllegalTransition):
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    assert not Entry.objects.filter(code=EntryCode.PAYMENT).exists()


def test_a_day_of_credit_in_the_future_is_refused(payments, due, daria):
    payment = paid(payments, due)
    with pytest.raises(InvalidInput, match="credited_in_future"):
        book_payment(
            payment_id=payment.public_id,
            credited_on=timezone.localdate() + timedelta(days=1),
            actor=daria.actor,
        )
    assert not Entry.objects.filter(code=EntryCode.PAYMENT).exists()


def test_a_clerk_of_another_department_finds_no_such_payment(payments, due, daria):
    from guardian.shortcuts import remove_perm

    from services.users.models import User
    from tenants.configuration.models import Department

    payment = paid(payments, due)
    for department in Department.objects.all():
        remove_perm("configuration.handle_department", User.objects.get(pk=daria.user_id), department)
    with pytest.raises(NotFound):
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_booking_many_reports_each_and_stops_at_none(payments, due, payer, daria):
    second = LiabilityFactory(payer=payer, lease=True)
    good, bad = paid(payments, due), payments.start(second)
    outcomes = book_payments(
        payment_ids=[bad.public_id, good.public_id], credited_on=timezone.localdate(), actor=daria.actor
    )
    assert [outcome.error is None for outcome in outcomes] == [False, True]
    good.refresh_from_db()
    assert good.state == "booked"
