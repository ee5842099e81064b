"""Refunds before booking: one person proposes, another one approves exactly what the page showed (payments.md 16.7).

After booking the money is an overpayment, which has a way of its own. What the operator does with an approved refund stands
in `refund_orders`.
"""

import secrets
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.access import require
from services.payments.actions.refund_orders import send_refund
from services.payments.actions.transitions import advance
from services.payments.domain.refunds import REFUNDABLE, RefundState, wait_before_check
from services.payments.domain.states import Event, State
from services.payments.models import Payment, Refund
from services.payments.queries_refunds import has_refund_api
from services.users.domain import Verb

MAX_REASON = 1000


@transaction.atomic(durable=True)
def propose_refund(
    *, refund_id: UUID, payment_id: UUID, amount_gr: int, available_gr: int, reason: str, actor: Actor
) -> Refund:
    """Zaproponuj zwrot: `amount_gr` grosze of a payment that is not booked yet. Nothing goes out before somebody approves.

    `refund_id` is drawn by the page, so that the same button twice is one proposal. `available_gr` is what the person saw as
    not yet given back. The operator's fee goes back only together with all the rest, so that the office never keeps a
    payment of nothing. Raises NotFound for a payment that the clerk does not handle,
    Refused("refund.booked_is_overpayment"), ("refund.operator_has_none"), Conflict("refund.not_refundable"),
    ("refund.open") while another one has not ended, ("refund.stale") when something else is left than the person saw,
    InvalidInput("refund.amount"), ("refund.leaves_only_fee") or ("refund.reason").
    """
    payment, actor = _locked(payment_id, actor)
    known = Refund.objects.filter(public_id=refund_id).first()
    if known is not None:
        if (known.payment_id, known.amount_gr, known.proposed_by_id) != (
            payment.pk,
            amount_gr,
            actor.user_id,
        ):
            raise Conflict("refund.stale")
        return known
    reason = checked_reason(reason)
    _check_refundable(payment)
    left_gr = payment.paid_gr - payment.refunded_gr
    if available_gr != left_gr:
        raise Conflict("refund.stale", field="amount")
    if not 0 < amount_gr <= left_gr:
        raise InvalidInput("refund.amount", field="amount")
    if 0 < left_gr - amount_gr <= payment.fee_gr:
        raise InvalidInput("refund.leaves_only_fee", field="amount")
    row = Refund(
        public_id=refund_id,
        payment=payment,
        amount_gr=amount_gr,
        paid_gr=payment.paid_gr,
        refunded_gr=payment.refunded_gr,
        idempotency_key=secrets.token_hex(16),
        reason=reason,
        proposed_by_id=actor.user_id,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("refund.open") from error
    record("refund.proposed", row, actor=actor, amount_gr=amount_gr)
    return row


def approve_refund(*, refund_id: UUID, amount_gr: int, available_gr: int, actor: Actor) -> Refund:
    """Zatwierdź zwrot: another person agrees to what the page showed, and the operator is given the order at once.

    `amount_gr` and `available_gr` are what that person saw: the amount to give back and what of the payment was not given
    back yet. Outside any transaction the operator is asked; what becomes of the order stands in the row. The same call again
    by the same person changes nothing. Raises NotFound, Refused("refund.same_person"), ("refund.booked_is_overpayment"),
    Conflict("refund.stale") when the amounts are no longer those that were shown or proposed, ("refund.decided"), and what
    `propose_refund` raises about the payment.
    """
    row, is_new = _approve(refund_id, amount_gr, available_gr, actor)
    if is_new:
        send_refund(row.public_id)
        row.refresh_from_db()
    return row


@transaction.atomic(durable=True)
def _approve(refund_id: UUID, amount_gr: int, available_gr: int, actor: Actor) -> tuple[Refund, bool]:
    row, payment, actor = _opened(refund_id, actor)
    if row.approved_by_id is not None and row.approved_by_id == actor.user_id:
        return row, False
    if row.state != RefundState.PROPOSED:
        raise Conflict("refund.decided")
    if row.proposed_by_id == actor.user_id:
        raise Refused("refund.same_person")
    _check_refundable(payment)
    shown = (amount_gr, available_gr)
    if shown != (row.amount_gr, payment.paid_gr - payment.refunded_gr) or (row.paid_gr, row.refunded_gr) != (
        payment.paid_gr,
        payment.refunded_gr,
    ):
        raise Conflict("refund.stale")
    now = timezone.now()
    row.state = RefundState.APPROVED
    row.approved_by_id = actor.user_id
    row.approved_at = now
    row.next_check_at = now + wait_before_check(0, now - now)
    row.save()
    advance(payment, Event.REFUND_STARTED, actor=actor)
    payment.save()
    record("refund.approved", row, actor=actor, amount_gr=row.amount_gr)
    return row, True


def withdraw_refund(*, refund_id: UUID, reason: str, actor: Actor) -> Refund:
    """Wycofaj propozycję: who proposed the refund takes it back, and the payment can be booked.

    Raises NotFound, Refused("refund.other_person"), Conflict("refund.decided") and InvalidInput("refund.reason"). The same
    call again changes nothing.
    """
    return _close(refund_id, RefundState.WITHDRAWN, "refund.withdrawn", reason, actor)


def refuse_refund(*, refund_id: UUID, reason: str, actor: Actor) -> Refund:
    """Odmów zatwierdzenia: the second person says no, and the payment can be booked.

    Raises NotFound, Refused("refund.same_person"), Conflict("refund.decided") and InvalidInput("refund.reason"). The same
    call again changes nothing.
    """
    return _close(refund_id, RefundState.REJECTED, "refund.refused", reason, actor)


@transaction.atomic(durable=True)
def _close(refund_id: UUID, state: RefundState, action: str, reason: str, actor: Actor) -> Refund:
    row, _, actor = _opened(refund_id, actor)
    if (row.state, row.closed_by_id) == (state, actor.user_id):
        return row
    if row.state != RefundState.PROPOSED:
        raise Conflict("refund.decided")
    is_own = row.proposed_by_id == actor.user_id
    if is_own != (state is RefundState.WITHDRAWN):
        raise Refused("refund.same_person" if is_own else "refund.other_person")
    row.closing_reason = checked_reason(reason)
    row.state = state
    row.closed_by_id = actor.user_id
    row.ended_at = timezone.now()
    row.save()
    record(action, row, actor=actor, amount_gr=row.amount_gr)
    return row


def _locked(payment_id: UUID, actor: Actor) -> tuple[Payment, Actor]:
    payment = Payment.objects.select_for_update().filter(public_id=payment_id).first()
    if payment is None:
        require(actor, Verb.REFUND_PAYMENT)
        raise NotFound("payment.unknown")
    actor = require(actor, Verb.REFUND_PAYMENT, payment)
    if actor.user_id is None:
        raise Refused("access.denied")  # two persons decide: a program is none
    return payment, actor


def _opened(refund_id: UUID, actor: Actor) -> tuple[Refund, Payment, Actor]:
    """The refund and its payment, both locked, the payment first as everywhere."""
    payment_id = (
        Refund.objects.filter(public_id=refund_id).values_list("payment__public_id", flat=True).first()
    )
    if payment_id is None:
        require(actor, Verb.REFUND_PAYMENT)
        raise NotFound("refund.unknown")
    payment, actor = _locked(payment_id, actor)
    return Refund.objects.select_for_update().get(public_id=refund_id), payment, actor


def _check_refundable(payment: Payment) -> None:
    if payment.state == State.BOOKED or payment.booked_at is not None:
        raise Refused("refund.booked_is_overpayment")
    if payment.state not in REFUNDABLE:
        raise Conflict("refund.not_refundable")
    if not has_refund_api(payment):
        raise Refused("refund.operator_has_none")


def checked_reason(reason: str) -> str:
    """A reason of 1 to 1000 characters. Raises InvalidInput("refund.reason")."""
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput("refund.reason", field="reason", longest=MAX_REASON)
    return reason
