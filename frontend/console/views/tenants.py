"""The gminas of the platform: the list and the page of one of them. Nothing here opens a gmina's own data."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.showing import Shown, history_of, setup_steps, shown
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.users.domain import Verb
from tenants.directory import queries

PER_PAGE = 50
NARROWED = {
    "dzialaja": Q(state="active"),
    "zawieszone": Q(state="suspended"),
    "zakladane": Q(state="provisioning"),
    "bledy": ~Q(last_error=""),
}


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def fleet(request: Request) -> HttpResponse:
    """All gminas with state and figures; search by name or TERYT, narrowed by state."""
    search, chosen = request.GET.get("q", ""), request.GET.get("stan", "")
    found = queries.tenants(search)
    page = Paginator(found.filter(NARROWED.get(chosen, Q())), PER_PAGE).get_page(request.GET.get("strona"))
    totals = _totals()
    context = {
        "search": search,
        "chosen": chosen,
        "page": page,
        "rows": shown(page.object_list),
        "totals": totals,
        "of_all": _("z %(all)d na platformie") % {"all": totals["gminas"]},
        "tabs": _tabs(found, search, chosen),
    }
    return render(request, "console/fleet.html", context)


def _totals() -> dict[str, Any]:
    return queries.tenants().aggregate(
        gminas=Count("pk"),
        active=Count("pk", filter=Q(state="active")),
        residents=Sum("figures__residents", default=0),
        outstanding_gr=Sum("figures__outstanding_gr", default=0),
        booked_gr=Sum("figures__booked_gr", default=0),
        to_book=Sum("figures__payments_to_book", default=0),
    )


def _tabs(found: QuerySet[Any], search: str, chosen: str) -> list[dict[str, Any]]:
    """The states as tabs, each with how many of the found gminas are in it."""
    counts = found.aggregate(**{name: Count("pk", filter=rule) for name, rule in NARROWED.items()})
    labels = {
        "": _("Wszystkie"),
        "dzialaja": _("Działają"),
        "zawieszone": _("Zawieszone"),
        "zakladane": _("Zakładane"),
        "bledy": _("Z błędem"),
    }
    counts[""] = found.count()
    return [
        {
            "label": label,
            "href": "?" + urlencode({"q": search, "stan": name}),
            "current": name == chosen,
            "count": counts[name],
        }
        for name, label in labels.items()
    ]


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def tenant(request: Request, teryt: str) -> HttpResponse:
    """One gmina: state, addresses, figures, and what happened to it on the platform."""
    row = tenant_row(teryt)
    context = {
        "gmina": Shown(row),
        "row": row,
        "steps": setup_steps(row) if row.state == "provisioning" else [],
        "history": history_of(row),
    }
    return render(request, "console/tenant.html", context)


def tenant_row(teryt: str) -> Any:
    """The directory's row of a gmina. Raises NotFound("tenant.unknown")."""
    row = queries.tenants().filter(teryt=teryt).first()
    if row is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return row
