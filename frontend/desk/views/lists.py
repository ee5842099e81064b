"""What every list of the desk can do besides showing itself: files, saved views, one act on many rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import attempt, draw
from frontend.desk.forms.lists import RowsForm, ViewForm
from frontend.desk.listing.files import answer, cells_of, heads_of
from frontend.desk.listing.queue import BulkAct, Item, Queue
from frontend.desk.queues import queue_by_code
from frontend.desk.roles import verbs_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.audit.attempts import note_denied, note_failed
from kernel.errors import NotFound, SkarbnikError
from services.accounts.access import can, require
from services.users.domain import Verb
from services.worklists import actions
from services.worklists.queries import own_view

REPORT = "bulk_report"
"""Session key of the last act on many rows: codes, ids and sentences, nothing personal."""


@guarded(Verb.DESK)
@require_safe
def list_csv(request: Request, queue: str) -> HttpResponse:
    """The whole narrowed list as CSV."""
    return _file(request, queue, "csv")


@guarded(Verb.DESK)
@require_safe
def list_xlsx(request: Request, queue: str) -> HttpResponse:
    """The same as a workbook."""
    return _file(request, queue, "xlsx")


@guarded(Verb.DESK)
def save_view(request: Request, queue: str) -> HttpResponse:
    """Keep the shown filters and order under a name."""
    found = _queue(request, queue)
    if request.method != "POST":
        return redirect(found.url)
    shown = found.form(request, found, QueryDict(request.POST.get("query", "")))
    form = ViewForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        row = attempt(
            form,
            lambda: actions.save_view(
                queue=found.code,
                name=values["name"],
                query=shown.query,
                is_shared=values["is_shared"],
                is_default=values["is_default"],
                now=timezone.now(),
                actor=request.actor,
            ),
        )
        if row is not None:
            messages.success(request, _("Widok „%(name)s” jest zapisany.") % {"name": row.name})
            return redirect(f"{found.url}?{f'{row.query}&' if row.query else ''}widok={row.public_id}")
    context = {
        "form": form,
        "queue": found,
        "query": shown.query,
        "crumbs": trail((str(found.title), found.view), _("Zapisz widok")),
    }
    return draw(request, "desk/view_save.html", context, form)


@guarded(Verb.DESK)
def drop_view(request: Request, view_id: UUID) -> HttpResponse:
    """Ask, then forget one of the person's own views."""
    row = own_view(request.actor, view_id)
    queue = _queue(request, row.queue)
    if request.method == "POST":
        actions.drop_view(view_id=view_id, actor=request.actor)
        messages.success(request, _("Widok jest usunięty. Lista się nie zmieniła."))
        return redirect(queue.url)
    context = {
        "row": row,
        "queue": queue,
        "crumbs": trail((str(queue.title), queue.view), _("Usuń widok")),
    }
    return render(request, "desk/view_drop.html", context)


@guarded(Verb.DESK)
def bulk(request: Request, queue: str) -> HttpResponse:
    """First show on which rows the act would be done, then do it to each and keep what became of it."""
    found = _queue(request, queue)
    if request.method != "POST":
        return redirect(found.url)
    act = found.act(request.POST.get("act", ""))
    rows = RowsForm(request.POST)
    if act is not None and not can(request.actor, act.verb):
        note_denied(request.actor, "access.denied", verb=act.verb.value)
        raise Http404
    if act is None or not rows.is_valid():
        messages.warning(request, _("Zaznacz na liście co najmniej jeden wiersz."))
        return redirect(_back(request, found))
    actor = require(request.actor, act.verb)
    form = act.form(request.POST) if "confirmed" in request.POST else act.form()
    if not form.is_valid():
        return _confirm(request, found, act, form, rows.cleaned_data["row"])
    report = []
    for row_id, stamp in rows.cleaned_data["stamp"].items():
        try:
            act.carry_out(row_id, stamp, form.cleaned_data, actor)
        except SkarbnikError as error:
            note_failed(error)
            report.append([str(row_id), sentence(error)])
        else:
            report.append([str(row_id), ""])
    request.session[REPORT] = {"queue": found.code, "act": act.name, "rows": report, "back": _query(request)}
    return redirect("desk:bulk_report", found.code)


@guarded(Verb.DESK)
@require_safe
def bulk_report(request: Request, queue: str) -> HttpResponse:
    """What became of each row of the last act on many."""
    found = _queue(request, queue)
    report = request.session.get(REPORT)
    act = found.act(report["act"]) if report and report["queue"] == found.code else None
    if report is None or act is None:
        return redirect(found.url)
    names = {
        found.key(item): found.label(item)
        for item in _items(request, found, [one for one, _ in report["rows"]])
    }
    rows = [{"name": names.get(row_id, ""), "trouble": trouble} for row_id, trouble in report["rows"]]
    failed = sum(bool(row["trouble"]) for row in rows)
    context = {
        "rows": rows,
        "act": act,
        "failed": failed,
        "done": len(rows) - failed,
        "back": f"{found.url}?{report['back'] or 'widok='}",
        "crumbs": trail((str(found.title), found.view), _("Wynik")),
    }
    return render(request, "desk/bulk_report.html", context)


def _queue(request: Request, code: str) -> Queue:
    """The list of that code, if the person has it; there is none for anybody else."""
    found = queue_by_code(code)
    if found is None or not verbs_of(request) & set(found.verbs):
        note_denied(request.actor, "access.denied")
        raise Http404
    return found


def _verb(request: Request, queue: Queue) -> Verb:
    return next(verb for verb in queue.verbs if verb in verbs_of(request))


def _file(request: Request, code: str, kind: str) -> HttpResponse:
    queue = _queue(request, code)
    form = queue.form(request, queue)
    try:
        cells = cells_of(request, queue, form)
        actions.note_export(
            queue=queue.code,
            verb=_verb(request, queue),
            count=len(cells),
            form=kind,
            narrowing=form.query,
            actor=request.actor,
        )
    except NotFound:
        raise
    except SkarbnikError as error:
        messages.error(request, sentence(error))
        return redirect(f"{queue.url}?{form.query or 'widok='}")
    return answer(queue.code, kind, str(queue.title), heads_of(queue), cells)


def _items(request: Request, queue: Queue, row_ids: list[Any]) -> list[Item]:
    """The rows of these ids among those that the person may see, in whatever state they are now."""
    return list(queue.shown(request, list(queue.by_ids(request, [str(one) for one in row_ids]))))


def _confirm(request: Request, queue: Queue, act: BulkAct, form: Any, row_ids: list[UUID]) -> HttpResponse:
    rows = [
        {"key": queue.key(item), "name": queue.label(item), "stamp": act.stamp(item)}
        for item in _items(request, queue, row_ids)
        if act.fits(item)
    ]
    if not rows:
        messages.warning(request, _("Tych wierszy już nie ma na liście albo ta czynność ich nie dotyczy."))
        return redirect(_back(request, queue))
    context = {
        "queue": queue,
        "act": act,
        "form": form,
        "rows": rows,
        "left_out": len(row_ids) - len(rows),
        "query": _query(request),
        "back": _back(request, queue),
        "crumbs": trail((str(queue.title), queue.view), str(act.label)),
    }
    return draw(request, "desk/bulk_confirm.html", context, form)


def _query(request: Request) -> str:
    """Filters and order from which the person came, as far as an address of ours holds them."""
    return QueryDict(request.POST.get("query", "")).urlencode()


def _back(request: Request, queue: Queue) -> str:
    return f"{queue.url}?{_query(request) or 'widok='}"
