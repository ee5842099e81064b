"""Transfers of an operator that tells each of them by a message of its own (Autopay's ISTN)."""

from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.values import Event as OperatorMessage
from integrations.payments.values import RemoteStatus, Settlement
from kernel.dates import warsaw_day
from services.payments.actions.settlements import keep_settlements, lock_account
from services.payments.models import Payment, Reconciliation, SettlementLine
from tenants.configuration.models import FeeBearer
from tenants.configuration.queries import operator_config


@transaction.atomic(durable=True)
def take_transfer(payment: Payment, message: OperatorMessage) -> None:
    """Keep a transfer for one payment as a payout of its own; the same message again changes nothing.

    One that the bank did not make is listed no more, so that the payment is missed like any that is not paid out. The
    first message of an account begins the comparison: money that was sent before is not missed.
    """
    account = payment.operator_account
    if message.status == RemoteStatus.FAILED:
        SettlementLine.objects.filter(
            batch__operator_account=account, batch__batch_id=message.batch_id
        ).update(is_listed=False)
    if message.status != RemoteStatus.PAID or not message.batch_id:
        return
    sent_on = message.settled_on or warsaw_day(timezone.now())
    Reconciliation.objects.get_or_create(
        operator_account=account, defaults={"since_on": sent_on, "next_run_at": timezone.now()}
    )
    state = lock_account(account)
    amount_gr, fee_gr = _parts(payment, message.amount_gr)
    line = Settlement(
        operator_tx_id=message.operator_tx_id or payment.operator_id,
        ref=message.ref,
        amount_gr=amount_gr,
        fee_gr=fee_gr,
        batch_id=message.batch_id,
        settled_on=sent_on,
    )
    keep_settlements(account, [line])
    if state.read_until is None:
        state.since_on = max(state.since_on, sent_on)
    state.read_until = max(sent_on, state.read_until or sent_on)
    state.save(update_fields=["since_on", "read_until"])


def _parts(payment: Payment, sent_gr: int) -> tuple[int, int | None]:
    """What the payer paid and what the operator kept of it, in grosze, by what it sent.

    Less than was paid is the fee only where the operator keeps one back; else it is an amount that differs.
    """
    account, tariff = payment.operator_account, payment.tariff
    is_added = registry.entry(account.operator).adds_fee(operator_config(account))
    keeps_fee = tariff is not None and tariff.bearer != FeeBearer.NONE and not tariff.is_invoiced
    kept_gr = payment.paid_gr - sent_gr
    if is_added or not keeps_fee or kept_gr < 0:
        return sent_gr, None
    return payment.paid_gr, kept_gr
