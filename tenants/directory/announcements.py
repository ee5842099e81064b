"""Announcements of the platform: planned works and news, shown on the pages of the gminas that they are for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, NotFound
from tenants.directory.models import Announcement, Audience, Tenant

SECONDS_REMEMBERED = 20
"""Every page of every gmina asks; nobody notices a bar that comes 20 seconds later."""


def announcements() -> QuerySet[Announcement]:
    """All of them, newest first, with their gminas; for the console, on the public schema."""
    return Announcement.objects.prefetch_related("gminas")


def publish_announcement(
    *,
    text: str,
    audience: str,
    shown_from: datetime,
    shown_to: datetime,
    teryts: Sequence[str] = (),
    actor: Actor,
) -> Announcement:
    """Show a text from one instant to another, in the named gminas or in all when none is named.

    Raises InvalidInput("announcement.period") when it would end before it begins or has ended already, and
    InvalidInput("announcement.gminas") when a code names no gmina.
    """
    if shown_to <= shown_from or shown_to <= timezone.now():
        raise InvalidInput("announcement.period", field="shown_to")
    with transaction.atomic(durable=True):
        chosen = list(Tenant.objects.filter(teryt__in=teryts))
        unknown = sorted(set(teryts) - {tenant.teryt for tenant in chosen})
        if unknown:
            raise InvalidInput("announcement.gminas", field="gminas", unknown=", ".join(unknown))
        row = Announcement.objects.create(
            text=text, audience=audience, shown_from=shown_from, shown_to=shown_to, for_all=not teryts
        )
        row.gminas.set(chosen)
        record(
            "announcement.published",
            row,
            actor=actor,
            text=text,
            audience=audience,
            shown_from=shown_from,
            shown_to=shown_to,
            gminas=sorted(teryts),
        )
    _forget()
    return row


def withdraw_announcement(public_id: UUID, *, actor: Actor) -> None:
    """Stop showing it; what was withdrawn stays withdrawn. Raises NotFound("announcement.unknown")."""
    with transaction.atomic(durable=True):
        row = Announcement.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise NotFound("announcement.unknown")
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
            record("announcement.withdrawn", row, actor=actor)
    _forget()


def shown_in(teryt: str, *, staff: bool, now: datetime) -> list[str]:
    """Texts that a page of this gmina shows now, to people of the office or to everybody else; oldest first."""
    reader = Audience.STAFF if staff else Audience.RESIDENTS
    return [
        text
        for text, audience, shown_from, shown_to, gminas in _remembered()
        if shown_from <= now < shown_to
        and audience in (Audience.EVERYBODY, reader)
        and (gminas is None or teryt in gminas)
    ]


def public_announcements(*, now: datetime) -> list[Announcement]:
    """What the whole world may read: announcements to all gminas and not to offices alone, shown now or later, by their
    beginning. Call it on the public schema."""
    rows = Announcement.objects.filter(
        for_all=True,
        withdrawn_at__isnull=True,
        shown_to__gt=now,
        audience__in=[Audience.EVERYBODY, Audience.RESIDENTS],
    )
    return list(rows.order_by("shown_from", "id"))


AnnouncedRow = tuple[str, str, datetime, datetime, frozenset[str] | None]


def _remembered() -> list[AnnouncedRow]:
    with tenancy.public():
        known: list[AnnouncedRow] | None = cache.get("announcements")
        if known is None:
            rows = announcements().filter(withdrawn_at__isnull=True, shown_to__gt=timezone.now())
            known = [_remember(row) for row in rows.order_by("shown_from", "id")]
            cache.set("announcements", known, SECONDS_REMEMBERED)
        return known


def _remember(row: Announcement) -> AnnouncedRow:
    gminas = None if row.for_all else frozenset(tenant.teryt for tenant in row.gminas.all())
    return row.text, row.audience, row.shown_from, row.shown_to, gminas


def _forget() -> None:
    with tenancy.public():
        cache.delete("announcements")
