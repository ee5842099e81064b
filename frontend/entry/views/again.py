"""Proof once more before a sensitive change (`frontend.entering.recently_entered`)."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from frontend.entering import prove_again
from frontend.entry import known, underway
from frontend.entry.forms import PasskeyForm, PasswordAgainForm
from frontend.entry.surfaces import RESIDENT, site_of, surface_of
from frontend.entry.views.safety import inside
from frontend.entry.views.steps import may_try_second, refuse_second, stopped, target_of
from frontend.guards import Request
from frontend.messages import show_on
from frontend.pages.throttle import forget
from frontend.pages.ways import ways_context
from kernel.errors import Refused
from services.accounts.protection import use_recovery_code
from services.users.entrance import Method
from services.users.factors import Factors, factors_of, is_right_code
from services.users.passkeys import request_for, use_passkey
from services.users.queries import own_account


class PasswordAndCodeForm(PasswordAgainForm):
    """Password and second factor."""

    code = forms.CharField(
        label=gettext_lazy("Kod z aplikacji albo kod zapasowy"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Przepisz kod.")},
    )


@sensitive_post_parameters("password", "code")
def confirm_again(request: Request) -> HttpResponse:
    """Password, and the second factor of an account that has one; or a passkey that does for both."""
    user = own_account(request.actor)
    factors = factors_of(user)
    keys = factors.keys_at(site_of(request).host)
    kind = PasswordAndCodeForm if factors.is_there else PasswordAgainForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_try_second(request, user):
            request.session.flush()
            return stopped(request)
        if _is_right(request, user, factors, form):
            return _proven(request, user)
        refuse_second(request, user, Method.PASSWORD_AND_CODE if factors.is_there else Method.PASSWORD)
        form.add_error(None, _("Podane dane się nie zgadzają. Sprawdź je i spróbuj jeszcze raz."))
    is_node_ready = surface_of(request) is RESIDENT and ways_context()["ways"]["is_node_ready"]
    if is_node_ready:  # the way that stands first must not be jumped over
        form.fields["password"].widget.attrs.pop("autofocus", None)
    return inside(
        request,
        "confirm_again",
        form,
        has_password=user.has_usable_password(),
        has_keys=bool(keys),
        is_node_ready=is_node_ready,
        next=target_of(request, surface_of(request)),
    )


def confirm_by_passkey(request: Request) -> HttpResponse:
    """A passkey that has verified its holder."""
    user, site = own_account(request.actor), site_of(request)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        state = underway.take_challenge(request, "again")
        if not may_try_second(request, user):
            request.session.flush()
            return stopped(request)
        try:
            found = use_passkey(site, state=state or {}, answer=form.cleaned_data["answer"], kind=user.kind)
            if found.pk != user.pk:
                raise Refused("passkey.refused")
            return _proven(request, user)
        except Refused as error:
            refuse_second(request, user, Method.PASSKEY)
            show_on(form, error)
    options, state = request_for(site)
    underway.keep_challenge(request, "again", state)
    return inside(
        request, "confirm_by_passkey", form, options=options, next=target_of(request, surface_of(request))
    )


def _is_right(request: Request, user: Any, factors: Factors, form: PasswordAgainForm) -> bool:
    if not user.check_password(form.cleaned_data["password"]):
        return False
    if not factors.is_there:
        return True
    code = form.cleaned_data["code"]
    return is_right_code(user, "".join(code.split())) or use_recovery_code(
        user, code, address=request.actor.address
    )


def _proven(request: Request, user: Any) -> HttpResponse:
    prove_again(request)
    forget(known.counted_as(request, user.kind, user.email, user), request.actor.address)
    return redirect(target_of(request, surface_of(request)))
