"""Crediting an overpayment without a request: the office's duty in public law (art. 76 § 1 O.p.; law.md 3.5)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import Conflict, NotFound
from services.accounts.access import require
from services.liabilities.locks import hold_payers
from services.liabilities.models import Overpayment
from services.payments.actions.settling import done, lock_dues, post_credit
from services.payments.crediting import fingerprint, overpaid_gr, split_ex_officio
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
    rows = Overpayment.objects.select_related("liability_type", "payer")
    overpayment = rows.filter(public_id=overpayment_id).first()
    if overpayment is None:
        require(actor, Verb.BOOK_PAYMENT)
        raise NotFound("overpayment.unknown")
    actor = require(actor, Verb.BOOK_PAYMENT, overpayment)
    hold_payers(overpayment.payer_id)
    known = OverpaymentRequest.objects.filter(public_id=decision_id).first()
    if known is not None:
        if known.overpayment_id != overpayment.pk or not known.is_ex_officio:
            raise Conflict("overpayment.changed")
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
