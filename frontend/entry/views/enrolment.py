"""Setting up a second factor: at the first sign-in of staff and operators, before anything opens, and later by choice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from frontend.entry import underway
from frontend.entry.forms import CodeForm, NewPasskeyForm
from frontend.entry.qr import qr_svg
from frontend.entry.surfaces import site_of, surface_of
from frontend.entry.views.second_step import after_password
from frontend.entry.views.steps import come_in, may_try_second, page, stopped
from frontend.guards import Request
from frontend.messages import show_on
from kernel.errors import SkarbnikError
from services.accounts.protection import add_app, add_passkey
from services.users import totp
from services.users.entrance import Method
from services.users.factors import factors_of
from services.users.passkeys import registration
from services.users.signing_in import own_actor

SECRET_KEY = "new_app_secret"  # noqa: S105 -- the name of a place in the session
CODES_KEY = "new_codes"
"""Session key: recovery codes until their page has shown them once."""


def app_context(request: HttpRequest, user: Any) -> dict[str, Any]:
    """QR code and key of an app that is being set up; the same ones until the app has shown a right code."""
    secret = request.session.setdefault(SECRET_KEY, totp.new_secret())
    address = totp.address(secret, account=user.email, issuer=site_of(request).name)
    return {"qr": qr_svg(address), "secret": totp.in_groups(secret), "address": address}


def keep_app(request: Request, user: Any, form: CodeForm, actor: Any) -> list[str] | None:
    """Add the app whose code was typed; new recovery codes or an empty list, None when the form says why not."""
    try:
        codes = add_app(
            user,
            secret=request.session.get(SECRET_KEY) or totp.new_secret(),
            code=form.cleaned_data["code"],
            actor=actor,
            key=request.session.session_key,
        )
    except SkarbnikError as error:
        show_on(form, error)
        return None
    request.session.pop(SECRET_KEY, None)
    return codes


def keep_key(request: Request, user: Any, form: NewPasskeyForm, actor: Any) -> list[str] | None:
    """Add the passkey that the browser has brought; the answer is as that of `keep_app`."""
    try:
        return add_passkey(
            site_of(request),
            user,
            state=underway.take_challenge(request, "register") or {},
            answer=form.cleaned_data["answer"],
            name=form.cleaned_data["name"],
            actor=actor,
            key=request.session.session_key,
        )
    except SkarbnikError as error:
        show_on(form, error)
        return None


def key_options(request: Request, user: Any) -> dict[str, Any]:
    """What the browser is to ask a device for."""
    options, state = registration(site_of(request), user)
    underway.keep_challenge(request, "register", state)
    return options


@after_password
def enrol(request: Request, user: Any, way: underway.Underway) -> HttpResponse:
    """An authenticator app, by QR code or key. Who has a second factor shows that one instead."""
    if factors_of(user).is_there:
        return redirect(surface_of(request).url("second_step"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_try_second(request, user):
            return stopped(request)
        codes = keep_app(request, user, form, own_actor(user, request.actor.address))
        if codes is not None:
            return _enrolled(request, user, codes, Method.PASSWORD_AND_CODE)
    return page(request, "enrol", form, **app_context(request, user))


@after_password
def enrol_passkey(request: Request, user: Any, way: underway.Underway) -> HttpResponse:
    """A passkey instead of an app."""
    if factors_of(user).is_there:
        return redirect(surface_of(request).url("second_step"))
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_try_second(request, user):
            return stopped(request)
        codes = keep_key(request, user, form, own_actor(user, request.actor.address))
        if codes is not None:
            return _enrolled(request, user, codes, Method.PASSWORD_AND_PASSKEY)
    return page(request, "enrol_passkey", form, options=key_options(request, user))


def _enrolled(request: Request, user: Any, codes: list[str], method: Method) -> HttpResponse:
    """In, and first of all to the codes on paper."""
    response = come_in(request, user, method=method, target=surface_of(request).url("codes"))
    request.session[CODES_KEY] = codes
    return response
