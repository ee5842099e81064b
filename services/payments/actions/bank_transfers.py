"""Money that came past the portal, as a bank statement or another service tells it."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from kernel.tasks import enqueue
from services.accounts.access import require
from services.ledger import actions as ledger
from services.ledger.models import Entry, EntryCode
from services.liabilities.locks import hold_payers
from services.liabilities.models import Liability, Overpayment
from services.payments.bank_transfers import BankTransfer, check_transfer, record_split, split_transfer
from services.payments.booking import Split, ledger_lines
from services.payments.crediting import fingerprint
from services.payments.domain.states import UNPAID, State
from services.payments.models import Payment
from services.users.domain import Verb


def book_transfer(
    transfer: BankTransfer, *, may_overpay: bool = True, shown: str | None = None, actor: Actor
) -> Entry:
    """Book a transfer past the portal: allocate it by law and post it as a receipt. Needs a transaction.

    The same reference again books nothing. Attempts of the portal to pay one of the dues that have no money yet are asked
    about at once and end if none comes, so that nobody pays twice. Raises what `check_transfer` raises,
    InvalidInput("payment.credited_in_future") for money that has not come yet, Conflict("bank_transfer.being_paid") while
    money of such an attempt waits for its booking, and without `may_overpay` Conflict("bank_transfer.too_much") when more
    came than is owed. `shown` is the `fingerprint` of the split that a person has seen: Conflict("bank_transfer.changed")
    when it would be divided otherwise.
    """
    check_transfer(transfer)
    if transfer.credited_on > timezone.localdate():
        raise InvalidInput("payment.credited_in_future", field="credited_on")
    verb = Verb.API_PAYMENTS_BOOK if actor.kind == "api" else Verb.BOOK_PAYMENT
    for due in transfer.dues:
        actor = require(actor, verb, due)
    hold_payers(transfer.payer.pk)
    pks = [due.pk for due in transfer.dues]
    locked = Liability.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    enforced = list(locked.values_list("is_enforced", flat=True))
    known = Entry.objects.filter(code=EntryCode.RECEIPT, reference=transfer.reference).first()
    if known is not None:
        return known
    if any(enforced):  # an import may have said so since the dues were read
        raise Conflict("bank_transfer.enforced", field="due")
    _let_go(pks)
    split = split_transfer(transfer)
    if shown is not None and fingerprint(split) != shown:
        raise Conflict("bank_transfer.changed")
    if split.overpaid_gr and not may_overpay:
        raise Conflict("bank_transfer.too_much")
    overpayment = _overpayment(transfer, split)
    entry = ledger.post(
        code=EntryCode.RECEIPT,
        reference=transfer.reference,
        lines=ledger_lines(split, transfer.amount_gr, overpayment.public_id if overpayment else None),
        effective_on=split.paid_on,
        actor=actor,
    )
    assert entry is not None  # a transfer is never of nothing
    record_split(transfer, entry, split)
    record(
        "bank_transfer.booked",
        transfer.in_order[0],
        actor=actor,
        amount_gr=transfer.amount_gr,
        paid_on=split.paid_on,
        credited_on=transfer.credited_on,
        overpaid_gr=split.overpaid_gr,
    )
    return entry


def _let_go(pks: Collection[int]) -> None:
    """End soon what holds the dues without money; what has money must be booked first."""
    holding = Payment.objects.filter(items__liability__in=pks, items__is_open=True).distinct()
    if holding.exclude(state__in=[state.value for state in UNPAID]).exists():
        raise Conflict("bank_transfer.being_paid", field="due")
    now = timezone.now()
    for payment_id in holding.exclude(state=State.CREATED).values_list("public_id", flat=True):
        # The link is over: the operator is asked once more, and without money the attempt ends and frees its dues.
        Payment.objects.filter(public_id=payment_id).update(
            expires_at=now - timedelta(seconds=1), next_check_at=now
        )
        enqueue("payments.refresh", str(payment_id))


def _overpayment(transfer: BankTransfer, split: Split) -> Overpayment | None:
    if not split.overpaid_gr:
        return None
    return Overpayment.objects.create(
        external_id=f"przelew-{transfer.reference}",
        payer=transfer.payer,
        liability_type=transfer.in_order[0].liability_type,
        arose_on=split.paid_on,
        source_ref=str(transfer.reference),
    )
