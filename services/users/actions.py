"""Accounts of the office: invitation, roles with their authorisation, passwords."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.users.domain import Role
from services.users.models import StaffRole, User, UserKind
from services.users.own_sessions import end_sessions
from services.users.passwords import require_good
from services.users.queries import current_roles


@dataclass(frozen=True)
class Authorisation:
    """Upoważnienie: what stands behind a role (S33)."""

    number: str
    on: date
    issuer: str
    valid_from: date
    valid_to: date | None = None


@transaction.atomic
def make_staff(*, email: str, full_name: str, actor: Actor) -> User:
    """Make an office account without a password; whoever holds the mailbox sets one from a link.

    Raises Conflict("staff.exists") when the address already has an office account.
    """
    if User.objects.find(email, UserKind.STAFF):
        raise Conflict("staff.exists")
    user = User.objects.create_user(email=email, kind=UserKind.STAFF, full_name=full_name)
    record("staff.made", user, actor=actor)
    return user


@transaction.atomic
def grant_role(*, user_id: UUID, role: Role, authorisation: Authorisation, actor: Actor) -> StaffRole:
    """Give a role on the strength of a recorded authorisation (S29-S33).

    Raises InvalidInput when the authorisation is incomplete, Conflict("role.held") when the person holds the role.
    """
    if not authorisation.number.strip() or not authorisation.issuer.strip():
        raise InvalidInput("role.authorisation_incomplete", field="number")
    if authorisation.valid_to and authorisation.valid_to < authorisation.valid_from:
        raise InvalidInput("role.validity", field="valid_to")
    user = _staff(user_id)
    try:
        with transaction.atomic():
            grant = StaffRole.objects.create(
                user=user,
                role=role,
                authorisation_number=authorisation.number.strip(),
                authorised_on=authorisation.on,
                issuer=authorisation.issuer.strip(),
                valid_from=authorisation.valid_from,
                valid_to=authorisation.valid_to,
            )
    except IntegrityError as error:
        raise Conflict("role.held", role=role.value) from error
    record("role.granted", user, actor=actor, role=role.value, authorisation=authorisation.number.strip())
    return grant


@transaction.atomic
def renew_role(
    *, user_id: UUID, role: Role, authorisation: Authorisation, today: date, actor: Actor
) -> StaffRole:
    """Put a new authorisation in the place of the one until now, without a moment between them.

    Raises NotFound("role.not_held"), InvalidInput("role.renewal_early") for one that is not in force on `today` yet, and as
    `grant_role` does.
    """
    user = _staff(user_id)
    rows = StaffRole.objects.select_for_update().filter(user=user, role=role, revoked_at__isnull=True)
    before = rows.first()
    if before is None:
        raise NotFound("role.not_held", role=role.value)
    if authorisation.valid_from > today:
        raise InvalidInput("role.renewal_early", field="valid_from")
    before.revoked_at = timezone.now()
    before.save(update_fields=["revoked_at"])
    return grant_role(user_id=user_id, role=role, authorisation=authorisation, actor=actor)


@transaction.atomic
def close_staff(*, user_id: UUID, actor: Actor) -> User:
    """Close an office account: nobody signs in with it and its roles give nothing. Twice is the same as once.

    Raises NotFound("staff.unknown") and Conflict("role.last_admin").
    """
    user = _staff(user_id)
    admins = list(
        StaffRole.objects.select_for_update().filter(role=Role.ADMIN, revoked_at__isnull=True).order_by("id")
    )
    today = timezone.localdate()
    acting = _acts_as_admin(admins, today)
    if acting == {user.pk}:
        raise Conflict("role.last_admin")
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        record("staff.closed", user, actor=actor)
        end_sessions(user, actor=actor)
    return user


@transaction.atomic
def reopen_staff(*, user_id: UUID, actor: Actor) -> User:
    """Open a closed office account again; its roles give what their authorisations still give. Raises NotFound."""
    user = _staff(user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record("staff.reopened", user, actor=actor)
    return user


@transaction.atomic
def revoke_role(*, user_id: UUID, role: Role, actor: Actor) -> None:
    """Take a role away at once. The last local administrator cannot be taken away: nobody could repair that.

    Only those count as others who can act today, and all grants of the role are locked, so that two administrators cannot
    take each other away at the same moment. Raises NotFound("role.not_held") and Conflict("role.last_admin").
    """
    user = _staff(user_id)
    grants = list(
        StaffRole.objects.select_for_update().filter(role=role, revoked_at__isnull=True).order_by("id")
    )
    grant = next((one for one in grants if one.user_id == user.pk), None)
    if grant is None:
        raise NotFound("role.not_held", role=role.value)
    if role == Role.ADMIN and not _acts_as_admin(grants, timezone.localdate()) - {user.pk}:
        raise Conflict("role.last_admin")
    grant.revoked_at = timezone.now()
    grant.save()
    record("role.revoked", user, actor=actor, role=role.value)


def _acts_as_admin(grants: Iterable[StaffRole], on: date) -> set[int]:
    return {grant.user_id for grant in grants if Role.ADMIN in current_roles(grant.user_id, on)}


def password_token(user: User) -> str:
    """Token of a link with which the account's holder sets a password; it dies with its use or after three days."""
    return default_token_generator.make_token(user)


@transaction.atomic
def set_password(*, user_id: UUID, token: str, password: str) -> User:
    """Set a password from a mailed link; the link also proves the e-mail address. All sessions of the account end.

    Raises NotFound("link.dead") for a used or old link and InvalidInput("password.weak") with the reasons.
    """
    user = User.objects.select_for_update().filter(public_id=user_id, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise NotFound("link.dead")
    require_good(password, email=user.email, full_name=user.full_name)
    user.set_password(password)
    user.email_confirmed_at = user.email_confirmed_at or timezone.now()
    user.save()
    holder = Actor(kind=ActorKind(user.kind), ref=str(user.public_id))
    record("password.set", user, actor=holder)
    end_sessions(user, actor=holder)
    return user


def _staff(user_id: UUID) -> User:
    user = User.objects.filter(public_id=user_id, kind=UserKind.STAFF).first()
    if user is None:
        raise NotFound("staff.unknown")
    return user
