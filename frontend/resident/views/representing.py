"""Representing somebody: own requests and rights, a new request, taking it back, giving a right up (D13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from frontend.resident.account_forms import LEVELS, TITLES, RepresentationForm
from frontend.resident.wording import REQUEST_STATES
from kernel.errors import Conflict, NotFound, SkarbnikError
from services.accounts import actions
from services.accounts.queries import resident_of
from services.accounts.queries_representation import representations_of, requests_of
from services.users.domain import Verb
from tenants.configuration.queries import liability_types


@guarded(Verb.OWN_DUES)
@require_safe
def representing(request: Request) -> HttpResponse:
    """In whose name one may act and until when, and what was asked for."""
    resident, today = resident_of(request.actor), timezone.localdate()
    context = {
        "rights": [_right(row, today) for row in representations_of(resident)],
        "requests": [_request(row) for row in requests_of(resident)],
    }
    return render(request, "resident/representing.html", context)


@guarded(Verb.OWN_DUES)
def ask(request: Request) -> HttpResponse:
    """The request, with its document."""
    sent = request.POST if request.method == "POST" else None
    initial = {"valid_from": timezone.localdate()}
    form = RepresentationForm(liability_types(active_only=True), sent, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_representation(form.asked(), form.handed_in(), actor=request.actor)
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(request, _("Wniosek jest w urzędzie. O decyzji napiszemy e-mailem."))
            return redirect("representing")
    return render(
        request, "resident/representing_ask.html", {"form": form}, status=422 if form.errors else 200
    )


@guarded(Verb.OWN_DUES)
@require_POST
def withdraw(request: Request, representation_request_id: UUID) -> HttpResponse:
    """Take an own request back."""
    try:
        actions.withdraw_representation_request(request_id=representation_request_id, actor=request.actor)
    except Conflict as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Wniosek jest wycofany."))
    return redirect("representing")


@guarded(Verb.OWN_DUES)
def give_up(request: Request, representation_id: UUID) -> HttpResponse:
    """Ask once more, then end the right."""
    resident = resident_of(request.actor)
    row = next((one for one in representations_of(resident) if one.public_id == representation_id), None)
    if row is None:
        raise NotFound("representation.unknown")
    if request.method != "POST":
        return render(request, "resident/representing_give_up.html", {"row": row})
    actions.give_representation_up(representation_id=representation_id, actor=request.actor)
    messages.success(request, _("Nie działasz już w imieniu: %(name)s") % {"name": row.payer.name})
    return redirect("representing")


def _right(row: Any, today: Any) -> dict[str, Any]:
    ended = row.revoked_at is not None or (row.valid_to is not None and row.valid_to < today)
    return {
        "row": row,
        "level": LEVELS[row.level],
        "title": TITLES[row.title],
        "types": [kind.name for kind in row.liability_types.all()] if row.is_limited else None,
        "is_ended": ended,
        "is_to_come": not ended and row.valid_from > today,
    }


def _request(row: Any) -> dict[str, Any]:
    return {"row": row, "word": REQUEST_STATES[row.state], "level": LEVELS[row.level]}
