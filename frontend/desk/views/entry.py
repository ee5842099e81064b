"""Signing in and out of the desk."""

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from frontend.desk.acting import draw, sent
from frontend.desk.forms.entry import SignInForm
from frontend.guards import Request, public
from frontend.pages.throttle import may_sign_in, signed_in
from kernel.actors import ActorKind
from services.accounts.staff import note_sign_in


@sensitive_post_parameters("password")
@public
def sign_in(request: Request) -> HttpResponse:
    """Open the desk to an office account. What failed is not told: address and password look the same."""
    if request.method != "POST" and request.actor.kind == ActorKind.STAFF:
        return redirect(_target(request))
    form = SignInForm(sent(request))
    if request.method == "POST" and form.is_valid():
        user = _checked(request, form)
        if user is not None:
            login(request, user)
            return redirect(_target(request))
    return draw(request, "desk/sign_in.html", {"form": form}, form)


def _checked(request: Request, form: SignInForm) -> Any:
    """The account whose password was given, or None with the reason in the form."""
    email, address = form.cleaned_data["email"], request.actor.address
    subject = f"staff:{email}"
    if not may_sign_in(subject, address):
        form.add_error(None, _("Zbyt wiele prób logowania. Odczekaj 15 minut i spróbuj jeszcze raz."))
        return None
    user = authenticate(request, **form.cleaned_data, kind="staff")
    note_sign_in(user, address=address)
    if user is None:
        form.add_error(None, _("Adres e-mail albo hasło się nie zgadza. Sprawdź je i spróbuj jeszcze raz."))
        return None
    signed_in(subject, address)
    return user


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("desk:sign_in")


def _target(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of this very host; else the start page."""
    wanted = request.GET.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if safe else reverse("desk:start")
