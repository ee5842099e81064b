"""Autopay takes the account with each payment and may add the payer's fee itself (payments.md 2.3, 2.4 and section 6)."""

import pytest
from django.utils import timezone

from kernel.errors import NotFound
from services.payments.actions import book_payment, refresh_payment, send_refund
from services.payments.methods import method_choices
from services.payments.queries import basket
from tenants.configuration.models import FeeTariff, OperatorAccount
from tenants.configuration.queries import operator_account_for
from tests.factories.liabilities import LiabilityFactory
from tests.services.payments.refunding import approve, at_operator, clerk, left_gr, make_due, propose

pytestmark = pytest.mark.django_db
OTHER_NRB = "83101010230000261395100000"


def paid_at(autopay, payment, **wish):
    autopay.control.pay(payment.reference, **wish)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    return payment


def choices_of(payer, due):
    today = timezone.localdate()
    return method_choices(basket(payer, [due.public_id], today, None).groups[0], today)


@pytest.mark.covers("D60")
def test_the_fee_that_the_operator_adds_is_shown_and_not_ordered_by_us(use_autopay, autopay, payments, due):
    use_autopay("PAYER")

    payment = payments.start(due)

    remote = autopay.control.transaction(payment.reference)
    assert remote["amount_gr"] == payment.amount_gr == payment.total_gr == 30_000
    assert (payment.fee_gr, payment.added_fee_gr, payment.charged_gr) == (0, 100, 30_100)


def test_a_payment_with_the_fee_on_top_is_confirmed_by_our_own_amount(use_autopay, autopay, payments, due):
    use_autopay("PAYER")

    payment = paid_at(autopay, payments.start(due))

    assert autopay.control.transaction(payment.reference)["paid_gr"] == payment.charged_gr
    assert (payment.state, payment.paid_gr, payment.office_gr) == ("paid", 30_000, 30_000)


def test_less_than_our_amount_with_the_fee_on_top_is_a_mismatch(use_autopay, autopay, payments, due):
    use_autopay("PAYER")

    payment = paid_at(autopay, payments.start(due), amount_gr=29_999)

    assert (payment.state, payment.received_gr) == ("mismatch", 29_999)


@pytest.mark.parametrize("fee_model", ["PAYER", "MERCHANT"])
def test_the_office_books_the_dues_alone_whoever_adds_the_fee(
    use_autopay, autopay, payments, due, person, fee_model
):
    use_autopay(fee_model)
    payment = paid_at(autopay, payments.start(due))

    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=person("daria").actor)

    payment.refresh_from_db()
    assert (payment.state, payment.office_gr, payment.charged_gr) == ("booked", 30_000, 30_100)


def test_the_whole_of_ours_can_be_given_back_and_the_operators_fee_cannot(
    use_autopay, autopay, payments, due, person
):
    from services.payments.actions import refresh_refund

    use_autopay("PAYER")
    payment = paid_at(autopay, payments.start(due))
    refund = approve(propose(payment, person("daria")), clerk())
    send_refund(refund.public_id)
    autopay.control.advance(3600)
    make_due(refund)

    refresh_refund(refund.public_id)

    payment.refresh_from_db()
    assert (payment.state, left_gr(payment)) == ("refunded", 0)
    assert at_operator(autopay.control, payment) == [(30_000, "completed")]


def test_an_added_fee_that_no_tariff_tells_cannot_be_charged(use_autopay, payer, due):
    use_autopay("PAYER")
    FeeTariff.objects.all().delete()

    assert {choice.reason for choice in choices_of(payer, due)} == {"fee_unknown"}
    assert not any(choice.is_available for choice in choices_of(payer, due))


def test_where_the_office_bears_the_fee_the_operator_must_not_add_one(use_autopay, payer, due):
    use_autopay("PAYER")
    FeeTariff.objects.update(bearer="office")

    assert not any(choice.is_available for choice in choices_of(payer, due))


@pytest.mark.covers("D57")
def test_one_account_at_the_operator_serves_all_bank_accounts_one_payment_for_each(
    use_autopay, autopay, payments, payer, due
):
    account = use_autopay()
    lease = LiabilityFactory(payer=payer, lease=True)
    OperatorAccount.objects.exclude(pk=account.pk).update(is_active=False)

    first, second = payments.start(due), payments.start(lease)

    assert first.operator_account == second.operator_account == account
    assert first.account_nrb != second.account_nrb
    for payment in (first, second):
        remote = autopay.control.transaction(payment.reference)
        assert remote["account"] == payment.account_nrb
        assert remote["details"]["transfer_title"]
        assert remote["details"]["receiver_name"] == "Urząd Gminy w Borkach"


def test_a_bank_account_with_an_operator_of_its_own_keeps_it(use_autopay, operator):
    use_autopay()
    others = OperatorAccount.objects.filter(is_active=True, operator="przelewy24")
    assert others
    assert all(operator_account_for(row.account_nrb) == row for row in others)


def test_an_operator_with_an_account_for_each_bank_account_serves_no_other(operator, in_borki):
    with pytest.raises(NotFound, match=r"operator_account\.none"):
        operator_account_for(OTHER_NRB)


def test_of_two_accounts_that_could_serve_a_bank_account_none_is_guessed(use_autopay, in_borki):
    use_autopay()
    assert operator_account_for(OTHER_NRB).operator == "autopay"
    use_autopay(nrb=OperatorAccount.objects.filter(operator="przelewy24", is_active=True)[0].account_nrb)
    with pytest.raises(NotFound, match=r"operator_account\.none"):
        operator_account_for(OTHER_NRB)
