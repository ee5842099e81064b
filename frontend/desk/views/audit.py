"""The audit log for the local administrator: browsing, one entry, files, and how long it is kept."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.desk import wording
from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.audit_files import csv_file, json_file
from frontend.desk.forms.audit import AuditForm, AuditRetentionForm
from frontend.desk.history import acts
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import InvalidInput
from services.accounts import oversight
from services.accounts.oversight import Narrowing
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.VIEW_AUDIT)
@require_safe
def audit(request: Request) -> HttpResponse:
    """Who did what, in which role, when and from where; newest first."""
    form = AuditForm(request.GET)
    narrowing = form.narrowing if form.is_valid() else Narrowing()
    rows = oversight.audit_entries(request.actor, narrowing)
    page = Paginator(rows if form.is_valid() else rows.none(), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "form": form,
        "page": page,
        "rows": acts(page.object_list),
        "is_narrowed": bool(narrowing.given) or not form.is_valid(),
        "query": request.GET.urlencode(),
        "most": oversight.MOST_EXPORTED,
        "months": oversight.audit_months(request.actor),
        "crumbs": trail(_("Dziennik zdarzeń")),
    }
    return render(request, "desk/audit.html", context)


@guarded(Verb.VIEW_AUDIT)
@require_safe
def audit_entry(request: Request, entry_id: UUID) -> HttpResponse:
    """One entry with everything that it says, and whether it is what was sealed."""
    entry, standing = oversight.audit_entry(request.actor, entry_id)
    words, kind = wording.STANDINGS[standing.state.value]
    context = {
        "entry": entry,
        "item": acts([entry])[0],
        "subject": wording.word(wording.SUBJECTS, entry.subject_type),
        "standing": {"words": words, "kind": kind, "seal": standing.seal},
        "details": [(wording.word(wording.DETAILS, name), value) for name, value in entry.details.items()],
        "crumbs": trail((_("Dziennik zdarzeń"), "audit"), _("Wpis")),
    }
    return render(request, "desk/audit_entry.html", context)


@guarded(Verb.VIEW_AUDIT)
@require_safe
def audit_csv(request: Request) -> HttpResponse:
    """What the page shows, all pages of it, as CSV."""
    return _file(request, "csv")


@guarded(Verb.VIEW_AUDIT)
@require_safe
def audit_json(request: Request) -> HttpResponse:
    """The same as JSON."""
    return _file(request, "json")


@guarded(Verb.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def audit_retention(request: Request) -> HttpResponse:
    """How long the entries are kept; the law's two years are the least."""
    form = AuditRetentionForm(sent(request), initial={"months": oversight.audit_months(request.actor)})
    if form.is_valid() and carried_out(form, lambda: _keep(request, form)):
        messages.success(request, _("Okres przechowywania dziennika jest zapisany."))
        return redirect("desk:audit")
    context = {"form": form, "crumbs": trail((_("Dziennik zdarzeń"), "audit"), _("Okres przechowywania"))}
    return draw(request, "desk/audit_retention.html", context, form)


def _keep(request: Request, form: AuditRetentionForm) -> bool:
    oversight.keep_audit_for(form.cleaned_data["months"], actor=request.actor)
    return True


def _file(request: Request, kind: str) -> HttpResponse:
    form = AuditForm(request.GET)
    back = HttpResponseRedirect(f"{reverse('desk:audit')}?{request.GET.urlencode()}")
    if not form.is_valid():
        return back
    try:
        rows = oversight.export_audit(form.narrowing, form=kind, actor=request.actor)
    except InvalidInput as error:
        messages.error(request, sentence(error))
        return back
    content = csv_file(rows) if kind == "csv" else json_file(rows, form.narrowing.given)
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    response = HttpResponse(content, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="dziennik-{timezone.localdate()}.{kind}"'
    return response
