"""Corrections of the ledger: what taking back an entry would change, then the reversal with its reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.corrections import CorrectionForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import Conflict
from services.liabilities.queries_corrections import Correction, correction_for
from services.payments.actions import reverse_entry
from services.payments.queries import payments_seen
from services.users.domain import Verb


@guarded(Verb.CORRECT_LEDGER)
def correct_entry(request: Request, entry_id: UUID) -> HttpResponse:
    """Show every balance before and after, ask for the reason, and on a deliberate yes take the entry back."""
    correction = correction_for(request.actor, entry_id)
    form = CorrectionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        reason, today = form.cleaned_data["reason"], timezone.localdate()
        if carried_out(
            form,
            lambda: reverse_entry(entry_id=entry_id, reason=reason, corrected_on=today, actor=request.actor),
        ):
            messages.success(request, _("Zapis jest wycofany. Salda są już poprawione."))
            return redirect(_page_of(correction))
        correction = correction_for(request.actor, entry_id)
    context = {
        "correction": correction,
        "title": capfirst(correction.entry.get_code_display()),
        "obstacle": sentence(Conflict(correction.obstacle)) if correction.obstacle else "",
        "returns_to_queue": _returns_to_queue(request, correction),
        "form": form,
        "back_url": _page_of(correction),
        "crumbs": trail((_("Należności"), "liabilities"), _("Poprawka w księdze")),
    }
    return draw(request, "desk/correct_entry.html", context, form)


def _returns_to_queue(request: Request, correction: Correction) -> bool:
    """Whether it books a payment that will wait for its booking again: the money has not gone back meanwhile."""
    if correction.payment_id is None:
        return False
    return payments_seen(request.actor).filter(public_id=correction.payment_id, state="booked").exists()


def _page_of(correction: Correction) -> str:
    """The page of the decision, of the payment or of the due, from which the clerk came."""
    if correction.decision_id is not None:
        return reverse("desk:overpayment", args=[correction.decision_id])
    if correction.payment_id is not None:
        return reverse("desk:payment", args=[correction.payment_id])
    if correction.liability_id is not None:
        return reverse("desk:liability", args=[correction.liability_id])
    return reverse("desk:liabilities")
