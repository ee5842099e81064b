"""What the office does with an overpayment without a request (art. 76 § 1 O.p.; law.md 3.5)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import Conflict, NotFound
from services.accounts.access import require
from services.liabilities.locks import hold_payers
from services.liabilities.models import Overpayment
from services.payments.actions.settling import done, lock_dues, post_credit, post_refund
from services.payments.crediting import fingerprint, law_of, overpaid_gr, split_ex_officio
from services.payments.domain.allocation import AllocationRegime
from services.payments.models import OverpaymentRequest, RequestKind, RequestState
from services.users.domain import Verb


@transaction.atomic(durable=True)
def credit_ex_officio(
    *, decision_id: UUID, overpayment_id: UUID, shown: str, actor: Actor
) -> OverpaymentRequest:
    """Zaliczenie z urzędu: what `split_ex_officio` says today, as of the day on which the overpayment arose (art. 76a O.p.).

    `decision_id` is the number under which it is kept and posted, made by the page: the same number again is the same call.
    `shown` is the `fingerprint` of the split that the clerk has seen. Raises NotFound for an overpayment that the clerk does
    not handle, Conflict("overpayment.decide_request") while a request for a credit waits (a waiting request for a refund
    does not matter: arrears come first), ("overpayment.empty"), ("overpayment.changed") when the split is no longer the one
    shown, ("overpayment.nothing_owed"), and the errors of `split_ex_officio`.
    """
    overpayment, actor = _open(overpayment_id, actor)
    known = _known(decision_id, overpayment, RequestKind.CREDIT)
    if known is not None:
        return known
    if overpayment.requests.filter(kind=RequestKind.CREDIT, state=RequestState.WAITING).exists():
        raise Conflict("overpayment.decide_request")
    if not overpaid_gr(overpayment):
        raise Conflict("overpayment.empty")
    lock_dues(overpayment.payer)
    split = split_ex_officio(overpayment, timezone.localdate())
    if fingerprint(split) != shown:
        raise Conflict("overpayment.changed")
    if not split.shares:
        raise Conflict("overpayment.nothing_owed")
    amount_gr = post_credit(overpayment, split, decision_id, actor)
    row = OverpaymentRequest(public_id=decision_id, overpayment=overpayment, kind=RequestKind.CREDIT)
    return done(
        row, "overpayment.credited_ex_officio", amount_gr, split.paid_on, actor, "overpayment_credited"
    )


@transaction.atomic(durable=True)
def refund_ex_officio(
    *, decision_id: UUID, overpayment_id: UUID, refunded_on: date, actor: Actor
) -> OverpaymentRequest:
    """Zwrot z urzędu: the office has sent back on `refunded_on` what nothing that is owed had to take (art. 76 § 1 O.p.).

    `decision_id` as in `credit_ex_officio`. Raises NotFound for an overpayment that the clerk does not handle,
    Conflict("overpayment.decide_request") while a request waits, ("overpayment.credit_first") while a public overpayment has
    something to pay, and the errors of `post_refund`.
    """
    overpayment, actor = _open(overpayment_id, actor)
    known = _known(decision_id, overpayment, RequestKind.REFUND)
    if known is not None:
        return known
    if overpayment.requests.filter(state=RequestState.WAITING).exists():
        raise Conflict("overpayment.decide_request")
    if (
        law_of(overpayment) is AllocationRegime.TAX
        and split_ex_officio(overpayment, timezone.localdate()).shares
    ):
        raise Conflict("overpayment.credit_first")
    amount_gr = post_refund(overpayment, refunded_on, decision_id, actor)
    row = OverpaymentRequest(public_id=decision_id, overpayment=overpayment, kind=RequestKind.REFUND)
    return done(row, "overpayment.refunded_ex_officio", amount_gr, refunded_on, actor, "overpayment_decided")


def _open(overpayment_id: UUID, actor: Actor) -> tuple[Overpayment, Actor]:
    """The overpayment, if the clerk handles its type, while nothing else moves money of its payer."""
    rows = Overpayment.objects.select_related("liability_type", "payer")
    overpayment = rows.filter(public_id=overpayment_id).first()
    if overpayment is None:
        require(actor, Verb.BOOK_PAYMENT)
        raise NotFound("overpayment.unknown")
    actor = require(actor, Verb.BOOK_PAYMENT, overpayment)
    hold_payers(overpayment.payer_id)
    return overpayment, actor


def _known(decision_id: UUID, overpayment: Overpayment, kind: RequestKind) -> OverpaymentRequest | None:
    """The decision of that number, when this is its second call. Raises Conflict("overpayment.changed") for another one."""
    row = OverpaymentRequest.objects.filter(public_id=decision_id).first()
    if row is None:
        return None
    if (row.overpayment_id, row.kind, row.is_ex_officio) != (overpayment.pk, kind, True):
        raise Conflict("overpayment.changed")
    return row
