"""Requests of people about their data (art. 15-21 RODO), from the asking to the answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.actions.restricting import restrict
from services.accounts.domain.restriction import Ground
from services.accounts.models import Resident
from services.accounts.queries import resident_of
from services.notices.actions import write_message
from services.privacy.actions.erasing import erase_person
from services.privacy.domain.requests import DECIDED, LONGEST_TEXT, Kind, State, answer_due
from services.privacy.export import copy_of
from services.privacy.models import DataRequest
from services.users.domain import Verb
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def make_request(*, kind: Kind, text: str, actor: Actor, resident_id: UUID | None = None) -> DataRequest:
    """Ask the office, oneself or by a clerk at the counter (`resident_id`); the answer is due in a month (art. 12 ust. 3).

    Raises InvalidInput("data_request.text") when what is to be mended or restricted is not said, or too long,
    NotFound("resident.unknown"), Conflict("data_request.waits") while one of that kind waits, Refused without the role.
    """
    if actor.kind == ActorKind.RESIDENT:
        resident = resident_of(require(actor, Verb.OWN_ACCOUNT))
    else:
        actor = require(actor, Verb.PROTECT_DATA)
        found = registered(resident_id)
        if found is None:
            raise NotFound("resident.unknown")
        resident = found
    text = text.strip()
    if len(text) > LONGEST_TEXT or (
        not text and kind in (Kind.RECTIFICATION, Kind.RESTRICTION, Kind.OBJECTION)
    ):
        raise InvalidInput("data_request.text", field="text", longest=LONGEST_TEXT)
    today = timezone.localdate()
    try:
        with transaction.atomic():
            row = DataRequest.objects.create(
                resident=resident,
                kind=kind,
                text=text,
                by_office=actor.kind != ActorKind.RESIDENT,
                received_on=today,
                due_on=answer_due(today),
            )
    except IntegrityError:
        raise Conflict("data_request.waits") from None
    record("data_request.made", row, actor=actor, kind=kind.value, due_on=row.due_on)
    _write(row, "data_request_received")
    return row


@transaction.atomic(durable=True)
def withdraw_request(request_id: UUID, *, actor: Actor) -> DataRequest:
    """The person takes the request back. Twice is the same as once.

    Raises NotFound("data_request.unknown") for a foreign one and Conflict("data_request.decided") after the answer.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    row = _locked(request_id)
    if row.resident_id != resident_of(actor).pk:
        raise NotFound("data_request.unknown")
    if row.state == State.WITHDRAWN:
        return row
    _keep_waiting(row)
    row.state, row.decided_at, row.decided_by = State.WITHDRAWN, timezone.now(), actor.ref
    row.version += 1
    row.save()
    record("data_request.withdrawn", row, actor=actor, kind=row.kind)
    return row


@transaction.atomic(durable=True)
def extend_request(request_id: UUID, *, why: str, version: int, actor: Actor) -> DataRequest:
    """Take two months more and tell the person why, within the first month (art. 12 ust. 3).

    Raises Refused, NotFound, Conflict("data_request.stale"), ("data_request.decided"), ("data_request.extended") when it
    was extended or the first month is over, InvalidInput("reason.missing").
    """
    actor = require(actor, Verb.PROTECT_DATA)
    row = _locked(request_id, version)
    _keep_waiting(row)
    if not why.strip():
        raise InvalidInput("reason.missing", field="why")
    if row.extended_why is not None or timezone.localdate() > row.due_on:
        raise Conflict("data_request.extended")
    row.extended_why = why.strip()
    row.due_on = answer_due(row.received_on, is_extended=True)
    row.version += 1
    row.save()
    record("data_request.extended", row, actor=actor, kind=row.kind, due_on=row.due_on)
    _write(row, "data_request_extended")
    return row


@transaction.atomic(durable=True)
def answer_request(
    request_id: UUID,
    *,
    decision: State,
    answer: str,
    version: int,
    actor: Actor,
    ground: Ground | None = None,
) -> DataRequest:
    """Answer; a granted erasure or restriction is carried out at once, and the answer goes out before an address is
    forgotten.

    A refusal and a part need their reasons (art. 12 ust. 4), a restriction its ground (art. 18 ust. 1). Raises Refused,
    NotFound, Conflict("data_request.stale"), ("data_request.decided"), InvalidInput("reason.missing"),
    ("data_request.decision"), ("restriction.ground").
    """
    actor = require(actor, Verb.PROTECT_DATA)
    if decision not in DECIDED:
        raise InvalidInput("data_request.decision", field="decision")
    row = _locked(request_id, version)
    _keep_waiting(row)
    if not answer.strip() and decision != State.GRANTED:
        raise InvalidInput("reason.missing", field="answer")
    restricts = row.kind == Kind.RESTRICTION and decision != State.REFUSED
    if restricts and ground is None:
        raise InvalidInput("restriction.ground", field="ground")
    row.state, row.answer = decision, answer.strip()
    row.decided_at, row.decided_by = timezone.now(), actor.ref
    row.version += 1
    row.save()
    _write(row, "data_request_answered")
    if row.kind == Kind.ERASURE and decision != State.REFUSED:
        erase_person(row.resident, actor=actor)
    if restricts and ground is not None:
        restrict(row.resident, ground, request_ref=row.public_id, actor=actor)
    record("data_request.answered", row, actor=actor, kind=row.kind, decision=decision.value)
    return row


@transaction.atomic(durable=True)
def take_copy(*, form: str, actor: Actor, request_id: UUID | None = None) -> dict[str, Any]:
    """Everything about the person, for the person in one click or for the office on a request; it is noted who took it.

    Raises NotFound("data_request.unknown") and Refused. The values are plain and ready for JSON.
    """
    if request_id is None:
        actor = require(actor, Verb.OWN_ACCOUNT)
        resident = resident_of(actor)
    else:
        actor = require(actor, Verb.PROTECT_DATA)
        row = DataRequest.objects.select_related("resident__user").filter(public_id=request_id).first()
        if row is None:
            raise NotFound("data_request.unknown")
        resident = row.resident
    record("data_copy.taken", resident, actor=actor, form=form)
    return copy_of(resident)


def registered(resident_id: UUID | None) -> Resident | None:
    """The account with that id, or None."""
    return Resident.objects.select_related("user").filter(public_id=resident_id or UUID(int=0)).first()


def _locked(request_id: UUID, version: int | None = None) -> DataRequest:
    row = (
        DataRequest.objects.select_for_update(of=("self",))
        .select_related("resident__user")
        .filter(public_id=request_id)
        .first()
    )
    if row is None:
        raise NotFound("data_request.unknown")
    if version is not None and row.version != version:
        raise Conflict("data_request.stale")
    return row


def _keep_waiting(row: DataRequest) -> None:
    if row.state != State.WAITING:
        raise Conflict("data_request.decided")


def _write(row: DataRequest, kind: str) -> None:
    context: Mapping[str, object] = {
        "portal": office().portal_name,
        "kind": Kind(row.kind).polish,
        "request": row,
        "state": State(row.state).polish,
        "dpo_email": office().dpo_email,
    }
    write_message(
        kind=kind, recipient=row.resident.user.email, context=dict(context), related_ref=str(row.public_id)
    )
