"""What the pages of signing in have in common: where it leads, how tries are counted, and the last step."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from frontend.entering import enter
from frontend.entry import known, underway
from frontend.entry.surfaces import Surface, surface_of
from frontend.pages.throttle import LETTER_ACCOUNT, SECOND_STEP, SIGN_IN_CLIENT, admits, forget
from services.accounts.protection import warn_of_guessing
from services.users.entrance import Method
from services.users.signing_in import note_refusal

UNCONFIRMED_KEY = "unconfirmed_user"
"""Session key: whose password was right although the address is not proven yet."""


def too_many() -> str:
    """The sentence of the brake; it is the same whether or not there is such an account."""
    return _("Zbyt wiele prób logowania. Odczekaj 15 minut i spróbuj jeszcze raz.")


def target_of(request: HttpRequest, surface: Surface) -> str:
    """Where the person was going, if that is a page of this very host; else the surface's first page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and is_ours else surface.url(surface.start)


def page(
    request: HttpRequest, template: str, form: Any = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page outside the signed-in part, 422 when its form was refused."""
    surface = surface_of(request)
    status = 422 if form is not None and form.errors else status
    whole = {"surface": surface, "layout": surface.outside, "form": form, **context}
    return render(request, f"entry/{template}.html", whole, status=status)


def come_in(request: HttpRequest, user: Any, *, method: Method, target: str) -> HttpResponse:
    """The last step of every way in of ours: the session, the browser's mark, all tries back."""
    surface = surface_of(request)
    if surface.namespace == "" and user.email_confirmed_at is None:
        underway.forget(request)
        request.session[UNCONFIRMED_KEY] = user.pk
        return redirect("confirm_first")
    underway.forget(request)
    counted = known.counted_as(request, user.kind, user.email, user)
    enter(request, user, method=method)
    forget(counted, request.META.get("REMOTE_ADDR", ""))
    response = redirect(target)
    known.mark(request, response, user)
    return response


def may_try_second(request: HttpRequest, user: Any) -> bool:
    """Count a try at the second factor. When they are used up the holder is told that somebody knows the password."""
    counted = known.counted_as(request, user.kind, user.email, user)
    address = request.META.get("REMOTE_ADDR", "")
    if admits((SECOND_STEP, counted), (SIGN_IN_CLIENT, address)):
        return True
    underway.forget(request)
    if admits((LETTER_ACCOUNT, f"guessing:{user.public_id}")):
        warn_of_guessing(user, address=address)
    return False


def refuse_second(request: HttpRequest, user: Any, method: Method) -> None:
    """Keep that the password was right and the second factor was not."""
    note_refusal(user.kind, method=method, address=request.META.get("REMOTE_ADDR", ""), user=user)


def stopped(request: HttpRequest) -> HttpResponse:
    """Back to the first step, with the reason."""
    messages.error(request, too_many())
    return redirect(surface_of(request).url("sign_in"))
