"""Accounts of the platform's operators, in the public schema: people of the console, who see no personal data of a gmina."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from services.users.models import User, UserKind


@transaction.atomic(durable=True)
def make_operator(*, email: str, full_name: str, password: str | None = None, actor: Actor) -> User:
    """Make an account for the console; without a password its holder sets one from a link.

    Raises Conflict("operator.exists") when the address has such an account, InvalidInput("password.weak") with the reasons.
    """
    if User.objects.find(email, UserKind.PLATFORM):
        raise Conflict("operator.exists", field="email")
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            raise InvalidInput("password.weak", field="password", reasons=list(error.messages)) from error
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


@transaction.atomic
def note_sign_in(user: User | None, *, address: str) -> None:
    """Keep every attempt to sign in to the console: whose account, when, from where, and whether it succeeded."""
    if user is None:
        record(
            "operator.signed_in", actor=Actor(kind=ActorKind.ANONYMOUS, address=address), outcome="refused"
        )
        return
    actor = Actor(kind=ActorKind.PLATFORM, ref=str(user.public_id), user_id=user.pk, address=address)
    record("operator.signed_in", user, actor=actor)
