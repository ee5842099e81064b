"""Two co-owners at one moment: one of them pays, and no booking gives a due more than is owed of it."""

from datetime import date

import pytest
from django.utils import timezone

from kernel.errors import Conflict
from services.accounts.models import Payer
from services.ledger.models import AccountKind, EntryCode, Posting
from services.ledger.queries import balances
from services.liabilities.models import Debtor
from services.payments.actions import Started, book_payment, start_payment
from services.payments.models import Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import order_of
from tests.factories.payments import PaymentFactory

OWNERS = ("anna", "bartek")


def payer_of(own, name: str) -> Payer:
    return Payer.objects.get(public_id=own.person(name).payer_id)


@pytest.fixture
def house(own):
    """An arrear of Anna and Bartek together."""
    due = LiabilityFactory(payer=payer_of(own, "anna"), instalment=1, due_on=date(2026, 3, 16))
    Debtor.objects.create(liability=due, payer=payer_of(own, "bartek"))
    return due


@pytest.mark.covers("D63")
def test_both_pay_their_half_at_one_moment_and_one_of_them_is_told_to_wait(own, house):
    orders = [
        (person, order_of(person, [house], amounts={house.public_id: 15_000}))
        for person in map(own.person, OWNERS)
    ]
    results = own.together(
        *(lambda order=order, who=who: start_payment(order, actor=who.actor) for who, order in orders)
    )
    started = [result for result in results if isinstance(result, Started)]
    refused = [result for result in results if isinstance(result, Conflict)]
    assert [error.code for error in refused] == ["payment.locked"]
    assert [row.public_id for row in Payment.objects.all()] == [result.payment_id for result in started]
    item = PaymentItem.objects.get()
    assert (item.is_open, item.total_gr) == (True, 15_000)


def test_a_payment_that_law_sends_to_the_shared_arrear_and_the_co_owners_own_never_pay_it_twice(own, house):
    """Anna pays her later instalment, which law gives to the shared arrear (art. 62 § 1 O.p.); Bartek pays that arrear."""
    anna, bartek = (payer_of(own, name) for name in OWNERS)
    later = LiabilityFactory(payer=anna, instalment=4, due_on=timezone.localdate())
    bookings = [
        PaymentFactory(payer=anna, dues=[later], paid=True),
        PaymentFactory(payer=bartek, dues=[house], paid=True),
    ]
    clerk, today = own.person("daria"), timezone.localdate()
    results = own.together(
        *(
            lambda payment=payment: book_payment(
                payment_id=payment.public_id, credited_on=today, actor=clerk.actor
            )
            for payment in bookings
        )
    )
    assert [getattr(result, "state", result) for result in results] == ["booked", "booked"]
    left = balances([house.public_id, later.public_id], AccountKind.RECEIVABLE_PRINCIPAL)
    assert left[house.public_id] == 0
    assert left[later.public_id] >= 0
    credited = Posting.objects.filter(entry__code=EntryCode.PAYMENT, amount_gr__lt=0)
    given = dict.fromkeys(AccountKind, 0)
    for posting in credited.exclude(account=AccountKind.INTEREST_REVENUE):
        given[AccountKind(posting.account)] -= posting.amount_gr
    assert sum(given.values()) == 60_000
    assert given[AccountKind.RECEIVABLE_PRINCIPAL] == 60_000 - sum(left.values())
