"""Clients of the API: list, a new one with its token, revoking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.forms.api_clients import ApiClientForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.api import actions, queries
from services.users.domain import Verb


@guarded(Verb.MANAGE_API_CLIENTS)
@require_safe
def api_clients(request: Request) -> HttpResponse:
    """All clients, with what each may do and when it last came."""
    rows = [_labelled(client) for client in queries.clients()]
    return render(request, "desk/api_clients.html", {"rows": rows, "crumbs": trail(_("Klienci API"))})


@guarded(Verb.MANAGE_API_CLIENTS)
def new_api_client(request: Request) -> HttpResponse:
    """Make a client. Its token is shown in the answer itself: a redirect would have to store it somewhere."""
    form = ApiClientForm(sent(request))
    crumbs = trail((_("Klienci API"), "api_clients"), _("Nowy klient"))
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.make_client(**form.cleaned_data, actor=request.actor))
        if made:
            client, token = made
            context = {"row": _labelled(client), "token": token, "crumbs": crumbs}
            return render(request, "desk/api_client_made.html", context)
    return draw(request, "desk/api_client_new.html", {"form": form, "crumbs": crumbs}, form)


@guarded(Verb.MANAGE_API_CLIENTS)
def revoke_api_client(request: Request, client_id: UUID) -> HttpResponse:
    """Ask first: the system behind the client stops at once."""
    row = next((client for client in queries.clients() if client.public_id == client_id), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.revoke_client(client_id, actor=request.actor),
            _("Klient jest unieważniony."),
        )
        return redirect("desk:api_clients")
    crumbs = trail((_("Klienci API"), "api_clients"), _("Unieważnienie"))
    return render(request, "desk/api_client_revoke.html", {"row": _labelled(row), "crumbs": crumbs})


def _labelled(client: Any) -> dict[str, Any]:
    state, kind = _("czynny"), "success"
    if client.revoked_at is not None:
        state, kind = _("unieważniony"), "neutral"
    elif client.expires_on is not None and client.expires_on < timezone.localdate():
        state, kind = _("wygasł"), "warning"
    scopes = [wording.word(wording.SCOPES, scope) for scope in client.scopes]
    return {
        "client": client,
        "scopes": scopes,
        "state": state,
        "kind": kind,
        "can_revoke": client.revoked_at is None,
    }
