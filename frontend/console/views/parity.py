"""P13: what the operators, the offices and our ledger tell, side by side, and what of it does not agree."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.discrepancies import KINDS
from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.fleet import parity

PER_PAGE = 50


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def report(request: Request) -> HttpResponse:
    """All gminas, or those with something to explain."""
    only_wrong = request.GET.get("stan") != "wszystkie"
    whole = parity.whole()
    page = Paginator(parity.parities(only_wrong=only_wrong), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "whole": whole,
        "difference_gr": whole.booked_gr - whole.ledger_gr,
        "kinds": [(_title(kind), number) for kind, number in whole.kinds.items()],
        "page": page,
        "rows": [
            {"row": row, "kinds": [(_title(k), n) for k, n in row.discrepancies.items()]} for row in page
        ],
        "only_wrong": only_wrong,
        "tabs": [
            _tab(_("Do wyjaśnienia"), "do-wyjasnienia", only_wrong, whole.wrong),
            _tab(_("Wszystkie"), "wszystkie", not only_wrong, whole.gminas),
        ],
    }
    return render(request, "console/parity.html", context)


def _title(kind: str) -> Any:
    return KINDS[kind].title if kind in KINDS else kind


def _tab(label: str, name: str, is_current: bool, count: int) -> dict[str, Any]:
    return {"label": label, "href": f"?stan={name}", "current": is_current, "count": count}
