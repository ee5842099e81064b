"""The start page: what waits for this person today, the most urgent first, and nothing that the roles do not allow."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.roles import verbs_of
from frontend.desk.sources import SOURCES
from frontend.desk.waiting import found_for, most_urgent
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.accounts.access import types_handled
from services.safeguards.authorisations import ending_roles
from services.users.domain import Verb
from tenants.configuration import queries as configuration


@guarded(Verb.DESK)
@require_safe
def start(request: Request) -> HttpResponse:
    """What waits for me: one list in the order of urgency, how each queue stands, and what is not set up yet."""
    verbs = verbs_of(request)
    found = found_for(request, SOURCES)
    context: dict[str, Any] = {
        "today": timezone.localdate(),
        "verbs": {verb.value: True for verb in verbs},
        "urgent": most_urgent(found),
        "blocks": [{"source": source, "found": one} for source, one in found],
        "total": sum(one.count for _source, one in found),
        "lacks_types": Verb.BOOK_PAYMENT in verbs and not types_handled(request.actor).exists(),
    }
    if Verb.CONFIGURE in verbs:
        context["gaps"] = _gaps()
    if Verb.MANAGE_STAFF in verbs:
        context["ending_roles"] = [
            {"row": row, "role": wording.word(wording.ROLES, row.role)}
            for row in ending_roles(timezone.localdate())
        ]
    if Verb.DRAFT_REGULATION in verbs:
        context["drafts"] = configuration.regulation_versions(published_only=False).filter(state="draft")
    return render(request, "desk/start.html", context)


def _gaps() -> list[str]:
    """Names of settings without which residents cannot register or pay; the page words and links them."""
    gaps = []
    if not configuration.liability_types(active_only=True).exists():
        gaps.append("liability_types")
    if not configuration.operator_accounts().filter(is_active=True).exists():
        gaps.append("operator_accounts")
    try:
        configuration.current_regulation(timezone.localdate())
    except NotFound:
        gaps.append("regulations")
    return gaps
