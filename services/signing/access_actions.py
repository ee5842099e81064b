"""The office's access to the signing service: installed and replaced, never shown."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.identity.login_gov.certificates import is_of_stand_in
from integrations.identity.trusted_profile.environments import ENVIRONMENTS, STAND_IN
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, Refused
from services.signing.models import SigningAccess
from services.signing.trust import service_of

ENDS_SOON = timedelta(days=60)


@transaction.atomic(durable=True)
def install_access(
    *, environment: str, certificate: bytes, private_key: bytes, actor: Actor, base_url: str = ""
) -> SigningAccess:
    """Take the certificate (PEM) that the ministry issued for the office, with its RSA key; it replaces the one before.

    Raises InvalidInput("signing.environment"), ("signing.access") for a key that does not fit or is no RSA key,
    ("signing.access_expired"), and Refused("signing.stand_in") for the stand-in outside development.
    """
    if environment not in ENVIRONMENTS or (base_url and environment != STAND_IN):
        raise InvalidInput("signing.environment", field="environment")
    row = SigningAccess.objects.select_for_update().first() or SigningAccess(version=0)
    row.environment, row.base_url = environment, base_url
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
    row.installed_at = timezone.now()
    row.version += 1
    row.save()
    fingerprint = loaded.fingerprint(SHA256()).hex()
    record("signing.access_installed", row, actor=actor, environment=environment, certificate=fingerprint)
    return row
