"""Signing in and out: the password, a passkey in its place, and the way out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from frontend.entry import known, underway
from frontend.entry.forms import PasskeyForm, SignInForm
from frontend.entry.surfaces import RESIDENT, Surface, site_of, surface_of
from frontend.entry.views.steps import come_in, page, target_of, too_many
from frontend.guards import Request, public
from frontend.messages import show_on
from frontend.pages.throttle import SIGN_IN_CLIENT, admits, may_sign_in
from frontend.pages.ways import takes_passwords, ways_context
from kernel.errors import Refused
from services.users.entrance import TWO_FACTOR_KINDS, Method
from services.users.factors import factors_of
from services.users.passkeys import request_for, use_passkey
from services.users.queries import account_with
from services.users.signing_in import note_refusal


@sensitive_post_parameters("password")
@public
def sign_in(request: Request) -> HttpResponse:
    """E-mail address and password; one sentence for every reason of refusal."""
    surface = surface_of(request)
    if request.method != "POST" and request.actor.kind == surface.kind:
        return redirect(target_of(request, surface))
    ways = ways_context() if surface is RESIDENT else {}
    is_open = surface is not RESIDENT or takes_passwords()
    if request.method == "POST" and not is_open:
        return page(request, "sign_in", SignInForm(surface=surface), status=403, **ways)
    form = SignInForm(request.POST if request.method == "POST" else None, surface=surface)
    if request.method == "POST" and form.is_valid():
        user = _checked(request, surface, form)
        if user is not None:
            return _go_on(request, surface, user)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_over = request.GET.get("koniec") == "1"
    return page(
        request, "sign_in", form, next=wanted, takes_passwords=is_open, is_session_over=is_over, **ways
    )


def _checked(request: Request, surface: Surface, form: SignInForm) -> Any:
    """The account whose password was given, or None with the reason in the form."""
    email, address, kind = form.cleaned_data["email"], request.actor.address, surface.kind.value
    counted = known.counted_as(request, kind, email, account_with(email, kind))
    if not may_sign_in(counted, address):
        form.add_error(None, too_many())
        return None
    user = authenticate(request, email=email, password=form.cleaned_data["password"], kind=kind)
    if user is None:
        note_refusal(kind, method=Method.PASSWORD, address=address)
        form.add_error(None, _("Adres e-mail albo hasło się nie zgadza. Sprawdź je i spróbuj jeszcze raz."))
    return user


def _go_on(request: Request, surface: Surface, user: Any) -> HttpResponse:
    """In, or to the second factor, or to setting one up where the account must have it."""
    target, factors = target_of(request, surface), factors_of(user)
    if factors.is_there or user.kind in TWO_FACTOR_KINDS:
        underway.begin(request, user, target)
        return redirect(surface.url("second_step" if factors.is_there else "enrol"))
    return come_in(request, user, method=Method.PASSWORD, target=target)


@public
def passkey_sign_in(request: Request) -> HttpResponse:
    """A passkey in the place of e-mail address, password and code: the device has asked its holder for PIN or finger."""
    surface, site = surface_of(request), site_of(request)
    if surface is RESIDENT and not takes_passwords():
        return redirect("sign_in")
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        state = underway.take_challenge(request, "enter")
        try:
            if not admits((SIGN_IN_CLIENT, request.actor.address)):
                form.add_error(None, too_many())
            else:
                user = use_passkey(
                    site, state=state or {}, answer=form.cleaned_data["answer"], kind=surface.kind.value
                )
                return come_in(request, user, method=Method.PASSKEY, target=target_of(request, surface))
        except Refused as error:
            note_refusal(surface.kind.value, method=Method.PASSKEY, address=request.actor.address)
            show_on(form, error)
    options, state = request_for(site)
    underway.keep_challenge(request, "enter", state)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return page(request, "passkey", form, options=options, next=wanted)


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    surface = surface_of(request)
    logout(request)
    messages.success(request, str(surface.goodbye))
    return redirect(surface.url(surface.after))
