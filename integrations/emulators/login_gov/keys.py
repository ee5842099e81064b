"""The stand-in's own certification authority, its signing key, and certificates for gminas that try the login."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LASTS = timedelta(days=730)
_MARK = "Symulator, tylko do prób"
"""In the name of every certificate from here, so that no one takes it for COI's."""


@dataclass(frozen=True)
class Keys:
    """A private key on P-256 with its certificate."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def private_pem(self) -> bytes:
        """The key in PEM, unencrypted: it protects nothing real."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def certificate_pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    """The test authority: it signs for the stand-in and for whoever asks. With a folder it survives a restart."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.root = self._kept("ca", issuer=None)
        self.node = self._kept("node", issuer=self.root)

    def issue(self, name: str, *, starts_at: datetime | None = None, lasts: timedelta = LASTS) -> Keys:
        """A new key with a certificate of this authority."""
        return _issue(name, self.root, starts_at or datetime.now(UTC) - timedelta(minutes=5), lasts)

    def certify(self, request: bytes, *, lasts: timedelta = LASTS) -> bytes:
        """A certificate (PEM) for the key of a request (PKCS #10, PEM). ValueError for one that its key has not signed."""
        asked = x509.load_pem_x509_csr(request)
        key = asked.public_key()
        if not asked.is_signature_valid or not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("not a request that is signed by its key")
        names = asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = str(names[0].value) if names else "bez nazwy"
        starts_at = datetime.now(UTC) - timedelta(minutes=5)
        certificate = _signed(name, key, self.root.private, self.root.certificate.subject, starts_at, lasts)
        return certificate.public_bytes(serialization.Encoding.PEM)

    def _kept(self, name: str, *, issuer: Keys | None) -> Keys:
        path = self._folder / f"{name}.pem" if self._folder else None
        if path is not None and path.exists():
            content = path.read_bytes()
            key = serialization.load_pem_private_key(content, password=None)
            certificate = x509.load_pem_x509_certificate(content)
            if isinstance(key, ec.EllipticCurvePrivateKey) and certificate.not_valid_after_utc > datetime.now(
                UTC
            ):
                return Keys(key, certificate)
        keys = _issue(name, issuer, datetime.now(UTC) - timedelta(minutes=5), LASTS)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(keys.private_pem + keys.certificate_pem)
        return keys


def _issue(name: str, issuer: Keys | None, starts_at: datetime, lasts: timedelta) -> Keys:
    private = ec.generate_private_key(ec.SECP256R1())
    signer = issuer.private if issuer else private
    issued_by = issuer.certificate.subject if issuer else _name(name)
    is_authority = issuer is None
    return Keys(
        private, _signed(name, private.public_key(), signer, issued_by, starts_at, lasts, is_authority)
    )


def _name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _signed(
    name: str,
    key: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    starts_at: datetime,
    lasts: timedelta,
    is_authority: bool = False,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(starts_at + lasts)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
