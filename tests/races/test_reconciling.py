"""Two workers reconcile at one moment: one runs, nothing is listed or paid twice."""

import pytest
from django.utils import timezone

from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.actions import compare_account, reconcile_account
from services.payments.models import Discrepancy, OperatorEvent, Payment, Reconciliation
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import started


@pytest.fixture
def payer(own):
    return Payer.objects.get(public_id=own.person("anna").payer_id)


def test_two_runs_at_once_are_one_and_the_money_is_taken_once(own, payer):
    own.emulator.control.fault("notify", "never")
    payment = started(own.person("anna"), LiabilityFactory(payer=payer))
    own.emulator.control.pay(payment.reference)
    account_id, today = payment.operator_account.public_id, timezone.localdate()

    ran = own.together(*[lambda: reconcile_account(account_id, today)] * 4)

    assert not [one for one in ran if isinstance(one, Exception)]
    assert True in ran
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert Message.objects.filter(kind="payment_paid", related_ref=str(payment.public_id)).count() == 1
    assert Reconciliation.objects.get().busy_until is None


def test_two_comparisons_at_once_list_a_thing_once(own, payer):
    payment = started(own.person("anna"), LiabilityFactory(payer=payer))
    account = payment.operator_account
    Payment.objects.filter(pk=payment.pk).update(state="mismatch")
    OperatorEvent.objects.create(operator_account=account, dedupe_key="x", verdict="orphan")

    done = own.together(*[lambda: compare_account(account.public_id, timezone.now())] * 8)

    assert done == [None] * 8
    assert sorted(Discrepancy.objects.values_list("kind", flat=True)) == ["mismatch", "unknown_message"]
