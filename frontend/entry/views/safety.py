"""Bezpieczeństwo konta: password, second factor and open sessions of one's own account, on every surface."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from frontend.entry.devices import device_name
from frontend.entry.forms import ChangePasswordForm, CodeForm, NewPasskeyForm
from frontend.entry.surfaces import site_of, surface_of
from frontend.entry.views.enrolment import CODES_KEY, app_context, keep_app, keep_key, key_options
from frontend.guards import Request
from frontend.messages import sentence, show_on
from kernel.audit.attempts import note_failed
from kernel.errors import NotFound, SkarbnikError
from services.accounts import protection
from services.users.entrance import TWO_FACTOR_KINDS, Method
from services.users.factors import factors_of
from services.users.own_sessions import end_session, end_sessions, open_sessions, own_session
from services.users.queries import own_account

METHODS = {
    Method.PASSWORD.value: gettext_lazy("hasłem"),
    Method.PASSWORD_AND_CODE.value: gettext_lazy("hasłem i kodem z aplikacji"),
    Method.PASSWORD_AND_PASSKEY.value: gettext_lazy("hasłem i kluczem dostępu"),
    Method.PASSWORD_AND_RECOVERY.value: gettext_lazy("hasłem i kodem zapasowym"),
    Method.PASSKEY.value: gettext_lazy("kluczem dostępu"),
    Method.LOGIN_GOV.value: gettext_lazy("przez login.gov.pl"),
}


def inside(request: Request, template: str, form: Any = None, **context: Any) -> HttpResponse:
    """A page of the signed-in part."""
    surface = surface_of(request)
    urls = {"back_url": surface.url("safety"), "start_url": surface.url(surface.start)}
    whole = {"surface": surface, "layout": surface.inside, "form": form, **urls, **context}
    status = 422 if form is not None and form.errors else 200
    return render(request, f"entry/{template}.html", whole, status=status)


def back(request: Request) -> HttpResponse:
    """To the page of the account's safety."""
    return redirect(surface_of(request).url("safety"))


def safety(request: Request) -> HttpResponse:
    """What protects the account and where it is signed in."""
    user = own_account(request.actor)
    factors = factors_of(user)
    host = site_of(request).host
    sessions = [
        {"row": one, "device": device_name(one.device), "method": METHODS.get(one.method, "")}
        for one in open_sessions(user, key=request.session.session_key)
    ]
    return inside(
        request,
        "safety",
        user=user,
        factors=factors,
        has_password=user.has_usable_password(),
        keys=[{"row": key, "is_here": key.host == host} for key in factors.passkeys],
        can_remove=user.kind not in TWO_FACTOR_KINDS or factors.count > 1,
        sessions=sessions,
        has_others=len(sessions) > 1,
    )


@sensitive_post_parameters("current", "password", "password_again")
def change_password(request: Request) -> HttpResponse:
    """The present password and a new one; other sessions end."""
    user = own_account(request.actor)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            protection.change_password(
                user,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
                actor=request.actor,
                key=request.session.session_key,
            )
        except SkarbnikError as error:
            note_failed(error)
            show_on(form, error)
        else:
            update_session_auth_hash(request, user)  # Django ties a session to the password; this one goes on
            messages.success(
                request, _("Hasło jest zmienione. Na innych urządzeniach zaloguj się jeszcze raz.")
            )
            return back(request)
    return inside(request, "change_password", form)


def add_app(request: Request) -> HttpResponse:
    """An authenticator app, the first or in the place of the old one."""
    user = own_account(request.actor)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        codes = keep_app(request, user, form, request.actor)
        if codes is not None:
            return _added(request, codes, _("Aplikacja jest dodana. Przy logowaniu podasz kod z niej."))
    has_app = factors_of(user).app is not None
    return inside(request, "add_app", form, has_app=has_app, **app_context(request, user))


def add_passkey(request: Request) -> HttpResponse:
    """One more passkey of this host."""
    user = own_account(request.actor)
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        codes = keep_key(request, user, form, request.actor)
        if codes is not None:
            return _added(request, codes, _("Klucz dostępu jest dodany."))
    return inside(request, "add_passkey", form, options=key_options(request, user))


def remove_app(request: Request) -> HttpResponse:
    """Ask, then take the app away."""
    user = own_account(request.actor)
    if factors_of(user).app is None:
        raise NotFound("factor.unknown")
    if request.method == "POST":
        key = request.session.session_key
        return _act(
            request,
            lambda: protection.remove_app(user, actor=request.actor, key=key),
            _("Aplikacja jest usunięta. Jej kody już nie działają."),
        )
    return inside(request, "remove_factor", is_app=True, is_last=factors_of(user).count == 1)


def remove_passkey(request: Request, passkey_id: UUID) -> HttpResponse:
    """Ask, then take one key away."""
    user = own_account(request.actor)
    factors = factors_of(user)
    passkey = next((one for one in factors.passkeys if one.public_id == passkey_id), None)
    if passkey is None:
        raise NotFound("factor.unknown")
    if request.method == "POST":
        key = request.session.session_key
        return _act(
            request,
            lambda: protection.remove_passkey(user, passkey_id=passkey_id, actor=request.actor, key=key),
            _("Klucz jest usunięty. Nikt się nim już nie zaloguje."),
        )
    return inside(request, "remove_factor", passkey=passkey, is_last=factors.count == 1)


def new_codes(request: Request) -> HttpResponse:
    """New recovery codes; asks first, because the old sheet is worthless then."""
    user = own_account(request.actor)
    if request.method == "POST":
        request.session[CODES_KEY] = protection.new_codes(user, actor=request.actor)
        return redirect(surface_of(request).url("codes"))
    if not factors_of(user).is_there:
        raise NotFound("factor.unknown")
    return inside(request, "new_codes")


def codes(request: Request) -> HttpResponse:
    """The recovery codes, shown once."""
    shown = request.session.pop(CODES_KEY, None)
    return inside(request, "codes", codes=shown) if shown else back(request)


def end_one(request: Request, session_id: UUID) -> HttpResponse:
    """Sign out one other browser."""
    user = own_account(request.actor)
    if request.method != "POST":
        own_session(user, session_id)
        return back(request)
    end_session(user, session_id, actor=request.actor)
    messages.success(request, _("To urządzenie jest wylogowane."))
    return back(request)


def end_others(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    user = own_account(request.actor)
    if request.method == "POST":
        end_sessions(user, actor=request.actor, but=request.session.session_key)
        messages.success(request, _("Wszystkie inne urządzenia są wylogowane."))
    return back(request)


def _added(request: Request, codes_made: list[str], done: str) -> HttpResponse:
    messages.success(request, done)
    if not codes_made:
        return back(request)
    request.session[CODES_KEY] = codes_made
    return redirect(surface_of(request).url("codes"))


def _act(request: Request, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except NotFound:
        raise
    except SkarbnikError as error:
        note_failed(error)
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return back(request)
