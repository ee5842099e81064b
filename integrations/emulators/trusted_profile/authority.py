"""The test authority: a qualified service on its own trusted list, one that is on no list, OCSP and CRL for both."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

OCSP_PATH = "/ocsp"
CRL_PATH = "/lista-uniewaznionych.crl"
MARK = "Symulator, tylko do prób"
"""In the name of every issuer here, so that no one takes one for a real service."""
LASTS = timedelta(days=730)
_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_COMPLIANCE = bytes.fromhex("3008060604008e460101")
_QC_DEVICE = bytes.fromhex("3008060604008e460104")
_QC_TYPES = {
    "person": bytes.fromhex("3013060604008e4601063009060704008e46010601"),
    "seal": bytes.fromhex("3013060604008e4601063009060704008e46010602"),
}

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Keys:
    """A private key with its certificate and that of its issuer."""

    private: Private
    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def private_pem(self) -> bytes:
        """The key in PEM, unencrypted: it protects nothing real."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Kind:
    """What a certificate says of itself."""

    statements: tuple[bytes, ...]
    content_commitment: bool = True
    digital_signature: bool = False


PERSON = Kind((_QC_COMPLIANCE, _QC_DEVICE, _QC_TYPES["person"]))
PERSON_WITHOUT_DEVICE = Kind((_QC_COMPLIANCE, _QC_TYPES["person"]))
PERSON_FOR_LOGIN = Kind(PERSON.statements, content_commitment=False, digital_signature=True)
ADVANCED = Kind(())
SEAL = Kind((_QC_COMPLIANCE, _QC_DEVICE, _QC_TYPES["seal"]), digital_signature=True)


class Authority:
    """Both services and the issuer of the trusted list. With a folder their keys survive a restart.

    `url` is where OCSP and CRL are asked for; it stands in every certificate.
    """

    def __init__(self, url: str, folder: Path | None = None) -> None:
        self.url = url
        self._folder = folder
        self.qualified = self._kept("kwalifikowane", "Testowe Centrum Kwalifikowane")
        self.foreign = self._kept("obce", "Testowe Centrum Kwalifikowane")
        self.list_issuer = self._kept("lista", "Testowy wydawca listy")
        self.revoked: dict[int, datetime] = {}
        self.says_nothing = False
        self._lock = threading.Lock()

    def issue(
        self,
        subject: list[tuple[x509.ObjectIdentifier, str]],
        kind: Kind,
        *,
        by: Keys | None = None,
        from_days: int = -30,
        to_days: int = 700,
        private: Private | None = None,
        is_revoked: bool = False,
    ) -> Keys:
        """A certificate for the subject, in force from and to so many days from now."""
        issuer = by or self.qualified
        now = datetime.now(UTC)
        key = private or ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in subject]))
            .issuer_name(issuer.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=from_days))
            .not_valid_after(now + timedelta(days=to_days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(kind), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.private.public_key()), False
            )
            .add_extension(_ocsp_at(self.url + OCSP_PATH), critical=False)
            .add_extension(_crl_at(self.url + CRL_PATH), critical=False)
        )
        if kind.statements:
            content = b"".join(kind.statements)
            statements = x509.UnrecognizedExtension(_QC_STATEMENTS, b"\x30" + bytes([len(content)]) + content)
            builder = builder.add_extension(statements, critical=False)
        certificate = builder.sign(issuer.private, hashes.SHA256())
        if is_revoked:
            with self._lock:
                self.revoked[certificate.serial_number] = now - timedelta(days=1)
        return Keys(key, certificate, issuer.certificate)

    def ocsp_answer(self, question: bytes) -> bytes:
        """What the responder says: of any certificate by its number, in the name of whichever service issued it."""
        request = ocsp.load_der_ocsp_request(question)
        issuer = next(
            one
            for one in (self.qualified, self.foreign)
            if _key_hash(one.certificate, request.hash_algorithm) == request.issuer_key_hash
        )
        revoked_at = self.revoked.get(request.serial_number)
        now = datetime.now(UTC)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=request.serial_number,
            algorithm=request.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            this_update=now - timedelta(minutes=1),
            next_update=now + timedelta(hours=1),
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        response = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate).sign(
            issuer.private, hashes.SHA256()
        )
        return response.public_bytes(serialization.Encoding.DER)

    def crl(self, *, issued_at: datetime | None = None, by: Keys | None = None) -> bytes:
        """The list of revoked certificates, good for an hour."""
        issuer = by or self.qualified
        starts_at = issued_at or datetime.now(UTC) - timedelta(minutes=1)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(starts_at)
            .next_update(starts_at + timedelta(hours=1))
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.private.public_key()), False
            )
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for serial_number, revoked_at in self.revoked.items():
            row = x509.RevokedCertificateBuilder().serial_number(serial_number).revocation_date(revoked_at)
            builder = builder.add_revoked_certificate(row.build())
        return builder.sign(issuer.private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _kept(self, file: str, name: str) -> Keys:
        path = self._folder / f"{file}.pem" if self._folder else None
        if path is not None and path.exists():
            content = path.read_bytes()
            key = serialization.load_pem_private_key(content, password=None)
            certificate = x509.load_pem_x509_certificate(content)
            is_in_force = certificate.not_valid_after_utc > datetime.now(UTC)
            if isinstance(key, ec.EllipticCurvePrivateKey) and is_in_force:
                return Keys(key, certificate, certificate)
        keys = self_signed(name, lambda: ec.generate_private_key(ec.SECP256R1()))
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(keys.private_pem + keys.certificate_pem)
        return keys


def self_signed(name: str, generate: Callable[[], Private]) -> Keys:
    """A service, a list's issuer, or an office's access to TpSigning5: whoever is believed by configuration."""
    key = generate()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    starts_at = datetime.now(UTC) - timedelta(days=400)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(starts_at + timedelta(days=400) + LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(Kind(()), is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Keys(key, certificate, certificate)


def office_keys(name: str) -> Keys:
    """What the ministry would issue to an office for TpSigning5: RSA."""
    return self_signed(name, lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))


def _usage(kind: Kind, *, is_authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=kind.digital_signature or is_authority,
        content_commitment=kind.content_commitment and not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _ocsp_at(url: str) -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)]
    )


def _crl_at(url: str) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)]
    )


def _key_hash(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    point = certificate.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    digest.update(point)
    return digest.finalize()
