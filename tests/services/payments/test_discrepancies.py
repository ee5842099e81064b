"""The list of what does not agree: each kind appears, is not doubled, and goes when its cause is mended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput
from services.payments.actions import (
    enter_transfer,
)
from services.payments.actions.steps import Step, apply_together
from services.payments.domain.states import Event
from services.payments.models import (
    Discrepancy,
    OperatorEvent,
    Payment,
    PaymentItem,
    Refund,
    SettlementBatch,
    SettlementLine,
)
from tenants.configuration.models import FeeTariff
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.services.payments.reconciling import Reconciled, compare, only
from tests.services.payments.reconciling import emulator as emulator
from tests.services.payments.reconciling import paid as paid
from tests.services.payments.reconciling import reconciled as reconciled
from tests.services.payments.refunding import approve, clerk, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


def test_all_is_well_when_what_was_paid_is_paid_out(paid, reconciled):
    reconciled.run(days_later=1)
    assert compare(reconciled) == []
    assert SettlementLine.objects.get().payment == paid


def test_a_payout_that_is_none_of_ours_is_listed_until_the_operator_lists_it_no_more(paid, reconciled):
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "extra_item")
    reconciled.run()
    assert compare(reconciled) == ["settled_unknown"]
    assert only("settled_unknown").details["amount_gr"] == 5000

    reconciled.run()

    assert reconciled.open() == []
    assert only("settled_unknown").resolved_by is None
    assert SettlementLine.objects.filter(is_listed=False).count() == 1


def test_paid_money_without_a_payout_is_listed_after_five_days(paid, reconciled):
    reconciled.operator.control.fault("payouts", "late", times=1000)
    reconciled.run(days_later=2)
    assert compare(reconciled) == []
    reconciled.operator.control.forget_faults()
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run(days_later=4)
    assert compare(reconciled) == ["not_settled"]
    assert only("not_settled").payment == paid

    reconciled.operator.control.forget_faults()
    reconciled.run()

    assert reconciled.open() == []


def test_money_without_a_payout_stays_listed_after_35_days(paid, reconciled):
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run(days_later=6)
    reconciled.run(days_later=40)
    assert compare(reconciled) == ["not_settled"]


def test_payments_from_before_the_comparison_began_are_not_missed(payments, due, reconciled):
    payments.paid(due)
    Payment.objects.update(paid_at=timezone.now() - timedelta(days=1))
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run()
    reconciled.run(days_later=10)
    assert reconciled.open() == []


def test_another_amount_paid_out_is_listed(paid, reconciled):
    reconciled.run(days_later=1)
    SettlementLine.objects.update(amount_gr=paid.total_gr - 1)
    assert compare(reconciled) == ["amount_differs"]
    details = only("amount_differs").details
    assert (details["amount_gr"], details["expected_gr"]) == (paid.total_gr - 1, paid.total_gr)

    reconciled.run()

    assert reconciled.open() == []


def test_a_fee_other_than_the_payer_was_shown_is_listed(paid, reconciled):
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "other_fee")
    reconciled.run()
    assert compare(reconciled) == ["fee_differs"]
    assert only("fee_differs").details["expected_gr"] == paid.fee_gr

    reconciled.run()

    assert reconciled.open() == []


def test_a_fee_that_the_office_bears_is_not_compared(paid, reconciled):
    FeeTariff.objects.update(bearer="office")
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "other_fee")
    reconciled.run()
    assert compare(reconciled) == []


def test_a_transfer_that_is_the_payout_confirms_it_and_proposes_the_day_of_credit(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch, today = SettlementBatch.objects.get(), timezone.localdate()

    batch = enter_transfer(
        batch_id=batch.public_id, amount_gr=paid.amount_gr, bank_on=today, actor=daria.actor
    )

    assert batch.confirmed_at is not None
    paid.refresh_from_db()
    assert (paid.credited_on, paid.state) == (today, "paid")
    again = enter_transfer(
        batch_id=batch.public_id, amount_gr=paid.amount_gr, bank_on=today, actor=daria.actor
    )
    assert again.entered_at == batch.entered_at
    assert AuditEntry.objects.filter(action="settlement.transfer_entered").count() == 1


def test_another_transfer_than_the_payout_is_listed_until_it_is_corrected(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch, today = SettlementBatch.objects.get(), timezone.localdate()
    values = {"batch_id": batch.public_id, "bank_on": today, "actor": daria.actor}

    enter_transfer(**values, amount_gr=paid.amount_gr - 100)

    assert compare(reconciled) == ["transfer_differs"]
    paid.refresh_from_db()
    assert paid.credited_on is None
    enter_transfer(**values, amount_gr=paid.amount_gr)
    assert compare(reconciled) == []
    paid.refresh_from_db()
    assert paid.credited_on == today


def test_a_payout_that_changes_after_its_transfer_is_no_longer_confirmed(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch = SettlementBatch.objects.get()
    values = {"amount_gr": paid.amount_gr, "bank_on": timezone.localdate(), "actor": daria.actor}
    enter_transfer(batch_id=batch.public_id, **values)
    reconciled.operator.control.fault("settlement", "extra_item")

    reconciled.run()

    batch.refresh_from_db()
    assert batch.confirmed_at is None
    assert reconciled.open() == ["settled_unknown", "transfer_differs"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"amount_gr": -1}, "settlement.amount"), ({"bank_on": "tomorrow"}, "settlement.bank_day")],
)
def test_an_impossible_transfer_is_refused(paid, reconciled, daria, changes, code):
    reconciled.run(days_later=1)
    today = timezone.localdate()
    if "bank_on" in changes:
        changes = {"bank_on": today + timedelta(days=1)}
    values = {
        "batch_id": SettlementBatch.objects.get().public_id,
        "amount_gr": 1,
        "bank_on": today,
        "actor": daria.actor,
    }
    with pytest.raises(InvalidInput) as refusal:
        enter_transfer(**(values | changes))
    assert refusal.value.code == code
    assert SettlementBatch.objects.get().bank_amount_gr is None


def test_a_payment_unverified_for_an_hour_is_listed(payments, due, reconciled):
    payment = payments.start(due)
    apply_together([Step(payment, Event.PAID_REPORTED)])
    assert compare(reconciled, minutes=59) == []
    assert compare(reconciled, minutes=61) == ["unverified"]

    reconciled.operator.control.pay(payment.reference)
    reconciled.run()

    assert compare(reconciled, minutes=61) == []


def test_a_mismatch_is_listed_until_a_person_settles_it(payments, due, reconciled):
    payment = payments.start(due)
    apply_together([Step(payment, Event.MISMATCH_FOUND, failure_code="event.amount", received=(1, "PLN"))])
    assert compare(reconciled) == ["mismatch"]
    Payment.objects.filter(pk=payment.pk).update(state="failed", received_gr=None)
    assert compare(reconciled) == []


def test_a_due_that_was_paid_twice_is_listed(payments, due, reconciled):
    first = payments.start(due)
    Payment.objects.filter(pk=first.pk).update(state="expired")
    PaymentItem.objects.filter(payment=first).update(is_open=False)
    second = payments.paid(due)
    apply_together([Step(first, Event.PAID_CONFIRMED, operator_id="1", paid_at=timezone.now())])
    assert compare(reconciled) == ["paid_twice", "paid_twice"]
    assert set(Discrepancy.objects.values_list("payment", flat=True)) == {first.pk, second.pk}
    Payment.objects.filter(pk=first.pk).update(state="refunded")
    assert compare(reconciled) == []


def test_a_second_transaction_in_a_payout_is_money_that_came_twice(paid, reconciled):
    reconciled.run(days_later=1)
    SettlementLine.objects.create(
        batch=SettlementBatch.objects.get(),
        operator_tx_id="4294999999",
        reference=paid.reference,
        amount_gr=paid.total_gr,
        fee_gr=100,
        payment=paid,
    )
    assert compare(reconciled) == ["paid_twice"]


def test_a_refund_without_an_end_is_listed(paid, reconciled, daria):
    refund = approve(propose(paid, daria), clerk())
    assert compare(reconciled) == []
    Refund.objects.filter(pk=refund.pk).update(approved_at=timezone.now() - timedelta(days=4))
    assert compare(reconciled) == ["refund_stuck"]
    Refund.objects.filter(pk=refund.pk).update(state="completed", ended_at=timezone.now())
    assert compare(reconciled) == []


def test_money_that_went_away_after_booking_is_listed(paid, reconciled):
    Payment.objects.filter(pk=paid.pk).update(state="chargeback", booked_at=timezone.now())
    assert compare(reconciled) == ["taken_back"]
    assert only("taken_back").details["state"] == "chargeback"


def test_many_forged_messages_of_a_day_are_one_entry(reconciled):
    for number in range(4):
        forge(reconciled, number)
    assert compare(reconciled) == []
    forge(reconciled, 4)
    assert compare(reconciled) == ["forged_often"]
    assert compare(reconciled, days=8) == []


def forge(reconciled: Reconciled, number: int) -> None:
    OperatorEvent.objects.create(
        operator_account=reconciled.account, dedupe_key=f"refused:{number}", verdict="forged"
    )


def test_dues_locked_by_a_dead_link_or_by_money_nobody_books_are_listed(payments, payer, reconciled):
    unpaid, booked_late = (LiabilityFactory(payer=payer) for _ in range(2))
    waiting, money = payments.start(unpaid), payments.paid(booked_late)
    assert compare(reconciled) == []
    Payment.objects.filter(pk=waiting.pk).update(expires_at=timezone.now() - timedelta(hours=25))
    Payment.objects.filter(pk=money.pk).update(paid_at=timezone.now() - timedelta(days=8))
    assert compare(reconciled) == ["long_lock", "long_lock"]
    PaymentItem.objects.update(is_open=False)
    assert compare(reconciled) == []
