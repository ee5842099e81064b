"""Accounts and roles."""

from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from services.users.domain import Role
from services.users.models import StaffRole, User, UserKind


def current_roles(user_id: int, on: date) -> frozenset[Role]:
    """Roles that the person may act in on the given day: authorised, valid and not revoked."""
    rows = StaffRole.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        user_id=user_id,
        user__is_active=True,
        user__kind=UserKind.STAFF,
        valid_from__lte=on,
        revoked_at__isnull=True,
    )
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def staff() -> QuerySet[User]:
    """The office's people with all their role grants."""
    grants = Prefetch("staff_roles", queryset=StaffRole.objects.order_by("revoked_at", "role"))
    return User.objects.filter(kind=UserKind.STAFF).prefetch_related(grants).order_by("id")


def names_of(refs: set[str]) -> dict[str, str]:
    """Names of accounts by public id, for showing who acted."""
    ids = [UUID(ref) for ref in refs if len(ref) == 36]
    return {str(user.public_id): user.full_name for user in User.objects.filter(public_id__in=ids)}
