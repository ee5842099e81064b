"""What the gmina has used and how far it may go, for its local administrator to read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.limits import bars, quota_rows, size_text
from kernel import tenancy
from services.users.domain import Verb
from tenants.metering import queries
from tenants.metering.domain import month_of


@guarded(Verb.CONFIGURE)
@require_safe
def usage(request: Request) -> HttpResponse:
    """Limits with what is used of them now, and this month day by day. Only the platform's operator changes a limit."""
    teryt, month = tenancy.current_tenant_id(), month_of(timezone.localdate())
    quotas = queries.quotas_of(teryt)
    context = {
        "bars": bars(quotas),
        "quotas": quota_rows(quotas),
        "reached": [one.quota.label for one in quotas if one.is_reached],
        "month_name": format_date(month, "F Y"),
        "total": queries.month_used(teryt, month),
        "days": [
            {"row": day, "size": size_text(day.storage_bytes)} for day in queries.usage_days(teryt, month)
        ],
        "crumbs": trail(_("Zużycie")),
    }
    return render(request, "desk/usage.html", context)
