"""Jobs over the whole fleet: migrate, verify, back up; planned, followed live, paused and resumed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import Conflict
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.fleet import actions, queries
from tenants.fleet.domain import EDGES, UNFINISHED, Act

SECONDS = 3
PER_PAGE = 50
KINDS = {
    "migrate": gettext_lazy("zmiana wersji bazy danych"),
    "verify": gettext_lazy("sprawdzenie"),
    "back_up": gettext_lazy("kopia zapasowa"),
    "provision": gettext_lazy("zakładanie gmin"),
}
ON_DEMAND = ("migrate", "verify", "back_up")
STATES = {
    "planned": (gettext_lazy("zaplanowane"), "info"),
    "running": (gettext_lazy("w toku"), "info"),
    "paused": (gettext_lazy("wstrzymane"), "warning"),
    "failed": (gettext_lazy("przerwane błędem"), "danger"),
    "done": (gettext_lazy("zakończone"), "success"),
    "cancelled": (gettext_lazy("odwołane"), "neutral"),
}
PARTS = {
    "waiting": (gettext_lazy("czeka"), "neutral"),
    "done": (gettext_lazy("gotowa"), "success"),
    "failed": (gettext_lazy("błąd"), "danger"),
    "skipped": (gettext_lazy("pominięta"), "neutral"),
}


@guarded(Verb.OPERATE_PLATFORM)
def jobs(request: Request) -> HttpResponse:
    """All jobs, newest first; on POST one is planned."""
    if request.method == "POST":
        kind = request.POST.get("rodzaj", "")
        if kind not in ON_DEMAND:
            raise Http404
        job = actions.plan_job(kind, actor=request.actor)
        messages.success(request, _("Prace są zlecone. Zaczną się, gdy weźmie je program na serwerze."))
        return redirect("console:fleet_job", job.public_id)
    page = Paginator(queries.jobs(), PER_PAGE).get_page(request.GET.get("strona"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [_listed(job, now) for job in page],
        "kinds": [(kind, KINDS[kind]) for kind in ON_DEMAND],
    }
    return render(request, "console/fleet_jobs.html", context)


@guarded(Verb.OPERATE_PLATFORM)
def job(request: Request, job_id: UUID) -> HttpResponse:
    """How far one job is, live; on POST it is paused, resumed or cancelled."""
    if request.method == "POST":
        _obey(request, job_id)
        return redirect("console:fleet_job", job_id)
    row = queries.job(job_id)
    chosen = request.GET.get("stan", "")
    parts = queries.job_gminas(row, chosen if chosen in PARTS else "")
    page = Paginator(parts, PER_PAGE).get_page(request.GET.get("strona"))
    refreshes = row.state in ("planned", "running", "paused") and "bez-odswiezania" not in request.GET
    context = {
        **_listed(row, timezone.now()),
        "page": page,
        "parts": [{"row": part, "state": PARTS[part.state]} for part in page],
        "tabs": _tabs(row, chosen),
        "asked_by": names_of({row.asked_by}).get(row.asked_by, _("program")),
        "acts": [act for act in ("pause", "resume", "cancel") if (row.state, Act(act)) in EDGES],
        "refreshes": refreshes,
        "is_unfinished": row.state in UNFINISHED,
    }
    response = render(request, "console/fleet_job.html", context)
    if refreshes:
        response["Refresh"] = str(SECONDS)
    return response


def _obey(request: Request, job_id: UUID) -> None:
    acts = {
        "pause": (actions.pause_job, _("Prace staną po gminach, które są w toku.")),
        "resume": (actions.resume_job, _("Prace idą dalej.")),
        "cancel": (actions.cancel_job, _("Prace są odwołane. Gminy, które są gotowe, zostają gotowe.")),
    }
    if request.POST.get("zrob") not in acts:
        raise Http404
    act, words = acts[request.POST["zrob"]]
    try:
        act(job_id, actor=request.actor)
        messages.success(request, words)
    except Conflict as error:
        messages.error(request, sentence(error))


def _listed(row: Any, now: Any) -> dict[str, Any]:
    return {
        "job": row,
        "kind": KINDS.get(row.kind, row.kind),
        "state": STATES[row.state],
        "progress": queries.progress(row, now=now),
    }


def _tabs(row: Any, chosen: str) -> list[dict[str, Any]]:
    counts = {"": None, "failed": row.failed, "waiting": row.waiting, "done": row.done}
    labels = {"": _("Wszystkie"), "failed": _("Z błędem"), "waiting": _("Czekają"), "done": _("Gotowe")}
    return [
        {"label": labels[name], "href": f"?stan={name}", "current": name == chosen, "count": count}
        for name, count in counts.items()
    ]
