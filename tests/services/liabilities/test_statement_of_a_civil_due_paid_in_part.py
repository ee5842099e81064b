"""The rest of a lease that was paid in part, from the ledger (art. 451 § 1 KC)."""

from datetime import date, timedelta

import pytest

from services.liabilities.actions.receipts import post_receipt
from services.liabilities.queries import statement
from services.payments.actions import reverse_entry
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db

DUE_ON = date(2025, 3, 31)
PAID_ON = date(2025, 9, 30)
AS_OF = date(2026, 9, 30)


@pytest.fixture
def payer(in_borki):
    return PayerFactory()


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def lease(payer):
    return LiabilityFactory(payer=payer, lease=True, due_on=DUE_ON, principal_gr=100_000)


def interest_gr(payer, as_of: date) -> int:
    return sum(due.interest_gr for due in statement(payer, as_of).dues)


def receive(lease, daria, **amounts):
    return post_receipt(liability=lease, paid_on=PAID_ON, external_id="KP-1", actor=daria, **amounts)


def test_interest_that_was_paid_is_not_on_the_statement_again(payer, lease, daria):
    whole_gr = interest_gr(payer, PAID_ON)
    receive(lease, daria, interest_gr=whole_gr, principal_gr=50_000)

    assert interest_gr(payer, PAID_ON) == 0
    twin = LiabilityFactory(payer=PayerFactory(), lease=True, due_on=PAID_ON, principal_gr=50_000)
    from_the_payment_on_gr = interest_gr(twin.debtors.get(), AS_OF)
    assert abs(interest_gr(payer, AS_OF) - from_the_payment_on_gr) <= 1  # one rounding instead of two


def test_interest_that_was_not_paid_stays_though_the_principal_is_less(payer, lease, daria):
    whole_gr = interest_gr(payer, PAID_ON)
    receive(lease, daria, interest_gr=0, principal_gr=50_000)

    assert interest_gr(payer, PAID_ON) == whole_gr


def test_a_receipt_that_was_taken_back_counts_for_nothing(payer, lease, daria):
    before_gr = interest_gr(payer, AS_OF)
    entry = receive(lease, daria, interest_gr=interest_gr(payer, PAID_ON), principal_gr=50_000)
    assert interest_gr(payer, AS_OF) < before_gr

    reverse_entry(
        entry_id=entry.public_id, reason="wpłata zapisana na złą należność", corrected_on=AS_OF, actor=daria
    )

    assert interest_gr(payer, AS_OF) == before_gr


def test_the_statement_says_what_was_taken_off(payer, lease, daria):
    receive(lease, daria, interest_gr=1_000, principal_gr=50_000)

    (due,) = statement(payer, AS_OF).dues

    (reason,) = (one for one in due.interest.reasons if one.code == "interest.paid_before")
    assert reason.values["paid_gr"] == 1_000
    assert due.interest.periods[0].principal_gr == 100_000
    assert due.interest.periods[-1].principal_gr == 50_000
    assert due.interest.periods[-1].to_on == AS_OF
    assert any(period.to_on == PAID_ON for period in due.interest.periods)
    assert any(period.from_on == PAID_ON + timedelta(days=1) for period in due.interest.periods)
