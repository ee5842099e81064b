"""How residents sign in: the ways, the gmina at the national node (login.gov.pl), its keys and certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, attempt, carried_out, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.logins import CertificateForm, ProviderForm, WaysForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.identity import actions, queries
from services.identity.domain import KeyEvent, KeyPurpose, KeyState, is_possible
from services.signing.queries import access_state
from services.users.domain import Verb
from tenants.configuration.actions import save_office
from tenants.configuration.queries import office

BADGES = {
    "waiting": "warning",
    "ready": "info",
    "current": "success",
    "previous": "neutral",
    "retired": "neutral",
}


@guarded(Verb.CONFIGURE)
def logins(request: Request) -> HttpResponse:
    """Everything at a glance; the ways in are changed here."""
    row = office()
    form = WaysForm(sent(request), initial={**initial_of(row, WaysForm), "version": row.version})
    differences = []
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if carried_out(form, lambda: save_office(form.values, version=version, actor=request.actor)):
            messages.success(request, _("Zapisane. Strona logowania jest już taka."))
            return redirect("desk:logins")
        differences = form.stale_against(office())
    now = timezone.now()
    context = {
        "form": form,
        "differences": differences,
        "provider": queries.service_provider(),
        "is_ready": queries.is_ready(),
        "acs_url": queries.acs_url(),
        "metadata_url": queries.metadata_url(),
        "keys": [_shown(key) for key in queries.provider_keys()],
        "purposes": list(KeyPurpose),
        "node_certificates": queries.node_certificates(),
        "signing": access_state(now),
        "ending": queries.ending(now),
        "crumbs": trail((_("Ustawienia"), "settings"), _("Logowanie mieszkańców")),
    }
    return draw(request, "desk/logins.html", context, form)


def _shown(key: Any) -> dict[str, Any]:
    left = (key.valid_until - timezone.now()).days if key.valid_until else None
    is_near = left is not None and left < 60 and key.state not in (KeyState.RETIRED, KeyState.PREVIOUS)
    return {"row": key, "kind": BADGES[key.state], "days_left": left, "is_near": is_near}


@guarded(Verb.CONFIGURE)
def login_provider(request: Request) -> HttpResponse:
    """The gmina's registration, and whether residents are sent to the node."""
    row = queries.service_provider()
    initial: dict[str, Any] = {"version": 0, "level": "substantial", "ends_node_session": True}
    if row is not None:
        initial = {**initial_of(row, ProviderForm), "version": row.version}
    form = ProviderForm(sent(request), initial=initial)
    differences = []
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if carried_out(
            form, lambda: actions.save_provider(form.values, version=version, actor=request.actor)
        ):
            messages.success(request, _("Dane z wniosku są zapisane."))
            return redirect("desk:logins")
        saved = queries.service_provider()
        differences = form.stale_against(saved) if saved else []
    context = {"form": form, "differences": differences, "crumbs": _trail(_("Dane z wniosku"))}
    return draw(request, "desk/login_provider.html", context, form)


@guarded(Verb.CONFIGURE)
def new_login_key(request: Request, purpose: str) -> HttpResponse:
    """Make a key with its request for a certificate."""
    if purpose not in set(KeyPurpose):
        raise Http404
    if request.method != "POST":  # signed in again in the middle of it
        return redirect("desk:logins")
    done = _("Klucz jest gotowy. Pobierz wniosek o certyfikat i wyślij go do COI.")
    act_and_tell(request, lambda: actions.make_key(KeyPurpose(purpose), actor=request.actor), done)
    return redirect("desk:logins")


@guarded(Verb.CONFIGURE)
def login_key(request: Request, key_id: UUID) -> HttpResponse:
    """One key: its request, its certificate, and what can be done with it. The private part is never shown."""
    key = queries.provider_key(key_id)
    form = CertificateForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.content()
        if attempt(
            form,
            lambda: actions.certify_key(public_id=key_id, certificate=content, actor=request.actor),
        ):
            messages.success(request, _("Certyfikat jest wgrany."))
            return redirect("desk:login_key", key_id)
    purpose, state = KeyPurpose(key.purpose), KeyState(key.state)
    context = {
        "form": form,
        "item": _shown(key),
        "purpose": purpose.polish,
        "takes_certificate": is_possible(state, KeyEvent.CERTIFIED, purpose),
        "may_be_taken": is_possible(state, KeyEvent.TAKEN, purpose),
        "may_be_dropped": is_possible(state, KeyEvent.DROPPED, purpose),
        "crumbs": _trail(_("Klucz: %(purpose)s") % {"purpose": purpose.polish}),
    }
    return draw(request, "desk/login_key.html", context, form)


@guarded(Verb.CONFIGURE)
@require_safe
def login_key_request(request: Request, key_id: UUID) -> HttpResponse:
    """The request for a certificate (PKCS #10), for COI."""
    key = queries.provider_key(key_id)
    response = HttpResponse(key.request, content_type="application/pkcs10")
    response["Content-Disposition"] = f'attachment; filename="wniosek-{key.purpose}.csr"'
    return response


@guarded(Verb.CONFIGURE)
def take_login_key(request: Request, key_id: UUID) -> HttpResponse:
    """Ask first, then use the key from now on."""
    return _change(request, key_id, KeyEvent.TAKEN)


@guarded(Verb.CONFIGURE)
def drop_login_key(request: Request, key_id: UUID) -> HttpResponse:
    """Ask first, then erase the private part for good."""
    return _change(request, key_id, KeyEvent.DROPPED)


def _change(request: Request, key_id: UUID, event: KeyEvent) -> HttpResponse:
    key = queries.provider_key(key_id)
    act, done = {
        KeyEvent.TAKEN: (actions.take_key, _("Od teraz portal używa tego klucza.")),
        KeyEvent.DROPPED: (actions.drop_key, _("Klucz jest wycofany, a jego część prywatna usunięta.")),
    }[event]
    if request.method == "POST":
        act_and_tell(request, lambda: act(public_id=key_id, actor=request.actor), done)
        return redirect("desk:login_key", key_id)
    if not is_possible(KeyState(key.state), event, KeyPurpose(key.purpose)):
        raise Http404
    context = {
        "item": _shown(key),
        "purpose": KeyPurpose(key.purpose).polish,
        "is_drop": event is KeyEvent.DROPPED,
        "is_signing": key.purpose == KeyPurpose.SIGNING,
        "crumbs": _trail(_("Potwierdzenie")),
    }
    return render(request, "desk/login_key_change.html", context)


def _trail(last: str) -> Any:
    return trail((_("Ustawienia"), "settings"), (_("Logowanie mieszkańców"), "logins"), last)
