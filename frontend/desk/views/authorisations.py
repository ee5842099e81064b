"""Authorisations behind the roles: all of the office at a glance, a new one in place of an old one; closing an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, carried_out, draw, sent
from frontend.desk.forms.staff import AuthorisationForm, starting
from frontend.desk.trail import trail
from frontend.desk.validity import validity
from frontend.guards import Request, guarded
from services.accounts import staff as office_staff
from services.safeguards.authorisations import ending_roles
from services.users import queries as users
from services.users.domain import Role, Verb


@guarded(Verb.MANAGE_STAFF)
@require_safe
def authorisations(request: Request) -> HttpResponse:
    """Every authorisation that was ever recorded, person by person, with what it gives today."""
    today = timezone.localdate()
    rows = [
        {
            "user": user,
            "grant": grant,
            "role": wording.word(wording.ROLES, grant.role),
            **validity(grant, today),
        }
        for user in users.staff()
        for grant in user.staff_roles.all()
    ]
    context = {
        "rows": rows,
        "ending": ending_roles(today),
        "crumbs": trail((_("Pracownicy"), "staff"), _("Upoważnienia")),
    }
    return render(request, "desk/authorisations.html", context)


@guarded(Verb.MANAGE_STAFF)
def extend_role(request: Request, user_id: UUID, role: str) -> HttpResponse:
    """A new authorisation for a role that the person holds."""
    user = office_staff.staff_member(user_id)
    grant = user.staff_roles.filter(revoked_at__isnull=True, role=role).first()
    if grant is None:
        raise Http404
    form = AuthorisationForm(sent(request), initial=starting(timezone.localdate()) | {"issuer": grant.issuer})
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: office_staff.extend_role(
                user_id=user_id, role=Role(role), authorisation=form.authorisation, actor=request.actor
            ),
        )
    ):
        messages.success(request, _("Nowe upoważnienie jest zapisane. Rola działa bez przerwy."))
        return redirect("desk:staff_member", user_id)
    context = {
        "form": form,
        "user": user,
        "grant": grant,
        "role": wording.word(wording.ROLES, role),
        "crumbs": _crumbs(user, _("Nowe upoważnienie")),
    }
    return draw(request, "desk/staff_extend.html", context, form)


@guarded(Verb.MANAGE_STAFF)
def close_account(request: Request, user_id: UUID) -> HttpResponse:
    """Ask first: the person is signed out at once and cannot sign in."""
    user = office_staff.staff_member(user_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: office_staff.close_account(user_id=user_id, actor=request.actor),
            _("Konto jest zamknięte."),
        )
        return redirect("desk:staff_member", user_id)
    context = {
        "user": user,
        "is_self": str(user.public_id) == request.actor.ref,
        "crumbs": _crumbs(user, _("Zamknięcie konta")),
    }
    return render(request, "desk/staff_close.html", context)


@guarded(Verb.MANAGE_STAFF)
def reopen_account(request: Request, user_id: UUID) -> HttpResponse:
    """Let the person sign in again; the roles give what their authorisations still give."""
    office_staff.staff_member(user_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: office_staff.reopen_account(user_id=user_id, actor=request.actor),
            _("Konto jest znowu otwarte."),
        )
    return redirect("desk:staff_member", user_id)


def _crumbs(user: Any, here: str) -> list[dict[str, str]]:
    return trail((_("Pracownicy"), "staff"), (user.full_name, "staff_member", user.public_id), here)
