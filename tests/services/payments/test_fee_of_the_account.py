"""Each operator account has its own tariff, or goes by the common one (payments.md 2.4; eKasa § 10 ust. 3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.errors import Conflict, InvalidInput, NotFound
from services.payments.actions import refresh_payment, start_payment
from services.payments.methods import method_choices
from services.payments.models import Payment
from services.payments.queries import basket
from tenants.configuration.actions import set_fee_tariff
from tenants.configuration.models import FeeBearer, FeeTariff, OperatorAccount
from tenants.configuration.queries import fee_bearer, fee_tariff, operator_account_for
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db


def charge(account: OperatorAccount | None, fixed_gr: int, *, days: int = 0, **changes) -> FeeTariff:
    values = {
        "bearer": "payer",
        "lines": [{"method_group": "other", "fixed_gr": fixed_gr, "percent_bp": 0}],
        "effective_on": timezone.localdate() + timedelta(days=days),
        "source_note": "umowa",
        "account_id": account.public_id if account else None,
    }
    return set_fee_tariff(**(values | changes), actor=ACTOR)


def account_of(due) -> OperatorAccount:
    return operator_account_for(due.liability_type.account_nrb)


def fees_shown(payer, due) -> set[int]:
    today = timezone.localdate()
    group = basket(payer, [due.public_id], today, None).groups[0]
    return {choice.fee_gr for choice in method_choices(group, today)}


@pytest.mark.covers("D59", "D60")
def test_each_account_shows_the_fee_of_its_own_operator(operator, payer, due):
    lease = LiabilityFactory(payer=payer, lease=True)
    assert account_of(due) != account_of(lease)
    common = fees_shown(payer, lease)

    charge(account_of(due), 321)

    assert fees_shown(payer, due) == {321}
    assert fees_shown(payer, lease) == common


def test_an_account_without_a_tariff_of_its_own_goes_by_the_common_one(operator, payer, due):
    FeeTariff.objects.all().delete()
    assert fees_shown(payer, due) == {0}

    charge(None, 55)

    assert fees_shown(payer, due) == {55}


def test_a_tariff_of_the_account_begins_on_its_day(operator, payer, due):
    before = fees_shown(payer, due)
    own = charge(account_of(due), 321, days=1)
    assert fees_shown(payer, due) == before
    assert fee_tariff(own.effective_on, account_of(due)) == own
    assert fee_tariff(own.effective_on) != own


def test_a_payment_is_frozen_with_the_tariff_of_its_account(operator, payments, due):
    own = charge(account_of(due), 321)
    payment = payments.start(due)
    assert (payment.fee_gr, payment.tariff) == (321, own)


def test_another_tariff_while_a_payment_is_under_way_leaves_its_fee(operator, payments, due):
    payment = payments.start(due)
    fee_gr, tariff = payment.fee_gr, payment.tariff

    charge(account_of(due), 321)
    operator.control.pay(payment.reference)
    refresh_payment(payment.public_id)

    payment.refresh_from_db()
    assert (payment.state, payment.fee_gr, payment.tariff) == ("paid", fee_gr, tariff)
    assert operator.control.transaction(payment.reference)["paid_gr"] == payment.total_gr


def test_a_fee_that_changed_after_the_page_was_shown_is_not_charged(operator, payments, due):
    order = payments.order(due)
    charge(account_of(due), 321)

    with pytest.raises(Conflict, match=r"payment\.amount_changed"):
        start_payment(order, actor=payments.who.actor)

    assert not Payment.objects.exists()


def test_two_versions_of_one_account_cannot_begin_on_one_day(operator, due):
    charge(account_of(due), 321)
    with pytest.raises(Conflict, match=r"setting\.same_day"):
        charge(account_of(due), 322)
    assert FeeTariff.objects.filter(operator_account=account_of(due)).count() == 1


def test_only_the_office_gets_an_invoice_for_the_fee(operator, due):
    with pytest.raises(InvalidInput, match=r"fee_tariff\.invoiced"):
        charge(account_of(due), 321, is_invoiced=True)
    with pytest.raises(NotFound, match=r"operator_account\.unknown"):
        charge(OperatorAccount(operator="imoje"), 321)
    assert not FeeTariff.objects.filter(operator_account__isnull=False).exists()


@pytest.mark.covers("D34")
def test_the_gmina_charges_for_paying_when_one_of_its_active_accounts_does(operator, due):
    FeeTariff.objects.update(bearer="office")
    assert fee_bearer(timezone.localdate()) is FeeBearer.OFFICE

    charge(account_of(due), 321)
    assert fee_bearer(timezone.localdate()) is FeeBearer.PAYER

    OperatorAccount.objects.filter(pk=account_of(due).pk).update(is_active=False)
    assert fee_bearer(timezone.localdate()) is FeeBearer.OFFICE
