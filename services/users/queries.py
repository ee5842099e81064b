"""Accounts and roles."""

from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from services.users.domain import Role
from services.users.models import StaffRole, User, UserKind


def account_of(actor: Actor) -> QuerySet[User]:
    """The actor's own account, as one row or none.

    Number and public id must both fit: every gmina counts its people from one, so the number of somebody of another gmina
    is also the number of somebody here.
    """
    try:
        public_id = UUID(actor.ref)
    except ValueError:
        return User.objects.none()
    return User.objects.filter(pk=actor.user_id or 0, public_id=public_id)


def roles_of(actor: Actor, on: date) -> frozenset[Role]:
    """Roles that the actor may act in on the given day: authorised, valid and not revoked."""
    return _roles(Q(user__in=account_of(actor)), on)


def current_roles(user_id: int, on: date) -> frozenset[Role]:
    """Roles of the person with this number in the gmina that is open, by the rules of `roles_of`."""
    return _roles(Q(user_id=user_id), on)


def _roles(whose: Q, on: date) -> frozenset[Role]:
    rows = StaffRole.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        whose,
        user__is_active=True,
        user__kind=UserKind.STAFF,
        valid_from__lte=on,
        revoked_at__isnull=True,
    )
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def staff_in_role(role: Role, on: date) -> list[User]:
    """The office's people who may act in the role on the given day, by the rules of `roles_of`."""
    rows = User.objects.filter(kind=UserKind.STAFF, is_active=True, staff_roles__role=role).distinct()
    return [user for user in rows.order_by("id") if role in current_roles(user.pk, on)]


def staff() -> QuerySet[User]:
    """The office's people with all their role grants."""
    grants = Prefetch("staff_roles", queryset=StaffRole.objects.order_by("revoked_at", "role"))
    return User.objects.filter(kind=UserKind.STAFF).prefetch_related(grants).order_by("id")


def names_of(refs: set[str]) -> dict[str, str]:
    """Names of accounts by public id, for showing who acted."""
    ids = [UUID(ref) for ref in refs if len(ref) == 36]
    return {str(user.public_id): user.full_name for user in User.objects.filter(public_id__in=ids)}


def account_for_entry(user_id: int, kind: str) -> User | None:
    """The open account with this number and kind, for a sign-in that is under way."""
    return User.objects.filter(pk=user_id, kind=kind, is_active=True).first()


def own_account(actor: Actor) -> User:
    """The signed-in person's account. Raises NotFound("account.unknown")."""
    user = account_of(actor).first()
    if user is None:
        raise NotFound("account.unknown")
    return user


def account_with(email: str, kind: str) -> User | None:
    """The account of that kind with that e-mail address, or None; only for counting tries, never for telling anybody."""
    return User.objects.find(email, kind)
