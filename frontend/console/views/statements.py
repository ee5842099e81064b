"""The monthly statements of all gminas: a month at a glance, and drafting them all at once (P9)."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as format_date

from frontend.console.forms.usage import MonthForm
from frontend.console.views.fleet_jobs import follow
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.errors import Conflict, NotFound, SkarbnikError
from services.users.domain import Verb
from tenants.directory.domain_states import WORKING, State
from tenants.fleet import slices
from tenants.metering import queries
from tenants.metering.domain import month_of, next_month

PER_PAGE = 50
CHARGED = WORKING | {State.CLOSED}
"""Who has left pays for its last month all the same; for whom there is nothing to charge is passed over."""


@guarded(Verb.OPERATE_PLATFORM)
def statements(request: Request) -> HttpResponse:
    """Statements of one month with their sums; on POST drafts of that month are asked for, for all gminas."""
    today = timezone.localdate()
    form = MonthForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return follow(request, _plan(request, form.cleaned_data["month"], today))
        except SkarbnikError as error:
            show_on(form, error)
    month = _month(request.GET.get("miesiac", ""), today)
    rows = queries.statements_for(month)
    totals = rows.order_by().aggregate(
        drafts=Count("pk", filter=Q(state="draft")),
        issued=Count("pk", filter=Q(state="issued")),
        gross_gr=Sum("gross_gr", filter=Q(corrected_by__isnull=True), default=0),
    )
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("strona")),
        "totals": totals,
        "month_name": format_date(month, "F Y"),
        "before": f"{month_of(month - timedelta(days=1)):%Y-%m}",
        "after": f"{next_month(month):%Y-%m}" if next_month(month) <= today else "",
    }
    return render(request, "console/statements.html", context, status=422 if form.errors else 200)


def _plan(request: Request, month: date, today: date) -> Any:
    """Raises Conflict("statement.month_open"), NotFound("price_list.missing"), InvalidInput("fleet.nobody")."""
    if next_month(month) > today:
        raise Conflict("statement.month_open", field="month")
    if not any(one.valid_from <= month for one in queries.price_lists()):
        raise NotFound("price_list.missing", field="month")
    target = month_of(month).isoformat()
    return slices.plan("statements", states=CHARGED, target=target, actor=request.actor)


def _month(text: str, today: date) -> date:
    """The month of the address, or the last one that is over."""
    try:
        return min(date.fromisoformat(f"{text}-01"), month_of(today))
    except ValueError:
        return month_of(month_of(today) - timedelta(days=1))
