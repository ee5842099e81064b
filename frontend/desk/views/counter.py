"""Okienko: a clerk acts for somebody who stands there (C4): shows dues, prints, writes down; pays and decides nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, attempt, carried_out, draw, sent
from frontend.desk.forms.counter import ContactForm, RecogniseForm, RequestForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.counter import actions, queries
from services.counter.domain import Act
from services.users.domain import Verb
from tenants.configuration.queries import office


@guarded(Verb.ASSIST_AT_COUNTER)
def counter(request: Request) -> HttpResponse:
    """Recognise the person; where a number has several files the clerk chooses the right one."""
    form = RecogniseForm(sent(request))
    found: list[Any] = []
    if request.method == "POST" and form.is_valid():
        found = actions.find_payers(identifier=form.cleaned_data["identifier"], actor=request.actor)
        chosen = request.POST.get("payer", "")
        payer = next((row for row in found if len(found) == 1 or str(row.public_id) == chosen), None)
        if not found:
            form.add_error("identifier", _("Pod tym numerem nie ma płatnika. Sprawdź go z dokumentem."))
        elif payer is not None:
            visit = attempt(
                form,
                lambda: actions.open_visit(
                    payer_id=payer.public_id, shown=form.document, now=timezone.now(), actor=request.actor
                ),
            )
            if visit is not None:
                return redirect("desk:counter_visit", visit.public_id)
    context = {
        "form": form,
        "found": found,
        "visits": [
            row for row in queries.open_visits(request.actor) if not queries.is_over(row, timezone.now())
        ],
        "waiting": queries.requests_waiting(request.actor).count(),
        "crumbs": trail(_("Okienko")),
    }
    return draw(request, "desk/counter.html", context, form)


@guarded(Verb.ASSIST_AT_COUNTER)
def counter_visit(request: Request, visit_id: UUID) -> HttpResponse:
    """One visit: what the person owes of the clerk's types, and what can be done. One that is over shows only what was done:
    nobody stands there who may be shown more."""
    visit = queries.visit_of(request.actor, visit_id)
    is_over, act = queries.is_over(visit, timezone.now()), request.POST.get("act", "")
    account = None if is_over else queries.account_at(visit.payer)
    asked = RequestForm(sent(request) if act == "request" else None)
    contact = None
    if account is not None:
        shown = {"version": account.version, "address": account.address, "phone": account.phone}
        contact = ContactForm(sent(request) if act == "contact" else None, initial=shown)
    if act == "request" and asked.is_valid():
        text = asked.cleaned_data["text"]
        if carried_out(
            asked,
            lambda: actions.record_request(
                visit_id=visit_id, text=text, now=timezone.now(), actor=request.actor
            ),
        ):
            messages.success(request, _("Wniosek jest zapisany i czeka na stronie początkowej."))
            return redirect("desk:counter_visit", visit_id)
    if act == "contact" and contact is not None and contact.is_valid():
        values = contact.cleaned_data
        if carried_out(
            contact,
            lambda: actions.correct_contact_data(
                visit_id=visit_id, **values, now=timezone.now(), actor=request.actor
            ),
        ):
            messages.success(request, _("Dane są poprawione. Ta osoba dostanie e-mail."))
            return redirect("desk:counter_visit", visit_id)
    shown_dues = (
        None if is_over else queries.dues_at_counter(request.actor, visit.payer, timezone.localdate())
    )
    context = {
        "visit": visit,
        "is_over": is_over,
        "statement": shown_dues,
        "asked": asked,
        "contact": contact,
        "acts": _acts(visit),
        "crumbs": trail((_("Okienko"), "counter"), visit.payer.name),
    }
    return draw(request, "desk/counter_visit.html", context, *filter(None, (asked, contact)))


@guarded(Verb.ASSIST_AT_COUNTER)
def counter_print(request: Request, visit_id: UUID) -> HttpResponse:
    """A page for the printer: the statement, or with a due the data of a transfer for it. Printing is on the receipt."""
    visit = queries.visit_of(request.actor, visit_id)
    if request.method != "POST":
        return redirect("desk:counter_visit", visit_id)
    whole = queries.dues_at_counter(request.actor, visit.payer, timezone.localdate())
    wanted = request.POST.get("due", "")
    due = next((one for one in whole.dues if str(one.public_id) == wanted), None)
    if wanted and (due is None or due.is_enforced or not due.account_nrb):
        raise Http404
    act = Act.SLIP if due else Act.STATEMENT
    if not act_and_tell(
        request,
        lambda: actions.note_act(visit_id=visit_id, act=act, now=timezone.now(), actor=request.actor),
        _("Wydrukuj tę stronę (Ctrl i P). Wydruk jest zapisany w wizycie."),
    ):
        return redirect("desk:counter_visit", visit_id)
    context = {
        "visit": visit,
        "statement": whole,
        "due": due,
        "transfer_title": " ".join(filter(None, (due.title, due.document_number))) if due else "",
        "row": office(),
        "crumbs": trail(
            (_("Okienko"), "counter"), (visit.payer.name, "counter_visit", visit.public_id), _("Wydruk")
        ),
    }
    return render(request, "desk/counter_print.html", context)


@guarded(Verb.ASSIST_AT_COUNTER)
def counter_receipt(request: Request, visit_id: UUID) -> HttpResponse:
    """The end of the visit and the receipt with everything that was done, for the printer."""
    visit = queries.visit_of(request.actor, visit_id)
    if request.method == "POST":
        actions.close_visit(visit_id=visit_id, now=timezone.now(), actor=request.actor)
        return redirect("desk:counter_receipt", visit_id)
    context = {
        "visit": visit,
        "document": wording.word(wording.DOCUMENTS_SHOWN, visit.shown),
        "acts": _acts(visit),
        "row": office(),
        "crumbs": trail(
            (_("Okienko"), "counter"),
            (visit.payer.name, "counter_visit", visit.public_id),
            _("Potwierdzenie"),
        ),
    }
    return render(request, "desk/counter_receipt.html", context)


@guarded(Verb.ASSIST_AT_COUNTER)
@require_safe
def counter_requests(request: Request) -> HttpResponse:
    """Requests from the counter that wait, the oldest first."""
    rows = queries.requests_waiting(request.actor)[:200]
    crumbs = trail((_("Okienko"), "counter"), _("Wnioski"))
    return render(request, "desk/counter_requests.html", {"rows": rows, "crumbs": crumbs})


@guarded(Verb.ASSIST_AT_COUNTER)
def settle_request(request: Request, act_id: UUID) -> HttpResponse:
    """One request in its own words; saying that it is settled."""
    row = queries.request_at(request.actor, act_id)
    if request.method == "POST" and act_and_tell(
        request,
        lambda: actions.settle_request(act_id=act_id, now=timezone.now(), actor=request.actor),
        _("Wniosek jest załatwiony."),
    ):
        return redirect("desk:counter_requests")
    crumbs = trail((_("Okienko"), "counter"), (_("Wnioski"), "counter_requests"), row.visit.payer.name)
    return render(request, "desk/counter_request.html", {"row": row, "crumbs": crumbs})


def _acts(visit: Any) -> list[dict[str, Any]]:
    return [{"row": row, "words": Act(row.kind).polish} for row in visit.acts.all()]
