"""The office's access to the signing service: installed and replaced by two persons, never shown."""

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.identity.login_gov.certificates import is_of_stand_in
from integrations.identity.trusted_profile.environments import ENVIRONMENTS, STAND_IN
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, Refused
from services.signing.certificates import fingerprint_of
from services.signing.models import SigningAccess
from services.signing.trust import service_of
from tenants.configuration.protection import is_open_to_everybody, require_agreement


def check_access(
    *, environment: str, certificate: bytes, private_key: bytes, base_url: str = ""
) -> SigningAccess:
    """The access as it would be kept, unsaved. Raises as `install_access` does."""
    if environment not in ENVIRONMENTS or (base_url and environment != STAND_IN):
        raise InvalidInput("signing.environment", field="environment")
    row = SigningAccess(environment=environment, base_url=base_url)
    try:
        row.certificate, row.private_key = certificate.decode(), private_key.decode()
        loaded = x509.load_pem_x509_certificate(certificate)
        row.valid_until = loaded.not_valid_after_utc
        service_of(row)
    except ValueError:
        raise InvalidInput("signing.access", field="certificate") from None
    if is_of_stand_in(loaded) and not settings.SIGNATURES_ALLOW_STAND_IN:
        raise Refused("signing.stand_in")
    if row.valid_until < timezone.now():
        raise InvalidInput("signing.access_expired", field="certificate")
    return row


@transaction.atomic
def install_access(
    *,
    environment: str,
    certificate: bytes,
    private_key: bytes,
    actor: Actor,
    base_url: str = "",
    version: int | None = None,
    agreed_with: str = "",
) -> SigningAccess:
    """Take the certificate (PEM) that the ministry issued for the office, with its RSA key; it replaces the one before.

    `version` is the one that the change was made from (0: none), `agreed_with` the other person (public id). Raises
    InvalidInput("signing.environment"), ("signing.access") for a key that does not fit or is no RSA key,
    ("signing.access_expired"), Refused("signing.stand_in") for the stand-in outside development,
    Refused("change.needs_second_person") for one person alone in an open portal, Conflict("setting.stale").
    """
    row = check_access(
        environment=environment, certificate=certificate, private_key=private_key, base_url=base_url
    )
    if is_open_to_everybody():
        require_agreement(actor=actor, agreed_with=agreed_with)
    before = SigningAccess.objects.select_for_update().first()
    standing = before.version if before else 0
    if version not in (None, standing):
        raise Conflict("setting.stale", version=standing)
    if before is not None:
        row.pk, row.public_id = before.pk, before.public_id
    row.installed_at, row.version = timezone.now(), standing + 1
    row.save()
    record(
        "signing.access_installed",
        row,
        actor=actor,
        environment=environment,
        certificate=fingerprint_of(row),
        agreed_with=agreed_with,
    )
    return row
