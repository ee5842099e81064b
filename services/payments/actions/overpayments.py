"""Overpayments: the payer asks for a refund or a credit, the office decides (art. 72-78 O.p.; law.md 3.5)."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.identifiers import is_valid_nrb, normalise_nrb
from services.accounts.access import require
from services.accounts.domain.representation import Level
from services.accounts.models import Payer
from services.accounts.queries import payer_for, resident_of
from services.accounts.queries_representation import require_level
from services.liabilities.locks import hold_payers
from services.liabilities.models import Liability
from services.payments.actions.settling import done, lock_dues, post_credit, post_refund, tell
from services.payments.crediting import overpaid_gr, split_overpayment
from services.payments.models import OverpaymentRequest, RequestKind, RequestState
from services.payments.queries_overpayments import overpayment_of
from services.users.domain import Verb


@transaction.atomic(durable=True)
def request_overpayment(
    *,
    payer_id: UUID,
    overpayment_id: UUID,
    kind: str,
    liability_id: UUID | None = None,
    account_nrb: str = "",
    actor: Actor,
) -> OverpaymentRequest:
    """Wniosek płatnika: refund, or credit to the chosen due. The same request again is the same request.

    Raises NotFound for an overpayment or due that is not the payer's, Conflict("overpayment.empty") when nothing is left,
    Conflict("overpayment.requested") when another request waits, InvalidInput("nrb.invalid") and the errors of
    `split_overpayment`.
    """
    actor = require(actor, Verb.OWN_DUES)
    payer = payer_for(actor, payer_id)
    if payer is None:
        raise NotFound("payer.foreign")
    overpayment = overpayment_of(payer, overpayment_id)
    require_level(actor, payer, Level.FULL, [overpayment.liability_type.code])
    hold_payers(overpayment.payer_id)
    target = _target(payer, liability_id) if kind == RequestKind.CREDIT else None
    if target is not None:
        require_level(actor, payer, Level.FULL, [target.liability_type.code])
    waiting = OverpaymentRequest.objects.filter(overpayment=overpayment, state=RequestState.WAITING).first()
    if waiting:
        if (waiting.kind, waiting.liability) != (kind, target):
            raise Conflict("overpayment.requested")
        return waiting
    if not overpaid_gr(overpayment):
        raise Conflict("overpayment.empty")
    if target is not None:
        split_overpayment(overpayment, target, timezone.localdate())
    row = OverpaymentRequest(
        overpayment=overpayment,
        resident=resident_of(actor),
        kind=kind,
        liability=target,
        account_nrb=_account(account_nrb) if kind == RequestKind.REFUND else "",
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("overpayment.requested") from error
    record("overpayment.requested", row, actor=actor, kind=kind, amount_gr=overpaid_gr(overpayment))
    tell(row, "overpayment_requested", overpaid_gr(overpayment))
    return row


@transaction.atomic(durable=True)
def credit_overpayment(*, request_id: UUID, actor: Actor) -> OverpaymentRequest:
    """Zaliczenie: the overpayment pays arrears and the chosen due as of the day on which it arose (art. 76a O.p.).

    A second call is the same call. Raises NotFound for a request that the clerk does not handle,
    Conflict("overpayment_request.decided") when it was decided otherwise, Conflict("overpayment.empty") and the errors of
    `split_overpayment`. What is left stays an overpayment.
    """
    row, actor = _open(request_id, RequestKind.CREDIT, actor)
    if row.state == RequestState.DONE:
        return row
    assert row.liability is not None
    lock_dues(row.overpayment.payer)
    split = split_overpayment(row.overpayment, row.liability, timezone.localdate())
    if not split.shares:
        raise Conflict("overpayment.empty")
    amount_gr = post_credit(row.overpayment, split, row.public_id, actor)
    return done(row, "overpayment.credited", amount_gr, split.paid_on, actor, "overpayment_decided")


@transaction.atomic(durable=True)
def refund_overpayment(*, request_id: UUID, refunded_on: date, actor: Actor) -> OverpaymentRequest:
    """Zwrot: the office has sent back on `refunded_on` all that it still held. A second call is the same call.

    Raises NotFound for a request that the clerk does not handle, Conflict("overpayment_request.decided") when it was decided
    otherwise, and the errors of `post_refund`.
    """
    row, actor = _open(request_id, RequestKind.REFUND, actor)
    if row.state == RequestState.DONE:
        return row
    amount_gr = post_refund(row.overpayment, refunded_on, row.public_id, actor)
    return done(row, "overpayment.refunded", amount_gr, refunded_on, actor, "overpayment_decided")


@transaction.atomic(durable=True)
def reject_overpayment_request(*, request_id: UUID, reason: str, actor: Actor) -> OverpaymentRequest:
    """Odrzucenie wniosku z powodem, który dostaje mieszkaniec. The overpayment stays as it is.

    Raises NotFound, InvalidInput("reason.missing") and Conflict("overpayment_request.decided") when money has moved already.
    """
    row, actor = _open(request_id, None, actor)
    if row.state == RequestState.REJECTED:
        return row
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    row.state = RequestState.REJECTED
    row.reason = reason.strip()
    row.decided_at = timezone.now()
    row.save()
    record("overpayment.rejected", row, actor=actor)
    tell(row, "overpayment_decided", overpaid_gr(row.overpayment))
    return row


@transaction.atomic(durable=True)
def withdraw_overpayment_request(*, payer_id: UUID, request_id: UUID, actor: Actor) -> OverpaymentRequest:
    """Wycofanie wniosku, while the office has not decided it, by anybody who acts for the payer. A second call is the same.

    Raises NotFound("overpayment_request.unknown") for a request that is not the payer's, and
    Conflict("overpayment_request.decided") when the office was faster.
    """
    actor = require(actor, Verb.OWN_DUES)
    payer = payer_for(actor, payer_id)
    rows = OverpaymentRequest.objects.select_for_update(of=("self",))
    row = rows.filter(overpayment__payer=payer, resident__isnull=False, public_id=request_id).first()
    if payer is None or row is None:
        raise NotFound("overpayment_request.unknown")
    require_level(actor, payer, Level.FULL, [row.overpayment.liability_type.code])
    if row.state == RequestState.WITHDRAWN:
        return row
    if row.state != RequestState.WAITING:
        raise Conflict("overpayment_request.decided")
    row.state = RequestState.WITHDRAWN
    row.taken_back_at = timezone.now()
    row.save()
    record("overpayment.withdrawn", row, actor=actor)
    tell(row, "overpayment_withdrawn", overpaid_gr(row.overpayment))
    return row


def _target(payer: Payer, liability_id: UUID | None) -> Liability:
    if liability_id is None:
        raise InvalidInput("overpayment.no_target", field="liability")
    row = Liability.objects.filter(debtors=payer, public_id=liability_id).select_related("liability_type")
    found = row.first()
    if found is None:
        raise NotFound("liability.unknown", field="liability")
    return found


def _account(text: str) -> str:
    """The account for the refund; empty stays empty: some people have none and are paid in cash (art. 77b O.p.)."""
    number = normalise_nrb(text)
    if number and not is_valid_nrb(number):
        raise InvalidInput("nrb.invalid", field="account_nrb")
    return number


def _open(request_id: UUID, kind: RequestKind | None, actor: Actor) -> tuple[OverpaymentRequest, Actor]:
    """The locked request, if the clerk may decide it in this way."""
    row = OverpaymentRequest.objects.select_for_update().filter(public_id=request_id).first()
    if row is None:
        raise NotFound("overpayment_request.unknown")
    actor = require(actor, Verb.BOOK_PAYMENT, row)
    hold_payers(row.overpayment.payer_id)
    wrong_kind = kind is not None and row.kind != kind
    wanted = RequestState.REJECTED if kind is None else RequestState.DONE
    if wrong_kind or row.state not in (RequestState.WAITING, wanted):
        raise Conflict("overpayment_request.decided")
    return row, actor
