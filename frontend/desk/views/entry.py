"""Signing in and out of the desk."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from frontend.desk.forms.entry import SignInForm
from frontend.guards import Request, public
from kernel.actors import ActorKind
from services.accounts.staff import note_sign_in


@sensitive_post_parameters("password")
@public
def sign_in(request: Request) -> HttpResponse:
    """Open the desk to an office account. What failed is not told: address and password look the same."""
    if request.method != "POST" and request.actor.kind == ActorKind.STAFF:
        return redirect(_target(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data, kind="staff")
        note_sign_in(user, address=request.actor.address)
        if user is not None:
            login(request, user)
            return redirect(_target(request))
        form.add_error(None, _("Nie znamy takiego adresu i hasła. Sprawdź oba i spróbuj jeszcze raz."))
    return render(request, "desk/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


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
