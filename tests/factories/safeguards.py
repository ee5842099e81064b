"""Two administrators, and changes that they propose to each other."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kernel.actors import Actor, ActorKind
from services.safeguards.changes import submit_operator_account
from services.safeguards.models import ProposedChange
from services.users.domain import Role
from services.users.models import StaffRole, User
from tenants.configuration.models import OperatorAccount
from tests.factories.accounts import StaffRoleFactory

OTHER_NRB = "20999900130000100020009999"
"""An account that the office does not use yet (right check digits)."""


def actor_of(user: User) -> Actor:
    """The value that actions take."""
    return Actor(kind=ActorKind.STAFF, ref=str(user.public_id), user_id=user.pk, address="127.0.0.1")


def make_administrator(*, days: int = 30) -> User:
    """A further local administrator, for so many days already."""
    grant = StaffRoleFactory(role=Role.ADMIN, user__full_name="Grażyna Druga")
    StaffRole.objects.filter(pk=grant.pk).update(granted_at=timezone.now() - timedelta(days=days))
    user: User = grant.user
    return user


def account_values(row: OperatorAccount, **changes: Any) -> dict[str, Any]:
    """What the page of an operator account sends, with changes."""
    names = ("operator", "label", "profile", "api_url", "account_nrb", "is_active", "merchant_ids")
    return {name: getattr(row, name) for name in names} | changes


def propose_account(actor: Actor, row: OperatorAccount, **changes: Any) -> ProposedChange:
    """A proposal of another bank account for this account at an operator."""
    saved = submit_operator_account(
        account_values(row, **{"account_nrb": OTHER_NRB} | changes),
        secrets={},
        public_id=row.public_id,
        version=row.version,
        actor=actor,
    )
    assert isinstance(saved, ProposedChange)
    return saved
