"""Signing in and out of the console, and the first password of an operator's account."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from frontend.guards import Request, public
from frontend.messages import show_on
from frontend.pages.forms import SignInForm, TwicePassword
from frontend.pages.throttle import may_sign_in, signed_in
from kernel.actors import ActorKind
from kernel.errors import InvalidInput, NotFound
from services.accounts.entry import is_password_link_alive
from services.users.actions import set_password
from services.users.operators import note_sign_in


@sensitive_post_parameters("password")
@public
def sign_in(request: Request) -> HttpResponse:
    """Open the console to an operator's account; one sentence for every reason of refusal."""
    if request.actor.kind == ActorKind.PLATFORM:
        return redirect(_target(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = _checked(request, form)
        if user is not None:
            target = _target(request)
            login(request, user)
            return redirect(target)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "console/sign_in.html", context, status=422 if form.errors else 200)


def _checked(request: Request, form: SignInForm) -> Any:
    """The account whose password was given, or None with the reason in the form."""
    email, address = form.cleaned_data["email"], request.actor.address
    if not may_sign_in(email, address):
        form.add_error(None, _("Zbyt wiele prób logowania. Odczekaj 15 minut i spróbuj jeszcze raz."))
        return None
    user = authenticate(request, email=email, password=form.cleaned_data["password"], kind="platform")
    note_sign_in(user, address=address)
    if user is None:
        form.add_error(None, _("Adres e-mail albo hasło się nie zgadza. Sprawdź je i spróbuj jeszcze raz."))
        return None
    signed_in(email, address)
    return user


def _target(request: Request) -> str:
    """Where the operator was going, if that is a page of the console."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    host = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, host, require_https=request.is_secure()):
        return wanted
    return reverse("console:start")


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("Wylogowano."))
    return redirect("console:sign_in")


@sensitive_post_parameters("password", "password_again")
@public
def set_new_password(request: Request, user_id: UUID, token: str) -> HttpResponse:
    """The link that `make_operator` printed: a password, then to the sign-in page."""
    form = TwicePassword(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            set_password(user_id=user_id, token=token, password=form.cleaned_data["password"])
            messages.success(request, _("Hasło jest zapisane. Możesz się nim zalogować."))
            return redirect("console:sign_in")
    except InvalidInput as error:
        show_on(form, error)
    except NotFound:
        return render(request, "console/link_dead.html", status=404)
    if not is_password_link_alive(user_id, token):
        return render(request, "console/link_dead.html", status=404)
    return render(request, "console/password.html", {"form": form}, status=422 if form.errors else 200)
