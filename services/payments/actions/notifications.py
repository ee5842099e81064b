"""Messages of operators: checked and kept as they come in, carried out by a job afterwards."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import BadSignature, Malformed, WrongMerchant
from integrations.payments.values import Event as OperatorMessage
from integrations.payments.values import EventKind, HttpReply, RawRequest, RemoteStatus
from kernel.audit.recording import record
from kernel.gathering import gather
from services.payments.actions.confirm import refresh_payment
from services.payments.actions.confirming import Told, confirm_together
from services.payments.actions.refund_orders import take_refund_message
from services.payments.actions.steps import Step, apply_together
from services.payments.actions.transfers import take_transfer
from services.payments.actions.transitions import OPERATOR
from services.payments.domain.states import RELEASED, Event
from services.payments.keeping import keep
from services.payments.models import OperatorEvent, Payment, Verdict
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import (
    operator_accounts,
    operator_config,
    remembered_operator_account,
)


def take_notification(account_id: UUID, request: RawRequest) -> HttpReply:
    """Check the signature over the raw bytes, keep the message, answer as the operator wants, and leave the rest to a job.

    Raises NotFound("operator_account.unknown"). A forged, unreadable or foreign message is kept and refused; it changes
    nothing.
    """
    account = remembered_operator_account(account_id)
    operator, config = registry.operator(account.operator), operator_config(account)
    try:
        message = operator.parse_notification(config, request)
    except (BadSignature, WrongMerchant, Malformed) as error:
        reply = None if isinstance(error, Malformed) else _taken_for_another(account, request)
        if reply is not None:
            return reply
        verdict = {
            BadSignature: Verdict.FORGED, Malformed: Verdict.MALFORMED, WrongMerchant: Verdict.WRONG_MERCHANT,
        }[type(error)]  # fmt: skip
        _keep_refused(account, request, verdict)
        return operator.ack(config, None, accepted=False)
    _keep_message(account, message, request)
    return operator.ack(config, message, accepted=True)


def _taken_for_another(account: OperatorAccount, request: RawRequest) -> HttpReply | None:
    """Take a message that is signed for another account of the gmina at an operator that knows one address for them all;
    None when it is for none of them."""
    if not registry.entry(account.operator).told_apart_by:
        return None
    operator = registry.operator(account.operator)
    for other in operator_accounts().filter(operator=account.operator).exclude(pk=account.pk):
        config = operator_config(other)
        try:
            message = operator.parse_notification(config, request)
        except (BadSignature, WrongMerchant, Malformed):
            continue
        _keep_message(other, message, request)
        return operator.ack(config, message, accepted=True)
    return None


def _keep_refused(account: OperatorAccount, request: RawRequest, verdict: Verdict) -> None:
    digest = hashlib.sha256(request.body).hexdigest()
    event = OperatorEvent(
        operator_account=account, dedupe_key=f"refused:{digest}", verdict=verdict, raw=_kept(request.body)
    )
    if keep(event).is_new:
        record("notification.refused", event, actor=OPERATOR, outcome="refused", verdict=verdict.value)


def _keep_message(account: OperatorAccount, message: OperatorMessage, request: RawRequest) -> None:
    # A transfer for many payments names none of them: there is nothing to find, and nothing to carry out.
    is_nameless = message.kind == EventKind.SETTLEMENT and not message.ref
    event = OperatorEvent(
        operator_account=account,
        dedupe_key=message.dedupe_key[:128],
        verdict=Verdict.ACCEPTED,
        processed_at=timezone.now() if is_nameless else None,
        kind=message.kind.value,
        raw=_kept(request.body),
        parsed=_stored(message),
    )
    kept = keep(event, message.ref)
    if not kept.is_new:
        _ask_anew(OperatorEvent.objects.filter(operator_account=account, dedupe_key=event.dedupe_key))
    elif kept.is_orphan:
        record("notification.orphan", event, actor=OPERATOR, outcome="refused")
    elif not is_nameless:
        gather("payments.process_events", str(event.public_id))


def _kept(body: bytes) -> str:
    """The message so that its bytes can be had again: as text, or in Base64 where it is none."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return f"base64:{b64encode(body).decode()}"


def _ask_anew(events: QuerySet[OperatorEvent]) -> None:
    """An operator that repeats what it said of an attempt that was given up is asked again: it may have found the money."""
    told = events.filter(verdict=Verdict.ACCEPTED).values("payment")
    given_up = Payment.objects.filter(pk__in=told, state__in=[state.value for state in RELEASED])
    given_up.update(next_check_at=timezone.now())


def _stored(message: OperatorMessage) -> dict[str, object]:
    return {
        "kind": message.kind.value,
        "ref": message.ref,
        "operator_tx_id": message.operator_tx_id,
        "status": message.status.value,
        "amount_gr": message.amount_gr,
        "requested_gr": message.requested_gr,
        "currency": message.currency,
        "dedupe_key": message.dedupe_key,
        "method_id": message.method_id,
        "payer_debited_at": message.payer_debited_at.isoformat() if message.payer_debited_at else None,
        "refund_key": message.refund_key,
        "statement": message.statement,
        "fee_gr": message.fee_gr,
        "batch_id": message.batch_id,
        "settled_on": message.settled_on.isoformat() if message.settled_on else None,
    }


def _loaded(stored: dict[str, str | int | None]) -> OperatorMessage:
    debited = stored["payer_debited_at"]
    # Messages kept before these were read have none of them.
    fee_gr, settled = stored.get("fee_gr"), stored.get("settled_on")
    return OperatorMessage(
        kind=EventKind(str(stored["kind"])),
        ref=str(stored["ref"]),
        operator_tx_id=str(stored["operator_tx_id"]),
        status=RemoteStatus(str(stored["status"])),
        amount_gr=int(stored["amount_gr"] or 0),
        requested_gr=int(stored["requested_gr"] or 0),
        currency=str(stored["currency"]),
        dedupe_key=str(stored["dedupe_key"]),
        method_id=str(stored["method_id"]),
        payer_debited_at=datetime.fromisoformat(str(debited)) if debited else None,
        refund_key=str(stored["refund_key"]),
        statement=str(stored["statement"]),
        fee_gr=None if fee_gr is None else int(fee_gr),
        batch_id=str(stored.get("batch_id") or ""),
        settled_on=date.fromisoformat(str(settled)) if settled else None,
    )


def process_events(event_ids: Sequence[UUID]) -> None:
    """Carry out kept messages: report them, confirm them with the operator, keep the outcome. May be repeated.

    What one of them raises ends all that are not carried out by then: try each for itself.
    """
    waiting = OperatorEvent.objects.filter(
        public_id__in=event_ids, verdict=Verdict.ACCEPTED, processed_at__isnull=True, payment__isnull=False
    )
    waiting = waiting.select_related("payment__operator_account").defer("raw").order_by("received_at", "pk")
    told = [(event, event.payment, _message(event)) for event in waiting if event.payment is not None]
    confirm_together([Told(payment, message, event) for event, payment, message in told if _is_paid(message)])
    for event, payment, message in told:
        if not _is_paid(message) and _carry_out(payment, message):
            OperatorEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now())


def process_event(event_id: UUID) -> None:
    """The same for one message."""
    process_events([event_id])


def _message(event: OperatorEvent) -> OperatorMessage:
    assert event.payment is not None
    message = _loaded(event.parsed)
    # Tpay names its transaction otherwise in messages than in the rest of its protocol.
    return message if message.operator_tx_id else replace(message, operator_tx_id=event.payment.operator_id)


def _is_paid(message: OperatorMessage) -> bool:
    return message.kind == EventKind.PAYMENT and message.status == RemoteStatus.PAID


def _carry_out(payment: Payment, message: OperatorMessage) -> bool:
    """Act on a message that tells of something else than money that came; False when that has to be done again."""
    if message.kind == EventKind.SETTLEMENT:
        take_transfer(payment, message)
    if message.kind in _MONEY_BACK and payment.operator_id:
        return _take_money_back(payment, message)
    # Anything that is not "paid" only means: look again (pretix plugins/paypal2 does the same).
    Payment.objects.filter(pk=payment.pk, operator_id="").update(operator_id=message.operator_tx_id)
    refresh_payment(payment.public_id)
    return True


_MONEY_BACK = frozenset({EventKind.REFUND, EventKind.CHARGEBACK})


def _take_money_back(payment: Payment, message: OperatorMessage) -> bool:
    """Money of the payment went back; a second transaction of the operator for the same payment is none of ours."""
    if message.operator_tx_id != payment.operator_id:
        return True
    if message.kind == EventKind.REFUND:
        return take_refund_message(payment, message)
    # No operator can be asked about a chargeback, so here its signed word counts.
    apply_together([Step(payment, Event.CHARGEBACK_REPORTED)])
    return True
