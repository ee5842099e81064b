"""An operator that tells no payouts: the clerk enters the transfer and the payments that it is for (11.29)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.payments.actions import Payout, compare_account, enter_payout
from services.payments.models import Discrepancy, Payment, Reconciliation, SettlementBatch, SettlementLine
from services.payments.queries_reconciliation import payments_to_settle, settled_by_hand
from tenants.configuration.models import FeeTariff
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(operator, payments, due) -> Payment:
    return payments.paid(due)


@pytest.fixture
def daria(person):
    return person("daria").actor


def payout_of(*payments: Payment, **changes) -> Payout:
    values = {
        "account_id": payments[0].operator_account.public_id,
        "title": "PRZELEW 17/2026",
        "amount_gr": sum(payment.amount_gr for payment in payments),
        "kept_gr": 0,
        "bank_on": timezone.localdate(),
        "payment_ids": frozenset(payment.public_id for payment in payments),
    }
    return Payout(**(values | changes))


def open_kinds(payment: Payment) -> list[str]:
    compare_account(payment.operator_account.public_id, timezone.now())
    return sorted(Discrepancy.objects.filter(state="open").values_list("kind", flat=True))


def test_a_transfer_that_is_the_sum_of_its_payments_proposes_their_day(paid, payments, payer, daria):
    other = payments.paid(LiabilityFactory(payer=payer))
    assert paid.operator_account in settled_by_hand()

    batch = enter_payout(payout_of(paid, other), actor=daria)

    assert (batch.is_manual, batch.confirmed_at is not None) == (True, True)
    assert set(Payment.objects.values_list("credited_on", flat=True)) == {timezone.localdate()}
    assert not payments_to_settle(paid.operator_account).exists()
    assert open_kinds(paid) == []


def test_the_same_payout_again_changes_nothing(paid, daria):
    first = enter_payout(payout_of(paid), actor=daria)
    assert enter_payout(payout_of(paid), actor=daria).entered_at == first.entered_at
    assert AuditEntry.objects.filter(action="settlement.entered_by_hand").count() == 1


def test_another_sum_is_listed_until_it_is_corrected(paid, daria):
    wrong = payout_of(paid, amount_gr=paid.amount_gr - 1)
    batch = enter_payout(wrong, actor=daria)
    assert (batch.confirmed_at, open_kinds(paid)) == (None, ["transfer_differs"])
    assert Payment.objects.get().credited_on is None

    enter_payout(replace(payout_of(paid), batch_id=batch.public_id), actor=daria)

    assert open_kinds(paid) == []
    assert SettlementBatch.objects.count() == SettlementLine.objects.count() == 1


def test_a_payment_that_is_left_out_in_a_correction_is_free_again(paid, payments, payer, daria):
    other = payments.paid(LiabilityFactory(payer=payer))
    batch = enter_payout(payout_of(paid, other), actor=daria)

    enter_payout(replace(payout_of(paid), batch_id=batch.public_id), actor=daria)

    assert list(payments_to_settle(paid.operator_account)) == [other]


def test_a_commission_kept_back_of_the_whole_belongs_to_the_payout(paid, daria):
    Payment.objects.update(fee_gr=0)
    paid.refresh_from_db()
    batch = enter_payout(payout_of(paid, amount_gr=paid.amount_gr - 250, kept_gr=250), actor=daria)
    assert batch.confirmed_at is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_gr": -1}, "settlement.amount"),
        ({"kept_gr": -1}, "settlement.amount"),
        ({"bank_on": timezone.localdate() + timedelta(days=2)}, "settlement.bank_day"),
        ({"title": ""}, "settlement.title"),
        ({"title": "x" * 61}, "settlement.title"),
        ({"payment_ids": frozenset()}, "settlement.no_payments"),
    ],
)
def test_what_stands_on_no_statement_is_refused(paid, daria, changes, code):
    with pytest.raises(InvalidInput) as refusal:
        enter_payout(payout_of(paid, **changes), actor=daria)
    assert refusal.value.code == code
    assert not SettlementBatch.objects.exists()


def test_a_payment_is_in_one_payout_only(paid, daria):
    enter_payout(payout_of(paid), actor=daria)
    with pytest.raises(Conflict, match=r"settlement\.payment_taken"):
        enter_payout(payout_of(paid, title="PRZELEW 18/2026"), actor=daria)
    assert SettlementBatch.objects.count() == 1


def test_another_payout_of_the_same_title_does_not_replace_the_first(paid, payments, payer, daria):
    enter_payout(payout_of(paid), actor=daria)
    other = payments.paid(LiabilityFactory(payer=payer))
    with pytest.raises(Conflict, match=r"settlement\.exists"):
        enter_payout(payout_of(other), actor=daria)
    assert SettlementLine.objects.get().payment == paid


def test_money_that_has_not_come_is_in_no_payout(operator, payments, due, daria):
    started = payments.start(due)
    with pytest.raises(Conflict, match=r"settlement\.payment_taken"):
        enter_payout(payout_of(started), actor=daria)
    assert not SettlementBatch.objects.exists()


def test_where_the_operator_tells_its_payouts_none_is_entered_by_hand(paid, daria):
    today = timezone.localdate()
    Reconciliation.objects.update_or_create(
        operator_account=paid.operator_account,
        defaults={"since_on": today, "next_run_at": timezone.now(), "read_until": today},
    )
    with pytest.raises(Conflict, match=r"settlement\.told"):
        enter_payout(payout_of(paid), actor=daria)
    assert paid.operator_account not in settled_by_hand()
    assert not SettlementBatch.objects.exists()


def test_a_payout_of_another_account_cannot_be_corrected(paid, daria):
    with pytest.raises(NotFound, match=r"settlement\.unknown"):
        enter_payout(payout_of(paid, batch_id=paid.public_id), actor=daria)
    assert not SettlementBatch.objects.exists()


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_who_books_enters_payouts(paid, person, name):
    with pytest.raises((Refused, NotFound)):
        enter_payout(payout_of(paid), actor=person(name).actor)
    assert not SettlementBatch.objects.exists()


def test_an_invoiced_commission_does_not_make_a_told_payout_differ(operator, payments, due, daria):
    """The report tells the commission, the transfer is of the whole: the office gets an invoice for it."""
    FeeTariff.objects.update(bearer="office", is_invoiced=True)
    payment = payments.paid(due)
    batch = SettlementBatch.objects.create(
        operator_account=payment.operator_account,
        batch_id="77",
        first_read_at=timezone.now(),
        bank_amount_gr=payment.paid_gr,
        bank_on=timezone.localdate(),
        entered_at=timezone.now(),
    )
    line = SettlementLine.objects.create(
        batch=batch,
        operator_tx_id=payment.operator_id,
        reference=payment.reference,
        amount_gr=payment.paid_gr,
        fee_gr=90,
        payment=payment,
    )
    assert open_kinds(payment) == []
    assert line.payout_gr == payment.paid_gr

    FeeTariff.objects.update(is_invoiced=False)
    assert open_kinds(payment) == ["transfer_differs"]


def test_a_payment_that_is_in_none_of_the_entered_payouts_is_missed_after_five_days(
    paid, payments, payer, daria
):
    left_out, today = payments.paid(LiabilityFactory(payer=payer)), timezone.localdate()
    Payment.objects.update(paid_at=timezone.now() - timedelta(days=6), debited_on=today - timedelta(days=6))
    Reconciliation.objects.create(
        operator_account=paid.operator_account,
        since_on=today - timedelta(days=30),
        next_run_at=timezone.now(),
    )
    first = enter_payout(payout_of(paid, bank_on=today - timedelta(days=6)), actor=daria)
    assert open_kinds(paid) == []

    later = payments.paid(LiabilityFactory(payer=payer))
    enter_payout(payout_of(later, title="PRZELEW 18/2026"), actor=daria)

    assert open_kinds(paid) == ["not_settled"]
    assert Discrepancy.objects.get().payment == left_out
    assert first.confirmed_at is not None
