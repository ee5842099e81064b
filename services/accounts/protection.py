"""Changes of how an account is protected: each ends what it must end, leaves an audit entry, and tells the holder by letter.

The letter goes to whoever holds the mailbox, so that nobody changes a password or a second factor unseen (ASVS V6.3.7). The
console has no outbox of letters: its operators get theirs at once, and a mail server that is away does not hold up the act.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import NotFound
from services.accounts.access import require
from services.notices.actions import portal_address, write_message
from services.users import factors, passkeys, passwords, recovery
from services.users.actions import password_token
from services.users.domain import Verb
from services.users.models import User, UserKind
from services.users.models_factors import AuthenticatorApp, Passkey
from services.users.operators import console_address
from services.users.own_sessions import end_sessions
from services.users.signing_in import own_actor
from tenants.configuration.queries import office

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def change_password(user: User, *, current: str, new: str, actor: Actor, key: str | None) -> None:
    """Change one's own password. Raises as `services.users.passwords.change_password` does."""
    passwords.change_password(user, current=current, new=new, actor=actor, key=key)
    tell(user, "password_changed")


@transaction.atomic(durable=True)
def add_app(user: User, *, secret: str, code: str, actor: Actor, key: str | None) -> list[str]:
    """Add or replace the authenticator app. Returns new recovery codes when this is the first second factor, else none.

    Raises InvalidInput("code.wrong").
    """
    is_first = not factors.factors_of(user).is_there
    app: AuthenticatorApp = factors.add_app(user, secret=secret, code=code)
    record("factor.app_added", app, actor=actor)
    return _added(user, is_first, "app_added", actor, key)


@transaction.atomic(durable=True)
def add_passkey(
    site: passkeys.Site,
    user: User,
    *,
    state: Mapping[str, Any],
    answer: Mapping[str, Any],
    name: str,
    actor: Actor,
    key: str | None,
) -> list[str]:
    """Add a passkey. Returns recovery codes as `add_app` does; raises as `services.users.passkeys.add_passkey` does."""
    is_first = not factors.factors_of(user).is_there
    passkey: Passkey = passkeys.add_passkey(site, user, state=state, answer=answer, name=name)
    record("factor.passkey_added", passkey, actor=actor)
    return _added(user, is_first, "passkey_added", actor, key)


@transaction.atomic(durable=True)
def remove_app(user: User, *, actor: Actor, key: str | None) -> None:
    """Take the app away. Raises as `services.users.factors.remove_app` does."""
    factors.remove_app(user)
    record("factor.app_removed", user, actor=actor)
    end_sessions(user, actor=actor, but=key)
    tell(user, "app_removed")


@transaction.atomic(durable=True)
def remove_passkey(user: User, *, passkey_id: UUID, actor: Actor, key: str | None) -> None:
    """Take one key away. Raises as `services.users.factors.remove_passkey` does."""
    passkey = factors.remove_passkey(user, passkey_id)
    record("factor.passkey_removed", passkey, actor=actor)
    end_sessions(user, actor=actor, but=key)
    tell(user, "passkey_removed")


@transaction.atomic(durable=True)
def new_codes(user: User, *, actor: Actor) -> list[str]:
    """Ten new recovery codes in the place of the old. Raises NotFound("factor.unknown") without a second factor."""
    if not factors.factors_of(user).is_there:
        raise NotFound("factor.unknown")
    codes = recovery.replace_codes(user)
    record("factor.codes_made", user, actor=actor)
    tell(user, "codes_made")
    return codes


@transaction.atomic(durable=True)
def use_recovery_code(user: User, code: str, *, address: str) -> bool:
    """Use up a recovery code; the holder is told each time, and how many are left (ASVS V6.3.7)."""
    if not recovery.use_code(user, code):
        return False
    left = recovery.codes_left(user)
    record("factor.code_used", user, actor=own_actor(user, address), left=left)
    tell(user, "code_used", left=left, is_few=left <= recovery.FEW)
    return True


@transaction.atomic(durable=True)
def warn_of_guessing(user: User, *, address: str) -> None:
    """The right password came and then wrong codes, again and again: the holder should change the password."""
    record("factor.guessed", user, actor=own_actor(user, address), outcome="refused")
    tell(user, "guessing")


@transaction.atomic(durable=True)
def reset_staff(*, user_id: UUID, reason: str, actor: Actor) -> User:
    """Take a colleague's lost second factor away, and mail a link for a new password; at the next sign-in a new factor is
    asked for before anything opens.

    Raises Refused, NotFound("staff.unknown"), and as `services.users.factors.forget_all` does.
    """
    actor = require(actor, Verb.MANAGE_STAFF)
    return _reset(_account(user_id, UserKind.STAFF), reason, actor)


@transaction.atomic(durable=True)
def reset_resident(*, user_id: UUID, reason: str, actor: Actor) -> User:
    """The same for a resident who came to the office. Raises Refused, NotFound("resident.unknown") and as `reset_staff`."""
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    return _reset(_account(user_id, UserKind.RESIDENT), reason, actor)


@transaction.atomic(durable=True)
def reset_operator(*, user_id: UUID, reason: str, actor: Actor) -> User:
    """The same for an account of the console, by another operator or by the command. Raises NotFound("operator.unknown")."""
    return _reset(_account(user_id, UserKind.PLATFORM), reason, actor)


def tell(user: User, event: str, **details: object) -> None:
    """Write the letter about one event to the account's holder."""
    if user.kind == UserKind.PLATFORM:
        _mail_operator(user, {"event": event, "portal": "Skarbnik", **details})
        return
    context: dict[str, object] = {
        "event": event,
        "portal": office().portal_name,
        "is_staff": user.kind == UserKind.STAFF,
        **details,
    }
    write_message(
        kind="account_protection", recipient=user.email, context=context, related_ref=str(user.public_id)
    )


def _added(user: User, is_first: bool, event: str, actor: Actor, key: str | None) -> list[str]:
    end_sessions(user, actor=actor, but=key)
    tell(user, event)
    return recovery.replace_codes(user) if is_first else []


def _account(user_id: UUID, kind: UserKind) -> User:
    user = User.objects.select_for_update().filter(public_id=user_id, kind=kind).first()
    if user is None:
        code = {UserKind.STAFF: "staff.unknown", UserKind.RESIDENT: "resident.unknown"}
        raise NotFound(code.get(kind, "operator.unknown"))
    return user


def _reset(user: User, reason: str, actor: Actor) -> User:
    factors.forget_all(user, actor=actor, reason=reason)
    address = console_address() if user.kind == UserKind.PLATFORM else portal_address()
    tell(user, "reset", password_url=f"{address}/haslo/{user.public_id}/{password_token(user)}/")
    return user


def _mail_operator(user: User, context: dict[str, object]) -> None:
    text = render_to_string(
        "notices/account_protection.txt", {"portal_address": console_address(), "gmina": "", **context}
    )
    subject, _, body = text.strip().partition("\n")
    letter = EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
    )

    def send() -> None:
        try:
            letter.send()
        except OSError as error:
            log.warning("operator.letter_not_sent", account=str(user.public_id), error=type(error).__name__)

    transaction.on_commit(send)
