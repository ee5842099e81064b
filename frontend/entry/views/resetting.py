"""Taking somebody else's lost second factor away: an administrator for the staff, a clerk for residents, an operator for
operators. Never for oneself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.entering import recently_entered
from frontend.entry.forms import ResetForm
from frontend.entry.views.safety import inside
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.audit.attempts import note_failed
from kernel.errors import NotFound, SkarbnikError
from services.accounts import protection
from services.accounts.queries import registration_account
from services.accounts.staff import staff_member
from services.users.domain import Verb
from services.users.factors import Factors, factors_of
from services.users.operators import operator_account, operators


@guarded(Verb.MANAGE_STAFF)
@recently_entered
def reset_staff(request: Request, user_id: UUID) -> HttpResponse:
    """A colleague lost phone or key."""
    user = staff_member(user_id)
    return _reset(request, user, protection.reset_staff, reverse("desk:staff_member", args=[user_id]))


@guarded(Verb.VERIFY_REGISTRATION)
@recently_entered
def reset_resident(request: Request, registration_id: UUID) -> HttpResponse:
    """A resident came to the office, or proved who she is otherwise."""
    user = registration_account(registration_id)
    return _reset(
        request, user, protection.reset_resident, reverse("desk:registration", args=[registration_id])
    )


@guarded(Verb.OPERATE_PLATFORM)
@recently_entered
def reset_operator(request: Request, user_id: UUID) -> HttpResponse:
    """Another operator lost phone or key."""
    return _reset(request, operator_account(user_id), protection.reset_operator, reverse("console:operators"))


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def list_operators(request: Request) -> HttpResponse:
    """Who may enter the console, and with what."""
    rows = [
        {"user": user, "factors": factors_of(user), "is_self": str(user.public_id) == request.actor.ref}
        for user in operators()
    ]
    return render(request, "console/operators.html", {"rows": rows})


def _reset(request: Request, user: Any, act: Callable[..., Any], back_url: str) -> HttpResponse:
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act(user_id=user.public_id, reason=form.cleaned_data["reason"], actor=request.actor)
        except NotFound:
            raise
        except SkarbnikError as error:
            note_failed(error)
            show_on(form, error)
        else:
            messages.success(
                request, _("Zgubione sposoby logowania są usunięte. Ta osoba dostała link do nowego hasła.")
            )
            return redirect(back_url)
    factors: Factors = factors_of(user)
    return inside(request, "reset", form, person=user, factors=factors, back_url=back_url)
