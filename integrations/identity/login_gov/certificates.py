"""Keys of a gmina, requests for their certificates, and how long the certificates in use will last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.identity.login_gov.provider import Node, ServiceProvider

ALARM_BEFORE = timedelta(days=60)
"""So long before its end a certificate is everybody's business: a new one takes an application to COI."""


STAND_IN_MARK = "Symulator, tylko do prób"
"""The organisation in every certificate of the stand-in node's authority."""


class Purpose(StrEnum):
    """What a certificate is for. The node wants two: one to sign, one to encrypt for."""

    SIGNING = "signing"
    ENCRYPTION = "encryption"
    NODE = "node"


@dataclass(frozen=True)
class Office:
    """The gmina as it stands in the certificate: its office's name, town, and the name of the portal's host."""

    name: str
    town: str
    host: str


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate in use, for the page of settings and for alarms."""

    purpose: Purpose
    subject: str
    serial_number: str
    fingerprint: str
    """SHA-256 in hexadecimal digits, as COI's forms ask for it."""
    valid_from: datetime
    valid_until: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days until the end; negative after it."""
        return (self.valid_until - now).days

    def is_alarming(self, now: datetime) -> bool:
        """Whether it ends within 60 days, or is not in force."""
        return not self.valid_from <= now <= self.valid_until - ALARM_BEFORE


def new_private_key() -> bytes:
    """A key on P-256 in PEM, unencrypted: keep it where secrets are kept, and never in a log or an export."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signing_request(private_key: bytes, office: Office, purpose: Purpose) -> bytes:
    """A request for a certificate (PKCS #10, PEM) for the key in PEM, to be sent with the application to COI.

    ValueError for a key that is not on P-256 and for a purpose that is not ours.
    """
    key = serialization.load_pem_private_key(private_key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the node takes keys on P-256 only")
    if purpose is Purpose.NODE:
        raise ValueError("the node's certificates are not ours to request")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.LOCALITY_NAME, office.town),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, office.name),
            x509.NameAttribute(NameOID.COMMON_NAME, office.host),
        ]
    )
    is_signing = purpose is Purpose.SIGNING
    usage = x509.KeyUsage(
        digital_signature=is_signing,
        key_agreement=not is_signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(name).add_extension(usage, critical=True)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def facts(purpose: Purpose, certificate: x509.Certificate) -> CertificateFacts:
    """What a person needs to know of a certificate."""
    return CertificateFacts(
        purpose=purpose,
        subject=certificate.subject.rfc4514_string(),
        serial_number=f"{certificate.serial_number:x}",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def certificates_in_use(node: Node, provider: ServiceProvider) -> Iterator[CertificateFacts]:
    """All certificates on which a gmina's logins depend: its own, the current ones first, then the node's."""
    yield facts(Purpose.SIGNING, provider.signing.certificate)
    for pair in provider.decryption:
        yield facts(Purpose.ENCRYPTION, pair.certificate)
    for certificate in node.certificates:
        yield facts(Purpose.NODE, certificate)


def is_of_stand_in(certificate: x509.Certificate) -> bool:
    """Whether the stand-in's authority issued it: outside development such a certificate must not be configured."""
    names = certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(name.value == STAND_IN_MARK for name in names)
