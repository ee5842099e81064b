"""Autopay tells each of its transfers by ISTN: payouts like those of a report (payments.md 6 and 11.29)."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from integrations.payments.values import Event as OperatorMessage
from integrations.payments.values import EventKind, RawRequest, RemoteStatus
from kernel.errors import Conflict
from services.payments.actions import compare_account, enter_transfer, refresh_payment, take_notification
from services.payments.actions.notifications import process_event
from services.payments.actions.transfers import take_transfer
from services.payments.models import (
    Discrepancy,
    OperatorEvent,
    Payment,
    Reconciliation,
    SettlementBatch,
    SettlementLine,
)
from services.payments.queries_reconciliation import agreement, open_discrepancies
from tenants.configuration.actions import save_operator_account
from tenants.configuration.models import FeeTariff, OperatorAccount
from tests.fixtures.database import ACTOR
from tests.fixtures.operators import KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(use_autopay, autopay, payments, due):
    """A payment whose fee Autopay added by itself."""
    use_autopay("PAYER")
    return pay(autopay, payments, due)


def pay(autopay, payments, due) -> Payment:
    payment = payments.start(due)
    autopay.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


def told(payment: Payment, sent_gr: int, **changes) -> OperatorMessage:
    values = {
        "kind": EventKind.SETTLEMENT,
        "ref": payment.reference,
        "operator_tx_id": payment.operator_id,
        "status": RemoteStatus.PAID,
        "amount_gr": sent_gr,
        "requested_gr": sent_gr,
        "currency": "PLN",
        "dedupe_key": "settlement:ROZ_1",
        "batch_id": "ROZ_1",
        "settled_on": timezone.localdate(),
    }
    return OperatorMessage(**(values | changes))


def kinds(payment: Payment, **later) -> list[str]:
    compare_account(payment.operator_account.public_id, timezone.now() + timedelta(**later))
    return sorted(Discrepancy.objects.filter(state="open").values_list("kind", flat=True))


def test_a_transfer_that_is_told_is_a_payout_of_its_own(paid, autopay, person):
    take_transfer(paid, told(paid, 30_000))
    take_transfer(paid, told(paid, 30_000))

    [line] = SettlementLine.objects.select_related("batch")
    assert (line.payment, line.amount_gr, line.fee_gr, line.is_listed) == (paid, 30_000, None, True)
    assert (line.batch.batch_id, line.batch.settled_on) == ("ROZ_1", timezone.localdate())
    assert kinds(paid) == []
    batch = enter_transfer(
        batch_id=line.batch.public_id,
        amount_gr=30_000,
        bank_on=timezone.localdate(),
        actor=person("daria").actor,
    )
    paid.refresh_from_db()
    assert batch.confirmed_at is not None
    assert paid.credited_on == timezone.localdate()


def test_less_than_was_paid_is_listed_where_the_operator_keeps_nothing_back(paid):
    take_transfer(paid, told(paid, 29_999))
    assert kinds(paid) == ["amount_differs"]


def test_what_the_operator_keeps_back_of_our_order_is_the_fee(use_autopay, autopay, payments, due):
    use_autopay("MERCHANT")
    payment = pay(autopay, payments, due)
    assert (payment.fee_gr, payment.paid_gr) == (100, 30_100)

    take_transfer(payment, told(payment, 30_000))
    assert (SettlementLine.objects.get().amount_gr, SettlementLine.objects.get().fee_gr) == (30_100, 100)
    assert kinds(payment) == []

    take_transfer(payment, told(payment, 29_950))
    assert kinds(payment) == ["fee_differs"]


def test_an_invoiced_commission_keeps_nothing_back(use_autopay, autopay, payments, due):
    FeeTariff.objects.update(bearer="office", is_invoiced=True)
    use_autopay("MERCHANT")
    payment = pay(autopay, payments, due)

    take_transfer(payment, told(payment, 30_000))
    assert kinds(payment) == []

    take_transfer(payment, told(payment, 29_000))
    assert kinds(payment) == ["amount_differs"]


def test_a_transfer_that_the_bank_did_not_make_is_missed_after_five_days(paid):
    take_transfer(paid, told(paid, 30_000))
    Payment.objects.filter(pk=paid.pk).update(paid_at=timezone.now() - timedelta(days=6))
    Reconciliation.objects.update(since_on=timezone.localdate() - timedelta(days=9))
    assert kinds(paid) == []

    take_transfer(paid, told(paid, 30_000, status=RemoteStatus.FAILED, settled_on=None))

    assert kinds(paid) == ["not_settled"]


def test_money_that_was_sent_before_the_first_message_is_not_missed(paid):
    Payment.objects.filter(pk=paid.pk).update(paid_at=timezone.now() - timedelta(days=6))
    other = told(paid, 30_000, batch_id="ROZ_2")
    take_transfer(paid, other)
    SettlementLine.objects.update(is_listed=False)
    assert kinds(paid) == []
    assert Reconciliation.objects.get(operator_account=paid.operator_account).since_on == timezone.localdate()


def test_a_transfer_on_its_way_says_nothing_yet(paid):
    take_transfer(paid, told(paid, 30_000, status=RemoteStatus.PENDING, settled_on=None))
    assert not SettlementBatch.objects.exists()


def istn(payment: Payment, service_id: str, *, ref: str = "", key: str = KEY["shared_key"]) -> RawRequest:
    """The gateway's message of a transfer; without a reference it is one for many payments."""
    values = {
        "isRefund": "false",
        "orderID": ref,
        "remoteID": payment.operator_id if ref else "",
        "remoteOutID": "ROZ_9",
        "amount": "300.00",
        "currency": "PLN",
        "transferDate": f"{timezone.localdate():%Y%m%d}101500",
        "transferStatus": "SUCCESS",
    }
    chain = "|".join([service_id, *(value for value in values.values() if value), key])
    nodes = "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value)
    document = (
        f"<transactionList><serviceID>{service_id}</serviceID><transactions><transaction>{nodes}</transaction>"
        f"</transactions><hash>{hashlib.sha256(chain.encode()).hexdigest()}</hash></transactionList>"
    )
    body = urlencode({"transactions": base64.b64encode(document.encode()).decode()}).encode()
    return RawRequest("POST", "/", {}, body, "127.0.0.1")


def test_istn_of_the_gateway_becomes_a_payout(paid):
    answer = take_notification(paid.operator_account.public_id, istn(paid, "2001", ref=paid.reference))
    assert (answer.status, b"CONFIRMED" in answer.body) == (200, True)

    process_event(OperatorEvent.objects.get(kind="settlement").public_id)

    [line] = SettlementLine.objects.select_related("batch")
    assert (line.payment, line.amount_gr, line.batch.batch_id) == (paid, 30_000, "ROZ_9")


def test_a_transfer_for_many_payments_is_kept_and_is_nobodys_discrepancy(paid):
    take_notification(paid.operator_account.public_id, istn(paid, "2001"))

    event = OperatorEvent.objects.get(kind="settlement")
    assert (event.verdict, event.payment, event.processed_at is not None) == ("accepted", None, True)
    assert kinds(paid) == []
    assert not SettlementBatch.objects.exists()


def test_two_services_may_share_one_address_of_notifications(paid, use_autopay):
    """Bug class 10 stays: a message counts only for the account whose key signed it."""
    other = use_autopay("MERCHANT", nrb="74999900130000100020000103")

    answer = take_notification(other.public_id, istn(paid, "2001", ref=paid.reference))

    assert b"CONFIRMED" in answer.body
    event = OperatorEvent.objects.get(kind="settlement")
    assert (event.operator_account, event.payment, event.verdict) == (
        paid.operator_account,
        paid,
        "accepted",
    )


def test_at_a_shared_address_a_forged_message_is_still_refused(paid, use_autopay):
    other = use_autopay("MERCHANT", nrb="74999900130000100020000103")
    forged = istn(paid, "2001", ref=paid.reference, key="klucz-kogos-obcego")

    assert take_notification(other.public_id, forged).status == 400

    assert [event.verdict for event in OperatorEvent.objects.exclude(kind="payment")] == ["forged"]
    assert not SettlementLine.objects.exists()


def test_one_service_cannot_have_two_accounts(paid):
    values = {
        "operator": "autopay",
        "label": "Autopay drugi",
        "profile": "local",
        "api_url": paid.operator_account.api_url,
        "merchant_ids": paid.operator_account.merchant_ids,
        "account_nrb": "74999900130000100020000103",
        "is_active": True,
    }
    with pytest.raises(Conflict, match=r"operator_account\.same_service"):
        save_operator_account(
            values, secrets=KEY, public_id=None, version=0, actor=ACTOR, is_taking_over=True
        )
    assert OperatorAccount.objects.filter(operator="autopay").count() == 1


@pytest.mark.parametrize(("fee_gr", "found"), [(100, []), (101, ["fee_differs"])])
def test_the_fee_that_the_operator_tells_with_the_payment_is_the_one_that_was_shown(
    paid, person, fee_gr, found
):
    """payments.md 2.4: amount - startAmount; a difference is for the clerk and for the platform."""
    assert paid.operator_fee_gr == 100
    Payment.objects.filter(pk=paid.pk).update(operator_fee_gr=fee_gr)

    assert kinds(paid) == found

    assert agreement().discrepancies == len(found)
    listed = open_discrepancies(person("daria").actor)
    assert [(row.payment, row.details["expected_gr"]) for row in listed] == [(paid, 100) for _ in found]
