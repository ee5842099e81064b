"""Coming in: the letters that help who cannot.

Nothing here tells a visitor whether an account exists: that goes to the mailbox and to the audit log only.
"""

from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import NotFound
from services.accounts.actions import send_confirmation
from services.accounts.models import Resident
from services.notices.actions import portal_address, write_message
from services.users.actions import password_token
from services.users.models import User, UserKind
from services.users.signing_in import own_actor
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def confirm_again(*, user_id: int, address: str) -> None:
    """Mail the link that proves the address once more; nothing happens when it is proven already.

    The caller has just seen the right password. Raises NotFound("resident.unknown").
    """
    resident = Resident.objects.select_related("user").filter(user_id=user_id).first()
    if resident is None:
        raise NotFound("resident.unknown")
    if resident.user.email_confirmed_at is None:
        send_confirmation(resident)
        record("registration.confirmation_sent_again", resident, actor=own_actor(resident.user, address))


@transaction.atomic(durable=True)
def send_password_link(*, email: str, actor: Actor) -> None:
    """Mail a link for setting a new password to each account of this address, resident's and staff's.

    An unknown or closed account gets nothing, and the visitor is not told.
    """
    for kind in (UserKind.RESIDENT, UserKind.STAFF):
        user = User.objects.find(email, kind)
        if user is None or not user.is_active:
            continue
        write_message(
            kind="password_reset",
            recipient=user.email,
            context={
                "portal": office().portal_name,
                "account_kind": kind.value,
                "password_url": f"{portal_address()}/haslo/{user.public_id}/{password_token(user)}/",
            },
            related_ref=str(user.public_id),
        )
        record("password.link_sent", user, actor=actor)


def is_password_link_alive(user_id: UUID, token: str) -> bool:
    """Whether a mailed link still sets a password: not used, not old, and its account not closed."""
    user = User.objects.filter(public_id=user_id, is_active=True).first()
    return user is not None and default_token_generator.check_token(user, token)
