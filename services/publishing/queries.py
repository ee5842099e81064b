"""What everybody may read today, and what lies on the desk of those who write it."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from services.publishing.domain import Kind, State
from services.publishing.models import Publication

TOLD = (Kind.NEWS, Kind.BULLETIN)


@dataclass(frozen=True)
class Topic:
    """Questions of one topic; "" gathers those without one."""

    name: str
    questions: list[Publication]


def told(on: date) -> QuerySet[Publication]:
    """News and bulletins that everybody sees on the day, the important and the newest first."""
    return _shown(on).filter(kind__in=TOLD).order_by("-is_important", "-visible_from", "-id")


def important(on: date) -> QuerySet[Publication]:
    """What must be seen before anything else on the day: important bulletins, at most three."""
    return _shown(on).filter(kind=Kind.BULLETIN, is_important=True).order_by("-visible_from", "-id")[:3]


def told_once(public_id: UUID, on: date) -> Publication:
    """One piece of news or bulletin that everybody sees on the day. Raises NotFound("publication.unknown")."""
    return _one(told(on), public_id)


def topics(on: date) -> list[Topic]:
    """Questions and answers that everybody sees on the day, by topic."""
    rows = _shown(on).filter(kind=Kind.QUESTION).order_by("topic", "position", "id")
    return [Topic(name, list(found)) for name, found in groupby(rows, key=lambda row: row.topic)]


def publications() -> QuerySet[Publication]:
    """Everything, for the desk: newest first."""
    return Publication.objects.order_by("-created_at", "-id")


def publication(public_id: UUID) -> Publication:
    """One of any state, for the desk. Raises NotFound("publication.unknown")."""
    return _one(Publication.objects.select_related("replaces"), public_id)


def waiting_for(actor: Actor) -> int:
    """How many wait for somebody like this person: drafts of others to read, and what was read to be published."""
    drafts = Publication.objects.filter(state=State.DRAFT).exclude(authors__contains=[actor.ref])
    return drafts.count() + Publication.objects.filter(state=State.REVIEWED).count()


def _shown(on: date) -> QuerySet[Publication]:
    ends = Q(visible_to__isnull=True) | Q(visible_to__gte=on)
    return Publication.objects.filter(ends, state=State.PUBLISHED, visible_from__lte=on)


def _one(rows: QuerySet[Publication], public_id: UUID) -> Publication:
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("publication.unknown")
    return row
