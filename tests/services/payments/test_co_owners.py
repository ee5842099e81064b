"""One due of two people: each sees the whole, anybody may pay it or a part, no sum has it twice (art. 3 ust. 4 u.p.o.l.)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.errors import Conflict
from services.accounts.models import Payer
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode, Posting
from services.ledger.queries import balances
from services.liabilities.models import Debtor, Overpayment
from services.liabilities.queries import liabilities_for
from services.liabilities.queries_exchange import dues_changed
from services.payments.actions import book_payment, start_payment
from services.payments.domain.states import State
from services.payments.figures import figures_of_gmina
from services.payments.models import Payment, PaymentItem
from services.payments.parts import share_of_one_gr
from services.payments.queries import payments_seen, payments_to_book, statement
from tests.factories.liabilities import ACTOR, LiabilityFactory, ReminderCostFactory
from tests.services.payments.conftest import Payments

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def daria(in_borki, person):
    return person("daria")


@pytest.fixture
def bartek(in_borki, person) -> Payer:
    return Payer.objects.get(public_id=person("bartek").payer_id)


@pytest.fixture
def house(payer, bartek):
    """2 500 zł of property tax of Anna and Bartek, in arrears since March."""
    due = LiabilityFactory(payer=payer, principal_gr=250_000, instalment=1, due_on=date(2026, 3, 16))
    Debtor.objects.create(liability=due, payer=bartek)
    return due


@pytest.fixture
def of_bartek(operator, in_borki, person) -> Payments:
    return Payments(operator, person("bartek"))


def owed(payer: Payer, on: date) -> int:
    return statement(payer, on, None).total_gr


def book(payment: Payment, on: date, clerk) -> Payment:
    return book_payment(payment_id=payment.public_id, credited_on=on, actor=clerk.actor)


def left_of(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


@pytest.mark.covers("D21")
def test_no_sum_of_the_gmina_has_the_due_twice(payments, payer, bartek, house, daria, today):
    assert owed(payer, today) == owed(bartek, today) > 250_000
    figures = figures_of_gmina()
    assert (figures.liabilities, figures.outstanding_gr) == (1, 250_000)
    for search in ("", house.external_id, house.document_number, bartek.external_id):
        assert list(liabilities_for(daria.actor, search=search)) == [house]
    dues, _ = dues_changed(since=None, after=None, limit=10)
    assert [(due.external_id, due.outstanding_gr, len(due.co_owners)) for due in dues] == [
        (house.external_id, 250_000, 1)
    ]
    ReminderCostFactory(payer=payer, liabilities=[house])
    ReminderCostFactory(payer=bartek, liabilities=[house])
    payment = payments.paid(house)
    assert list(payments_seen(daria.actor)) == list(payments_to_book(daria.actor)) == [payment]
    book(payment, today, daria)
    assert figures_of_gmina().booked_gr == payment.amount_gr


def test_a_reminder_to_one_of_them_is_owed_by_that_one_alone(payer, bartek, house, today):
    before = owed(bartek, today)
    ReminderCostFactory(payer=payer, liabilities=[house])
    assert (owed(payer, today) - before, owed(bartek, today) - before) == (1_600, 0)


def test_a_payment_by_one_closes_it_for_both(payments, payer, bartek, house, daria, today):
    book(payments.paid(house), today, daria)
    assert left_of(house) == 0
    assert [statement(owner, today, None).dues for owner in (payer, bartek)] == [(), ()]


def test_half_by_each_closes_it_though_interest_grew_in_between(
    payments, of_bartek, payer, bartek, house, daria, today
):
    earlier = today - timedelta(days=60)
    (then,) = statement(payer, earlier, None).dues
    half_gr = share_of_one_gr(then)
    first = payments.paid(house, amounts={house.public_id: half_gr}, on=earlier)
    book(first, earlier, daria)
    for owner in (payer, bartek):
        (rest,) = statement(owner, today, None).dues
        assert rest.principal_gr == left_of(house) > 0
        assert rest.interest_gr > then.interest_gr // 2
    rest_gr = rest.principal_gr + rest.interest_gr
    assert rest_gr > then.principal_gr + then.interest_gr - half_gr
    second = of_bartek.paid(house)
    assert second.amount_gr == rest_gr
    book(second, today, daria)
    assert left_of(house) == 0
    assert [owed(owner, today) for owner in (payer, bartek)] == [0, 0]
    assert not Overpayment.objects.exists()
    credited = Posting.objects.filter(
        account=AccountKind.RECEIVABLE_PRINCIPAL, subject=house.public_id, amount_gr__lt=0
    )
    assert -sum(posting.amount_gr for posting in credited) == 250_000


@pytest.mark.covers("D63")
def test_while_one_pays_half_the_other_gets_a_refusal_and_nothing_is_made(
    payments, of_bartek, bartek, house, today
):
    half = {house.public_id: 125_000}
    order = of_bartek.order(house, amounts=half)
    payment = payments.start(house, amounts=half)
    with pytest.raises(Conflict, match=r"payment\.locked"):
        start_payment(order, actor=of_bartek.who.actor)
    assert Payment.objects.count() == PaymentItem.objects.count() == 1
    lock = statement(bartek, today, None).dues[0].lock
    assert (lock.amount_gr, lock.payment_id, lock.until) == (125_000, None, payment.expires_at)
    Payment.objects.filter(pk=payment.pk).update(state=State.PAID)
    assert statement(bartek, today, None).dues[0].lock.until is None


def test_an_overpayment_belongs_to_the_one_who_paid(payments, payer, bartek, house, daria, today):
    payment = payments.paid(house)
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, 250_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -250_000, house.public_id),
        ],
        effective_on=today,
        actor=ACTOR,
    )
    book(payment, today, daria)
    assert Overpayment.objects.get().payer == payer
    held = [statement(owner, today, None).overpayment_gr for owner in (payer, bartek)]
    assert held == [payment.amount_gr, 0]
