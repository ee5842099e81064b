"""Civil dues are paid by the credit of the office's account (art. 454 § 1 KC, law.md 6): who bears the days until then."""

from datetime import date

import pytest

from services.liabilities.models import Liability
from services.payments.credit_day import CreditDay, credit_day
from services.payments.queries import basket
from tenants.configuration.models import LiabilityType, PaymentTermsVersion
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def charge(payer):
    def to(civil_interest_to: str, settlement_days: int = 1) -> None:
        PaymentTermsVersion.objects.update(
            civil_interest_to=civil_interest_to, settlement_days=settlement_days
        )

    return to


@pytest.fixture
def lease(payer) -> Liability:
    """1 000 zł at 9.25 %: 16.73 zł to Friday (66 days), 17.49 zł to Monday (69), 17.74 zł to Tuesday (70)."""
    return LiabilityFactory(payer=payer, lease=True, principal_gr=100_000)


def group(payer, *dues, amounts=None):
    (found,) = basket(payer, [due.public_id for due in dues], FRIDAY, None, amounts or {}).groups
    return found


@pytest.mark.covers("D65", "D70")
def test_by_default_the_amount_is_that_of_today_and_the_payer_hears_what_will_be_left(payer, lease):
    found = group(payer, lease)
    assert found.amount_gr == 101_673
    assert credit_day(found.dues, FRIDAY) == CreditDay(MONDAY, 76, is_charged=False)


@pytest.mark.covers("D65", "D70")
def test_a_gmina_may_charge_to_the_day_on_which_the_money_is_expected(payer, lease, charge):
    charge("credit")
    found = group(payer, lease)
    assert found.amount_gr == 101_749
    assert credit_day(found.dues, FRIDAY) == CreditDay(MONDAY, 76, is_charged=True)
    charge("credit", settlement_days=2)
    assert group(payer, lease).amount_gr == 101_774
    assert credit_day(found.dues, FRIDAY) == CreditDay(TUESDAY, 101, is_charged=True)


def test_a_due_that_becomes_late_on_its_way_bears_interest_only_of_those_days(payer, charge):
    due = LiabilityFactory(payer=payer, lease=True, principal_gr=100_000, due_on=FRIDAY)
    assert credit_day(group(payer, due).dues, FRIDAY) == CreditDay(MONDAY, 76, is_charged=False)
    charge("credit")
    assert group(payer, due).amount_gr == 100_076


def test_a_part_of_a_due_is_divided_with_the_interest_to_the_same_day(payer, lease, charge):
    charge("credit")
    (one,) = group(payer, lease, amounts={lease.public_id: 50_000}).chosen
    assert (one.interest_gr, one.principal_gr) == (1_749, 48_251)


def test_taxes_and_contracts_that_count_the_order_do_not_wait_for_the_credit(payer, lease, charge):
    charge("credit")
    LiabilityType.objects.filter(code="lease").update(payment_day_rule="contract")
    assert group(payer, lease).amount_gr == 101_673
    assert credit_day(group(payer, lease).dues, FRIDAY) is None
    tax = LiabilityFactory(payer=payer, principal_gr=100_000)
    assert group(payer, tax).amount_gr == 101_900
    assert credit_day(group(payer, tax).dues, FRIDAY) is None


def test_where_no_day_is_between_there_is_nothing_to_say(payer, lease, charge):
    charge("credit", settlement_days=0)
    assert group(payer, lease).amount_gr == 101_673
    assert credit_day(group(payer, lease).dues, FRIDAY) is None
