"""Signing in and out of a resident."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.guards import Request, public
from frontend.pages.forms import SignInForm
from frontend.pages.throttle import LETTER_ACCOUNT, admits, may_sign_in, signed_in
from frontend.pages.ways import takes_passwords, ways_context
from kernel.actors import ActorKind
from services.accounts.entry import confirm_again, note_sign_in

UNCONFIRMED_KEY = "unconfirmed_user"
"""Session key: whose password was right although the address is not proven yet."""


@public
def sign_in(request: Request) -> HttpResponse:
    """E-mail address and password; one sentence for every reason of refusal."""
    if request.actor.kind == ActorKind.RESIDENT:
        return redirect(_next(request))
    if request.method == "POST" and not takes_passwords():
        return render(request, "pages/sign_in.html", {"form": SignInForm(), **ways_context()}, status=403)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = _checked(request, form)
        if user is not None:
            return _enter(request, user)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": wanted, **ways_context()}
    return render(request, "pages/sign_in.html", context, status=422 if form.errors else 200)


def _checked(request: Request, form: SignInForm) -> Any:
    """The account whose password was given, or None with the reason in the form."""
    email, address = form.cleaned_data["email"], request.actor.address
    if not may_sign_in(email, address):
        form.add_error(None, _("Zbyt wiele prób logowania. Odczekaj 15 minut i spróbuj jeszcze raz."))
        return None
    user = authenticate(request, email=email, password=form.cleaned_data["password"], kind="resident")
    note_sign_in(user, address=address)
    if user is None:
        form.add_error(None, _("Adres e-mail albo hasło się nie zgadza. Sprawdź je i spróbuj jeszcze raz."))
        return None
    signed_in(email, address)
    return user


def _enter(request: Request, user: Any) -> HttpResponse:
    if user.email_confirmed_at is None:
        request.session[UNCONFIRMED_KEY] = user.pk
        return redirect("confirm_first")
    target = _next(request)
    login(request, user)
    return redirect(target)


def _next(request: Request) -> str:
    """Where the visitor wanted to go, if that is a page of this portal."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    host = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, host, require_https=request.is_secure()):
        return wanted
    return reverse("dues")


@public
def confirm_first(request: Request) -> HttpResponse:
    """The password was right, but the address is not proven: say so and offer the letter again."""
    user_id = request.session.get(UNCONFIRMED_KEY)
    if user_id is None:
        return redirect("sign_in")
    if request.method == "POST":
        if admits((LETTER_ACCOUNT, f"confirmation:{user_id}")):
            confirm_again(user_id=user_id, address=request.actor.address)
        messages.success(request, _("Wysłaliśmy nowy link. Zajrzyj do poczty, także do spamu."))
        return redirect("confirm_first")
    return render(request, "pages/confirm_first.html")


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("Wylogowano. Do zobaczenia!"))
    return redirect("start")
