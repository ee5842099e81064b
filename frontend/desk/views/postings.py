"""Księgowania z pliku: what the finance system has posted is checked row by row, looked at, confirmed and booked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.forms.postings import PostingsUploadForm
from frontend.desk.trail import trail
from frontend.desk.wording_statements import POSTING_OUTCOMES, POSTING_STATES
from frontend.guards import Request, guarded
from services.banking import actions
from services.banking import queries_postings as queries
from services.banking.reports import posting_lines_csv
from services.banking.sentences import posting_sentence
from services.liabilities.actions.import_files import BEGINNING, shape_of
from services.users.domain import Verb
from services.users.queries import names_of

FILES_PER_PAGE, ROWS_PER_PAGE = 30, 100
REFRESH_SECONDS = 4


@guarded(Verb.BOOK_PAYMENT)
def postings(request: Request) -> HttpResponse:
    """Files that came, and a new one to check."""
    form = PostingsUploadForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = attempt(form, lambda: _check(request, form))
        if run:
            return redirect("desk:posting_run", run.public_id)
    page = Paginator(queries.posting_runs(request.actor), FILES_PER_PAGE).get_page(request.GET.get("strona"))
    names = names_of({run.actor_ref for run in page})
    context = {
        "form": form,
        "page": page,
        "rows": [
            {"run": run, "by": names.get(run.actor_ref, run.get_source_display()), **_state(run)}
            for run in page
        ],
        "crumbs": trail(_("Księgowania z pliku")),
    }
    return draw(request, "desk/postings.html", context, form)


def _check(request: Request, form: PostingsUploadForm) -> Any:
    uploaded = form.cleaned_data["file"]
    beginning = uploaded.read(BEGINNING)
    uploaded.seek(0)
    shape = shape_of(uploaded.name, beginning)
    return actions.check_postings(uploaded, shape, file_name=uploaded.name, actor=request.actor)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def posting_run(request: Request, posting_run_id: UUID) -> HttpResponse:
    """One file: what it would do, how far it is, or what it did, row by row."""
    run = queries.posting_run(request.actor, posting_run_id)
    counts = queries.counts_of(run)
    is_underway = run.state in ("checking", "booking")
    rows = queries.rows_seen(request.actor, run)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "run": run,
        "counts": counts,
        "done": run.rows.filter(is_done=True).count() if run.state == "booking" else counts.tried,
        "can_book": run.state == "checked" and counts.booked + counts.taken_back + counts.recognised > 0,
        "is_underway": is_underway,
        "has_lines": queries.to_tell(rows).exists(),
        "page": page,
        "rows": [_row(row) for row in page],
        "crumbs": trail((_("Księgowania z pliku"), "postings"), run.file_name or run.get_source_display()),
        **_state(run),
    }
    response = render(request, "desk/posting_run.html", context)
    if is_underway and "bez-odswiezania" not in request.GET:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@guarded(Verb.BOOK_PAYMENT)
def confirm_postings(request: Request, posting_run_id: UUID) -> HttpResponse:
    """Let a worker book the rows of a checked file, or go on with one that stopped. A second click is the same click."""
    queries.posting_run(request.actor, posting_run_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.confirm_postings(run_id=posting_run_id, actor=request.actor),
            _("Księgowanie się zaczęło. Możesz zamknąć tę stronę: praca się nie przerwie."),
        )
    return redirect("desk:posting_run", posting_run_id)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def posting_findings(request: Request, posting_run_id: UUID) -> HttpResponse:
    """Rows that were refused or recognised, with what to mend, as a file for a spreadsheet."""
    run = queries.posting_run(request.actor, posting_run_id)
    name = f"ksiegowania-uwagi-{timezone.localtime(run.read_at):%Y-%m-%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    content = posting_lines_csv(queries.rows_seen(request.actor, run))
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _state(run: Any) -> dict[str, Any]:
    words, kind = POSTING_STATES[run.state]
    return {"state": words, "kind": kind}


def _row(row: Any) -> dict[str, Any]:
    words, kind = POSTING_OUTCOMES[queries.result_of(row) or "waiting"]
    return {"row": row, "words": words, "kind": kind, "sentence": posting_sentence(row)}
