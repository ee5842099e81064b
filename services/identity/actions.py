"""The local administrator's part: the registration at the node, keys, requests for certificates, certificates.

Every action asks the door and raises Refused("access.denied") for anybody else.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from integrations.identity.login_gov import certificates
from integrations.identity.login_gov.provider import KeyPair
from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.identity.domain import KeyEvent, KeyPurpose, KeyState, next_state
from services.identity.models import ProviderKey, ServiceProvider
from services.identity.queries import built_provider
from services.users.domain import Verb
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def save_provider(values: Mapping[str, Any], *, version: int, actor: Actor) -> ServiceProvider:
    """Write the registration as it stands in the gmina's application to COI; `version` 0 makes the row.

    Raises Conflict("setting.stale"), InvalidInput("setting.invalid"), and Unavailable("login_gov.provider") when sign-in is
    switched on without a signing key and a key for encryption that have certificates.
    """
    actor = require(actor, Verb.CONFIGURE)
    row = ServiceProvider.objects.select_for_update().first() or ServiceProvider(version=0)
    if row.version != version:
        raise Conflict("setting.stale", version=row.version)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name, value in values.items():
        setattr(row, name, value)
    row.version = version + 1
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidInput("setting.invalid", fields=error.message_dict) from error
    row.save()
    if row.is_enabled:
        built_provider()
    record(
        "login_gov.provider",
        row,
        actor=actor,
        version=row.version,
        is_enabled=row.is_enabled,
        changed_fields=changed,
    )
    return row


@transaction.atomic(durable=True)
def make_key(purpose: KeyPurpose, *, actor: Actor) -> ProviderKey:
    """Make a key on P-256 with the request for its certificate, to be sent to COI.

    Raises Conflict("provider_key.waiting") while another key for the same purpose waits for its certificate.
    """
    actor = require(actor, Verb.CONFIGURE)
    rows = ProviderKey.objects.select_for_update().filter(purpose=purpose, state=KeyState.WAITING)
    if rows.exists():
        raise Conflict("provider_key.waiting")
    private_key = certificates.new_private_key()
    request = certificates.signing_request(private_key, _office(), certificates.Purpose(purpose.value))
    row = ProviderKey(purpose=purpose, request=request.decode())
    row.private_key = private_key.decode()
    row.save()
    record("login_gov.key_made", row, actor=actor, purpose=purpose.value)
    return row


def _office() -> certificates.Office:
    row = office()
    town = row.postal_address.partition(" ")[2] or row.postal_address
    return certificates.Office(row.office_name[:64], town[:64], tenancy.current().host[:64])


@transaction.atomic(durable=True)
def certify_key(*, public_id: UUID, certificate: bytes, actor: Actor) -> ProviderKey:
    """Enter the certificate (PEM or DER) that COI issued for a key. The first one for a purpose is used at once.

    Raises NotFound("provider_key.unknown"), Conflict("provider_key.state"), InvalidInput("certificate.unreadable"),
    ("certificate.other_key"), ("certificate.not_in_force") and ("certificate.stand_in").
    """
    actor = require(actor, Verb.CONFIGURE)
    row = _locked(public_id)
    purpose = KeyPurpose(row.purpose)
    state = next_state(KeyState(row.state), KeyEvent.CERTIFIED, purpose)
    found = _read(certificate)
    try:
        pair = KeyPair.load(row.private_key.encode(), found.public_bytes(Encoding.PEM))
    except ValueError:
        raise InvalidInput("certificate.other_key", field="certificate") from None
    known = certificates.facts(certificates.Purpose(purpose.value), pair.certificate)
    if known.valid_until <= timezone.now():
        raise InvalidInput("certificate.not_in_force", field="certificate")
    if certificates.is_of_stand_in(found) and not settings.LOGIN_GOV_ALLOW_STAND_IN:
        raise InvalidInput("certificate.stand_in", field="certificate")
    row.certificate = found.public_bytes(Encoding.PEM).decode()
    row.fingerprint, row.valid_from, row.valid_until = known.fingerprint, known.valid_from, known.valid_until
    row.state = state
    row.save()
    record("login_gov.key_certified", row, actor=actor, purpose=purpose.value, fingerprint=row.fingerprint)
    if not ProviderKey.objects.filter(purpose=purpose, state=KeyState.CURRENT).exists():
        _take(row, actor)
    return row


def _read(certificate: bytes) -> x509.Certificate:
    try:
        if b"-----BEGIN" in certificate:
            return x509.load_pem_x509_certificate(certificate)
        return x509.load_der_x509_certificate(certificate)
    except ValueError:
        raise InvalidInput("certificate.unreadable", field="certificate") from None


@transaction.atomic(durable=True)
def take_key(*, public_id: UUID, actor: Actor) -> ProviderKey:
    """Use a key from now on. The signing key before it is erased; the one for encryption goes on opening answers.

    Raises NotFound("provider_key.unknown") and Conflict("provider_key.state").
    """
    actor = require(actor, Verb.CONFIGURE)
    row = _locked(public_id)
    _take(row, actor)
    return row


def _take(row: ProviderKey, actor: Actor) -> None:
    purpose = KeyPurpose(row.purpose)
    state = next_state(KeyState(row.state), KeyEvent.TAKEN, purpose)
    before = ProviderKey.objects.select_for_update().filter(purpose=purpose, state=KeyState.CURRENT).first()
    if before is not None:
        _move(before, next_state(KeyState.CURRENT, KeyEvent.REPLACED, purpose))
    _move(row, state)
    record("login_gov.key_taken", row, actor=actor, purpose=purpose.value, fingerprint=row.fingerprint)


@transaction.atomic(durable=True)
def drop_key(*, public_id: UUID, actor: Actor) -> ProviderKey:
    """Put a key away that is not the one in use: its private part is erased for good.

    Raises NotFound("provider_key.unknown") and Conflict("provider_key.state").
    """
    actor = require(actor, Verb.CONFIGURE)
    row = _locked(public_id)
    _move(row, next_state(KeyState(row.state), KeyEvent.DROPPED, KeyPurpose(row.purpose)))
    record("login_gov.key_dropped", row, actor=actor, purpose=row.purpose, fingerprint=row.fingerprint)
    return row


def _move(row: ProviderKey, state: KeyState) -> None:
    row.state = state
    if state == KeyState.RETIRED:
        row.private_key = ""
    row.save()


def _locked(public_id: UUID) -> ProviderKey:
    row = ProviderKey.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("provider_key.unknown")
    return row
