"""Showing one masked field for a reason."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from frontend.desk import revealing
from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.reveals import RevealForm
from frontend.guards import Request, guarded
from services.safeguards import reveals as actions
from services.safeguards.domain import RevealReason
from services.users.domain import Verb


@guarded(Verb.REVEAL_DATA)
def reveal(request: Request, kind: str, subject_id: UUID, field: str) -> HttpResponse:
    """Ask for the reason; then back to the page, which shows the field for some minutes."""
    if field not in revealing.FIELDS.get(kind, ()):
        raise Http404
    subject = revealing.subject_for(request, kind, subject_id)
    form = RevealForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: actions.reveal(
                subject,
                field,
                reason=RevealReason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                now=timezone.now(),
                actor=request.actor,
            ),
        )
    ):
        revealing.note_revealed(request, subject, field)
        return redirect(_back(request))
    context = {"form": form, "label": revealing.LABELS[field], "back": _back(request)}
    return draw(request, "desk/reveal.html", context, form)


def _back(request: Request) -> str:
    """The page from which the person came, if it is one of this very host; else the start page."""
    wanted = request.GET.get("powrot", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted else reverse("desk:start")
