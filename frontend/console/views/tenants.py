"""The gminas of the platform: the list and the page of one of them. Nothing here opens a gmina's own data."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.narrowing import STATES, TROUBLES
from frontend.console.showing import Shown, history_of, setup_steps, shown
from frontend.console.wording import JOBS, MOVES, OUTCOMES, QUEUES
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.users.domain import Verb
from tenants.archive.queries import last_backup, last_drill
from tenants.directory import queries
from tenants.directory.domain_states import State
from tenants.directory.placement import last_move
from tenants.directory.readiness import lines_of
from tenants.directory.timeline import Day, days_of_gmina

PER_PAGE = 50


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def fleet(request: Request) -> HttpResponse:
    """All gminas with state, health and figures; searched and narrowed by the database, fifty on a page."""
    search, chosen = request.GET.get("q", ""), request.GET.get("stan", "")
    trouble = request.GET.get("klopot", "")
    found = queries.tenants(search)
    if trouble in TROUBLES:
        found = found.filter(pk__in=_with_trouble(trouble))
    narrowed = found.filter(STATES[chosen][1]) if chosen in STATES else found
    page = Paginator(narrowed.prefetch_related("probes", "job_runs"), PER_PAGE).get_page(
        request.GET.get("strona")
    )
    totals = _totals()
    context = {
        "search": search,
        "chosen": chosen,
        "trouble": trouble,
        "troubles": [(name, words) for name, (words, _rule) in TROUBLES.items()],
        "page": page,
        "rows": shown(page.object_list),
        "totals": totals,
        "of_all": _("z %(all)d na platformie") % {"all": totals["gminas"]},
        "tabs": _tabs(found, {"q": search, "klopot": trouble}, chosen),
    }
    return render(request, "console/fleet.html", context)


def _with_trouble(trouble: str) -> QuerySet[Any]:
    """A subquery, so that a gmina with two late queues is still one row of the list."""
    rule = TROUBLES[trouble][1](timezone.now())
    return queries.tenants().order_by().filter(rule).values("pk")


def _totals() -> dict[str, Any]:
    return queries.tenants().aggregate(
        gminas=Count("pk"),
        active=Count("pk", filter=Q(state="active")),
        residents=Sum("figures__residents", default=0),
        outstanding_gr=Sum("figures__outstanding_gr", default=0),
        booked_gr=Sum("figures__booked_gr", default=0),
        to_book=Sum("figures__payments_to_book", default=0),
    )


def _tabs(found: QuerySet[Any], kept: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    """The states as tabs, each with how many of the found gminas are in it."""
    rules = {name: Count("pk", filter=rule) for name, (_words, rule) in STATES.items()}
    counts = found.aggregate(**rules, all=Count("pk"))
    labels = {"": _("Wszystkie"), **{name: words for name, (words, _rule) in STATES.items()}}
    return [
        {
            "label": label,
            "href": "?" + urlencode({**kept, "stan": name}),
            "current": name == chosen,
            "count": counts[name or "all"],
        }
        for name, label in labels.items()
        if not name or counts[name] or name == chosen
    ]


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def tenant(request: Request, teryt: str) -> HttpResponse:
    """One gmina: its life, addresses, figures, jobs and queues, and what happened to it on the platform."""
    row = tenant_row(teryt)
    now = timezone.localtime()
    days = days_of_gmina(teryt, today=now.date(), minutes_today=now.hour * 60 + now.minute)
    readiness = lines_of(getattr(row, "readiness", None))
    move = last_move(teryt)
    context = {
        "gmina": Shown(row),
        "row": row,
        "steps": setup_steps(row) if row.state == State.PROVISIONING else [],
        "met": sum(line.verdict != "missing" for line in readiness),
        "lines": len(readiness),
        "payments_by_day": columns(days, "payments"),
        "uptime_by_day": columns(days, "uptime"),
        "jobs": [(JOBS.get(run.job, run.job), OUTCOMES.get(run.outcome), run) for run in row.job_runs.all()],
        "probes": [(QUEUES[probe.queue], probe, probe.needs_somebody(now)) for probe in row.probes.all()],
        "backup": last_backup(teryt),
        "drill": last_drill(teryt),
        "move": move,
        "move_state": MOVES[move.state] if move else None,
        "history": history_of(row),
    }
    return render(request, "console/tenant.html", context)


def columns(days: list[Day], name: str) -> list[dict[str, Any]]:
    """Days as items of a chart."""
    return [{"label": f"{one.day:%d.%m}", "value": getattr(one, name)} for one in days]


def tenant_row(teryt: str) -> Any:
    """The directory's row of a gmina. Raises NotFound("tenant.unknown")."""
    row = queries.tenants().filter(teryt=teryt).first()
    if row is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return row
