"""The platform's audit log: every act of the console, with filters and as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.console.acts import told
from frontend.console.forms.audit import AuditForm
from frontend.guards import Request, guarded
from services.liabilities.domain.dues_file import write_csv
from services.users.domain import Verb
from tenants.directory.oversight import audit_entries

PER_PAGE = 50
MOST_ROWS = 50_000
COLUMNS = ("kiedy", "czynnosc", "kod", "wynik", "kto", "rola", "gmina", "teryt", "szczegoly", "adres_ip")


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def audit(request: Request) -> HttpResponse:
    """Who did what, when and from where; newest first."""
    form = AuditForm(request.GET or None)
    page = Paginator(_entries(form), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "form": form,
        "page": page,
        "rows": told(page.object_list),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "most": MOST_ROWS,
    }
    return render(request, "console/audit.html", context)


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def audit_file(request: Request) -> HttpResponse:
    """The same entries as CSV, all pages of them; no cell is taken for a formula."""
    rows = told(_entries(AuditForm(request.GET or None))[:MOST_ROWS])
    response = HttpResponse(
        write_csv(COLUMNS, [_cells(item) for item in rows]), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="dziennik-{timezone.localdate()}.csv"'
    return response


def _entries(form: AuditForm) -> QuerySet[Any]:
    """What the form asks for; a form that is wrong narrows nothing down to nothing."""
    if not form.is_bound:
        return audit_entries()
    if not form.is_valid():
        return audit_entries().none()
    values = form.cleaned_data
    return audit_entries(
        gmina=values["gmina"],
        since=values["since"],
        until=values["until"],
        action=values["action"],
        actor=values["who"],
    )


def _cells(item: dict[str, Any]) -> tuple[object, ...]:
    entry = item["entry"]
    at = timezone.localtime(entry.at).isoformat(timespec="seconds")
    who = (item["actor"], entry.role, item["gmina"], item["teryt"])
    return (at, item["title"], entry.action, entry.outcome, *who, item["details"], entry.address or "")
