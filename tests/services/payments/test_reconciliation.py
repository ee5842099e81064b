"""Reconciliation closes every gap without any message at all (payments.md 2.2, 10 and 11)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.values import Expected
from kernel.audit.models import AuditEntry
from kernel.errors import NotFound
from services.notices.models import Message
from services.payments.actions import claim_due_accounts, reconcile_account
from services.payments.actions.reconcile import LEASE, RETRY, days_to_read
from services.payments.domain.discrepancies import WINDOW
from services.payments.models import (
    Discrepancy,
    OperatorEvent,
    Payment,
    PaymentItem,
    Reconciliation,
    SettlementBatch,
    SettlementLine,
)
from services.payments.tasks import compare, reconcile
from tenants.configuration.queries import operator_config
from tests.factories.liabilities import LiabilityFactory
from tests.services.payments.reconciling import emulator as emulator
from tests.services.payments.reconciling import reconciled as reconciled
from tests.services.payments.reconciling import stop_polling

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(payments, due, reconciled) -> Payment:
    """A confirmed payment that the operator paid out on the next day, read by a run."""
    payment = payments.paid(due)
    reconciled.run()
    reconciled.run(days_later=1)
    return payment


def state_of(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).state


def confirm_elsewhere(payment: Payment) -> None:
    """The money was taken at the operator, and the portal has no record of it."""
    config = operator_config(payment.operator_account)
    operator = registry.operator(payment.operator_account.operator)
    (told,) = operator.fetch_status(config, payment.reference)
    operator.confirm(config, told.as_event(), Expected(payment.reference, payment.total_gr))


def test_a_payment_without_any_message_and_without_a_poller_is_found(payments, due, reconciled):
    payment = payments.start(due)
    stop_polling(payment)
    reconciled.operator.control.pay(payment.reference)

    reconciled.run()

    payment.refresh_from_db()
    assert payment.state == "paid"
    assert payment.debited_on is not None
    assert not OperatorEvent.objects.exists()
    assert Message.objects.filter(kind="payment_paid").count() == 1
    assert reconciled.operator.control.transaction(payment.reference)["state"] == "confirmed"


def test_money_that_only_a_payout_tells_of_is_taken_as_the_poller_takes_it(payments, due, reconciled):
    payment = payments.start(due)
    reconciled.operator.control.pay(payment.reference)
    confirm_elsewhere(payment)
    Payment.objects.filter(pk=payment.pk).update(state="expired", next_check_at=None)
    PaymentItem.objects.filter(payment=payment).update(is_open=False)

    reconciled.run()
    assert state_of(payment) == "expired"
    reconciled.run(days_later=1)

    payment.refresh_from_db()
    assert payment.state == "paid"
    assert payment.paid_at is not None
    changes = AuditEntry.objects.filter(action="payment.state", subject_ref=str(payment.public_id))
    assert changes.first().details["event"] == "paid_confirmed"


def test_a_payment_older_than_35_days_is_not_asked_about(payments, due, reconciled):
    payment = payments.start(due)
    stop_polling(payment)
    reconciled.operator.control.pay(payment.reference)
    Payment.objects.filter(pk=payment.pk).update(created_at=timezone.now() - WINDOW - timedelta(days=2))

    reconciled.run()

    assert state_of(payment) == "started"


def test_reading_again_changes_nothing(settled, reconciled):
    lines = list(SettlementLine.objects.values())
    assert [line["payment_id"] for line in lines] == [settled.pk]

    reconciled.run()
    reconciled.run()

    assert list(SettlementLine.objects.values()) == lines
    assert SettlementBatch.objects.count() == 1
    assert reconciled.open() == []


def test_days_missed_by_a_downtime_are_read(payments, due, reconciled):
    reconciled.run()
    payments.paid(due)
    reconciled.operator.control.advance(10 * 86_400)

    reconciled.run()

    assert SettlementLine.objects.count() == 1
    assert reconciled.state().read_until == reconciled.today


def test_the_days_to_read_overlap_and_end_after_35_days(reconciled):
    today = reconciled.today
    assert days_to_read(today, today) == [today - timedelta(days=n) for n in range(5, -1, -1)]
    assert (
        days_to_read(None, today)[0] == days_to_read(today - timedelta(days=90), today)[0] == today - WINDOW
    )


def test_a_day_that_could_not_be_read_is_not_jumped_over(reconciled):
    reconciled.run()
    reconciled.operator.control.fault("payouts", "500", times=1)

    reconciled.run(days_later=2)

    state = reconciled.state()
    assert state.read_until == reconciled.today - timedelta(days=2)
    assert state.failure_code == "operator.answer_lost"
    assert timezone.now() < state.next_run_at <= timezone.now() + RETRY
    reconciled.run()
    assert reconciled.state().read_until == reconciled.today
    assert reconciled.state().failure_code == ""


def test_an_operator_that_fails_is_left_alone_after_three_tries(payments, payer, reconciled):
    attempts = [payments.start(LiabilityFactory(payer=payer)) for _ in range(5)]
    reconciled.operator.control.fault("status", "503", times=50)
    before = len(reconciled.operator.control.log())

    reconciled.run()

    asked = [row for row in reconciled.operator.control.log()[before:] if "by/sessionId" in row["address"]]
    assert len(asked) == 3
    assert {state_of(one) for one in attempts} == {"started"}
    assert reconciled.state().good_at is None
    assert reconciled.state().busy_until is None


def test_without_reports_in_the_contract_late_money_is_found_by_asking(payments, due, reconciled):
    payment = payments.start(due)
    Payment.objects.filter(pk=payment.pk).update(state="expired", next_check_at=None)
    reconciled.operator.control.pay(payment.reference, late=True)
    reconciled.operator.control.fault("payouts", "403", times=50)

    reconciled.run()

    assert state_of(payment) == "paid"
    assert reconciled.state().failure_code == ""
    assert reconciled.state().good_at is not None
    assert reconciled.state().read_until is None


def test_only_one_worker_runs_an_account(reconciled):
    reconciled.run()
    Reconciliation.objects.update(busy_until=timezone.now() + LEASE, good_at=None)
    before = len(reconciled.operator.control.log())

    assert reconciled.run() is False

    assert reconciled.state().good_at is None
    assert len(reconciled.operator.control.log()) == before


def test_a_worker_that_died_loses_its_lease(reconciled):
    reconciled.run()
    Reconciliation.objects.update(busy_until=timezone.now() - timedelta(seconds=1), good_at=None)
    assert reconciled.run() is True
    assert reconciled.state().good_at is not None


def test_broken_settings_of_one_account_end_its_run_and_keep_the_comparison(reconciled):
    reconciled.account.merchant_ids = {}
    reconciled.account.save()

    assert reconciled.run() is True

    state = reconciled.state()
    assert state.failure_code.startswith("reconciliation.")
    assert state.compared_at is not None
    assert state.busy_until is None


def test_an_account_is_due_once_a_day_and_handed_out_once(reconciled):
    compare()
    assert reconciled.account.public_id not in claim_due_accounts(timezone.now())
    reconcile(str(reconciled.account.public_id))
    due_at = reconciled.state().next_run_at
    assert reconciled.account.public_id not in claim_due_accounts(due_at - timedelta(seconds=1))
    assert reconciled.account.public_id in claim_due_accounts(due_at)
    assert reconciled.account.public_id not in claim_due_accounts(due_at)


def test_the_command_runs_all_accounts_of_a_gmina(payments, due, reconciled):
    payment = payments.start(due)
    stop_polling(payment)
    reconciled.operator.control.pay(payment.reference)
    said = StringIO()

    call_command("reconcile", "borki", stdout=said)

    assert state_of(payment) == "paid"
    assert said.getvalue().count(": complete, 0 discrepancies") == 3


def test_the_command_tries_without_writing_anything(payments, due, reconciled):
    payment = payments.start(due)
    stop_polling(payment)
    reconciled.operator.control.pay(payment.reference)
    said = StringIO()

    call_command("reconcile", "borki", "--dry-run", stdout=said)

    assert f"would be paid: {payment.reference} {payment.total_gr} gr" in said.getvalue()
    assert state_of(payment) == "started"
    assert reconciled.operator.control.transaction(payment.reference)["state"] == "paid"
    assert not Reconciliation.objects.exists()
    assert not SettlementLine.objects.exists()
    assert not Discrepancy.objects.exists()


def test_the_command_reads_one_day(payments, due, reconciled):
    payments.paid(due)
    reconciled.operator.control.advance(86_400)
    said = StringIO()

    call_command("reconcile", "borki", "--day", str(reconciled.today), stdout=said)

    assert SettlementLine.objects.count() == 1
    assert reconciled.state().read_until is None


def test_the_command_fails_when_an_operator_does_not_answer(reconciled):
    reconciled.operator.control.fault("payouts", "500", times=50)
    with pytest.raises(CommandError, match="3 operator accounts"):
        call_command("reconcile", "borki", stdout=StringIO())


def test_an_unknown_account_is_refused(reconciled, payer):
    with pytest.raises(NotFound):
        reconcile_account(payer.public_id, reconciled.today)
