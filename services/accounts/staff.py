"""The office's people in their work: invitation, and which departments and liability types a clerk handles.

Roles themselves (with their authorisation) are in `services.users`; here are the grants on objects, kept by guardian, and
the letters. Every act passes the door first and leaves an audit entry.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import NotFound
from services.accounts.access import require
from services.notices.actions import portal_address, write_message
from services.users.actions import (
    Authorisation,
    close_staff,
    grant_role,
    make_staff,
    password_token,
    renew_role,
    reopen_staff,
    revoke_role,
)
from services.users.domain import Role, Verb
from services.users.models import User, UserKind
from services.users.own_sessions import end_sessions
from services.users.queries import current_roles
from tenants.configuration.models import Department, LiabilityType
from tenants.configuration.queries import office

HANDLE_DEPARTMENT = "configuration.handle_department"
HANDLE_TYPE = "configuration.handle_liabilitytype"


@dataclass(frozen=True)
class Grants:
    """What a clerk handles: whole departments, and single liability types, by public id."""

    departments: frozenset[UUID] = frozenset()
    liability_types: frozenset[UUID] = frozenset()


def staff_member(user_id: UUID) -> User:
    """One office account. Raises NotFound("staff.unknown")."""
    user = User.objects.filter(public_id=user_id, kind=UserKind.STAFF).first()
    if user is None:
        raise NotFound("staff.unknown")
    return user


def grants_of(user: User) -> Grants:
    """Departments and liability types granted to the person directly."""
    departments = get_objects_for_user(user, HANDLE_DEPARTMENT, klass=Department, accept_global_perms=False)
    types = get_objects_for_user(user, HANDLE_TYPE, klass=LiabilityType, accept_global_perms=False)
    return Grants(
        frozenset(departments.values_list("public_id", flat=True)),
        frozenset(types.values_list("public_id", flat=True)),
    )


def departments_of(actor: Actor) -> list[str]:
    """Names of the departments whose dues the signed-in person handles."""
    user = User.objects.filter(public_id=actor.ref, kind=UserKind.STAFF).first() if actor.ref else None
    if user is None:
        return []
    rows = get_objects_for_user(user, HANDLE_DEPARTMENT, klass=Department, accept_global_perms=False)
    return list(rows.order_by("name").values_list("name", flat=True))


@transaction.atomic(durable=True)
def invite_staff(
    *, email: str, full_name: str, role: Role, authorisation: Authorisation, actor: Actor
) -> User:
    """Make an office account with its first role and mail the link with which the person sets a password (S7, S33).

    Raises Refused, Conflict("staff.exists"), InvalidInput as `grant_role` does.
    """
    actor = require(actor, Verb.MANAGE_STAFF)
    user = make_staff(email=email, full_name=full_name, actor=actor)
    grant_role(user_id=user.public_id, role=role, authorisation=authorisation, actor=actor)
    _send_invitation(user)
    return user


@transaction.atomic(durable=True)
def invite_again(*, user_id: UUID, actor: Actor) -> User:
    """Mail a new link; the older one stays good until one of them is used. Raises Refused, NotFound("staff.unknown")."""
    actor = require(actor, Verb.MANAGE_STAFF)
    user = staff_member(user_id)
    _send_invitation(user)
    record("staff.invited_again", user, actor=actor)
    return user


@transaction.atomic(durable=True)
def give_role(*, user_id: UUID, role: Role, authorisation: Authorisation, actor: Actor) -> User:
    """Grant a further role. Raises Refused, NotFound, InvalidInput and Conflict as `grant_role` does."""
    actor = require(actor, Verb.MANAGE_STAFF)
    grant_role(user_id=user_id, role=role, authorisation=authorisation, actor=actor)
    return staff_member(user_id)


@transaction.atomic(durable=True)
def take_role(*, user_id: UUID, role: Role, actor: Actor) -> User:
    """Revoke a role at once; with the last one the person's sessions end too.

    Raises Refused, NotFound("role.not_held"), Conflict("role.last_admin").
    """
    actor = require(actor, Verb.MANAGE_STAFF)
    revoke_role(user_id=user_id, role=role, actor=actor)
    user = staff_member(user_id)
    if not current_roles(user.pk, timezone.localdate()):
        end_sessions(user, actor=actor)
    return user


@transaction.atomic(durable=True)
def extend_role(*, user_id: UUID, role: Role, authorisation: Authorisation, actor: Actor) -> User:
    """Put a new authorisation in the place of the one until now. Raises Refused and as `renew_role` does."""
    actor = require(actor, Verb.MANAGE_STAFF)
    renew_role(
        user_id=user_id, role=role, authorisation=authorisation, today=timezone.localdate(), actor=actor
    )
    return staff_member(user_id)


@transaction.atomic(durable=True)
def close_account(*, user_id: UUID, actor: Actor) -> User:
    """Close an office account and end its sessions. Raises Refused and as `close_staff` does."""
    actor = require(actor, Verb.MANAGE_STAFF)
    user = close_staff(user_id=user_id, actor=actor)
    end_sessions(user, actor=actor)
    return user


@transaction.atomic(durable=True)
def reopen_account(*, user_id: UUID, actor: Actor) -> User:
    """Open a closed office account again. Raises Refused, NotFound("staff.unknown")."""
    actor = require(actor, Verb.MANAGE_STAFF)
    return reopen_staff(user_id=user_id, actor=actor)


@transaction.atomic
def grant_department(*, user_id: UUID, department_id: UUID, actor: Actor) -> None:
    """Let a clerk handle all dues of a department, also of types added to it later. Twice is the same as once.

    Raises Refused, NotFound("staff.unknown"), NotFound("department.unknown").
    """
    actor = require(actor, Verb.MANAGE_STAFF)
    user, department = staff_member(user_id), _department(department_id)
    if department_id not in grants_of(user).departments:
        assign_perm(HANDLE_DEPARTMENT, user, department)
        record("staff.department_granted", user, actor=actor, department=department.code)


@transaction.atomic
def revoke_department(*, user_id: UUID, department_id: UUID, actor: Actor) -> None:
    """Take a department away; types granted one by one stay. Raises as `grant_department` does."""
    actor = require(actor, Verb.MANAGE_STAFF)
    user, department = staff_member(user_id), _department(department_id)
    if department_id in grants_of(user).departments:
        remove_perm(HANDLE_DEPARTMENT, user, department)
        record("staff.department_revoked", user, actor=actor, department=department.code)


@transaction.atomic
def grant_liability_type(*, user_id: UUID, liability_type_id: UUID, actor: Actor) -> None:
    """Let a clerk handle dues of one type. Raises Refused, NotFound("staff.unknown"), NotFound("liability_type.unknown")."""
    actor = require(actor, Verb.MANAGE_STAFF)
    user, kind = staff_member(user_id), _liability_type(liability_type_id)
    if liability_type_id not in grants_of(user).liability_types:
        assign_perm(HANDLE_TYPE, user, kind)
        record("staff.liability_type_granted", user, actor=actor, liability_type=kind.code)


@transaction.atomic
def revoke_liability_type(*, user_id: UUID, liability_type_id: UUID, actor: Actor) -> None:
    """Take one type away. Raises as `grant_liability_type` does."""
    actor = require(actor, Verb.MANAGE_STAFF)
    user, kind = staff_member(user_id), _liability_type(liability_type_id)
    if liability_type_id in grants_of(user).liability_types:
        remove_perm(HANDLE_TYPE, user, kind)
        record("staff.liability_type_revoked", user, actor=actor, liability_type=kind.code)


@transaction.atomic(durable=True)
def change_grants(*, user_id: UUID, shown: Grants, wanted: Grants, actor: Actor) -> User:
    """Apply what was changed on a page that showed `shown`: only the differences, so that what somebody else granted
    meanwhile stays (S35). Raises as the four acts above do, and then nothing has changed.
    """
    for department in wanted.departments - shown.departments:
        grant_department(user_id=user_id, department_id=department, actor=actor)
    for department in shown.departments - wanted.departments:
        revoke_department(user_id=user_id, department_id=department, actor=actor)
    for kind in wanted.liability_types - shown.liability_types:
        grant_liability_type(user_id=user_id, liability_type_id=kind, actor=actor)
    for kind in shown.liability_types - wanted.liability_types:
        revoke_liability_type(user_id=user_id, liability_type_id=kind, actor=actor)
    return staff_member(user_id)


def _send_invitation(user: User) -> None:
    link = f"{portal_address()}/haslo/{user.public_id}/{password_token(user)}/"
    write_message(
        kind="staff_invited",
        recipient=user.email,
        context={"portal": office().portal_name, "full_name": user.full_name, "password_url": link},
        related_ref=str(user.public_id),
    )


def _department(public_id: UUID) -> Department:
    row = Department.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("department.unknown")
    return row


def _liability_type(public_id: UUID) -> LiabilityType:
    row = LiabilityType.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("liability_type.unknown")
    return row
