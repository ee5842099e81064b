"""In whose name a resident may act, how far and until when; and the requests for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import NotFound, Refused
from services.accounts.domain import ResidentState
from services.accounts.domain.representation import Level, RequestState, Title
from services.accounts.models import (
    Payer,
    Representation,
    RepresentationDocument,
    RepresentationRequest,
    Resident,
)
from services.accounts.queries import resident_of


@dataclass(frozen=True)
class Authority:
    """What a resident may do in a payer's name today. `types` are codes of liability types, None for all of them."""

    payer: Payer
    is_self: bool
    level: Level
    title: Title
    types: frozenset[str] | None
    valid_from: date
    valid_to: date | None
    representation_id: UUID
    version: int

    def covers(self, type_code: str) -> bool:
        """Whether dues of this liability type are meant."""
        return self.types is None or type_code in self.types


def in_force(on: date) -> Q:
    """Representations that hold on the day: begun, not ended, not taken away."""
    return Q(valid_from__lte=on, revoked_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def authorities_of(resident: Resident, on: date) -> list[Authority]:
    """Everybody in whose name the resident may act on the day, the resident's own file first."""
    rows = (
        Representation.objects.filter(in_force(on), resident=resident)
        .select_related("payer")
        .prefetch_related("liability_types")
        .order_by("-is_self", "id")
    )
    return [_authority(row) for row in rows]


def _authority(row: Representation) -> Authority:
    codes = frozenset(kind.code for kind in row.liability_types.all()) if row.is_limited else None
    return Authority(
        payer=row.payer,
        is_self=row.is_self,
        level=Level(row.level),
        title=Title(row.title),
        types=codes,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        representation_id=row.public_id,
        version=row.version,
    )


def authority_over(resident: Resident, payer: Payer, on: date) -> Authority:
    """What the resident may do for this payer on the day. Raises NotFound("payer.foreign")."""
    for authority in authorities_of(resident, on):
        if authority.payer == payer:
            return authority
    raise NotFound("payer.foreign")


def require_level(actor: Actor, payer: Payer, level: Level, types: Iterable[str] = ()) -> Authority:
    """Let an act in the payer's name through, about dues of these liability types.

    Raises NotFound("payer.foreign") where there is no right at all or not to one of the types, and
    Refused("representation.level") where it does not go so far.
    """
    authority = authority_over(resident_of(actor), payer, timezone.localdate())
    if not all(authority.covers(code) for code in types):
        raise NotFound("payer.foreign")
    if not authority.level.allows(level):
        raise Refused("representation.level", level=level.value)
    return authority


def residents_of(payer: Payer, on: date, type_code: str) -> list[Resident]:
    """Residents with an active account who may act for the payer on the day about dues of this liability type: those to be
    told what concerns it."""
    rows = (
        Representation.objects.filter(in_force(on), payer=payer, resident__state=ResidentState.ACTIVE)
        .select_related("resident__user", "payer")
        .prefetch_related("liability_types")
        .order_by("resident_id")
    )
    return [row.resident for row in rows if _authority(row).covers(type_code)]


def requests_of(resident: Resident) -> QuerySet[RepresentationRequest]:
    """The resident's own requests, newest first."""
    rows = RepresentationRequest.objects.filter(resident=resident).select_related("payer", "document")
    return rows.order_by("-asked_at", "-id")


def waiting_requests() -> QuerySet[RepresentationRequest]:
    """Requests for the clerk, the oldest first. Lists say whether there is a document; what stands in it stays in the
    database."""
    rows = RepresentationRequest.objects.filter(state=RequestState.WAITING)
    rows = rows.select_related("resident__user", "document").defer("document__content")
    return rows.order_by("asked_at", "id")


def request_of(request_id: UUID) -> RepresentationRequest:
    """One request. Raises NotFound("representation_request.unknown")."""
    rows = RepresentationRequest.objects.select_related("resident__user", "payer", "document")
    row = rows.filter(public_id=request_id).first()
    if row is None:
        raise NotFound("representation_request.unknown")
    return row


def document_of(request_id: UUID) -> RepresentationDocument:
    """The document of a request, for code that has already passed the door. Raises NotFound("document.unknown")."""
    row = RepresentationDocument.objects.filter(request__public_id=request_id).first()
    if row is None:
        raise NotFound("document.unknown")
    return row


def payers_named_by(row: RepresentationRequest) -> list[Payer]:
    """Payers with the NIP or PESEL of the request; the clerk chooses among them."""
    return list(Payer.objects.filter(identifier_index=row.identifier_index).order_by("external_id"))


def representation_of(resident_id: UUID, representation_id: UUID) -> Representation | None:
    """One right of this resident to act for somebody else, or None."""
    rows = Representation.objects.select_related("resident", "payer")
    return rows.filter(public_id=representation_id, resident__public_id=resident_id, is_self=False).first()


def representations_of(resident: Resident) -> list[Representation]:
    """All rights of the resident to act for somebody else, past ones too, newest first."""
    rows = Representation.objects.filter(resident=resident, is_self=False).select_related("payer")
    return list(rows.prefetch_related("liability_types").order_by("-id"))
