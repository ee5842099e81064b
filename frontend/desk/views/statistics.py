"""Statystyka: charts for who would rather look than read, each with its table and its file (A10)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import draw
from frontend.desk.forms.statistics import StatisticsForm
from frontend.desk.listing.files import answer
from frontend.desk.roles import verbs_of
from frontend.desk.statistics import Numbers
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.payments.statistics import types_counted
from services.users.domain import Verb
from services.worklists.actions import note_export

TABLES = ("wplywy", "terminowosc", "kanaly", "kolejki")


@guarded(Verb.VIEW_STATISTICS)
@require_safe
def statistics(request: Request) -> HttpResponse:
    """Money by day and type, punctuality, methods, and how long things wait."""
    form = _form(request)
    context = {
        "form": form,
        "numbers": _numbers(request, form),
        "files": {name: _addresses(name, form) for name in TABLES},
        "has_types": bool(form.types),
        "crumbs": trail(_("Statystyka")),
    }
    return draw(request, "desk/statistics.html", context, form)


@guarded(Verb.VIEW_STATISTICS)
@require_safe
def statistics_file(request: Request, table: str, form: str) -> HttpResponse:
    """One of the tables as CSV or XLSX."""
    asked = _form(request)
    found = _numbers(request, asked).table(table)
    if found is None or form not in ("csv", "xlsx"):
        raise Http404
    note_export(
        queue=f"statystyka-{found.name}",
        verb=Verb.VIEW_STATISTICS,
        count=len(found.cells),
        form=form,
        narrowing=urlencode(asked.query),
        actor=request.actor,
    )
    return answer(f"statystyka-{found.name}", form, str(found.title), found.heads, found.cells)


def _form(request: Request) -> StatisticsForm:
    return StatisticsForm(list(types_counted(request.actor)), request.GET, timezone.localdate())


def _numbers(request: Request, form: StatisticsForm) -> Numbers:
    return Numbers(request, verbs_of(request), *form.period, form.type_ids)


def _addresses(name: str, form: StatisticsForm) -> dict[str, str]:
    query = urlencode(form.query)
    return {kind: f"{reverse('desk:statistics_file', args=[name, kind])}?{query}" for kind in ("csv", "xlsx")}
