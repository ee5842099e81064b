"""The second factor after a right password. Until it is shown nobody is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from frontend.entry import underway
from frontend.entry.forms import CodeForm, PasskeyForm, RecoveryForm
from frontend.entry.surfaces import site_of, surface_of
from frontend.entry.views.steps import come_in, may_try_second, page, refuse_second, stopped
from frontend.guards import Request, public
from frontend.messages import show_on
from kernel.errors import Refused
from services.accounts.protection import use_recovery_code
from services.users.entrance import Method
from services.users.factors import factors_of, is_right_code
from services.users.passkeys import request_for, use_passkey

View = Callable[..., HttpResponse]


def after_password(view: View) -> View:
    """Give the view the account whose password was right a moment ago; anybody else starts at the first step."""

    @public
    @wraps(view)
    def inner(request: Request) -> HttpResponse:
        found = underway.account_underway(request, surface_of(request).kind)
        if found is None:
            return redirect(surface_of(request).url("sign_in"))
        return view(request, *found)

    return inner


@after_password
def second_step(request: Request, user: Any, way: underway.Underway) -> HttpResponse:
    """The code of the authenticator app; with a passkey of this host and no app, straight to the key."""
    factors = factors_of(user)
    keys = factors.keys_at(site_of(request).host)
    if factors.app is None:
        return redirect(surface_of(request).url("passkey_step" if keys else "recovery_step"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_try_second(request, user):
            return stopped(request)
        if is_right_code(user, form.cleaned_data["code"]):
            return come_in(request, user, method=Method.PASSWORD_AND_CODE, target=way.next)
        refuse_second(request, user, Method.PASSWORD_AND_CODE)
        form.add_error(
            "code", _("Ten kod się nie zgadza albo był już użyty. Poczekaj na następny i przepisz go.")
        )
    return page(request, "second_step", form, has_keys=bool(keys))


@after_password
def passkey_step(request: Request, user: Any, way: underway.Underway) -> HttpResponse:
    """A passkey of this account after the password."""
    site = site_of(request)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        state = underway.take_challenge(request, "second")
        if not may_try_second(request, user):
            return stopped(request)
        try:
            use_passkey(
                site, state=state or {}, answer=form.cleaned_data["answer"], kind=user.kind, user=user
            )
            return come_in(request, user, method=Method.PASSWORD_AND_PASSKEY, target=way.next)
        except Refused as error:
            refuse_second(request, user, Method.PASSWORD_AND_PASSKEY)
            show_on(form, error)
    options, state = request_for(site, user)
    underway.keep_challenge(request, "second", state)
    return page(
        request, "passkey", form, options=options, is_second=True, has_app=factors_of(user).app is not None
    )


@after_password
def recovery_step(request: Request, user: Any, way: underway.Underway) -> HttpResponse:
    """A code from paper, when phone and key are not at hand."""
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_try_second(request, user):
            return stopped(request)
        if use_recovery_code(user, form.cleaned_data["code"], address=request.actor.address):
            left = factors_of(user).codes_left
            messages.warning(
                request,
                _("Ten kod już nie zadziała. Kody, które zostały: %(left)s. Możesz utworzyć nowe.")
                % {"left": left},
            )
            return come_in(request, user, method=Method.PASSWORD_AND_RECOVERY, target=way.next)
        refuse_second(request, user, Method.PASSWORD_AND_RECOVERY)
        form.add_error("code", _("Ten kod się nie zgadza albo był już użyty. Wybierz inny z kartki."))
    return page(request, "recovery", form, back_url=surface_of(request).url("second_step"))
