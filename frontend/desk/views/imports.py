"""Import of dues from a CSV file: check, look, confirm; past imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.components.formats import counted
from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.columns import SAMPLE_NAME, columns, sample_csv
from frontend.desk.forms.liabilities import UploadForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts.access import types_handled
from services.liabilities import queries_imports as queries
from services.liabilities.actions import import_files as files
from services.liabilities.actions import imports as actions
from services.users.domain import Verb
from services.users.queries import names_of

FINDINGS_PER_PAGE = 100
SECONDS = 3
"""Between two looks at a file that is being worked on."""


@guarded(Verb.IMPORT_LIABILITIES)
def imports(request: Request) -> HttpResponse:
    """Past imports, and a file to check."""
    form = UploadForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        run = attempt(form, lambda: files.check_file(uploaded, uploaded.name, request.actor))
        if run:
            return redirect("desk:import_run", run.public_id)
    runs = queries.import_runs(request.actor)
    names = names_of({run.actor_ref for run in runs})
    context = {
        "form": form,
        "rows": [{"run": run, "by": names.get(run.actor_ref, run.source_name), **_kind(run)} for run in runs],
        "columns": columns(),
        "types": types_handled(request.actor).filter(is_active=True),
        "crumbs": trail(_("Import należności")),
    }
    return draw(request, "desk/imports.html", context, form)


@guarded(Verb.IMPORT_LIABILITIES)
@require_safe
def import_run(request: Request, run_id: UUID) -> HttpResponse:
    """The report of one import: what would go in or went in, and every line that did not."""
    run = queries.import_run(request.actor, run_id)
    is_at_work = run.is_large and run.state == "running"
    refreshes = is_at_work and "bez-odswiezania" not in request.GET
    context = {
        "run": run,
        "page": Paginator(run.rejections, FINDINGS_PER_PAGE).get_page(request.GET.get("strona")),
        "warnings": run.warnings[:FINDINGS_PER_PAGE],
        "is_at_work": is_at_work,
        "refreshes": refreshes,
        **_kind(run),
        "crumbs": trail((_("Import należności"), "imports"), run.file_name or run.source_name),
    }
    response = render(request, "desk/import_run.html", context)
    if refreshes:
        response["Refresh"] = str(SECONDS)
    return response


@guarded(Verb.IMPORT_LIABILITIES)
def apply_import(request: Request, run_id: UUID) -> HttpResponse:
    """Write the good lines of a file that was checked, or go on with one that stopped. A second click is the same click."""
    run = queries.import_run(request.actor, run_id)
    act = files.apply_file if run.is_large else actions.apply_import
    done = _("Zapisywanie trwa.") if run.is_large else _("Import jest zapisany.")
    if request.method == "POST" and act_and_tell(request, lambda: act(run_id, request.actor), done):
        run = queries.import_run(request.actor, run_id)
        if run.is_applied and run.rejected:
            lines = counted(run.rejected, _("wiersz"), _("wiersze"), _("wierszy"))
            messages.warning(
                request,
                _("Nie weszło: %(lines)s. Popraw je w pliku i wgraj go jeszcze raz.") % {"lines": lines},
            )
    return redirect("desk:import_run", run_id)


@guarded(Verb.IMPORT_LIABILITIES)
def decide_missing(request: Request, run_id: UUID) -> HttpResponse:
    """What is to become of dues that a full file does not name: a page that asks, then written down or left."""
    run = queries.import_run(request.actor, run_id)
    if request.method == "POST":
        if request.POST.get("decyzja") == "zostaw":
            act_and_tell(
                request,
                lambda: files.leave_missing(run_id, request.actor),
                _("Należności zostają bez zmian."),
            )
        else:
            seen = request.POST.get("ile", "")
            expected = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
            act_and_tell(
                request,
                lambda: files.close_missing(run_id, expected, request.actor),
                _("Odpisywanie brakujących należności trwa."),
            )
        return redirect("desk:import_run", run_id)
    if not run.can_close:
        return redirect("desk:import_run", run_id)
    rows = queries.missing_of(request.actor, run_id)
    context = {
        "run": run,
        "page": Paginator(rows, FINDINGS_PER_PAGE).get_page(request.GET.get("strona")),
        "crumbs": trail(
            (_("Import należności"), "imports"),
            (run.file_name, "import_run", run_id),
            _("Brakujące należności"),
        ),
    }
    return render(request, "desk/import_missing.html", context)


@guarded(Verb.IMPORT_LIABILITIES)
@require_safe
def import_findings(request: Request, run_id: UUID) -> HttpResponse:
    """Rejected lines with what to mend, as a file for a spreadsheet."""
    run = queries.import_run(request.actor, run_id)
    return _file(
        queries.findings_csv(run), f"odrzucone-wiersze-{timezone.localtime(run.started_at):%Y-%m-%d-%H%M}.csv"
    )


@guarded(Verb.IMPORT_LIABILITIES)
@require_safe
def import_sample(request: Request) -> HttpResponse:
    """A file that can be imported, with one due of each type that the clerk handles."""
    types = types_handled(request.actor).filter(is_active=True)
    return _file(sample_csv(types, timezone.localdate()), SAMPLE_NAME)


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _kind(run: Any) -> dict[str, str]:
    kinds = {
        "applied": "success",
        "checked": "info",
        "running": "info",
        "failed": "danger",
        "interrupted": "danger",
        "stopped": "warning",
    }
    return {"kind": kinds.get(run.state, "neutral")}
