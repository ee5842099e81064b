"""A booking that was taken back: the payment waits for its booking again, its dues are locked, the payer is told twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.errors import Conflict, Refused
from services.accounts.oversight import ledger_entries_of
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import origin_of, standing_entries
from services.ledger.verification import verify
from services.liabilities.models import Overpayment
from services.liabilities.queries_corrections import correction_for
from services.notices.models import Message
from services.payments.actions import book_payment, refresh_payment, reverse_entry
from services.payments.models import Payment, PaymentItem
from services.payments.queries import payments_to_book
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.services.payments.overpaid import entries, held, owed

pytestmark = pytest.mark.django_db
WHY = "zły dzień uznania rachunku"


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def payment(payer, due) -> Payment:
    """300,00 zł for the due, paid on its due date, so that there is no interest."""
    row = PaymentFactory(paid=True, payer=payer, dues=[due])
    Payment.objects.filter(pk=row.pk).update(debited_on=due.due_on)
    row.refresh_from_db()
    return row


def book(payment, actor, *, days_ago: int = 0) -> Payment:
    credited_on = timezone.localdate() - timedelta(days=days_ago)
    return book_payment(payment_id=payment.public_id, credited_on=credited_on, actor=actor)


def standing(payment) -> Entry:
    (entry,) = standing_entries([payment.public_id])[payment.public_id]
    return entry


def take_back(payment, actor, reason: str = WHY) -> Entry:
    return reverse_entry(
        entry_id=standing(payment).public_id, reason=reason, corrected_on=timezone.localdate(), actor=actor
    )


def is_locked(due) -> bool:
    return PaymentItem.objects.filter(liability=due, is_open=True).exists()


@pytest.mark.covers("D63")
def test_it_waits_for_its_booking_again_and_locks_its_dues(payment, due, daria):
    book(payment, daria)
    assert not is_locked(due)
    take_back(payment, daria)
    payment.refresh_from_db()
    assert (payment.state, payment.booked_at, payment.credited_on) == ("paid", None, None)
    assert list(payments_to_book(daria)) == [payment]
    assert (is_locked(due), owed(due)) == (True, 30_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentFactory(payer=payment.payer, dues=[due])


@pytest.mark.covers("D61")
def test_it_is_booked_anew_with_another_day_under_the_number_of_the_reversal(payment, due, daria):
    book(payment, daria)
    reversal = take_back(payment, daria)
    row = book(payment, daria, days_ago=1)
    assert (row.state, row.credited_on) == ("booked", timezone.localdate() - timedelta(days=1))
    assert (owed(due), is_locked(due)) == (0, False)
    anew = standing(payment)
    assert (anew.code, anew.reference) == ("payment", reversal.public_id)
    assert [entry.code for entry in ledger_entries_of(payment.public_id)] == [
        "payment",
        "reversal",
        "payment",
    ]
    assert origin_of(anew) == payment.public_id
    assert sum(Posting.objects.filter(account=AccountKind.BANK).values_list("amount_gr", flat=True)) == 30_000
    assert verify().findings == ()


def test_each_reversal_allows_one_booking_and_a_second_call_books_nothing(payment, due, daria):
    book(payment, daria)
    for reason in ("raz", "dwa"):
        take_back(payment, daria, reason)
        for _ in range(2):
            book(payment, daria)
    assert (owed(due), entries(EntryCode.PAYMENT), entries(EntryCode.REVERSAL)) == (0, 3, 2)
    assert correction_for(daria, standing(payment).public_id).payment_id == payment.public_id


def test_the_same_reversal_pressed_twice_does_not_unbook_what_was_booked_anew(payment, due, daria):
    book(payment, daria)
    first = standing(payment)
    take_back(payment, daria)
    book(payment, daria)
    reverse_entry(entry_id=first.public_id, reason=WHY, corrected_on=timezone.localdate(), actor=daria)
    payment.refresh_from_db()
    assert (payment.state, owed(due), entries(EntryCode.REVERSAL)) == ("booked", 0, 1)


def test_the_payer_is_told_of_the_reversal_with_its_reason_and_of_the_new_booking(payment, daria):
    book(payment, daria)
    take_back(payment, daria)
    book(payment, daria)
    kinds = list(Message.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["payment_booked", "booking_reversed", "payment_booked_again"]
    told = Message.objects.get(kind="booking_reversed")
    assert told.recipient == payment.resident.user.email
    assert WHY in told.body
    assert "zablokowane" in told.body


def test_the_new_booking_goes_by_what_is_owed_then(payment, payer, due, daria):
    """Art. 62 § 1 O.p.: an arrear that was not there at the first booking is paid first."""
    book(payment, daria)
    take_back(payment, daria)
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))
    book(payment, daria)
    assert owed(earlier) < owed(due)


def test_an_overpayment_of_the_first_booking_ends_and_the_new_one_has_its_own(payer, due, daria, payment):
    Payment.objects.filter(pk=payment.pk).update(amount_gr=32_000)
    payment.items.update(principal_gr=32_000)
    book(payment, daria)
    first = Overpayment.objects.get(source_ref=str(payment.public_id))
    assert held(first) == 2_000
    take_back(payment, daria)
    book(payment, daria)
    second = Overpayment.objects.exclude(pk=first.pk).get(source_ref=str(payment.public_id))
    assert (held(first), held(second), owed(due)) == (0, 2_000, 0)


def test_while_another_payment_holds_the_due_the_booking_stays(payment, payer, due, daria):
    book(payment, daria)
    other = PaymentFactory(payer=payer, dues=[due])
    with pytest.raises(Conflict, match=r"correction\.due_being_paid"):
        take_back(payment, daria)
    payment.refresh_from_db()
    assert (payment.state, owed(due), entries(EntryCode.REVERSAL)) == ("booked", 0, 0)
    assert list(PaymentItem.objects.filter(is_open=True)) == list(other.items.all())
    assert not Message.objects.filter(kind="booking_reversed").exists()


def test_a_chosen_due_that_got_nothing_is_locked_again_too(payer, due, daria):
    """The booking paid an earlier arrear; somebody who pays the chosen due meanwhile keeps the booking in place."""
    payment = PaymentFactory(paid=True, payer=payer, dues=[due])
    LiabilityFactory(payer=payer, instalment=2, principal_gr=60_000, due_on=due.due_on - timedelta(days=120))
    book(payment, daria)
    assert owed(due) == 30_000
    other = PaymentFactory(payer=payer, dues=[due])
    with pytest.raises(Conflict, match=r"correction\.due_being_paid"):
        take_back(payment, daria)
    other.items.update(is_open=False)
    take_back(payment, daria)
    assert is_locked(due)


@pytest.mark.parametrize("state", ["chargeback", "refunded"])
def test_money_that_has_gone_back_meanwhile_is_not_waited_for(state, payment, due, daria):
    book(payment, daria)
    Payment.objects.filter(pk=payment.pk).update(state=state)
    take_back(payment, daria)
    payment.refresh_from_db()
    assert (payment.state, owed(due), is_locked(due)) == (state, 30_000, False)
    assert not Message.objects.filter(kind="booking_reversed").exists()


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_takes_a_booking_back(name, payment, due, daria, person):
    book(payment, daria)
    with pytest.raises(Refused, match=r"access\.denied"):
        take_back(payment, person(name).actor)
    payment.refresh_from_db()
    assert (payment.state, owed(due)) == ("booked", 0)


def test_a_finance_system_sees_it_to_book_again_and_then_the_new_division(payments, due, daria):
    from services.api.queries_payments import exchange_payment

    row = payments.start(due)
    payments.operator.control.pay(row.reference)
    refresh_payment(row.public_id)
    book(row, daria)
    take_back(row, daria)
    shown = exchange_payment(row.public_id)
    assert (shown.status, shown.booking) == ("to_book", None)
    book(row, daria)
    shown = exchange_payment(row.public_id)
    assert shown.status == "booked"
    assert shown.booking is not None
    assert [share.external_id for share in shown.booking.shares] == [due.external_id]
