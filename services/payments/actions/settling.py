"""What every decision about an overpayment shares: its locks, its entry in the ledger, its row, its letter."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from services.accounts.models import Payer
from services.accounts.queries_representation import residents_of
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.notices.actions import write_message
from services.payments.booking import Split, credit_lines
from services.payments.crediting import arrears_come_first, overpaid_gr
from services.payments.models import OverpaymentRequest, RequestState
from services.payments.recording import record_credit
from tenants.configuration.queries import office


def lock_dues(payer: Payer) -> None:
    """The rows on which a payment starts, in its order: none can begin while the overpayment is credited."""
    dues = Liability.objects.select_for_update(of=("self",)).filter(debtors=payer)
    list(dues.order_by("id").values_list("id"))
    list(ReminderCost.objects.select_for_update().filter(payer=payer).order_by("id").values_list("id"))


def post_credit(overpayment: Overpayment, split: Split, reference: UUID, actor: Actor) -> int:
    """Post what the split says under the number of the decision; the grosze that it took from the overpayment."""
    amount_gr = sum(share.amount_gr for share in split.shares)
    entry = ledger.post(
        code=EntryCode.OVERPAID_CREDIT,
        reference=reference,
        lines=[
            Line(AccountKind.OVERPAYMENT, amount_gr, overpayment.public_id),
            *credit_lines(split.shares),
        ],
        effective_on=split.paid_on,
        actor=actor,
    )
    assert entry is not None  # a split without shares is refused before
    record_credit(overpayment, entry, split)
    return amount_gr


def post_refund(overpayment: Overpayment, refunded_on: date, reference: UUID, actor: Actor) -> int:
    """Post under the number of the decision that the office has sent back on `refunded_on` all that it held; the grosze.

    Raises InvalidInput("overpayment.refund_day") for a day before the overpayment or in the future,
    Conflict("overpayment.arrears_first") while public dues are in arrears, which come before a refund (art. 76 § 1 O.p.),
    and Conflict("overpayment.empty").
    """
    today = timezone.localdate()
    if not overpayment.arose_on <= refunded_on <= today:
        raise InvalidInput("overpayment.refund_day", field="refunded_on")
    if arrears_come_first(overpayment, today):
        raise Conflict("overpayment.arrears_first")
    amount_gr = overpaid_gr(overpayment)
    if not amount_gr:
        raise Conflict("overpayment.empty")
    ledger.post(
        code=EntryCode.OVERPAID_REFUND,
        reference=reference,
        lines=[
            Line(AccountKind.OVERPAYMENT, amount_gr, overpayment.public_id),
            Line(AccountKind.BANK, -amount_gr),
        ],
        effective_on=refunded_on,
        actor=actor,
    )
    return amount_gr


def done(
    row: OverpaymentRequest, action: str, amount_gr: int, effective_on: date, actor: Actor, letter: str
) -> OverpaymentRequest:
    """Keep that `amount_gr` grosze were credited or refunded with the day `effective_on`, and tell the payer."""
    row.state = RequestState.DONE
    row.amount_gr = amount_gr
    row.effective_on = effective_on
    row.decided_at = timezone.now()
    row.save()
    record(action, row, actor=actor, amount_gr=amount_gr, effective_on=effective_on)
    tell(row, letter, amount_gr)
    return row


def tell(row: OverpaymentRequest, kind: str, amount_gr: int) -> None:
    """Write to who asked; about an act of the office alone, to everybody who acts for the payer in the portal."""
    held = row.overpayment
    asked = (
        [row.resident]
        if row.resident
        else residents_of(held.payer, timezone.localdate(), held.liability_type.code)
    )
    for resident in asked:
        write_message(
            kind=kind,
            recipient=resident.user.email,
            context={"portal": office().portal_name, "request": row, "amount_gr": amount_gr},
            related_ref=str(row.public_id),
        )
