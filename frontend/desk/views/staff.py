"""The office's people: list, invitation, roles and what each clerk handles."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, attempt, carried_out, draw, sent
from frontend.desk.forms.staff import GrantsForm, InviteForm, RoleForm, starting
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.desk.validity import validity
from frontend.guards import Request, guarded
from services.accounts import staff as office_staff
from services.users import queries as users
from services.users.domain import Role, Verb
from tenants.configuration import queries as configuration


@guarded(Verb.MANAGE_STAFF)
@require_safe
def staff(request: Request) -> HttpResponse:
    """Everybody with an office account, their roles and until when they hold."""
    today = timezone.localdate()
    rows = [{"user": user, "roles": _roles(user, today)} for user in users.staff()]
    return render(request, "desk/staff.html", {"rows": rows, "crumbs": trail(_("Pracownicy"))})


@guarded(Verb.MANAGE_STAFF)
def invite_staff(request: Request) -> HttpResponse:
    """Make an account with its first role; the person sets the password from a mailed link."""
    form = InviteForm(sent(request), initial=starting(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        who = {name: form.cleaned_data[name] for name in ("email", "full_name")}
        user = attempt(
            form,
            lambda: office_staff.invite_staff(
                **who, role=form.role_chosen, authorisation=form.authorisation, actor=request.actor
            ),
        )
        if user:
            messages.success(
                request,
                _("Zaproszenie jest wysłane. Przydziel teraz urzędnikowi wydziały albo rodzaje należności."),
            )
            return redirect("desk:staff_member", user.public_id)
    crumbs = trail((_("Pracownicy"), "staff"), _("Zaproszenie"))
    return draw(request, "desk/staff_invite.html", {"form": form, "crumbs": crumbs}, form)


@guarded(Verb.MANAGE_STAFF)
@require_safe
def staff_member(request: Request, user_id: UUID) -> HttpResponse:
    """One person: roles with their authorisations, what she or he handles, history."""
    return _page(request, office_staff.staff_member(user_id))


@guarded(Verb.MANAGE_STAFF)
def grant_role(request: Request, user_id: UUID) -> HttpResponse:
    """Grant a further role on a recorded authorisation."""
    user = office_staff.staff_member(user_id)
    if request.method != "POST":
        return redirect("desk:staff_member", user_id)
    form = RoleForm(request.POST, held=_held(user))
    if form.is_valid() and carried_out(
        form,
        lambda: office_staff.give_role(
            user_id=user_id, role=form.role_chosen, authorisation=form.authorisation, actor=request.actor
        ),
    ):
        messages.success(request, _("Rola jest nadana."))
        return redirect("desk:staff_member", user_id)
    return _page(request, user, role_form=form)


@guarded(Verb.MANAGE_STAFF)
def revoke_role(request: Request, user_id: UUID, role: str) -> HttpResponse:
    """Ask first: the person loses these pages at once."""
    user = office_staff.staff_member(user_id)
    if role not in _held(user):
        raise Http404
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: office_staff.take_role(user_id=user_id, role=Role(role), actor=request.actor),
            _("Rola jest odebrana."),
        )
        return redirect("desk:staff_member", user_id)
    context = {
        "user": user,
        "role": wording.word(wording.ROLES, role),
        "is_self": str(user.public_id) == request.actor.ref,
        "crumbs": trail(
            (_("Pracownicy"), "staff"), (user.full_name, "staff_member", user_id), _("Odebranie roli")
        ),
    }
    return render(request, "desk/staff_revoke.html", context)


@guarded(Verb.MANAGE_STAFF)
def change_grants(request: Request, user_id: UUID) -> HttpResponse:
    """Change what the person handles."""
    user = office_staff.staff_member(user_id)
    if request.method != "POST":
        return redirect("desk:staff_member", user_id)
    form = _grants_form(user, request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: office_staff.change_grants(
            user_id=user_id, shown=form.cleaned_data["shown"], wanted=form.wanted, actor=request.actor
        ),
    ):
        messages.success(request, _("Przydział jest zapisany."))
        return redirect("desk:staff_member", user_id)
    return _page(request, user, grants_form=form)


@guarded(Verb.MANAGE_STAFF)
def invite_again(request: Request, user_id: UUID) -> HttpResponse:
    """Mail a new link to set a password."""
    office_staff.staff_member(user_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: office_staff.invite_again(user_id=user_id, actor=request.actor),
            _("Wysłaliśmy nowy link do ustawienia hasła. Działa trzy dni."),
        )
    return redirect("desk:staff_member", user_id)


def _page(request: Request, user: Any, role_form: Any = None, grants_form: Any = None) -> HttpResponse:
    today = timezone.localdate()
    held = _held(user)
    forms = {
        "role_form": role_form or RoleForm(held=held, initial=starting(today)),
        "grants_form": grants_form or _grants_form(user),
    }
    context = {
        "user": user,
        "roles": _roles(user, today),
        "is_clerk": Role.CLERK.value in held,
        "can_get_role": len(held) < len(Role),
        "history": acts_on(user),
        "crumbs": trail((_("Pracownicy"), "staff"), user.full_name),
        **forms,
    }
    return draw(request, "desk/staff_member.html", context, *forms.values())


def _grants_form(user: Any, sent: Any = None) -> GrantsForm:
    types = configuration.liability_types()
    return GrantsForm(configuration.departments(), types, office_staff.grants_of(user), sent)


def _held(user: Any) -> set[str]:
    """Roles that are granted and not revoked, valid today or not."""
    return set(user.staff_roles.filter(revoked_at__isnull=True).values_list("role", flat=True))


def _roles(user: Any, today: date) -> list[dict[str, Any]]:
    return [
        {"grant": grant, "name": wording.word(wording.ROLES, grant.role), **validity(grant, today)}
        for grant in user.staff_roles.all()
    ]
