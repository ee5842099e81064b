"""Corrections: taking back an entry of the ledger, with what it means for the payment or the decision behind it."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.ledger.models import Entry, EntryCode
from services.ledger.queries import origin_of
from services.liabilities.actions.corrections import take_back
from services.liabilities.queries_corrections import DECISIONS
from services.payments.actions.settling import tell
from services.payments.actions.transitions import advance, schedule_check
from services.payments.domain.states import Event, State
from services.payments.models import OverpaymentRequest, Payment, RequestState
from services.users.domain import Verb


@transaction.atomic(durable=True)
def reverse_entry(*, entry_id: UUID, reason: str, corrected_on: date, actor: Actor) -> Entry:
    """`reverse_within` in a transaction of its own."""
    return reverse_within(entry_id=entry_id, reason=reason, corrected_on=corrected_on, actor=actor)


def reverse_within(*, entry_id: UUID, reason: str, corrected_on: date, actor: Actor) -> Entry:
    """Storno, in the caller's transaction: take back a booked payment, a receipt, or a decision about an overpayment, with
    a reason.

    A booked payment waits for its booking again, with its dues locked; one that the operator has returned meanwhile stays as
    it is. A decision about an overpayment is taken back for good, and what it had spent is held again. Payer or resident are
    told by e-mail with the reason. The same call again changes nothing. Raises what `take_back` raises, and
    Conflict("correction.due_being_paid") when another payment holds a due of this one.
    """
    actor = require(actor, Verb.CORRECT_LEDGER)
    entry = Entry.objects.filter(public_id=entry_id).first()
    payment = _payment_of(entry) if entry is not None else None
    decision = _decision_of(entry) if entry is not None else None
    reversal, is_new = take_back(entry_id=entry_id, reason=reason, corrected_on=corrected_on, actor=actor)
    if is_new and payment is not None:
        _book_no_more(payment, reversal.reason, actor)
    if is_new and decision is not None:
        _decide_no_more(decision, reversal.reason, actor)
    return reversal


def _payment_of(entry: Entry) -> Payment | None:
    """The locked payment that the entry books; rows of payments are locked before those of payers, as in booking."""
    if entry.code != EntryCode.PAYMENT:
        return None
    return Payment.objects.select_for_update().filter(public_id=origin_of(entry)).first()


def _decision_of(entry: Entry) -> OverpaymentRequest | None:
    if entry.code not in DECISIONS:
        return None
    return OverpaymentRequest.objects.select_for_update().filter(public_id=entry.reference).first()


def _book_no_more(payment: Payment, reason: str, actor: Actor) -> None:
    payment.booked_at = None
    payment.credited_on = None
    if payment.state == State.BOOKED:
        advance(payment, Event.BOOKING_REVERSED, actor=actor, letter="booking_reversed", reason=reason)
        schedule_check(payment, timezone.now())
    payment.save()


def _decide_no_more(decision: OverpaymentRequest, reason: str, actor: Actor) -> None:
    decision.state = RequestState.REVERSED
    decision.reason = reason
    decision.taken_back_at = timezone.now()
    decision.save()
    record("overpayment.reversed", decision, actor=actor, amount_gr=decision.amount_gr)
    tell(decision, "overpayment_reversed", decision.amount_gr or 0)
