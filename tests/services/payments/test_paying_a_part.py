"""A part of a due: its bounds, how it falls on principal and interest, what is left (art. 55 § 2 O.p., art. 451 § 1 KC)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from kernel.errors import Conflict, InvalidInput
from kernel.money import round_to_grosz
from services.accounts.models import Resident
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.queries import statement
from services.payments.actions import book_payment, start_payment
from services.payments.booking import split_payment
from services.payments.forecast import forecast
from services.payments.models import Payment, PaymentItem
from services.payments.queries import basket
from tenants.configuration.models import AllocationRuleVersion
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def daria(in_borki, person):
    return person("daria")


@pytest.fixture
def arrear(payer):
    """2 500 zł of property tax in arrears for so long that there is interest on any half of it."""
    return LiabilityFactory(payer=payer, principal_gr=250_000, instalment=1, due_on=date(2026, 3, 16))


@pytest.fixture
def rent(payer):
    return LiabilityFactory(payer=payer, lease=True, principal_gr=100_000, due_on=date(2026, 1, 30))


def owed(payer, due, on):
    return next(row for row in statement(payer, on).dues if row.public_id == due.public_id)


def frozen(payment: Payment) -> list[tuple[int, int]]:
    return list(payment.items.order_by("id").values_list("principal_gr", "interest_gr"))


def test_a_part_of_an_arrear_falls_on_principal_and_interest_in_their_ratio(payments, payer, arrear, today):
    known = owed(payer, arrear, today)
    assert known.interest_gr > 0
    payment = payments.start(arrear, amounts={arrear.public_id: 100_000})
    ratio = Fraction(100_000 * known.principal_gr, known.principal_gr + known.interest_gr)
    principal_gr = round_to_grosz(ratio)
    assert frozen(payment) == [(principal_gr, 100_000 - principal_gr)]
    assert payment.amount_gr == 100_000
    told = payments.operator.control.transaction(payment.reference)
    assert told["amount_gr"] == 100_000 + payment.fee_gr


def test_a_part_of_a_due_before_its_date_is_principal_alone(payments, payer, today):
    current = LiabilityFactory(payer=payer, due_on=today + timedelta(days=20))
    assert frozen(payments.start(current, amounts={current.public_id: 12_345})) == [(12_345, 0)]


def test_a_part_of_a_rent_pays_interest_first(payments, payer, rent, today):
    interest_gr = owed(payer, rent, today).interest_gr
    assert 0 < interest_gr < 50_000
    payment = payments.start(rent, amounts={rent.public_id: 50_000})
    assert frozen(payment) == [(50_000 - interest_gr, interest_gr)]


def test_where_the_gmina_waived_interest_first_a_part_of_a_rent_is_principal(payments, rent):
    AllocationRuleVersion.objects.update(civil_interest_first=False)
    assert frozen(payments.start(rent, amounts={rent.public_id: 50_000})) == [(50_000, 0)]


def test_an_amount_for_one_due_leaves_the_others_whole(payments, payer, arrear, due, today):
    whole = owed(payer, due, today)
    payment = payments.start(arrear, due, amounts={due.public_id: 10_000})
    paid = {item.liability_id: item.total_gr for item in payment.items.all()}
    first = owed(payer, arrear, today)
    assert paid == {arrear.pk: first.principal_gr + first.interest_gr, due.pk: 10_000}
    assert whole.principal_gr > 10_000


def test_the_whole_amount_named_as_a_part_is_the_whole(payments, payer, arrear, today):
    known = owed(payer, arrear, today)
    payment = payments.start(arrear, amounts={arrear.public_id: known.principal_gr + known.interest_gr})
    assert frozen(payment) == [(known.principal_gr, known.interest_gr)]


@pytest.mark.parametrize(
    ("amount_gr", "code"),
    [
        (99, "payment.part_too_small"),
        (0, "payment.part_too_small"),
        (-100, "payment.part_too_small"),
        (30_001, "payment.part_too_large"),
    ],
)
def test_an_amount_out_of_bounds_is_refused_and_nothing_is_made(payments, due, amount_gr, code):
    order = replace(payments.order(due), amounts={due.public_id: amount_gr})
    with pytest.raises(InvalidInput) as refused:
        start_payment(order, actor=payments.who.actor)
    assert refused.value.code == code
    assert not Payment.objects.exists()
    assert not PaymentItem.objects.exists()


def test_a_due_below_one_zloty_can_only_be_paid_whole(payments, payer, today):
    small = LiabilityFactory(payer=payer, lease=True, principal_gr=40, due_on=today + timedelta(days=9))
    order = replace(payments.order(small), amounts={small.public_id: 39})
    with pytest.raises(InvalidInput, match=r"payment\.part_too_small"):
        start_payment(order, actor=payments.who.actor)
    assert not Payment.objects.exists()
    assert frozen(payments.start(small, amounts={small.public_id: 40})) == [(40, 0)]


def test_a_part_whose_total_is_not_the_one_shown_is_refused(payments, due):
    shown = payments.order(due, amounts={due.public_id: 10_000})
    with pytest.raises(Conflict, match=r"payment\.amount_changed"):
        start_payment(replace(shown, amounts={due.public_id: 10_001}), actor=payments.who.actor)
    assert not Payment.objects.exists()


@pytest.mark.covers("D66")
def test_reminder_costs_go_along_with_a_part_and_first(payments, payer, arrear, today, daria):
    cost = ReminderCostFactory(payer=payer, liabilities=[arrear])
    payment = payments.paid(arrear, amounts={arrear.public_id: 50_000})
    assert payment.amount_gr == 50_000 + 1_600
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria.actor)
    assert balances([cost.public_id], AccountKind.REMINDER_COSTS) == {cost.public_id: 0}
    principal_gr = payment.items.get(liability=arrear).principal_gr
    left = balances([arrear.public_id], AccountKind.RECEIVABLE_PRINCIPAL)
    assert left == {arrear.public_id: 250_000 - principal_gr}


def test_booking_divides_a_part_as_it_was_shown(payments, arrear, today, daria):
    payment = payments.paid(arrear, amounts={arrear.public_id: 100_000})
    split = split_payment(payment, today)
    assert [tuple(share.amount_gr for share in split.shares)] == frozen(payment)
    assert split.overpaid_gr == 0
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria.actor)
    assert not PaymentItem.objects.filter(is_open=True).exists()


def test_what_remains_is_told_with_interest_counted_anew(payer, arrear, today, payments, daria):
    (chosen,) = basket(payer, [arrear.public_id], today, None, {arrear.public_id: 100_000}).groups[0].chosen
    told = chosen.left_gr
    payment = payments.paid(arrear, amounts={arrear.public_id: 100_000})
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria.actor)
    known = owed(payer, arrear, today)
    assert told == known.principal_gr + known.interest_gr > 0


def test_a_part_of_a_later_instalment_goes_to_the_earlier_one_and_this_is_told(
    payer, anna, arrear, due, today
):
    resident = Resident.objects.get(user_id=anna.user_id)
    amounts = {due.public_id: 10_000}
    group = basket(payer, [due.public_id], today, resident, amounts).groups[0]
    found = forecast(payer, group, today, resident)
    assert {share.id for share in found.split.shares} == {str(arrear.public_id)}
    assert sum(share.amount_gr for share in found.split.shares) == 10_000
    known = owed(payer, due, today)
    assert [(row.public_id, left) for row, left in found.short] == [
        (due.public_id, known.principal_gr + known.interest_gr)
    ]
    first = basket(payer, [arrear.public_id], today, resident, {arrear.public_id: 10_000}).groups[0]
    assert forecast(payer, first, today, resident) is None


def test_where_a_decision_is_charged_together_a_part_is_divided_by_the_interest_that_is_shown(
    payments, payer, today, daria
):
    """Open point 12b: two instalments, each below the threshold of art. 54 § 1 pkt 5 O.p. and above it together."""
    AllocationRuleVersion.objects.update(threshold_scope="decision")
    first, second = (
        LiabilityFactory(payer=payer, instalment=number, due_on=date(2026, 5, 15), principal_gr=14_000)
        for number in (1, 2)
    )
    known = owed(payer, first, today)
    assert 0 < known.interest_gr < 870
    part = {first.public_id: 7_000}
    (chosen,) = basket(payer, [first.public_id], today, None, part).groups[0].chosen
    payment = payments.paid(first, amounts=part)
    ((principal_gr, interest_gr),) = frozen(payment)
    assert interest_gr > 0
    assert [share.amount_gr for share in split_payment(payment, today).shares] == [principal_gr, interest_gr]
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria.actor)
    rest = owed(payer, first, today)
    assert rest.principal_gr == 14_000 - principal_gr
    assert rest.principal_gr + rest.interest_gr == chosen.left_gr
    assert owed(payer, second, today).principal_gr == 14_000
