"""The trusted list by which signatures of all gminas are judged: how its copy stands, and every version that was used."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.trust_lists.queries import kept_versions, list_state


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def trust_lists(request: Request) -> HttpResponse:
    """The newest version, what was wrong when it was last asked for, and the versions before it."""
    now, state = timezone.now(), list_state()
    context = {
        "state": state,
        "has_copy": state.version > 0,
        "is_stale": state.is_stale(now),
        "needs_attention": state.needs_attention(now),
        "versions": kept_versions(),
    }
    return render(request, "console/trust_lists.html", context)
