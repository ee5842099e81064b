"""Payouts of operators: what they tell is kept, money that only they tell of is taken, a clerk enters the transfer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from integrations.payments.values import RemoteStatus, RemoteTransaction, Settlement
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.payments.actions.confirming import confirm_paid
from services.payments.domain.refunds import RefundState
from services.payments.domain.states import RELEASED, UNPAID, State
from services.payments.findings import batches_with_sums
from services.payments.models import Payment, Reconciliation, SettlementBatch, SettlementLine
from services.payments.queries_reconciliation import payments_to_settle
from services.users.domain import Verb
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_account

TITLE_LENGTH = 60
_WITHOUT_MONEY = [state.value for state in UNPAID | RELEASED | {State.PAID_UNVERIFIED}]


def lock_account(account: OperatorAccount) -> Reconciliation:
    """The row on which everything that writes payouts of the account waits for one another. Needs a transaction."""
    return Reconciliation.objects.select_for_update().get(operator_account=account)


def keep_settlements(account: OperatorAccount, told: Iterable[Settlement]) -> None:
    """Keep the lines of payouts, each with its payment; the same lines again change nothing. Needs the lock of
    the account.

    Each payout must be told whole: what it listed before and lists no more is kept as no longer listed.
    """
    batches: dict[str, list[Settlement]] = defaultdict(list)
    for line in told:
        batches[line.batch_id].append(line)
    for batch_id, lines in batches.items():
        _keep_batch(account, batch_id, lines)


def _keep_batch(account: OperatorAccount, batch_id: str, told: Sequence[Settlement]) -> None:
    settled_on = next((line.settled_on for line in told if line.settled_on), None)
    batch, _ = SettlementBatch.objects.get_or_create(
        operator_account=account, batch_id=batch_id, defaults={"first_read_at": timezone.now()}
    )
    if settled_on and batch.settled_on != settled_on:
        batch.settled_on = settled_on
        batch.save(update_fields=["settled_on"])
    known = {(line.operator_tx_id, line.refund_id): line for line in batch.lines.all()}
    by_ref, by_id = _payments(account, told)
    for one in told:
        line = known.pop((one.operator_tx_id, one.refund_id), None) or SettlementLine(
            batch=batch, operator_tx_id=one.operator_tx_id, refund_id=one.refund_id
        )
        before = (line.pk, line.amount_gr, line.fee_gr, line.reference, line.payment_id, line.is_listed)
        payment = by_ref.get(one.ref) if one.ref else by_id.get(one.operator_tx_id)
        line.amount_gr, line.fee_gr, line.reference = one.amount_gr, one.fee_gr, one.ref[:100]
        line.payment, line.is_listed = payment, True
        now = (line.pk, line.amount_gr, line.fee_gr, line.reference, line.payment_id, line.is_listed)
        if line.pk is None or now != before:
            line.save()
    for line in known.values():
        if line.is_listed:
            line.is_listed = False
            line.save(update_fields=["is_listed"])


def _payments(
    account: OperatorAccount, told: Sequence[Settlement]
) -> tuple[dict[str, Payment], dict[str, Payment]]:
    """Our payments of these lines by our reference, and by the operator's id."""
    ours = Payment.objects.filter(operator_account=account)
    refs, ids = {line.ref for line in told if line.ref}, {line.operator_tx_id for line in told}
    by_ref = {row.reference: row for row in ours.filter(reference__in=refs)}
    return by_ref, {row.operator_id: row for row in ours.filter(operator_id__in=ids)}


def late_money(account: OperatorAccount) -> list[SettlementLine]:
    """Lines whose payment has no money yet although it was paid out: neither a message nor a question told of it."""
    lines = SettlementLine.objects.filter(
        batch__operator_account=account,
        is_listed=True,
        refund_id="",
        amount_gr__gt=0,
        payment__state__in=_WITHOUT_MONEY,
    )
    return list(lines.select_related("payment__operator_account"))


def take_late_money(line: SettlementLine) -> bool:
    """Confirm with the operator that paid-out money is the payment's, as the poller does; False to ask again."""
    assert line.payment is not None
    told = RemoteTransaction(
        operator_tx_id=line.operator_tx_id,
        ref=line.payment.reference,
        status=RemoteStatus.PAID,
        amount_gr=line.amount_gr,
        currency="PLN",
    )
    return confirm_paid(line.payment, told.as_event())


@transaction.atomic(durable=True)
def enter_transfer(*, batch_id: UUID, amount_gr: int, bank_on: date, actor: Actor) -> SettlementBatch:
    """`keep_transfer` in a transaction of its own."""
    return keep_transfer(batch_id=batch_id, amount_gr=amount_gr, bank_on=bank_on, actor=actor)


def keep_transfer(*, batch_id: UUID, amount_gr: int, bank_on: date, actor: Actor) -> SettlementBatch:
    """Przelew operatora z wyciągu: `amount_gr` grosze came to the office's account on `bank_on`. Needs a transaction.

    When they are the sum of the payout it is confirmed, and the day is proposed as the day of credit of its payments that
    are not booked. The same call again changes nothing; another amount or day corrects the first. Raises
    NotFound("settlement.unknown"), InvalidInput("settlement.amount") and InvalidInput("settlement.bank_day") for a day in
    the future.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    if amount_gr < 0:
        raise InvalidInput("settlement.amount", field="amount")
    if bank_on > timezone.localdate():
        raise InvalidInput("settlement.bank_day", field="bank_on")
    batch = SettlementBatch.objects.filter(public_id=batch_id).select_related("operator_account").first()
    if batch is None:
        raise NotFound("settlement.unknown")
    lock_account(batch.operator_account)
    batch.refresh_from_db(fields=["bank_amount_gr", "bank_on", "confirmed_at"])
    if (batch.bank_amount_gr, batch.bank_on) == (amount_gr, bank_on):
        return batch
    batch.bank_amount_gr, batch.bank_on = amount_gr, bank_on
    batch.entered_by_id, batch.entered_at, batch.confirmed_at = actor.user_id, timezone.now(), None
    batch.save()
    record("settlement.transfer_entered", batch, actor=actor, amount_gr=amount_gr, credited_on=bank_on)
    confirm_transfers(batch.operator_account)
    batch.refresh_from_db()
    return batch


def withdraw_transfer(*, batch_id: UUID, actor: Actor) -> SettlementBatch:
    """Take back the transfer that was entered for a payout, so that it is missed again. Needs a transaction.

    Days of credit that it proposed are taken back with it, from payments that are not booked. Without a transfer nothing
    changes. Raises NotFound("settlement.unknown"), Conflict("settlement.entered_by_hand") for a payout that is nothing else
    than its transfer.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    batch = SettlementBatch.objects.filter(public_id=batch_id).select_related("operator_account").first()
    if batch is None:
        raise NotFound("settlement.unknown")
    if batch.is_manual:
        raise Conflict("settlement.entered_by_hand")
    lock_account(batch.operator_account)
    batch.refresh_from_db()
    if batch.bank_amount_gr is None:
        return batch
    amount_gr, bank_on = batch.bank_amount_gr, batch.bank_on
    listed = batch.lines.filter(is_listed=True).values("payment")
    Payment.objects.filter(pk__in=listed, booked_at__isnull=True, credited_on=bank_on).update(
        credited_on=None
    )
    batch.bank_amount_gr = batch.bank_on = batch.entered_at = batch.entered_by_id = batch.confirmed_at = None
    batch.save()
    record("settlement.transfer_withdrawn", batch, actor=actor, amount_gr=amount_gr, credited_on=bank_on)
    return batch


@dataclass(frozen=True)
class Payout:
    """A payout as a clerk reads it on the bank statement, in grosze: what came, and the commission kept back of it.

    `batch_id` is that of an entered payout which this one corrects.
    """

    account_id: UUID
    title: str
    amount_gr: int
    kept_gr: int
    bank_on: date
    payment_ids: frozenset[UUID]
    batch_id: UUID | None = None


@transaction.atomic(durable=True)
def enter_payout(payout: Payout, *, actor: Actor) -> SettlementBatch:
    """Wypłata wpisana ręcznie: a payout of an operator that tells none, with the payments that it is for.

    It is confirmed like a told one when its sum is the transfer. The same call again changes nothing.

    Raises NotFound("operator_account.unknown") and ("settlement.unknown"), InvalidInput("settlement.amount"),
    ("settlement.bank_day"), ("settlement.title") or ("settlement.no_payments"), Conflict("settlement.told") where the portal
    learns of payouts by itself, ("settlement.exists") for another payout of the same title, and ("settlement.payment_taken")
    for a payment without money or in another payout.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    account = operator_account(payout.account_id)
    _check(payout)
    Reconciliation.objects.get_or_create(
        operator_account=account, defaults={"since_on": payout.bank_on, "next_run_at": timezone.now()}
    )
    if lock_account(account).read_until is not None:
        raise Conflict("settlement.told")
    batch = _entered(account, payout)
    if batch.pk and _is_same(batch, payout):
        return batch
    payments = list(payments_to_settle(account, batch).filter(public_id__in=payout.payment_ids))
    if len(payments) != len(payout.payment_ids):
        raise Conflict("settlement.payment_taken")
    batch.batch_id = payout.title
    batch.kept_gr, batch.settled_on = payout.kept_gr, payout.bank_on
    batch.bank_amount_gr, batch.bank_on = payout.amount_gr, payout.bank_on
    batch.entered_by_id, batch.entered_at, batch.confirmed_at = actor.user_id, timezone.now(), None
    batch.save()
    keep_settlements(account, [line for payment in payments for line in _lines_of(payment, batch)])
    record(
        "settlement.entered_by_hand",
        batch,
        actor=actor,
        amount_gr=payout.amount_gr,
        credited_on=payout.bank_on,
        payments=len(payments),
    )
    confirm_transfers(account)
    batch.refresh_from_db()
    return batch


def _check(payout: Payout) -> None:
    if payout.amount_gr < 0 or payout.kept_gr < 0:
        raise InvalidInput("settlement.amount", field="amount")
    if payout.bank_on > timezone.localdate():
        raise InvalidInput("settlement.bank_day", field="bank_on")
    if not 1 <= len(payout.title) <= TITLE_LENGTH or payout.title != payout.title.strip():
        raise InvalidInput("settlement.title", field="title")
    if not payout.payment_ids:
        raise InvalidInput("settlement.no_payments", field="payment")


def _entered(account: OperatorAccount, payout: Payout) -> SettlementBatch:
    """The payout that is corrected, the one that was entered by the same call before, or a new one."""
    known = SettlementBatch.objects.filter(operator_account=account)
    same_title = known.filter(batch_id=payout.title).first()
    batch = same_title
    if payout.batch_id is not None:
        batch = known.filter(public_id=payout.batch_id, is_manual=True).first()
        if batch is None:
            raise NotFound("settlement.unknown")
    if same_title is not None and (
        same_title != batch or (not payout.batch_id and not _is_same(batch, payout))
    ):
        raise Conflict("settlement.exists", field="title")
    return batch or SettlementBatch(operator_account=account, first_read_at=timezone.now(), is_manual=True)


def _is_same(batch: SettlementBatch, payout: Payout) -> bool:
    listed = batch.lines.filter(is_listed=True, refund_id="")
    told = (payout.title, payout.amount_gr, payout.bank_on, payout.kept_gr)
    return (batch.batch_id, batch.bank_amount_gr, batch.bank_on, batch.kept_gr) == told and set(
        listed.values_list("payment__public_id", flat=True)
    ) == payout.payment_ids


def _lines_of(payment: Payment, batch: SettlementBatch) -> list[Settlement]:
    """The payment with the fee that its payer was charged in our order, and what of it was given back."""
    whole = Settlement(
        operator_tx_id=payment.operator_id or payment.reference,
        ref=payment.reference,
        amount_gr=payment.paid_gr,
        fee_gr=payment.fee_gr or None,
        batch_id=batch.batch_id,
        settled_on=batch.settled_on,
    )
    back = [
        replace(whole, amount_gr=-one.amount_gr, fee_gr=0, refund_id=str(one.public_id))
        for one in payment.refunds.all()
        if one.state == RefundState.COMPLETED
    ]
    return [whole, *back]


def confirm_transfers(account: OperatorAccount) -> None:
    """Confirm the payouts whose transfer is their sum, and take back what does not agree any more. Needs a transaction."""
    for batch in batches_with_sums().filter(operator_account=account, bank_amount_gr__isnull=False):
        agrees = batch.payout_gr == batch.bank_amount_gr
        if agrees and batch.confirmed_at is None:
            SettlementBatch.objects.filter(pk=batch.pk).update(confirmed_at=timezone.now())
            paid = Payment.objects.filter(
                settlement_lines__batch=batch, settlement_lines__is_listed=True, booked_at__isnull=True
            )
            Payment.objects.filter(pk__in=paid.values("pk")).update(credited_on=batch.bank_on)
        elif not agrees and batch.confirmed_at is not None:
            SettlementBatch.objects.filter(pk=batch.pk).update(confirmed_at=None)
