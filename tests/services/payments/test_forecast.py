"""Before paying: where the law puts the money of a basket, computed as booking will do it (art. 62 § 1 and 1a O.p.)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from services.accounts.models import Resident
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.payments.actions import book_payment, refresh_payment
from services.payments.booking import split_payment
from services.payments.domain.allocation import ShareKind
from services.payments.forecast import forecast
from services.payments.queries import basket
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def seen(payer, anna, today):
    """`seen(due, …)`: the forecast of a basket of these dues; all of them go to one account of the office."""
    resident = Resident.objects.get(user_id=anna.user_id)

    def of(*dues):
        groups = basket(payer, [due.public_id for due in dues], today, resident).groups
        assert len(groups) == 1
        return forecast(payer, groups[0], today, resident)

    return of


def other_tax(payer, **values):
    """An arrear of another tax that is paid to the same account of the office."""
    kind = LiabilityType.objects.get(code="property_tax")
    other = LiabilityType.objects.exclude(pk=kind.pk).filter(allocation_regime="tax").first()
    LiabilityType.objects.filter(pk=other.pk).update(
        interest_regime="tax", account_nrb=kind.account_nrb, is_payable_online=True
    )
    other.refresh_from_db()
    return LiabilityFactory(payer=payer, liability_type=other, **values)


def got(found) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for share in found.split.shares:
        amounts[share.id] = amounts.get(share.id, 0) + share.amount_gr
    return amounts


def test_with_nothing_earlier_there_is_nothing_to_warn_about(seen, due, payer, today):
    LiabilityFactory(payer=payer, instalment=4, due_on=due.due_on + timedelta(days=30))
    LiabilityFactory(payer=payer, instalment=5, due_on=today + timedelta(days=30))
    assert seen(due) is None


def test_an_earlier_arrear_of_the_same_tax_takes_the_money(seen, due, payer):
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))
    found = seen(due)
    assert next(iter(got(found))) == str(earlier.public_id)
    assert sum(got(found).values()) + found.split.overpaid_gr >= due.principal_gr
    assert [row.public_id for row in found.add] == [earlier.public_id]
    assert found.split.shares[0].reason.article == "art. 62 § 1 zd. 2 Ordynacji podatkowej"


@pytest.mark.parametrize("ticked", [0, 1])
def test_of_two_arrears_of_one_date_the_ticked_one_is_paid(seen, due, payer, ticked):
    """Art. 62 § 1 orders by date only, so between equal dates the payer's choice decides: two houses, one day of payment."""
    twin = LiabilityFactory(payer=payer, instalment=9, due_on=due.due_on)

    assert seen((due, twin)[ticked]) is None


def test_with_the_offered_arrears_the_money_goes_where_it_is_meant(seen, due, payer):
    LiabilityFactory(payer=payer, instalment=1, due_on=due.due_on - timedelta(days=180))
    LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))
    LiabilityFactory(payer=payer, instalment=4, due_on=due.due_on + timedelta(days=10))
    found = seen(due)
    assert len(found.add) == 2
    assert seen(due, *found.add) is None


def test_a_current_due_pays_the_arrear_of_another_tax(seen, payer, today):
    arrear = other_tax(payer, due_on=date(2026, 3, 16))
    current = LiabilityFactory(payer=payer, due_on=today + timedelta(days=20))
    found = seen(current)
    assert str(arrear.public_id) in got(found)
    assert [row.public_id for row in found.add] == [arrear.public_id]
    assert seen(current, arrear) is None


def test_an_arrear_of_the_indicated_tax_comes_before_an_older_one_of_another(seen, due, payer):
    other_tax(payer, due_on=date(2026, 3, 16))
    assert seen(due) is None


def test_costs_that_go_along_are_no_surprise(seen, due, payer):
    ReminderCostFactory(payer=payer, liabilities=[due])
    assert seen(due) is None


def test_costs_come_first_also_when_they_are_paid_with_another_account(payer, anna, due, today):
    """Two taxes on two accounts: the costs are in the basket of the first, but law takes them from whichever comes."""
    second = LiabilityFactory(payer=payer, account_nrb="61109010140000071219812874", instalment=None)
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    resident = Resident.objects.get(user_id=anna.user_id)
    groups = basket(payer, [due.public_id, second.public_id], today, resident).groups
    without = next(group for group in groups if not group.costs)
    found = forecast(payer, without, today, resident)
    first = found.split.shares[0]
    assert (first.id, first.kind, first.amount_gr) == (str(cost.public_id), ShareKind.REMINDER_COSTS, 1_600)
    assert first.reason.article == "art. 62 § 1a Ordynacji podatkowej"


def test_a_civil_due_is_paid_whatever_else_is_in_arrears(seen, due, payer):
    LiabilityFactory(payer=payer, lease=True, due_on=date(2026, 1, 31))
    lease = LiabilityFactory(payer=payer, lease=True, due_on=date(2026, 9, 30))
    assert seen(lease) is None


def test_a_due_under_enforcement_takes_nothing(seen, due, payer):
    LiabilityFactory(payer=payer, enforced=True, instalment=2, due_on=date(2026, 5, 15))
    assert seen(due) is None


def test_an_arrear_whose_payment_is_under_way_takes_nothing_more(seen, due, payer):
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=date(2026, 5, 15))
    assert seen(due) is not None
    PaymentFactory(payer=payer, paid=True, dues=[earlier])
    assert seen(due) is None


def test_an_arrear_that_cannot_be_paid_here_takes_the_money_and_is_not_offered(seen, due, payer):
    offline = other_tax(payer, due_on=date(2026, 3, 16))
    LiabilityType.objects.filter(pk=offline.liability_type_id).update(is_payable_online=False)
    current = LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=9))
    found = seen(due, current)
    assert str(offline.public_id) in got(found)
    assert found.add == ()


def test_booking_does_what_was_forecast(payments, seen, due, payer, person, today):
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))
    found = seen(due)
    payment = payments.start(due)
    payments.operator.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert split_payment(payment, today) == found.split
    book_payment(payment_id=payment.public_id, credited_on=today, actor=person("daria").actor)
    left = balances([earlier.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[earlier.public_id]
    paid_gr = sum(
        share.amount_gr
        for share in found.split.shares
        if share.id == str(earlier.public_id) and share.kind is ShareKind.PRINCIPAL
    )
    assert left == earlier.principal_gr - paid_gr
