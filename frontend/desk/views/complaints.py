"""Complaints at the desk: the queue by deadline, one with its history beside it, and the documents (eKasa § 11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend import complaint_words as words
from frontend.components.formats import money_text
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.complaints import COMPLAINTS, listed
from frontend.desk.trail import trail
from frontend.documents import download
from frontend.guards import Request, guarded
from services.complaints import queries
from services.complaints.actions import open_complaint_document
from services.users.domain import Verb
from services.users.queries import names_of


@guarded(Verb.HANDLE_COMPLAINT)
@require_safe
def complaints(request: Request) -> HttpResponse:
    """Complaints of the clerk's departments whose clock runs, the nearest deadline first; by choice the others."""
    context = {"tabs": tabs_of(request, "complaints"), "crumbs": trail(_("Reklamacje"))}
    return list_page(request, COMPLAINTS, "desk/complaints.html", context)


@guarded(Verb.HANDLE_COMPLAINT)
@require_safe
def complaint(request: Request, complaint_id: UUID) -> HttpResponse:
    """One complaint with everything that the clerk needs, what can be done with it, and its history."""
    row = queries.complaint_for(request.actor, complaint_id)
    steps = queries.steps_of(row)
    names = names_of({step.actor_ref for step in steps})
    waits = row.state == "incomplete"
    context = {
        **listed(row),
        "documents": queries.documents_of(row),
        "steps": [_step(step, names) for step in steps],
        "until": queries.completion_deadline(row) if waits else None,
        "letter_is_late": waits and queries.completion_deadline(row) is None,
        "is_closed": queries.is_closed(row),
        "to_pass_on": row.kind == "transaction" and row.state == "open" and row.passed_on_at is None,
        "for_operator": for_operator(row) if row.payment else "",
        "history": acts_on(row),
        "crumbs": trail((_("Reklamacje"), "complaints"), row.reference),
    }
    return render(request, "desk/complaint.html", context)


@guarded(Verb.HANDLE_COMPLAINT)
@require_safe
def complaint_document(request: Request, complaint_id: UUID, document_id: UUID) -> HttpResponse:
    """A document of a complaint, always as a download; that it was opened is in the log."""
    kept = open_complaint_document(complaint_id, document_id, actor=request.actor)
    return download(kept, "zalacznik")


def tabs_of(request: Request, here: str) -> list[dict[str, Any]]:
    """Complaints and reports, each with what waits for the office; `here` is the view that shows one of them."""
    lists = (
        (_("Reklamacje"), "complaints", queries.complaints_to_answer(request.actor).count()),
        (
            _("Zgłoszone niezgodności"),
            "discrepancy_reports",
            queries.reports_to_answer(request.actor).count(),
        ),
    )
    return [
        {"label": label, "href": reverse(f"desk:{view}"), "count": count, "current": view == here}
        for label, view, count in lists
    ]


def for_operator(row: Any) -> str:
    """What the operator needs to find the payment, ready to be copied into its own form."""
    payment = row.payment
    lines = (
        (_("Reklamacja urzędu nr"), row.reference),
        (_("Numer płatności w portalu"), payment.reference),
        (_("Numer u operatora"), payment.operator_id),
        (_("Kwota"), money_text(payment.charged_gr).replace("\u00a0", " ")),
        (_("Zlecona"), f"{timezone.localtime(payment.created_at):%d.%m.%Y %H:%M}"),
        (_("Płacący"), row.paid_by_name),
        (_("Kontakt do płacącego"), row.paid_by_contact),
        (_("Opis"), " ".join(row.description.split())),
    )
    return "; ".join(f"{label}: {value}" for label, value in lines if value)


def _step(step: Any, names: Any) -> dict[str, Any]:
    return {
        "title": words.EVENTS[step.event],
        "row": step,
        "actor": names.get(step.actor_ref, _("system")),
    }
