"""Reporting that a due is not what the decision, the contract or own books say (eKasa § 9)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend import complaint_words as words
from frontend.guards import Request, guarded
from frontend.messages import show_on
from frontend.resident.complaint_forms import DiscrepancyForm
from kernel.audit.attempts import note_failed
from kernel.errors import Conflict, InvalidInput
from services.accounts.queries import resident_of
from services.complaints import actions
from services.complaints import queries_own as own
from services.liabilities.queries import due_as_of
from services.users.domain import Verb


@guarded(Verb.OWN_DUES)
def report_discrepancy(request: Request, due_id: UUID) -> HttpResponse:
    """The form with its two legal notes, and what the office has answered so far."""
    today = timezone.localdate()
    liability = own.due_of(resident_of(request.actor), due_id, today)
    form = DiscrepancyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.report_discrepancy(
                liability_id=due_id,
                matter=form.matter_of_it,
                description=form.cleaned_data["description"],
                actor=request.actor,
            )
        except (Conflict, InvalidInput) as error:
            note_failed(error)
            show_on(form, error)
        else:
            messages.success(request, _("Urząd ma zgłoszenie. O wyniku napiszemy e-mailem."))
            return redirect("report_discrepancy", due_id)
    reports = [
        {
            "row": row,
            "matter": words.MATTERS[row.matter],
            "state": words.REPORT_STATES[row.state],
            "state_kind": words.REPORT_STATE_KINDS[row.state],
        }
        for row in own.reports_about(request.actor, due_id)
    ]
    context = {
        "due": due_as_of(liability, today),
        "form": form,
        "reports": reports,
        "waits": own.reports_about(request.actor, due_id).filter(state="waiting").exists(),
    }
    return render(request, "resident/discrepancy.html", context, status=422 if form.errors else 200)
