"""Which methods may pay which dues: art. 60 § 1 and 61a § 1 O.p., eKasa § 10 ust. 2 and 8 (law.md 6, open point 12d)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kernel.errors import NotFound
from services.payments.actions import start_payment
from services.payments.booking import legal_day
from services.payments.domain.payment_day import PaymentDayRule
from services.payments.methods import method_choices, takes_other_instruments
from services.payments.models import Payment
from services.payments.queries import basket
from tenants.configuration.models import PaymentTermsVersion
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms(in_borki):
    """`terms(**changes)`: what the gmina has decided since 2020; without changes the law's defaults."""

    def set_to(**changes: object) -> None:
        PaymentTermsVersion.objects.all().delete()
        values = {
            "pay_by_link": "transfer",
            "blik": "other",
            "resolution_number": "",
            "resolution_on": None,
            "enforced": "block",
            "civil_interest_to": "today",
            "settlement_days": 1,
        }
        PaymentTermsVersion.objects.create(effective_on=date(2020, 1, 1), **(values | changes))

    return set_to


RESOLUTION = {"resolution_number": "XX/1/2026", "resolution_on": date(2026, 1, 30)}


def group_of(payer, due):
    return basket(payer, [due.public_id], timezone.localdate(), None).groups[0]


def offered(payer, due) -> set[str]:
    return {choice.group for choice in method_choices(group_of(payer, due), timezone.localdate())}


def test_art_61a_without_a_resolution_taxes_are_paid_by_transfer_alone(operator, payer, due, terms):
    terms()
    assert offered(payer, due) == {"transfer"}
    assert takes_other_instruments(group_of(payer, due), timezone.localdate()) is False


def test_art_61a_with_a_resolution_taxes_are_paid_by_card_and_blik_too(operator, payer, due, terms):
    terms(**RESOLUTION)
    assert offered(payer, due) >= {"transfer", "blik", "card"}


def test_blik_read_as_a_transfer_needs_no_resolution(operator, payer, due, terms):
    terms(blik="transfer")
    assert offered(payer, due) == {"transfer", "blik"}


def test_civil_dues_need_no_resolution(operator, payer, terms):
    terms()
    assert offered(payer, LiabilityFactory(payer=payer, lease=True)) >= {"transfer", "blik", "card"}


def test_where_nothing_may_pay_a_due_it_is_paid_by_an_ordinary_transfer(operator, payer, due, terms):
    terms(pay_by_link="other")
    with pytest.raises(NotFound, match=r"operator_account\.none"):
        offered(payer, due)


def test_a_card_that_is_not_offered_cannot_be_ordered_either(payments, payer, due, terms):
    terms(**RESOLUTION)
    group = group_of(payer, due)
    card = next(
        one for one in method_choices(group, timezone.localdate()) if one.group == "card" and one.is_available
    )
    order = payments.order(due, method_id=card.id, expected_total_gr=card.total_gr)
    terms()
    with pytest.raises(NotFound, match=r"method\.unavailable"):
        start_payment(order, actor=payments.who.actor)
    assert not Payment.objects.exists()


@pytest.mark.covers("D68")
@pytest.mark.parametrize(
    ("group", "changes", "number"),
    [
        ("blik", {}, 3),
        ("blik", {"blik": "transfer"}, 2),
        ("transfer", {}, 2),
        ("transfer", {"pay_by_link": "other", **RESOLUTION}, 3),
        ("traditional", {"pay_by_link": "other", **RESOLUTION}, 2),
    ],
)
def test_art_60_par_1_the_day_of_payment_is_read_as_the_gmina_reads_the_instrument(
    payer, due, terms, group, changes, number
):
    terms(**changes)
    payment = PaymentFactory(payer=payer, paid=True, dues=[due], method_group=group)
    day = legal_day(payment, PaymentDayRule.DEBIT, timezone.localdate())
    assert day.paid_on == payment.debited_on
    assert day.reason.article == f"art. 60 § 1 pkt {number} Ordynacji podatkowej"


def test_the_terms_of_the_day_of_the_order_decide(payer, due, terms):
    terms()
    payment = PaymentFactory(payer=payer, paid=True, dues=[due], method_group="blik")
    PaymentTermsVersion.objects.update(effective_on=timezone.localdate())
    PaymentTermsVersion.objects.update(blik="transfer")
    Payment.objects.update(created_at=timezone.now() - timedelta(days=5))
    payment.refresh_from_db()
    day = legal_day(payment, PaymentDayRule.DEBIT, timezone.localdate())
    assert day.reason.article == "art. 60 § 1 pkt 3 Ordynacji podatkowej"
