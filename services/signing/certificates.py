"""What a certificate of the office's access to the signing service says of itself."""

from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from kernel.endings import WARNED_AT_DAYS
from services.signing.models import SigningAccess

ENDS_SOON: Final = timedelta(days=WARNED_AT_DAYS[0] + 1)
"""So long before its end the office has to apply for the next one."""


def fingerprint_of(row: SigningAccess) -> str:
    """SHA-256 of the certificate, in hexadecimal digits."""
    return x509.load_pem_x509_certificate(row.certificate.encode()).fingerprint(SHA256()).hex()


def owner_of(row: SigningAccess) -> str:
    """Whose certificate it is, as its issuer wrote it."""
    return x509.load_pem_x509_certificate(row.certificate.encode()).subject.rfc4514_string()
