"""Complaints: the list, a new one of either kind, one with its clock and history, what is missing, taking it back (§ 11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend import complaint_words as words
from frontend.components.formats import day_text
from frontend.documents import download
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from frontend.resident.complaint_forms import (
    ComplaintForm,
    OtherComplaintForm,
    PaymentComplaintForm,
    SupplementForm,
)
from kernel.audit.attempts import note_failed
from kernel.errors import Conflict, SkarbnikError
from services.accounts.queries import resident_of
from services.complaints import actions, queries
from services.complaints import queries_own as own
from services.complaints.domain.states import Event
from services.users.domain import Verb
from tenants.configuration.queries import liability_types

TOLD = frozenset({Event.DATA_REQUESTED, Event.DATA_GIVEN, Event.ANSWERED})
"""Steps whose texts are the resident's to read; what the office writes down for itself is not among them."""


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def complaints(request: Request) -> HttpResponse:
    """Own complaints with their deadlines, and own reports about dues."""
    today = timezone.localdate()
    context = {
        "rows": [_listed(row, today) for row in own.own_complaints(request.actor)],
        "reports": [_report(row) for row in own.own_reports(request.actor)],
    }
    return render(request, "resident/complaints.html", context)


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def new_complaint(request: Request) -> HttpResponse:
    """Which kind: about a payment, or about anything else."""
    context = {"has_payments": own.payments_to_choose(request.actor).exists()}
    return render(request, "resident/complaint_kind.html", context)


@guarded(Verb.OWN_ACCOUNT)
def complain_of_payment(request: Request) -> HttpResponse:
    """A complaint about a payment; `?platnosc=` has chosen one already."""
    resident = resident_of(request.actor)
    initial = {
        "payment": request.GET.get("platnosc", ""),
        "paid_by_name": f"{resident.first_name} {resident.last_name}",
        "paid_by_contact": resident.user.email,
    }
    form = PaymentComplaintForm(own.payments_to_choose(request.actor), *_sent(request), initial=initial)
    lead = _(
        "Urząd przekaże ją operatorowi płatności. Gdy operator odpowie urzędowi, w ciągu 7 dni dostaniesz odpowiedź na "
        "adres e-mail Twojego konta."
    )
    return _submit(request, form, _("Reklamacja wpłaty"), lead)


@guarded(Verb.OWN_ACCOUNT)
def complain(request: Request) -> HttpResponse:
    """A complaint about anything else; `?naleznosc=` has chosen a due already."""
    dues = own.dues_to_choose(resident_of(request.actor), timezone.localdate())[: own.MOST_CHOICES]
    chosen = request.GET.get("naleznosc", "")
    initial = {"about": f"due:{chosen}" if chosen else ""}
    form = OtherComplaintForm(dues, liability_types(active_only=True), *_sent(request), initial=initial)
    lead = _(
        "Odpowiedź przyjdzie na adres e-mail Twojego konta, najpóźniej w 14 dni roboczych. Gdy czegoś zabraknie, urząd o "
        "to zapyta i termin stanie."
    )
    return _submit(request, form, _("Inna reklamacja"), lead)


def _submit(request: Request, form: ComplaintForm, title: str, lead: str) -> HttpResponse:
    if form.is_valid():
        try:
            row = actions.submit_complaint(form.told(), form.cleaned_data["document"], actor=request.actor)
        except SkarbnikError as error:
            note_failed(error)
            show_on(form, error)
        else:
            said = _("Urząd ma reklamację. Odpowiedź dostaniesz e-mailem najpóźniej %(day)s.")
            messages.success(request, said % {"day": day_text(row.due_on) if row.due_on else ""})
            return redirect("complaint", row.public_id)
    context = {"form": form, "title": title, "lead": lead}
    return render(request, "resident/complaint_new.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_ACCOUNT)
def complaint(request: Request, complaint_id: UUID) -> HttpResponse:
    """One complaint: where it stands, until when, what was said; sending the form gives what is missing."""
    row = own.own_complaint(request.actor, complaint_id)
    form = SupplementForm(*_sent(request), initial={"version": row.version})
    if form.is_valid() and _supplemented(request, row, form):
        messages.success(request, _("Dziękujemy. Termin odpowiedzi biegnie dalej."))
        return redirect("complaint", complaint_id)
    asked = queries.request_for_data(row)
    context = {
        **_listed(row, timezone.localdate()),
        "documents": queries.documents_of(row),
        "asked": asked,
        "until": queries.completion_deadline(row) or row.completion_due_on,
        "form": form,
        "is_closed": queries.is_closed(row),
        "history": _history(row),
    }
    return render(request, "resident/complaint.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_ACCOUNT)
def withdraw_complaint(request: Request, complaint_id: UUID) -> HttpResponse:
    """Ask once more, then take the complaint back."""
    row = own.own_complaint(request.actor, complaint_id)
    if request.method != "POST":
        if queries.is_closed(row):
            return redirect("complaint", complaint_id)
        return render(request, "resident/complaint_withdraw.html", {"row": row})
    try:
        actions.withdraw_complaint(complaint_id=complaint_id, actor=request.actor)
    except Conflict as error:
        note_failed(error)
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Reklamacja jest wycofana. Zawsze możesz złożyć nową."))
    return redirect("complaint", complaint_id)


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def complaint_document(request: Request, complaint_id: UUID, document_id: UUID) -> HttpResponse:
    """A document that the resident has sent, as a download."""
    return download(own.own_document(request.actor, complaint_id, document_id), "zalacznik")


def _sent(request: Request) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _supplemented(request: Request, row: Any, form: SupplementForm) -> bool:
    try:
        actions.supplement_complaint(
            complaint_id=row.public_id,
            text=form.cleaned_data["text"],
            documents=form.cleaned_data["document"],
            version=form.cleaned_data["version"],
            actor=request.actor,
        )
    except SkarbnikError as error:
        note_failed(error)
        show_on(form, error)
        return False
    return True


def _listed(row: Any, today: Any) -> dict[str, Any]:
    label, kind = words.state_of(row)
    clock = queries.clock_of(row, today)
    return {"row": row, "state": label, "state_kind": kind, "clock": clock, "running": clock.running.value}


def _report(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "matter": words.MATTERS[row.matter],
        "state": words.REPORT_STATES[row.state],
        "state_kind": words.REPORT_STATE_KINDS[row.state],
    }


def _history(row: Any) -> list[dict[str, Any]]:
    """What happened, newest first; the office's people are not named."""
    steps = [
        {
            "title": words.EVENTS[step.event],
            "at": step.at,
            "actor": _("Ty") if step.actor_kind == "resident" else _("urząd"),
            "text": step.text if step.event in TOLD else "",
        }
        for step in reversed(queries.steps_of(row))
    ]
    return [*steps, {"title": _("Złożono reklamację"), "at": row.submitted_at, "actor": _("Ty")}]
