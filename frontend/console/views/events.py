"""Messages of a gmina's operators: when, of what kind, what became of them. Never what they say, never about whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.messages import sentence
from frontend.words import MESSAGE_KINDS
from kernel.errors import Conflict
from services.users.domain import Verb
from tenants.directory.events import ask_replay, operator_events

PER_PAGE = 50
VERDICTS = {
    "forged": (gettext_lazy("zły podpis"), "danger"),
    "malformed": (gettext_lazy("nieczytelny"), "warning"),
    "wrong_merchant": (gettext_lazy("inny odbiorca"), "warning"),
    "orphan": (gettext_lazy("bez płatności w portalu"), "warning"),
}


@guarded(Verb.OPERATE_PLATFORM)
def events(request: Request, teryt: str) -> HttpResponse:
    """The list; on POST the gmina's job is asked to carry out one message again."""
    row = tenant_row(teryt)
    if request.method == "POST":
        try:
            ask_replay(teryt, UUID(request.POST.get("event", "")), actor=request.actor)
        except ValueError as error:
            raise Http404 from error
        messages.success(request, _("Gmina przetworzy ten komunikat ponownie w ciągu minuty."))
        return redirect("console:events", teryt)
    page = Paginator(operator_events(teryt), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "gmina": Shown(row),
        "row": row,
        "page": page,
        "rows": [_listed(event) for event in page],
    }
    return render(request, "console/events.html", context)


def _listed(event: Any) -> dict[str, Any]:
    done = (_("przetworzony"), "success") if event.processed_at else (_("czeka"), "info")
    return {
        "row": event,
        "kind": MESSAGE_KINDS.get(event.kind, "–"),
        "verdict": VERDICTS.get(event.verdict, done),
        "refusal": sentence(Conflict(event.refusal)) if event.refusal else "",
    }
