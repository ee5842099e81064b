"""Booking: the only act that changes a balance (eKasa § 10 ust. 4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound, SkarbnikError
from services.accounts.access import require
from services.ledger import actions as ledger
from services.ledger.models import EntryCode
from services.ledger.queries import next_reference
from services.liabilities.locks import hold_payers
from services.liabilities.models import Overpayment
from services.payments.actions.transitions import advance, schedule_check
from services.payments.booking import Split, ledger_lines, split_payment
from services.payments.domain.refunds import OPEN
from services.payments.domain.states import Event, State
from services.payments.models import Payment
from services.payments.recording import record_payment
from services.users.domain import Verb

NO_DAYS: Mapping[UUID, date] = MappingProxyType({})


@transaction.atomic(durable=True)
def book_payment(*, payment_id: UUID, credited_on: date, actor: Actor) -> Payment:
    """`book_within` in a transaction of its own."""
    return book_within(payment_id=payment_id, credited_on=credited_on, actor=actor)


def book_within(*, payment_id: UUID, credited_on: date, actor: Actor) -> Payment:
    """Zaksięgowanie: allocate the payment, post it to the ledger, free its dues. Needs a transaction; a second call is the
    same call.

    A payment whose booking was taken back is booked anew under the number of that reversal, by what is owed now, and the
    payer is told that the booking was corrected. Of a payment that was given back in part the rest is booked.
    `credited_on` is the day on which the office's account was credited.

    Raises NotFound for a payment that the clerk does not handle, IllegalTransition when it is not paid,
    Conflict("payment.refund_open") while a refund waits for its end, ("payment.booked_before_refund") when money went back
    at the operator after a booking that still stands, ("payment.nothing_to_book"),
    InvalidInput("payment.credited_before_paid") or ("payment.credited_in_future").
    """
    payment = Payment.objects.select_for_update().filter(public_id=payment_id).first()
    if payment is None:
        raise NotFound("payment.unknown")
    verb = Verb.API_PAYMENTS_BOOK if actor.kind == "api" else Verb.BOOK_PAYMENT
    actor = require(actor, verb, payment)
    if payment.state == State.BOOKED:
        return payment
    _check_day(payment, credited_on)
    _check_refunds(payment)
    # Postings to one payer and the co-owners serialise here; postings to strangers do not meet.
    hold_payers(payment.payer_id)
    reference = next_reference(payment.public_id)
    is_again = reference != payment.public_id
    event = Event.REMAINDER_BOOKED if payment.state == State.PARTLY_REFUNDED else Event.BOOKED
    advance(payment, event, actor=actor, letter="payment_booked_again" if is_again else "")
    split = split_payment(payment, credited_on)
    entry = ledger.post(
        code=EntryCode.PAYMENT,
        reference=reference,
        lines=ledger_lines(split, payment.office_gr, _overpayment(payment, split)),
        effective_on=split.paid_on,
        actor=actor,
    )
    assert entry is not None  # a payment is never of nothing
    record_payment(payment, entry, split, credited_on)
    payment.credited_on = credited_on
    payment.booked_at = timezone.now()
    schedule_check(payment, payment.booked_at)
    payment.save()
    record(
        "payment.booked",
        payment,
        actor=actor,
        credited_on=credited_on,
        paid_on=split.paid_on,
        amount_gr=payment.office_gr,
        overpaid_gr=split.overpaid_gr,
    )
    return payment


def _check_refunds(payment: Payment) -> None:
    """Money that is about to go back is not booked, nor what is left of money whose booking counts it in full."""
    if payment.refunds.filter(state__in=OPEN).exists():
        raise Conflict("payment.refund_open")
    if payment.state != State.PARTLY_REFUNDED:
        return
    if payment.booked_at is not None:
        raise Conflict("payment.booked_before_refund")
    if not payment.office_gr:
        raise Conflict("payment.nothing_to_book")


def _check_day(payment: Payment, credited_on: date) -> None:
    if credited_on > timezone.localdate():
        raise InvalidInput("payment.credited_in_future", field="credited_on")
    if payment.debited_on and credited_on < payment.debited_on:
        raise InvalidInput("payment.credited_before_paid", field="credited_on", debited_on=payment.debited_on)


def _overpayment(payment: Payment, split: Split) -> UUID | None:
    if not split.overpaid_gr:
        return None
    item = payment.items.filter(liability__isnull=False).select_related("liability").order_by("id").first()
    # A payment is always of at least one due; reminder costs only go along.
    assert item is not None
    assert item.liability is not None
    # A booking that was taken back has left its own overpayment, which stands at nothing and may have a history.
    earlier = Overpayment.objects.filter(source_ref=str(payment.public_id)).count()
    row = Overpayment.objects.create(
        external_id=f"portal-{payment.reference}" + (f"-{earlier + 1}" if earlier else ""),
        payer=payment.payer,
        liability_type_id=item.liability.liability_type_id,
        arose_on=split.paid_on,
        source_ref=str(payment.public_id),
    )
    return row.public_id


@dataclass(frozen=True)
class Booked:
    """What became of one payment of a bulk booking; `error` is None when it is booked."""

    payment_id: UUID
    reference: str
    error: SkarbnikError | None


def book_payments(
    *,
    payment_ids: Iterable[UUID],
    credited_on: date,
    days: Mapping[UUID, date] = NO_DAYS,
    actor: Actor,
) -> list[Booked]:
    """Book many payments, each in its own transaction: one that fails stops none of the others.

    `days` are the days of credit of those payments that have one of their own.
    """
    outcomes = []
    for payment_id in payment_ids:
        day = days.get(payment_id, credited_on)
        try:
            payment = book_payment(payment_id=payment_id, credited_on=day, actor=actor)
        except SkarbnikError as error:
            outcomes.append(Booked(payment_id, "", error))
        else:
            outcomes.append(Booked(payment_id, payment.reference, None))
    return outcomes
