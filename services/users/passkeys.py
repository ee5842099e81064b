"""Klucze dostępu (WebAuthn): registering a device and checking what it signed, on top of python-fido2.

The relying party is the host the person is on: a gmina's sub-domain, its own domain, or the console. A key made on one opens
nothing on another, and the origin must be exactly that host's: the library alone would also take its sub-domains.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kernel.errors import Conflict, InvalidInput, Refused
from services.users.models import User
from services.users.models_factors import Passkey

NAME_LENGTH = 60
MOST = 10
"""Keys of one account; more would only be a way to fill the table."""

Options = dict[str, Any]
State = dict[str, Any]
"""What must come back with the device's answer: it is kept in the session, where nobody can write it."""


@dataclass(frozen=True)
class Site:
    """Where the person is: the host, its origin with scheme and port, and the name that the device shows."""

    host: str
    origin: str
    name: str

    def server(self) -> Fido2Server:
        """The library's checks for this host."""
        party = PublicKeyCredentialRpEntity(name=self.name, id=self.host)
        return Fido2Server(party, verify_origin=lambda origin: origin == self.origin)


def registration(site: Site, user: User) -> tuple[Options, State]:
    """What the browser is to ask the device for, and the state to keep. Devices that hold a key here already refuse."""
    options, state = site.server().register_begin(
        PublicKeyCredentialUserEntity(name=user.email, id=user.public_id.bytes, display_name=user.full_name),
        credentials=_credentials(site, user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), dict(state)


@transaction.atomic
def add_passkey(
    site: Site, user: User, *, state: Mapping[str, Any], answer: Mapping[str, Any], name: str
) -> Passkey:
    """Keep a new key of the account under a name by which its holder knows it.

    Raises InvalidInput("passkey.refused") for an answer that is not what was asked for, Conflict("passkey.known") and
    Conflict("passkey.too_many").
    """
    User.objects.select_for_update().get(pk=user.pk)
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise Conflict("passkey.too_many", most=MOST)
    try:
        registered = site.server().register_complete(dict(state), RegistrationResponse.from_dict(answer))
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput("passkey.refused") from error
    credential = registered.credential_data
    if credential is None:
        raise InvalidInput("passkey.refused")
    digest = _digest(credential.credential_id)
    if Passkey.objects.filter(credential_hash=digest).exists():
        raise Conflict("passkey.known")
    return Passkey.objects.create(
        user=user,
        name=name.strip()[:NAME_LENGTH],
        host=site.host,
        credential_hash=digest,
        credential=bytes(credential),
        sign_count=registered.counter,
    )


def request_for(site: Site, user: User | None = None) -> tuple[Options, State]:
    """What the browser is to ask a device to sign. With `user` it is the second step after a password; without, the key
    alone has to say whose it is and must have verified its holder by PIN or finger."""
    wanted = UserVerificationRequirement.DISCOURAGED if user else UserVerificationRequirement.REQUIRED
    options, state = site.server().authenticate_begin(
        credentials=_credentials(site, user) if user else None, user_verification=wanted
    )
    return dict(options), dict(state)


@transaction.atomic
def use_passkey(
    site: Site, *, state: Mapping[str, Any], answer: Mapping[str, Any], kind: str, user: User | None = None
) -> User:
    """The account of this kind whose key signed the challenge.

    Raises Refused("passkey.refused") for everything that does not fit: challenge, origin, host, signature, another
    account's key, a closed account; and Refused("passkey.copied") when the device's counter did not grow, which means that
    two devices hold the same key.
    """
    passkey, given = _found(site, answer, kind, user)
    try:
        site.server().authenticate_complete(
            dict(state), [AttestedCredentialData(bytes(passkey.credential))], given
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("passkey.refused") from error
    handle = given.response.user_handle
    if (user is None or handle) and handle != passkey.user.public_id.bytes:
        raise Refused("passkey.refused")
    count = given.response.authenticator_data.counter
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        raise Refused("passkey.copied")
    passkey.sign_count, passkey.used_at = count, timezone.now()
    passkey.save(update_fields=["sign_count", "used_at"])
    return passkey.user


def _found(
    site: Site, answer: Mapping[str, Any], kind: str, user: User | None
) -> tuple[Passkey, AuthenticationResponse]:
    try:
        given = AuthenticationResponse.from_dict(answer)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("passkey.refused") from error
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    passkey = rows.filter(
        credential_hash=_digest(given.raw_id), host=site.host, user__kind=kind, user__is_active=True
    ).first()
    if passkey is None or (user is not None and passkey.user_id != user.pk):
        raise Refused("passkey.refused")
    return passkey, given


def _credentials(site: Site, user: User) -> list[AttestedCredentialData]:
    rows = Passkey.objects.filter(user=user, host=site.host).order_by("id")
    return [AttestedCredentialData(bytes(row.credential)) for row in rows]


def _digest(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()
