"""What the operator does with an approved refund. Its answer, its message and our questions all end in `_keep`."""

from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import (
    AnswerLost,
    NotSupported,
    OperatorError,
    OperatorUnavailable,
    RefundOutcomeUnknown,
)
from integrations.payments.values import Event as OperatorMessage
from integrations.payments.values import Refund as RemoteRefund
from integrations.payments.values import RefundOrder, RefundStatus, RemoteStatus
from kernel.audit.recording import record
from services.notices.actions import write_message
from services.payments.actions.transitions import OPERATOR, advance
from services.payments.addresses import notify_address
from services.payments.domain.refunds import OPEN, TO_SEND, UNDERWAY, RefundState, wait_before_check
from services.payments.domain.states import Event, State
from services.payments.models import Payment, Refund
from tenants.configuration.queries import office, operator_config

log = structlog.get_logger(__name__)

_NEVER_SENT = frozenset({RefundState.PROPOSED, RefundState.WITHDRAWN})
_REPORTED = {
    RemoteStatus.REFUNDED: RefundStatus.COMPLETED,
    RemoteStatus.REFUND_REJECTED: RefundStatus.REJECTED,
}


def send_refund(refund_id: UUID) -> None:
    """Give the operator the order, the first time or again: always with the same key, so that the money goes back once.

    The order is committed as sent before the operator hears of it; who is killed in between leaves it to the sweep.
    """
    row, had_been_sent = _mark_sent(refund_id)
    if row is None:
        return
    payment = row.payment
    account = payment.operator_account
    order = RefundOrder(
        idempotency_key=row.idempotency_key,
        ref=payment.reference,
        operator_tx_id=payment.operator_id,
        amount_gr=row.amount_gr,
        title=f"Zwrot {payment.reference}",
        notify_url=notify_address(account.public_id),
    )
    try:
        answer = registry.operator(account.operator).refund(operator_config(account), order)
    except (RefundOutcomeUnknown, AnswerLost) as error:
        _keep(row, RefundStatus.UNKNOWN, failure_code=error.code)
    except OperatorUnavailable as error:
        _wait(row, RefundState.UNKNOWN if had_been_sent else RefundState.APPROVED, error.code)
    except OperatorError as error:
        _keep_refusal(row, error, had_been_sent)
    else:
        _keep(row, answer.status)


@transaction.atomic(durable=True)
def _mark_sent(refund_id: UUID) -> tuple[Refund | None, bool]:
    """Commit that the order goes out now; also whether an earlier try may have reached the operator."""
    row, _ = _locked(refund_id)
    if row.state not in TO_SEND:
        return None, False
    had_been_sent = row.state != RefundState.APPROVED
    if row.sent_at is None:
        record("refund.sent", row, actor=OPERATOR, amount_gr=row.amount_gr)
    row.sent_at = row.sent_at or timezone.now()
    row.state = RefundState.SENT
    _schedule(row)
    row.save()
    return row, had_been_sent


def _keep_refusal(row: Refund, error: OperatorError, had_been_sent: bool) -> None:
    """Refused for good. After an earlier try without an answer the refusal may mean that this one was carried out ("nothing
    is left"), so the operator's own list has the last word."""
    if had_been_sent:
        try:
            found = _listed(row.payment)
        except OperatorError as failed:
            _wait(row, RefundState.UNKNOWN, failed.code)
            return
        known = next((remote for own, remote in _matched(row.payment, found) if own == row), None)
        if known is not None:
            _keep(row, known.status)
            return
    _keep(row, RefundStatus.REJECTED, failure_code=error.code)


def refresh_refund(refund_id: UUID) -> None:
    """Ask the operator what became of a refund, or give it the order that it may not have. The sweep's way in."""
    row = Refund.objects.select_related("payment__operator_account").filter(public_id=refund_id).first()
    if row is None or row.state not in UNDERWAY:
        return
    if row.state in TO_SEND:
        is_in_hand = (
            row.state == RefundState.SENT and row.next_check_at and row.next_check_at > timezone.now()
        )
        if not is_in_hand:  # else somebody is asking the operator at this moment
            send_refund(refund_id)
        return
    try:
        found = _listed(row.payment)
    except OperatorError as error:
        log.warning("refund.status", refund=str(row.public_id), code=error.code)
        _wait(row, RefundState.PENDING, error.code)
        return
    _wait(row, RefundState.PENDING, "")
    _take(row.payment, found)


def take_refund_message(payment: Payment, message: OperatorMessage) -> bool:
    """The operator says that a refund has ended: look at its list of refunds; False when that has to be done again.

    Only an operator without such a list is believed at its signed word, and only about a refund that we ordered.
    """
    try:
        found = _listed(payment)
    except NotSupported:
        own = payment.refunds.filter(
            idempotency_key=message.refund_key, amount_gr=message.amount_gr, proposed_by__isnull=False
        ).first()
        if own is not None and message.status in _REPORTED:
            _keep(own, _REPORTED[message.status])
        return True
    except OperatorError as error:
        log.warning("refund.message", payment=str(payment.public_id), code=error.code)
        return False
    _take(payment, found)
    return True


def _listed(payment: Payment) -> list[RemoteRefund]:
    account = payment.operator_account
    operator = registry.operator(account.operator)
    ordered = {
        row.idempotency_key: row.amount_gr
        for row in payment.refunds.all()
        if row.is_own and row.state not in _NEVER_SENT
    }
    return list(operator.fetch_refunds(operator_config(account), payment.operator_id, ordered))


def _take(payment: Payment, found: list[RemoteRefund]) -> None:
    """Keep what the operator's list says: of our refunds how they stand, and those that were made at the operator."""
    for place, (row, remote) in enumerate(_matched(payment, found), start=1):
        if row is not None:
            _keep(row, remote.status)
        elif remote.status is RefundStatus.COMPLETED:
            _keep_foreign(payment, remote, remote.key or remote.batch_id or f"operator-{place}")


def _matched(payment: Payment, found: list[RemoteRefund]) -> list[tuple[Refund | None, RemoteRefund]]:
    """The operator's refunds with our rows of them: by our key, or by the amount where the operator does not return it."""
    left = [row for row in payment.refunds.all() if row.state not in _NEVER_SENT]
    pairs: list[tuple[Refund | None, RemoteRefund]] = []
    for remote in found:
        fits = [row for row in left if _is_same(row, remote)]
        pairs.append((fits[0] if fits else None, remote))
        left = [row for row in left if row not in fits[:1]]
    return pairs


def _is_same(row: Refund, remote: RemoteRefund) -> bool:
    return row.idempotency_key == remote.key if remote.key else row.amount_gr == remote.amount_gr


@transaction.atomic(durable=True)
def _keep_foreign(payment: Payment, remote: RemoteRefund, key: str) -> None:
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    now = timezone.now()
    row, is_new = Refund.objects.get_or_create(
        payment=payment,
        idempotency_key=key[:60],
        defaults={
            "amount_gr": remote.amount_gr,
            "paid_gr": payment.paid_gr,
            "refunded_gr": payment.refunded_gr,
            "state": RefundState.COMPLETED,
            "operator_status": remote.status.value,
            "ended_at": now,
        },
    )
    if is_new:
        record("refund.found", row, actor=OPERATOR, amount_gr=row.amount_gr)
        _settle(payment, Event.PARTIAL_REFUND_REPORTED)
        _tell(row, "refund_completed")


@transaction.atomic(durable=True)
def _keep(row: Refund, status: RefundStatus, *, failure_code: str = "") -> None:
    """One step of a refund under the locks of its payment and itself. What has ended stays ended, however late a message
    comes; only money that the operator gave back after it had refused is taken in."""
    row, payment = _locked(row.public_id)
    row.operator_status = status.value
    row.failure_code = failure_code
    if status is RefundStatus.COMPLETED and row.state != RefundState.COMPLETED:
        _end(row, RefundState.COMPLETED)
        record("refund.completed", row, actor=OPERATOR, amount_gr=row.amount_gr)
        _settle(payment, Event.PARTIAL_REFUND_REPORTED)
        _tell(row, "refund_completed")
    elif row.state not in OPEN:
        return
    elif status is RefundStatus.REJECTED:
        _end(row, RefundState.REJECTED)
        record("refund.rejected", row, actor=OPERATOR, outcome="refused", code=failure_code)
        _settle(payment, Event.REFUND_REFUSED_AFTER_PART if payment.refunded_gr else Event.REFUND_REFUSED)
        _tell(row, "refund_rejected")
    elif status is RefundStatus.PENDING:
        row.state = RefundState.PENDING
        _schedule(row)
        row.save()
    else:
        row.state = RefundState.UNKNOWN if row.state in TO_SEND else row.state
        _schedule(row)
        row.save()
        log.warning("refund.unknown", refund=str(row.public_id), code=failure_code)


def _end(row: Refund, state: RefundState) -> None:
    row.state = state
    row.ended_at = timezone.now()
    row.next_check_at = None
    row.save()


def _settle(payment: Payment, event: Event) -> None:
    """The payment's state after a refund has ended: all given back, a part of it, or nothing."""
    if payment.refunded_gr >= payment.paid_gr:
        event = Event.REFUND_REPORTED
    elif payment.refunds.filter(state__in=[state.value for state in UNDERWAY]).exists():
        return
    if event in (Event.REFUND_REFUSED, Event.REFUND_REFUSED_AFTER_PART) and (
        payment.state != State.REFUND_PENDING
    ):
        return
    advance(payment, event)
    payment.save()


@transaction.atomic(durable=True)
def _wait(row: Refund, state: RefundState, failure_code: str) -> None:
    """Ask again later; `state` is what is known until then."""
    row, _ = _locked(row.public_id)
    if row.state not in UNDERWAY:
        return
    if row.state in TO_SEND:
        row.state = state
    row.failure_code = failure_code
    _schedule(row)
    row.save()


def _schedule(row: Refund) -> None:
    now = timezone.now()
    row.next_check_at = now + wait_before_check(row.checks, now - (row.approved_at or now))
    row.checks += 1


def _locked(refund_id: UUID) -> tuple[Refund, Payment]:
    """The refund and its payment, the payment locked first as everywhere."""
    payment = Payment.objects.select_for_update(of=("self",)).get(refunds__public_id=refund_id)
    row = Refund.objects.select_for_update().get(public_id=refund_id)
    row.payment = payment
    return row, payment


def _tell(row: Refund, kind: str) -> None:
    write_message(
        kind=kind,
        recipient=row.payment.resident.user.email,
        context={"portal": office().portal_name, "payment": row.payment, "refund": row},
        related_ref=str(row.payment.public_id),
    )
