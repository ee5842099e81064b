"""Overpayments as a resident asks about them and as a clerk decides."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, require, types_handled
from services.accounts.models import Payer
from services.liabilities.models import Overpayment
from services.liabilities.queries import Due, statement
from services.payments.models import OverpaymentRequest, RequestState
from services.payments.queries import locks
from services.users.domain import Verb


def overpayment_of(payer: Payer, overpayment_id: UUID) -> Overpayment:
    """One overpayment of the payer. Raises NotFound("overpayment.unknown") for any other."""
    row = Overpayment.objects.filter(payer=payer, public_id=overpayment_id)
    found = row.select_related("liability_type", "payer").first()
    if found is None:
        raise NotFound("overpayment.unknown")
    return found


def requests_about(overpayment: Overpayment) -> QuerySet[OverpaymentRequest]:
    """All requests about one overpayment, newest first."""
    return overpayment.requests.select_related("liability").order_by("-created_at", "-id")


def requested_overpayments(payer: Payer) -> set[UUID]:
    """Public ids of the payer's overpayments whose request waits for the office."""
    rows = OverpaymentRequest.objects.filter(overpayment__payer=payer, state=RequestState.WAITING)
    return set(rows.values_list("overpayment__public_id", flat=True))


def creditable_dues(overpayment: Overpayment) -> list[Due]:
    """Dues to which the overpayment can be credited: of the same law, not enforced, not being paid now."""
    regime = overpayment.liability_type.allocation_regime
    dues = statement(overpayment.payer, timezone.localdate()).dues
    locked, _ = locks([due.id for due in dues], [], None)
    return [due for due in dues if due.regime == regime and not due.is_enforced and due.id not in locked]


def requests_waiting(actor: Actor) -> QuerySet[OverpaymentRequest]:
    """Requests that the clerk may decide, the oldest first: both the overpayment and the chosen due are theirs."""
    return _decidable(actor).filter(state=RequestState.WAITING).order_by("created_at", "id")


def request_for(actor: Actor, request_id: UUID) -> OverpaymentRequest:
    """One request, decided or not. Raises NotFound("overpayment_request.unknown") for one that is not the clerk's."""
    row = _decidable(actor).filter(public_id=request_id).first()
    if row is None:
        raise NotFound("overpayment_request.unknown")
    return row


def _decidable(actor: Actor) -> QuerySet[OverpaymentRequest]:
    require(actor, Verb.BOOK_PAYMENT)
    types = types_handled(actor)
    return OverpaymentRequest.objects.filter(
        Q(liability__isnull=True) | Q(liability__liability_type__in=types),
        overpayment__liability_type__in=types,
    ).select_related(
        "overpayment__payer", "overpayment__liability_type", "liability__liability_type", "resident"
    )


@liability_types_of.register
def _(subject: OverpaymentRequest) -> Iterable[int]:
    types = [subject.overpayment.liability_type_id]
    return [*types, subject.liability.liability_type_id] if subject.liability else types
