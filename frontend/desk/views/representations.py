"""Requests to represent: the queue, one request with its document, the decision, and the end of a right (D13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording_residents as words
from frontend.desk.acting import attempt, carried_out, draw, sent
from frontend.desk.forms.registrations import RejectForm
from frontend.desk.forms.residents import GrantForm, ReasonForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.representations import REPRESENTATIONS, shown_request
from frontend.desk.trail import trail
from frontend.documents import download
from frontend.guards import Request, guarded
from services.accounts import actions
from services.accounts import queries_representation as queries
from services.accounts.documents import open_document
from services.users.domain import Verb


@guarded(Verb.VERIFY_REGISTRATION)
@require_safe
def representations(request: Request) -> HttpResponse:
    """Requests that wait, the oldest first."""
    context = {"crumbs": trail(_("Reprezentowanie"))}
    return list_page(request, REPRESENTATIONS, "desk/representations.html", context)


@guarded(Verb.VERIFY_REGISTRATION)
def representation(request: Request, representation_request_id: UUID) -> HttpResponse:
    """One request with everything that the clerk needs; sending the form grants it."""
    row = queries.request_of(representation_request_id)
    form = GrantForm(row, sent(request))
    if request.method == "POST" and form.is_valid():
        if form.needs_confirmation:
            context = {**shown_request(row), "form": form, "crumbs": _crumbs(row, _("Czy to ten płatnik?"))}
            return render(request, "desk/representation_confirm.html", context)
        if attempt(
            form,
            lambda: actions.grant_representation(
                request_id=representation_request_id,
                payer_id=form.payer_id,
                version=form.cleaned_data["version"],
                actor=request.actor,
            ),
        ):
            messages.success(request, _("Wniosek jest przyjęty. Mieszkaniec dostanie e-mail."))
            return redirect("desk:representations")
    context = {**shown_request(row), "form": form, "history": acts_on(row), "crumbs": _crumbs(row)}
    return draw(request, "desk/representation.html", context, form)


@guarded(Verb.VERIFY_REGISTRATION)
def reject_representation(request: Request, representation_request_id: UUID) -> HttpResponse:
    """Ask for the reason, then refuse."""
    row = queries.request_of(representation_request_id)
    form = RejectForm(sent(request), initial={"version": row.version})
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.reject_representation_request(
                request_id=representation_request_id, **form.cleaned_data, actor=request.actor
            ),
        )
    ):
        messages.success(request, _("Wniosek jest odrzucony. Mieszkaniec dostanie e-mail z powodem."))
        return redirect("desk:representations")
    context = {**shown_request(row), "form": form, "crumbs": _crumbs(row, _("Odrzucenie"))}
    return draw(request, "desk/representation_reject.html", context, form)


@guarded(Verb.VERIFY_REGISTRATION)
@require_safe
def representation_document(request: Request, representation_request_id: UUID) -> HttpResponse:
    """The document, always as a download: the browser opens nothing of it on our address (T-28)."""
    return download(open_document(representation_request_id, actor=request.actor), "dokument")


@guarded(Verb.VERIFY_REGISTRATION)
def revoke_representation(request: Request, resident_id: UUID, representation_id: UUID) -> HttpResponse:
    """End somebody's right to act for a payer."""
    row = queries.representation_of(resident_id, representation_id)
    if row is None:
        raise Http404
    form = ReasonForm(sent(request), initial={"version": row.version})
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.revoke_representation(
                representation_id=representation_id, **form.cleaned_data, actor=request.actor
            ),
        )
    ):
        messages.success(request, _("Prawo jest cofnięte. Mieszkaniec dostanie e-mail z powodem."))
        return redirect("desk:resident", resident_id)
    name = f"{row.resident.first_name} {row.resident.last_name}"
    context = {
        "form": form,
        "full_name": name,
        "resident": row.resident,
        "words": words.ACCOUNT_ACTS["revoke"],
        "about": row.payer.name,
        "crumbs": trail(
            (_("Mieszkańcy"), "residents"), (name, "resident", resident_id), _("Cofnięcie prawa")
        ),
    }
    return draw(request, "desk/resident_reason.html", context, form)


def _crumbs(row: Any, here: str = "") -> list[dict[str, str]]:
    queue = (_("Reprezentowanie"), "representations")
    return trail(queue, (row.name, "representation", row.public_id), here) if here else trail(queue, row.name)
