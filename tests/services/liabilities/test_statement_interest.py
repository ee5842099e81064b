"""Interest in the statement, counted by hand: principal × days × yearly rate / 365, rounded once."""

from datetime import date

import pytest

from services.liabilities.models import InterestPause
from services.liabilities.queries import statement
from services.payments.queries import basket
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.services.liabilities.statements import AS_OF, pay_at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(in_borki):
    return PayerFactory()


def interest_on(payer, day: date) -> int:
    (due,) = statement(payer, day).dues
    assert due.total_gr == due.principal_gr + due.interest_gr
    return due.interest_gr


@pytest.mark.covers("D64", "D65")
@pytest.mark.parametrize(
    ("day", "interest_gr"),
    [
        (date(2026, 9, 14), 0),
        (date(2026, 9, 15), 0),  # the last day to pay
        (date(2026, 9, 16), 0),  # 1 day: 0,29 zł, below the threshold of 8,70 zł
        (date(2026, 10, 14), 0),  # 29 days: 8,34 zł, rounded 8,00 zł
        (date(2026, 10, 15), 900),  # 30 days: 8,63 zł; both presets hold the rounded 9,00 zł against 8,70 zł
        (date(2026, 11, 20), 1_900),  # 66 days: 18,986 zł
        (date(2026, 12, 31), 3_100),  # 107 days: 30,780 zł
    ],
)
def test_1000_zl_of_tax_due_on_15_september_2026_on_the_chosen_day(payer, day, interest_gr):
    LiabilityFactory(payer=payer, principal_gr=100_000)
    assert interest_on(payer, day) == interest_gr


@pytest.mark.covers("D65")
def test_the_basket_of_another_day_asks_the_total_of_that_day(payer):
    due = LiabilityFactory(payer=payer, principal_gr=100_000)
    totals = [
        basket(payer, [due.public_id], day, None).groups[0].amount_gr for day in (AS_OF, date(2026, 12, 31))
    ]
    assert totals == [101_900, 103_100]


def test_interest_below_the_threshold_is_not_owed(payer):
    LiabilityFactory(payer=payer, principal_gr=30_000)  # 66 days: 5,70 zł
    assert interest_on(payer, AS_OF) == 0


@pytest.mark.covers("D64")
def test_every_change_of_the_rate_is_counted_from_its_day(payer):
    """Due on Saturday 15 November 2025, so payable until Monday 17; 16 days at 11.5 %, 91 at 11 %, 27 at 10.5 %."""
    LiabilityFactory(payer=payer, principal_gr=100_000, year=2025, due_on=date(2025, 11, 15))
    (due,) = statement(payer, date(2026, 3, 31)).dues
    assert due.effective_due_on == date(2025, 11, 17)
    assert [(period.days, period.rate_bp) for period in due.interest.periods] == [
        (16, 1150),
        (91, 1100),
        (27, 1050),
    ]
    assert due.interest_gr == 4_000  # 40,23 zł


def test_a_due_date_on_a_holiday_moves_to_the_next_working_day(payer):
    """15 August 2026 is a Saturday and a holiday."""
    LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 8, 15))
    (on_monday,) = statement(payer, date(2026, 8, 17)).dues
    (on_tuesday,) = statement(payer, date(2026, 8, 18)).dues
    assert (on_monday.is_overdue, on_tuesday.is_overdue) == (False, True)
    assert interest_on(payer, AS_OF) == 2_700  # 95 days from 18 August: 27,33 zł


def test_interest_of_civil_dues_is_exact_to_the_grosz(payer):
    LiabilityFactory(payer=payer, lease=True)
    assert interest_on(payer, AS_OF) == 502  # 300,00 zł, 66 days at 9.25 %: 5,0178 zł


def test_after_a_part_payment_interest_is_counted_on_what_is_left(payer):
    due = LiabilityFactory(payer=payer, principal_gr=100_000)
    pay_at_the_desk(due, 40_000)
    assert interest_on(payer, AS_OF) == 1_100  # 600,00 zł, 66 days: 11,39 zł


def test_days_without_interest_are_left_out(payer):
    due = LiabilityFactory(payer=payer, principal_gr=100_000)
    InterestPause.objects.create(liability=due, from_on=date(2026, 10, 1), to_on=date(2026, 10, 31))
    assert interest_on(payer, AS_OF) == 1_000  # 35 days: 10,07 zł


def test_a_reduced_rate_is_half_the_rate(payer):
    LiabilityFactory(payer=payer, principal_gr=100_000, is_reduced_rate=True)
    assert interest_on(payer, AS_OF) == 900  # 66 days at 5.25 %: 9,49 zł


def test_the_statement_says_until_which_day_the_rates_are_confirmed(payer):
    assert statement(payer, AS_OF).rates_known_on == date(2026, 10, 8)
