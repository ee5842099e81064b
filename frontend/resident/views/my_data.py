"""Moje dane: a copy of everything in one click, requests to the office about the data, and what they can change."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acts import ACTS
from frontend.guards import Request, guarded
from frontend.messages import show_on
from frontend.resident.forms import DataRequestForm
from kernel.audit.attempts import note_failed
from kernel.errors import SkarbnikError
from services.accounts.domain.consents import CHOSEN_FREELY, Purpose
from services.accounts.domain.restriction import GOES_ON, RESTS
from services.accounts.queries import resident_of
from services.accounts.queries_rights import consent_of, restriction_of
from services.privacy import actions, export, queries
from services.privacy.domain.requests import ERASED, Kind
from services.users.domain import Verb


@guarded(Verb.OWN_ACCOUNT)
def my_data(request: Request) -> HttpResponse:
    """Copy, own requests with their deadlines, a new request, and what an erasure takes and leaves."""
    form = DataRequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = actions.make_request(
                kind=Kind(form.cleaned_data["kind"]), text=form.cleaned_data["text"], actor=request.actor
            )
        except SkarbnikError as error:
            note_failed(error)
            show_on(form, error)
        else:
            messages.success(
                request,
                _("Żądanie jest w urzędzie. Odpowiedź dostaniesz do %(day)s.")
                % {"day": f"{row.due_on:%d.%m.%Y}"},
            )
            return redirect("my_data")
    resident = resident_of(request.actor)
    restriction = restriction_of(resident)
    carrying = consent_of(resident.user, Purpose.PROCESSING)
    context = {
        "form": form,
        "restriction": restriction,
        "rests": RESTS,
        "goes_on": GOES_ON,
        "consents": [consent_of(resident.user, purpose) for purpose in CHOSEN_FREELY],
        "carrying": carrying if carrying.given_at else None,
        "requests": [
            {"row": row, "kind": Kind(row.kind).polish, "state": row.get_state_display()}
            for row in queries.own_requests(request.actor)
        ],
        "erased": ERASED.values(),
        "kept": queries.kept_of(resident, timezone.localdate()),
    }
    return render(request, "resident/my_data.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def my_data_json(request: Request) -> HttpResponse:
    """The copy for a program (art. 15 ust. 3, art. 20 RODO)."""
    values = actions.take_copy(form="json", actor=request.actor)
    return _file(json.dumps(values, ensure_ascii=False, indent=1).encode(), "application/json", "json")


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def my_data_pdf(request: Request) -> HttpResponse:
    """The copy to read and to print."""
    values = actions.take_copy(form="pdf", actor=request.actor)
    return _file(export.pdf(values, lambda code: str(ACTS.get(code, code))), "application/pdf", "pdf")


@guarded(Verb.OWN_ACCOUNT)
def withdraw_data_request(request: Request, request_id: str) -> HttpResponse:
    """Take a request back, after a question."""
    row = queries.own_request(request.actor, request_id)
    if request.method == "POST":
        try:
            actions.withdraw_request(row.public_id, actor=request.actor)
        except SkarbnikError as error:
            note_failed(error)
            messages.error(request, _("Tego żądania nie można już wycofać: urząd na nie odpowiedział."))
        else:
            messages.success(request, _("Żądanie jest wycofane."))
        return redirect("my_data")
    return render(request, "resident/data_request_withdraw.html", {"row": row, "kind": Kind(row.kind).polish})


def _file(content: bytes, content_type: str, ending: str) -> HttpResponse:
    name = f'attachment; filename="moje-dane-{timezone.localdate()}.{ending}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": name})
