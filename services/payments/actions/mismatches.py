"""Niezgodność: money that does not agree with its order. A person takes it as it came, or says that none came."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.values import PLN, Confirmed, Expected, RemoteStatus, RemoteTransaction, Retry
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, NotFound, Unavailable
from services.accounts.access import require
from services.payments.actions.refunds import checked_reason
from services.payments.actions.transitions import advance, schedule_check
from services.payments.domain.states import RELEASED, Event, State, has_money
from services.payments.models import Payment
from services.users.domain import Verb
from tenants.configuration.queries import operator_config


def accept_mismatch(*, payment_id: UUID, amount_gr: int, reason: str, actor: Actor) -> Payment:
    """Przyjmij to, co wpłynęło: what the operator now says came is taken as paid, and booking will allocate it.

    `amount_gr` grosze are what the page showed. The operator is asked anew, and the money is taken over from it by the
    amount that it tells. The same call again changes nothing. Raises NotFound, Conflict("mismatch.resolved"),
    ("mismatch.no_money"), ("mismatch.currency"), ("mismatch.stale") when another amount came than was shown,
    ("mismatch.only_fee") when nothing is left for the office, ("mismatch.not_confirmed"), InvalidInput("refund.reason")
    and Unavailable("operator.unavailable").
    """
    payment, actor = _found(payment_id, actor)
    reason = checked_reason(reason)
    if payment.state != State.MISMATCH:
        return _accepted(payment)
    came = [one for one in _asked(payment) if one.status == RemoteStatus.PAID or one.needs_confirmation]
    if not came:
        raise Conflict("mismatch.no_money")
    remote = came[0]
    if remote.currency != PLN:
        raise Conflict("mismatch.currency")
    if remote.amount_gr != amount_gr:
        _show(payment, remote)
        raise Conflict("mismatch.stale")
    if remote.amount_gr <= payment.fee_gr:
        raise Conflict("mismatch.only_fee")
    _take_over(payment, remote)
    return _accept(payment, remote, reason, actor)


def dismiss_mismatch(*, payment_id: UUID, reason: str, actor: Actor) -> Payment:
    """Nic nie wpłynęło: the attempt is given up and its dues are free, if the operator, asked anew, says the same.

    The same call again changes nothing. Raises NotFound, Conflict("mismatch.resolved"), ("mismatch.money_came") when the
    operator has money or may still get it, InvalidInput("refund.reason") and Unavailable("operator.unavailable").
    """
    payment, actor = _found(payment_id, actor)
    reason = checked_reason(reason)
    if payment.state != State.MISMATCH:
        return _dismissed(payment)
    if not _is_without_money(payment, _asked(payment)):
        raise Conflict("mismatch.money_came")
    return _dismiss(payment, reason, actor)


@transaction.atomic(durable=True)
def _accept(payment: Payment, remote: RemoteTransaction, reason: str, actor: Actor) -> Payment:
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if row.state != State.MISMATCH:
        return _accepted(row)
    paid_at = remote.paid_at or timezone.now()
    row.received_gr, row.received_currency = remote.amount_gr, remote.currency
    row.operator_id = remote.operator_tx_id
    row.mismatch_reason = reason
    row.paid_at, row.debited_on = paid_at, warsaw_day(paid_at)
    advance(row, Event.MISMATCH_ACCEPTED, actor=actor)
    schedule_check(row, timezone.now())
    row.save()
    record("mismatch.accepted", row, actor=actor, amount_gr=remote.amount_gr, ordered_gr=row.total_gr)
    return row


@transaction.atomic(durable=True)
def _dismiss(payment: Payment, reason: str, actor: Actor) -> Payment:
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if row.state != State.MISMATCH:
        return _dismissed(row)
    row.received_gr, row.received_currency = None, ""
    row.mismatch_reason = reason
    advance(row, Event.MISMATCH_DISMISSED, actor=actor)
    schedule_check(row, timezone.now())
    row.save()
    record("mismatch.dismissed", row, actor=actor)
    return row


def _found(payment_id: UUID, actor: Actor) -> tuple[Payment, Actor]:
    payment = Payment.objects.select_related("operator_account").filter(public_id=payment_id).first()
    if payment is None:
        require(actor, Verb.RESOLVE_MISMATCH)
        raise NotFound("payment.unknown")
    return payment, require(actor, Verb.RESOLVE_MISMATCH, payment)


def _accepted(payment: Payment) -> Payment:
    """The payment, when this is the second call of the same act."""
    if payment.received_gr is None or not has_money(State(payment.state)):
        raise Conflict("mismatch.resolved")
    return payment


def _dismissed(payment: Payment) -> Payment:
    """The payment, when this is the second call of the same act."""
    if not payment.mismatch_reason or State(payment.state) not in RELEASED:
        raise Conflict("mismatch.resolved")
    return payment


def _asked(payment: Payment) -> Sequence[RemoteTransaction]:
    account = payment.operator_account
    operator = registry.operator(account.operator)
    try:
        return operator.fetch_status(operator_config(account), payment.reference, payment.operator_id)
    except OperatorError as error:
        raise Unavailable("operator.unavailable", operator_code=error.code) from error


def _is_without_money(payment: Payment, found: Sequence[RemoteTransaction]) -> bool:
    """Whether the operator has nothing and will get nothing: every try has ended or gone back, or the link is dead."""
    if any(one.needs_confirmation or one.status in _WITH_MONEY for one in found):
        return False
    is_dead = payment.expires_at is not None and timezone.now() > payment.expires_at
    if any(one.status == RemoteStatus.PENDING for one in found):
        # An operator that never says that nothing will come leaves the last word to the end of the link's life.
        return is_dead and not registry.operator(payment.operator_account.operator).caps.notifies_failure
    return bool(found) or is_dead


_WITH_MONEY = frozenset({RemoteStatus.PAID, RemoteStatus.UNKNOWN})


def _take_over(payment: Payment, remote: RemoteTransaction) -> None:
    """Let the operator confirm the amount that came; until then some leave the money with the payer."""
    account = payment.operator_account
    expected = Expected(ref=payment.reference, amount_gr=remote.amount_gr)
    operator = registry.operator(account.operator)
    answer = operator.confirm(operator_config(account), remote.as_event(), expected)
    if isinstance(answer, Retry):
        raise Unavailable("operator.unavailable", operator_code=answer.code)
    if not isinstance(answer, Confirmed):
        raise Conflict("mismatch.not_confirmed")


@transaction.atomic(durable=True)
def _show(payment: Payment, remote: RemoteTransaction) -> None:
    """Keep what the operator says now, for the page that the person sees next."""
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    if row.state == State.MISMATCH:
        row.received_gr, row.received_currency = remote.amount_gr, remote.currency[:3]
        row.save()
