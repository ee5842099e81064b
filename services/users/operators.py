"""Accounts of the platform's operators, in the public schema: people of the console, who see no personal data of a gmina."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from services.users.models import User, UserKind
from services.users.passwords import require_good


@transaction.atomic(durable=True)
def make_operator(*, email: str, full_name: str, password: str | None = None, actor: Actor) -> User:
    """Make an account for the console; without a password its holder sets one from a link.

    Raises Conflict("operator.exists") when the address has such an account, InvalidInput("password.weak") with the reasons.
    """
    if User.objects.find(email, UserKind.PLATFORM):
        raise Conflict("operator.exists", field="email")
    if password is not None:
        require_good(password, email=email, full_name=full_name)
    user = User.objects.create_user(
        email=email, kind=UserKind.PLATFORM, full_name=full_name, password=password
    )
    record("operator.made", user, actor=actor)
    return user


def operator_with(email: str) -> User | None:
    """The operator's account with this address, or None."""
    return User.objects.find(email, UserKind.PLATFORM)


def operators() -> QuerySet[User]:
    """All accounts of the console, in the order in which they were made."""
    return User.objects.filter(kind=UserKind.PLATFORM).order_by("id")


def operator_account(user_id: UUID) -> User:
    """One account of the console. Raises NotFound("operator.unknown")."""
    user = User.objects.filter(public_id=user_id, kind=UserKind.PLATFORM).first()
    if user is None:
        raise NotFound("operator.unknown")
    return user


def console_address() -> str:
    """Address of the console, without a slash at its end."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{settings.CONSOLE_HOST}{port}"
