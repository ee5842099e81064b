"""P12: how the platform does, for everybody: its state now, its last days, planned works. No gmina is named."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.showing import SILENT_AFTER
from frontend.console.views.tenants import columns
from frontend.guards import public
from tenants.directory import queries
from tenants.directory.announcements import public_announcements
from tenants.directory.domain_states import OPEN
from tenants.directory.timeline import days_of_fleet
from tenants.jobs.domain import LATE_AFTER, Queue
from tenants.jobs.queries import queue_ages

SECONDS_REMEMBERED = 30
"""Anybody may ask as often as they like; the database is asked twice a minute."""
GOOD, PARTLY, BAD = "good", "partly", "bad"


@require_safe
@public
def status(request: HttpRequest) -> HttpResponse:
    """What works now, how it was, what is planned."""
    known: dict[str, Any] | None = cache.get("status")
    if known is None:
        known = _measured(timezone.localtime())
        cache.set("status", known, SECONDS_REMEMBERED)
    now = timezone.now()
    notes = public_announcements(now=now)
    context = {
        **known,
        "words": _overall(known["states"]),
        "parts": _parts(*known["states"]),
        "current": [note for note in notes if note.shown_from <= now],
        "planned": [note for note in notes if note.shown_from > now],
    }
    return render(request, "console/status.html", context)


def _measured(now: datetime) -> dict[str, Any]:
    days = days_of_fleet(today=now.date(), minutes_today=now.hour * 60 + now.minute)
    late = {age.queue for age in queue_ages() if _is_late(age, now)}
    states = [
        _portals(now),
        PARTLY if Queue.EVENTS in late else GOOD,
        PARTLY if Queue.MESSAGES in late else GOOD,
    ]
    return {"states": states, "measured_at": now, "uptime_by_day": columns(days, "uptime")}


def _portals(now: datetime) -> str:
    """By the open gminas that tell of themselves; one that was opened just now has not had its turn yet."""
    rows = queries.tenants().order_by().filter(state__in=OPEN).exclude(opened_at__gt=now - SILENT_AFTER)
    gminas, told = rows.count(), rows.filter(pulse__beat_at__gte=now - SILENT_AFTER).count()
    if told == gminas:
        return GOOD
    return PARTLY if 2 * told > gminas else BAD


def _is_late(age: Any, now: datetime) -> bool:
    limit = LATE_AFTER.get(Queue(age.queue))
    return limit is not None and age.since is not None and now - age.since > limit


def _parts(portals: str, events: str, letters: str) -> list[tuple[str, str, str]]:
    """Each part of the platform with its state in words and the kind of the badge."""
    answers = {
        GOOD: (_("działają"), "success"),
        PARTLY: (_("część gmin się nie zgłasza"), "warning"),
        BAD: (_("większość gmin się nie zgłasza"), "danger"),
    }
    in_time = {GOOD: (_("na bieżąco"), "success"), PARTLY: (_("opóźnione"), "warning")}
    return [
        (_("Portale gmin"), *answers[portals]),
        (_("Potwierdzenia wpłat"), *in_time[events]),
        (_("Listy e-mail"), *in_time[letters]),
    ]


def _overall(states: list[str]) -> tuple[str, str]:
    if BAD in states:
        return _("Mamy poważną awarię. Pracujemy nad nią."), "danger"
    if PARTLY in states:
        return _("Część usług działa z opóźnieniem. Pracujemy nad tym."), "warning"
    return _("Wszystko działa."), "success"
