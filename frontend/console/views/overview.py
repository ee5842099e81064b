"""The fleet at one glance: what needs somebody, how it does from day to day, how it grows."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.narrowing import BACKUP_OVERDUE, TROUBLES
from frontend.console.views.tenants import columns
from frontend.console.wording import JOBS, QUEUES
from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.archive.queries import backup_ages, furthest_behind
from tenants.directory import queries
from tenants.directory.domain_states import WORKING
from tenants.directory.timeline import Month, days_of_fleet, growth_of_fleet
from tenants.jobs.queries import progress, queue_ages

FURTHEST = 3
"""Gminas with the oldest backups that are named."""


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def overview(request: Request) -> HttpResponse:
    """Troubles as links into the list, queues, periodic jobs, and the charts."""
    now = timezone.localtime()
    days = days_of_fleet(today=now.date(), minutes_today=now.hour * 60 + now.minute)
    context = {
        "troubles": _troubles(now),
        "queues": [(QUEUES[age.queue], age) for age in queue_ages()],
        "jobs": [(JOBS.get(one.job, one.job), one) for one in progress()],
        "versions": _versions(),
        "backups": backup_ages() if settings.BACKUP_DIR else None,
        "furthest_behind": furthest_behind(FURTHEST) if settings.BACKUP_DIR else [],
        "overdue_before": now - BACKUP_OVERDUE,
        "payments_by_day": columns(days, "payments"),
        "paid_by_day": columns(days, "paid_gr"),
        "uptime_by_day": columns(days, "uptime"),
        "growth": [_month(one) for one in growth_of_fleet(today=now.date())],
    }
    return render(request, "console/overview.html", context)


def _troubles(now: Any) -> list[dict[str, Any]]:
    found = []
    for name, (words, rule) in TROUBLES.items():
        number = queries.tenants().order_by().filter(rule(now)).values("pk").distinct().count()
        found.append({"name": name, "words": words, "count": number})
    return found


def _versions() -> list[tuple[str, int]]:
    """Versions of the tables and in how many gminas; more than one means that a deploy is under way or has stopped."""
    told = queries.tenants().order_by().filter(Q(state__in=WORKING), pulse__isnull=False)
    counted = told.values("pulse__schema_version").annotate(number=Count("pk")).order_by("-number")
    return [(row["pulse__schema_version"] or _("nieznana"), row["number"]) for row in counted]


def _month(one: Month) -> dict[str, Any]:
    return {"label": f"{one.month:%m.%Y}", "value": one.portals}
