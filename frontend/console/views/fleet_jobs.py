"""Jobs over the whole fleet: verify, back up and statements are planned here; all are followed live, paused and resumed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.components.formats import money_text
from frontend.console.forms.fleet_jobs import PlanForm
from frontend.guards import Request, guarded
from frontend.limits import size_text
from frontend.messages import SENTENCES, sentence, show_on
from kernel.errors import Conflict, SkarbnikError
from kernel.tasks import enqueue
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.archive.backups import require_folder
from tenants.fleet import actions, queries, slices
from tenants.fleet.domain import EDGES, UNFINISHED, Act

SECONDS = 3
PER_PAGE = 50
KINDS = {
    "migrate": gettext_lazy("zmiana wersji bazy danych"),
    "verify": gettext_lazy("sprawdzenie"),
    "back_up": gettext_lazy("kopia zapasowa"),
    "provision": gettext_lazy("zakładanie gmin"),
    "statements": gettext_lazy("zestawienia miesięczne"),
}
ON_DEMAND = {
    "verify": gettext_lazy(
        "Program przeczyta księgę i dziennik każdej gminy i porówna tabele z tym, co zapisano. Niczego nie zmieni."
    ),
    "back_up": gettext_lazy(
        "Program zrobi kopię każdej gminy w folderze kopii. Najstarsze kopie ponad limit zostaną usunięte."
    ),
}
SLICED = (*ON_DEMAND, "statements")
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


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def jobs(request: Request) -> HttpResponse:
    """All jobs, newest first."""
    page = Paginator(queries.jobs(), PER_PAGE).get_page(request.GET.get("strona"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [_listed(job, now) for job in page],
        "kinds": [(kind, KINDS[kind]) for kind in ON_DEMAND],
    }
    return render(request, "console/fleet_jobs.html", context)


@guarded(Verb.OPERATE_PLATFORM)
def new_job(request: Request, kind: str) -> HttpResponse:
    """In which gminas, and a deliberate yes; then the workers begin."""
    if kind not in ON_DEMAND:
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if kind == "back_up":
                require_folder()
            job = slices.plan(kind, form.cleaned_data["gminas"], actor=request.actor)
        except SkarbnikError as error:
            show_on(form, error)
        else:
            return follow(request, job)
    context = {"form": form, "kind": KINDS[kind], "words": ON_DEMAND[kind]}
    return render(request, "console/fleet_job_new.html", context, status=422 if form.errors else 200)


def follow(request: Request, job: Any) -> HttpResponse:
    """Ask the workers to begin, and lead to the page that follows the planned job."""
    enqueue("portal.run_slice", job.kind)
    messages.success(request, _("Prace są zlecone. Zaczną się za chwilę."))
    return redirect("console:fleet_job", job.public_id)


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
        "parts": [_part(row.kind, part) for part in page],
        "tabs": _tabs(row, chosen),
        "asked_by": names_of({row.asked_by}).get(row.asked_by, _("program")),
        "acts": [act for act in ("pause", "resume", "retry", "cancel") if _may(row, act)],
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
        "retry": (actions.retry_job, _("Gminy z błędem czekają na swoją kolej.")),
        "cancel": (actions.cancel_job, _("Prace są odwołane. Gminy, które są gotowe, zostają gotowe.")),
    }
    if request.POST.get("zrob") not in acts:
        raise Http404
    act, words = acts[request.POST["zrob"]]
    try:
        job = act(job_id, actor=request.actor)
        if job.kind in SLICED and job.state in ("planned", "running"):
            enqueue("portal.run_slice", job.kind)
        messages.success(request, words)
    except Conflict as error:
        messages.error(request, sentence(error))


def _may(row: Any, act: str) -> bool:
    return (row.state, Act(act)) in EDGES and (act != "retry" or row.kind in SLICED)


def _listed(row: Any, now: Any) -> dict[str, Any]:
    is_complete = row.state == "failed" and row.kind in SLICED  # no gmina stops the others there
    return {
        "job": row,
        "kind": KINDS.get(row.kind, row.kind),
        "is_complete": is_complete,
        "state": (_("zakończone z błędami"), "danger") if is_complete else STATES[row.state],
        "progress": queries.progress(row, now=now),
    }


def _part(kind: str, part: Any) -> dict[str, Any]:
    """A gmina's part in words; what is a code of ours is said as its sentence."""
    return {
        "row": part,
        "state": PARTS[part.state],
        "result": _result(kind, part.result),
        "sentence": SENTENCES.get(part.error, ""),
    }


def _result(kind: str, result: dict[str, Any]) -> str:
    if not result:
        return ""
    if kind == "verify":
        return _("wpisów księgi: %(entries)s, pieczęci: %(seals)s, wpisów dziennika: %(acts)s") % result
    if kind == "back_up":
        return _("wierszy: %(rows)s, rozmiar: %(size)s") % {**result, "size": size_text(result["bytes"])}
    return money_text(result["gross_gr"]) if kind == "statements" else ""


def _tabs(row: Any, chosen: str) -> list[dict[str, Any]]:
    counts = {"": None, "failed": row.failed, "waiting": row.waiting, "done": row.done}
    labels = {"": _("Wszystkie"), "failed": _("Z błędem"), "waiting": _("Czekają"), "done": _("Gotowe")}
    return [
        {"label": labels[name], "href": f"?stan={name}", "current": name == chosen, "count": count}
        for name, count in counts.items()
    ]
