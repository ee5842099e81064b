"""The second factor of an account: what it has, adding and taking away, and checking a code."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.users import recovery, totp
from services.users.entrance import TWO_FACTOR_KINDS
from services.users.models import User
from services.users.models_factors import AuthenticatorApp, Passkey, RecoveryCode
from services.users.own_sessions import end_sessions

RESET_REASONS = ("lost", "replaced", "suspected")
"""Why a second person takes somebody's second factor away; the words are the surface's."""


@dataclass(frozen=True)
class Factors:
    """What an account has beside its password. Keys of other hosts count: they are its holder's, only not usable here."""

    app: AuthenticatorApp | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def is_there(self) -> bool:
        """Whether a password alone does not open the account."""
        return self.app is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """How many ways there are, without the codes on paper."""
        return (self.app is not None) + len(self.passkeys)

    def keys_at(self, host: str) -> tuple[Passkey, ...]:
        """Keys that work on this host."""
        return tuple(key for key in self.passkeys if key.host == host)


def factors_of(user: User) -> Factors:
    """What the account has."""
    return Factors(
        app=AuthenticatorApp.objects.filter(user=user).first(),
        passkeys=tuple(Passkey.objects.filter(user=user).order_by("id")),
        codes_left=recovery.codes_left(user),
    )


@transaction.atomic
def add_app(user: User, *, secret: str, code: str) -> AuthenticatorApp:
    """Keep the secret of an authenticator app, in the place of an older one, once the app has shown a right code.

    Raises InvalidInput("code.wrong").
    """
    step = totp.matching_step(secret, code, moment=timezone.now().timestamp(), after=0)
    if step is None:
        raise InvalidInput("code.wrong", field="code")
    AuthenticatorApp.objects.filter(user=user).delete()
    return AuthenticatorApp.objects.create(user=user, secret=secret, last_step=step)


@transaction.atomic
def is_right_code(user: User, code: str) -> bool:
    """Whether this is the app's code of now; a right one is used up. Two browsers cannot use the same one."""
    app = AuthenticatorApp.objects.select_for_update().filter(user=user).first()
    if app is None:
        return False
    step = totp.matching_step(app.secret, code, moment=timezone.now().timestamp(), after=app.last_step)
    if step is None:
        return False
    app.last_step = step
    app.save(update_fields=["last_step"])
    return True


@transaction.atomic
def remove_app(user: User) -> None:
    """Take the app away. Raises NotFound("factor.unknown"), Conflict("factor.last") where the account must keep one."""
    _keep_one(user)
    if not AuthenticatorApp.objects.filter(user=user).delete()[0]:
        raise NotFound("factor.unknown")
    _drop_codes_of_nothing(user)


@transaction.atomic
def remove_passkey(user: User, passkey_id: UUID) -> Passkey:
    """Take one key away. Raises as `remove_app` does."""
    _keep_one(user)
    passkey = Passkey.objects.filter(user=user, public_id=passkey_id).first()
    if passkey is None:
        raise NotFound("factor.unknown")
    Passkey.objects.filter(pk=passkey.pk).delete()
    _drop_codes_of_nothing(user)
    return passkey


@transaction.atomic
def forget_all(user: User, *, actor: Actor, reason: str) -> None:
    """Take every second factor and the password away and end all sessions: a second person has found that the holder lost
    the factors. A new password comes by a mailed link, so the mailbox stands in for what is lost.

    Only actions that have asked who this is may call it. Raises InvalidInput("reason.missing") for a reason that is none of
    RESET_REASONS and Refused("factor.own") for one's own account.
    """
    if reason not in RESET_REASONS:
        raise InvalidInput("reason.missing", field="reason")
    if actor.ref == str(user.public_id):
        raise Refused("factor.own")
    for model in (AuthenticatorApp, Passkey, RecoveryCode):
        model._default_manager.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    record("factor.reset", user, actor=actor, reason=reason)
    end_sessions(user, actor=actor)


def _keep_one(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
    if user.kind in TWO_FACTOR_KINDS and factors_of(user).count <= 1:
        raise Conflict("factor.last")


def _drop_codes_of_nothing(user: User) -> None:
    """Codes stand in for a second factor; without one they would be a way in that nobody expects."""
    if not factors_of(user).is_there:
        RecoveryCode.objects.filter(user=user).delete()
