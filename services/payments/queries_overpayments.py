"""Overpayments as a resident asks about them and as a clerk decides."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, require, types_handled
from services.accounts.models import Payer
from services.ledger.models import AccountKind, Entry, Posting
from services.ledger.queries import balances
from services.liabilities.models import Overpayment
from services.liabilities.queries import statement
from services.liabilities.queries_corrections import DECISIONS
from services.liabilities.statements import Due
from services.payments.models import OverpaymentRequest, RequestState
from services.payments.queries import locks
from services.users.domain import Verb


def overpayment_of(payer: Payer, overpayment_id: UUID, types: Collection[str] | None = None) -> Overpayment:
    """One overpayment of the payer, of these liability types (None: all). Raises NotFound("overpayment.unknown")."""
    row = _of_types(Overpayment.objects.filter(payer=payer, public_id=overpayment_id), types)
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


def payer_overpayments(payer: Payer, types: Collection[str] | None = None) -> QuerySet[Overpayment]:
    """All overpayments of the payer, spent ones too, the newest first, with `held_gr`: what the office still holds.
    `types` as in `overpayment_of`."""
    rows = _of_types(Overpayment.objects.filter(payer=payer).select_related("liability_type"), types)
    return rows.annotate(held_gr=_held_gr()).order_by("-arose_on", "-id")


def _of_types(rows: QuerySet[Overpayment], types: Collection[str] | None) -> QuerySet[Overpayment]:
    return rows if types is None else rows.filter(liability_type__code__in=types)


def held_of(rows: Iterable[OverpaymentRequest]) -> Mapping[UUID, int]:
    """What the office still holds of the overpayments that the requests are about, in grosze, by their public ids."""
    held = balances([row.overpayment.public_id for row in rows], AccountKind.OVERPAYMENT)
    return {overpayment_id: max(0, -amount_gr) for overpayment_id, amount_gr in held.items()}


def decision_entry(row: OverpaymentRequest) -> Entry | None:
    """The entry of the ledger by which the request was granted or the office acted, with its postings."""
    rows = Entry.objects.filter(code__in=DECISIONS, reference=row.public_id)
    return rows.prefetch_related("postings").first()


def creditable_dues(overpayment: Overpayment) -> list[Due]:
    """Dues to which the overpayment can be credited: of the same law, not enforced, not being paid now."""
    regime = overpayment.liability_type.allocation_regime
    dues = statement(overpayment.payer, timezone.localdate()).dues
    locked, _ = locks([due.id for due in dues], [], None)
    return [due for due in dues if due.regime == regime and not due.is_enforced and due.id not in locked]


def requests_seen(actor: Actor) -> QuerySet[OverpaymentRequest]:
    """Requests in every state and what the office did without one, the newest first, as far as the clerk handles both the
    overpayment and the chosen due."""
    return _decidable(actor).order_by("-created_at", "-id")


def requests_waiting(actor: Actor) -> QuerySet[OverpaymentRequest]:
    """Requests that the clerk may decide, the oldest first."""
    return _decidable(actor).filter(state=RequestState.WAITING).order_by("created_at", "id")


def overpayments_held(actor: Actor) -> QuerySet[Overpayment]:
    """Overpayments of the types that the clerk handles, of which the office holds something (`held_gr`) and about which no
    request waits, the oldest first."""
    require(actor, Verb.BOOK_PAYMENT)
    waiting = OverpaymentRequest.objects.filter(overpayment=OuterRef("pk"), state=RequestState.WAITING)
    rows = Overpayment.objects.filter(~Exists(waiting), liability_type__in=types_handled(actor))
    held = rows.annotate(held_gr=_held_gr()).filter(held_gr__gt=0)
    return held.select_related("payer", "liability_type").order_by("arose_on", "id")


def overpayments_among(actor: Actor, public_ids: Collection[str]) -> QuerySet[Overpayment]:
    """Those of the overpayments whose types the clerk handles, spent or not, with `held_gr`."""
    require(actor, Verb.BOOK_PAYMENT)
    rows = Overpayment.objects.filter(liability_type__in=types_handled(actor), public_id__in=public_ids)
    return rows.select_related("payer", "liability_type").annotate(held_gr=_held_gr())


def held_overpayment_for(actor: Actor, overpayment_id: UUID) -> Overpayment:
    """One overpayment, spent or not, with `held_gr`, for a clerk who handles its type. Raises
    NotFound("overpayment.unknown") for any other."""
    require(actor, Verb.BOOK_PAYMENT)
    rows = Overpayment.objects.filter(liability_type__in=types_handled(actor), public_id=overpayment_id)
    row = rows.select_related("payer", "liability_type").annotate(held_gr=_held_gr()).first()
    if row is None:
        raise NotFound("overpayment.unknown")
    return row


def request_for(actor: Actor, request_id: UUID) -> OverpaymentRequest:
    """One request or act ex officio, decided or not. Raises NotFound("overpayment_request.unknown") for one of others."""
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
        "overpayment__payer", "overpayment__liability_type", "liability__liability_type", "resident__user"
    )


def _held_gr() -> Combinable:
    """What the office still holds of an overpayment, in grosze, as a column."""
    held = Posting.objects.filter(subject=OuterRef("public_id"), account=AccountKind.OVERPAYMENT)
    total = held.order_by().values("subject").annotate(total=Sum("amount_gr")).values("total")
    return -Coalesce(Subquery(total), 0)


@liability_types_of.register
def _(subject: Overpayment) -> Iterable[int]:
    return [subject.liability_type_id]


@liability_types_of.register
def _(subject: OverpaymentRequest) -> Iterable[int]:
    types = [subject.overpayment.liability_type_id]
    return [*types, subject.liability.liability_type_id] if subject.liability else types
