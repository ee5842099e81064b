"""Acting in somebody else's name: request with a document, the clerk's decision, and its end (D13)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.documents import Document
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.stored import values_of
from services.accounts.access import require
from services.accounts.domain.representation import (
    RequestState,
    Scope,
    Title,
    check_scope,
    normalised_identifier,
)
from services.accounts.models import (
    Payer,
    Representation,
    RepresentationDocument,
    RepresentationRequest,
    Resident,
)
from services.accounts.queries import person_index, resident_of
from services.accounts.queries_rights import refuse_restricted
from services.notices.actions import write_message
from services.users.domain import Verb
from tenants.configuration.models import LiabilityType
from tenants.configuration.queries import office

LONGEST_NOTE = 600


@dataclass(frozen=True)
class Represented:
    """Whom somebody wants to represent: name, NIP or PESEL, by what title, and how far."""

    name: str
    identifier: str
    title: Title
    scope: Scope
    note: str = ""


@transaction.atomic(durable=True)
def request_representation(
    asked: Represented, document: Document | None, *, actor: Actor
) -> RepresentationRequest:
    """Ask the office for leave to act for somebody; it gives nothing until a clerk grants it.

    Raises Refused("access.not_active") or ("data.restricted"), InvalidInput as `check_scope`, `normalised_identifier` and
    `values_of` do, InvalidInput("representation.name"), InvalidInput("document.missing") for a power of attorney
    without a document, InvalidInput("representation.own") for the own number, Conflict("representation.requested") while a
    request for the same number waits, NotFound("liability_type.unknown").
    """
    actor = require(actor, Verb.OWN_DUES)
    resident = resident_of(actor)
    refuse_restricted(resident)
    check_scope(asked.scope, timezone.localdate())
    identifier = normalised_identifier(asked.identifier)
    index = person_index(identifier)
    if index == bytes(resident.person_index):
        raise InvalidInput("representation.own", field="identifier")
    if not asked.name.strip():
        raise InvalidInput("representation.name", field="name")
    if document is None and asked.title == Title.ATTORNEY:
        raise InvalidInput("document.missing", field="document")
    kept = values_of(document) if document else None
    _types(asked.scope.types or ())
    row = RepresentationRequest(
        resident=resident,
        name=asked.name.strip(),
        identifier=identifier,
        identifier_index=index,
        title=asked.title,
        level=asked.scope.level,
        types=None if asked.scope.types is None else sorted(asked.scope.types),
        valid_from=asked.scope.valid_from,
        valid_to=asked.scope.valid_to,
        note=asked.note.strip()[:LONGEST_NOTE],
        asked_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict("representation.requested") from None
    if kept:
        RepresentationDocument.objects.create(request=row, **kept)
    record("representation.requested", row, actor=actor, level=asked.scope.level.value)
    _tell(row.resident, "representation_requested", row)
    return row


@transaction.atomic(durable=True)
def withdraw_representation_request(*, request_id: UUID, actor: Actor) -> RepresentationRequest:
    """Take an own request back while nobody has decided it. A second call is the same.

    Raises NotFound("representation_request.unknown") for a foreign one, Conflict("representation_request.decided").
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    row = _locked_request(request_id)
    if row.resident_id != resident_of(actor).pk:
        raise NotFound("representation_request.unknown")
    if row.state == RequestState.WITHDRAWN:
        return row
    _decide(row, RequestState.WITHDRAWN, actor)
    record("representation.withdrawn", row, actor=actor)
    return row


@transaction.atomic(durable=True)
def grant_representation(*, request_id: UUID, payer_id: UUID, version: int, actor: Actor) -> Representation:
    """A clerk has checked the document and says whose file it is: from its first day on the resident acts as asked.

    Raises Refused, NotFound("representation_request.unknown"), NotFound("payer.unknown"), Conflict("registration.stale") for
    another version, Conflict("representation_request.decided"), Conflict("representation.own") for the resident's own file,
    Conflict("representation.resident") when the resident's account is no longer active.
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    row = _locked_request(request_id, version)
    refuse_restricted(row.resident)
    payer = Payer.objects.filter(public_id=payer_id).first()
    if payer is None:
        raise NotFound("payer.unknown")
    if row.resident.state != "active":
        raise Conflict("representation.resident")
    known = Representation.objects.select_for_update().filter(resident=row.resident, payer=payer).first()
    if known is not None and known.is_self and known.revoked_at is None:
        raise Conflict("representation.own")
    row.payer = payer
    _decide(row, RequestState.GRANTED, actor)
    granted = known or Representation(resident=row.resident, payer=payer, version=0)
    granted.is_self = False
    granted.title, granted.level, granted.is_limited = row.title, row.level, row.types is not None
    granted.basis = ""
    granted.valid_from, granted.valid_to = row.valid_from, row.valid_to
    granted.revoked_at, granted.revoke_reason = None, None
    granted.version += 1
    granted.save()
    granted.liability_types.set(_types(row.types or ()))
    record("representation.granted", row, actor=actor, payer=str(payer.public_id), level=row.level)
    _tell(row.resident, "representation_granted", row)
    return granted


@transaction.atomic(durable=True)
def reject_representation_request(
    *, request_id: UUID, reason: str, version: int, actor: Actor
) -> RepresentationRequest:
    """A clerk refuses, with the reason that the resident is told. Raises as `grant_representation` does, and
    InvalidInput("reason.missing").
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    row = _locked_request(request_id, version)
    refuse_restricted(row.resident)
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    row.reason = reason.strip()
    _decide(row, RequestState.REJECTED, actor)
    record("representation.rejected", row, actor=actor)
    _tell(row.resident, "representation_rejected", row)
    return row


@transaction.atomic(durable=True)
def revoke_representation(
    *, representation_id: UUID, reason: str, version: int, actor: Actor
) -> Representation:
    """The office ends somebody's right to act for a payer, at once (the power of attorney was withdrawn, for instance).

    Raises Refused, NotFound("representation.unknown"), Conflict("registration.stale"), InvalidInput("reason.missing"). What
    has ended already stays as it is.
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    row = _locked_right(representation_id)
    if row.revoked_at is not None:
        return row
    if row.version != version:
        raise Conflict("registration.stale")
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    _end(row, reason.strip())
    record("representation.revoked", row.resident, actor=actor, payer=str(row.payer.public_id))
    write_message(
        kind="representation_revoked",
        recipient=row.resident.user.email,
        context={"portal": office().portal_name, "name": row.payer.name, "reason": reason.strip()},
        related_ref=str(row.public_id),
    )
    return row


@transaction.atomic(durable=True)
def give_representation_up(*, representation_id: UUID, actor: Actor) -> Representation:
    """A resident no longer wants to act for somebody: ends at once, a second call is the same.

    Raises NotFound("representation.unknown") for a foreign right and for the own file.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    row = _locked_right(representation_id)
    if row.resident_id != resident_of(actor).pk:
        raise NotFound("representation.unknown")
    if row.revoked_at is None:
        _end(row, None)
        record("representation.given_up", row.resident, actor=actor, payer=str(row.payer.public_id))
    return row


def _types(codes: Collection[str]) -> list[LiabilityType]:
    found = list(LiabilityType.objects.filter(code__in=codes))
    if len(found) != len(set(codes)):
        raise NotFound("liability_type.unknown")
    return found


def _locked_request(request_id: UUID, version: int | None = None) -> RepresentationRequest:
    rows = RepresentationRequest.objects.select_for_update(of=("self",)).select_related("resident__user")
    row = rows.filter(public_id=request_id).first()
    if row is None:
        raise NotFound("representation_request.unknown")
    if row.state == RequestState.WAITING and version not in (None, row.version):
        raise Conflict("registration.stale")
    return row


def _locked_right(representation_id: UUID) -> Representation:
    rows = Representation.objects.select_for_update(of=("self",)).select_related("resident__user", "payer")
    row = rows.filter(public_id=representation_id, is_self=False).first()
    if row is None:
        raise NotFound("representation.unknown")
    return row


def _decide(row: RepresentationRequest, state: RequestState, actor: Actor) -> None:
    if row.state != RequestState.WAITING:
        raise Conflict("representation_request.decided")
    row.state, row.decided_at, row.decided_by = state, timezone.now(), actor.ref
    row.version += 1
    row.save()


def _end(row: Representation, reason: str | None) -> None:
    row.revoked_at, row.revoke_reason = timezone.now(), reason
    row.version += 1
    row.save()


def _tell(resident: Resident, kind: str, row: RepresentationRequest) -> None:
    write_message(
        kind=kind,
        recipient=resident.user.email,
        context={
            "portal": office().portal_name,
            "name": row.name,
            "reason": row.reason,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        },
        related_ref=str(row.public_id),
    )
