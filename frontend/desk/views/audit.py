"""The audit log for the local administrator."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.forms.audit import AuditForm
from frontend.desk.history import acts
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts.oversight import audit_entries
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.VIEW_AUDIT)
@require_safe
def audit(request: Request) -> HttpResponse:
    """Who did what, in which role, when and from where; newest first."""
    form = AuditForm(request.GET)
    filters = form.filters if form.is_valid() else {}
    page = Paginator(audit_entries(request.actor, **filters), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "form": form,
        "page": page,
        "rows": acts(page.object_list),
        "is_narrowed": any(filters.values()),
        "crumbs": trail(_("Dziennik zdarzeń")),
    }
    return render(request, "desk/audit.html", context)
