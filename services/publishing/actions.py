"""The life of a publication: written by one, read by another, published, withdrawn. Nothing published is changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.access import require
from services.publishing.domain import LONGEST_REASON, LONGEST_TEXT, Kind, State, Step, next_state
from services.publishing.models import Publication
from services.users.domain import Verb


@transaction.atomic(durable=True)
def write_publication(
    values: Mapping[str, Any],
    *,
    public_id: UUID | None,
    version: int,
    actor: Actor,
    replaces: UUID | None = None,
) -> Publication:
    """Begin a draft (`public_id` None, perhaps as a correction that `replaces` a published one), or rewrite one.

    `values`: kind, title, body, topic, position, is_important, visible_from, visible_to. Raises NotFound,
    Conflict("publication.state") for what is published, ("setting.stale"), InvalidInput("setting.invalid"),
    ("publication.days"), ("publication.too_long").
    """
    actor = require(actor, Verb.EDIT_PUBLICATIONS)
    row = _locked(public_id, version) if public_id else Publication(version=0)
    row.state = next_state(State(row.state), Step.WRITE)
    if replaces is not None:
        row.replaces = _published(replaces)
    for name, value in values.items():
        setattr(row, name, value)
    row.reviewed_by, row.reviewed_at = "", None
    row.version += 1
    if actor.kind == ActorKind.STAFF and actor.ref not in row.authors:
        row.authors = [*row.authors, actor.ref]
    _check(row)
    row.save()
    record(
        "publication.written", row, actor=actor, version=row.version, publication_kind=Kind(row.kind).polish
    )
    return row


@transaction.atomic(durable=True)
def review_publication(*, public_id: UUID, version: int, actor: Actor) -> Publication:
    """Sprawdzenie przez drugą osobę: exactly the version that was shown.

    Raises NotFound, Refused("publication.same_person") for anybody who wrote in it, Conflict("publication.state"),
    ("setting.stale").
    """
    actor = require(actor, Verb.REVIEW_PUBLICATIONS)
    row = _locked(public_id, version)
    if actor.ref in row.authors:
        raise Refused("publication.same_person")
    row.state = next_state(State(row.state), Step.REVIEW)
    row.reviewed_by, row.reviewed_at = actor.ref, timezone.now()
    row.save()
    record("publication.reviewed", row, actor=actor, version=row.version)
    return row


@transaction.atomic(durable=True)
def publish_publication(*, public_id: UUID, version: int, actor: Actor) -> Publication:
    """Publish what another person has read; what it corrects is withdrawn in the same moment.

    Raises NotFound, Conflict("publication.state") for a mere draft, ("setting.stale").
    """
    actor = require(actor, Verb.EDIT_PUBLICATIONS)
    row = _locked(public_id, version)
    row.state = next_state(State(row.state), Step.PUBLISH)
    row.published_at = timezone.now()
    row.save()
    record("publication.published", row, actor=actor, version=row.version)
    if row.replaces is not None:
        corrected = Publication.objects.select_for_update().get(pk=row.replaces.pk)
        if corrected.state == State.PUBLISHED:
            _withdraw(corrected, "Zastąpione poprawioną wersją.", actor)
    return row


@transaction.atomic(durable=True)
def withdraw_publication(*, public_id: UUID, reason: str, actor: Actor) -> Publication:
    """Wycofanie: from now on nobody sees it; it stays on the desk with the reason. Twice is the same as once.

    Raises NotFound, Conflict("publication.state"), InvalidInput("publication.reason").
    """
    actor = require(actor, Verb.EDIT_PUBLICATIONS)
    row = _locked(public_id)
    if row.state == State.WITHDRAWN:
        return row
    reason = reason.strip()
    if not 3 <= len(reason) <= LONGEST_REASON:
        raise InvalidInput("publication.reason", field="reason", most=LONGEST_REASON)
    _withdraw(row, reason, actor)
    return row


@transaction.atomic(durable=True)
def discard_publication(*, public_id: UUID, actor: Actor) -> None:
    """Delete a draft that nobody needs; the log keeps that there was one. Raises NotFound, Conflict("publication.state")."""
    actor = require(actor, Verb.EDIT_PUBLICATIONS)
    row = _locked(public_id)
    next_state(State(row.state), Step.WRITE)
    record("publication.discarded", row, actor=actor, version=row.version)
    row.delete()


def _withdraw(row: Publication, reason: str, actor: Actor) -> None:
    row.state = next_state(State(row.state), Step.WITHDRAW)
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
    row.save()
    record("publication.withdrawn", row, actor=actor, version=row.version)


def _check(row: Publication) -> None:
    if len(row.body) > LONGEST_TEXT:
        raise InvalidInput("publication.too_long", field="body", most=LONGEST_TEXT)
    if row.visible_to is not None and row.visible_to < row.visible_from:
        raise InvalidInput("publication.days", field="visible_to")
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidInput("setting.invalid", fields=error.message_dict) from error


def _locked(public_id: UUID, version: int | None = None) -> Publication:
    row = Publication.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if row is None:
        raise NotFound("publication.unknown")
    if version is not None and row.version != version:
        raise Conflict("setting.stale", version=row.version)
    return row


def _published(public_id: UUID) -> Publication:
    row = Publication.objects.filter(public_id=public_id, state=State.PUBLISHED).first()
    if row is None:
        raise NotFound("publication.unknown")
    return row
