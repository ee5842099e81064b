"""Reports of residents that a due is shown wrongly (eKasa § 9): the queue, and one with the office's answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.complaints import ReportAnswerForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.complaints import DISCREPANCY_REPORTS, listed_report
from frontend.desk.trail import trail
from frontend.desk.views.complaints import tabs_of
from frontend.guards import Request, guarded
from services.complaints import queries
from services.complaints.actions import answer_report
from services.liabilities.queries import due_as_of
from services.users.domain import Verb


@guarded(Verb.HANDLE_COMPLAINT)
@require_safe
def discrepancy_reports(request: Request) -> HttpResponse:
    """Reports that wait, the oldest first; by choice those that were answered."""
    context = {
        "tabs": tabs_of(request, "discrepancy_reports"),
        "crumbs": trail((_("Reklamacje"), "complaints"), _("Zgłoszone niezgodności")),
    }
    return list_page(request, DISCREPANCY_REPORTS, "desk/discrepancy_reports.html", context)


@guarded(Verb.HANDLE_COMPLAINT)
def discrepancy_report(request: Request, report_id: UUID) -> HttpResponse:
    """One report beside what the due is today; sending the form answers it."""
    row = queries.report_for(request.actor, report_id)
    form = ReportAnswerForm(sent(request), initial={"version": row.version})
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form, lambda: answer_report(report_id=report_id, actor=request.actor, **form.cleaned_data)
        )
    ):
        messages.success(request, _("Odpowiedź jest wysłana."))
        return redirect("desk:discrepancy_reports")
    context = {
        **listed_report(row),
        "form": form,
        "due": due_as_of(row.liability, timezone.localdate()),
        "history": acts_on(row),
        "crumbs": trail(
            (_("Reklamacje"), "complaints"),
            (_("Zgłoszone niezgodności"), "discrepancy_reports"),
            row.liability.title,
        ),
    }
    return draw(request, "desk/discrepancy_report.html", context, form)
