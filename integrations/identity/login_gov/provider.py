"""Who talks to whom: the node, and one service provider (dostawca usług) for each gmina."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integrations.identity.base import AssuranceLevel
from integrations.payments.config import check_address

_SSO = "/login/SingleSignOnService"
_ARTIFACT = "/login-services/idpArtifactResolutionService"
_LOGOUT = "/login-services/singleLogoutService"


@dataclass(frozen=True)
class Node:
    """A node: its name in messages, its three addresses and the certificates that we pin.

    The certificates are a list, because the node changes them: the next one is added before the change and the last one
    goes after it. `is_stand_in` marks a node on loopback; a deployment in production refuses it. ValueError for an
    address that is not https to a public host (or loopback for a stand-in), and for a certificate that is not of P-256.
    """

    name: str
    entity_id: str
    sso_url: str
    artifact_url: str
    logout_url: str
    certificates: tuple[x509.Certificate, ...]
    is_stand_in: bool = False

    def __post_init__(self) -> None:
        for url in (self.sso_url, self.artifact_url, self.logout_url):
            check_address(url, allow_loopback=self.is_stand_in)
        if not self.certificates:
            raise ValueError("no certificate of the node is pinned")
        for certificate in self.certificates:
            public_key(certificate)

    @classmethod
    def at(
        cls, base_url: str, *, name: str, entity_id: str, certificates: bytes, is_stand_in: bool = False
    ) -> "Node":
        """The node at `base_url` ("https://login.gov.pl") with its usual paths; `certificates` are one or more in PEM."""
        base = base_url.rstrip("/")
        return cls(
            name=name,
            entity_id=entity_id,
            sso_url=base + _SSO,
            artifact_url=base + _ARTIFACT,
            logout_url=base + _LOGOUT,
            certificates=tuple(x509.load_pem_x509_certificates(certificates)),
            is_stand_in=is_stand_in,
        )


@dataclass(frozen=True)
class KeyPair:
    """A private key on P-256 with its certificate. The key is in no repr. ValueError when they do not belong together."""

    private_key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        if self.private_key.public_key() != public_key(self.certificate):
            raise ValueError("the certificate is of another key")

    @classmethod
    def load(cls, private_key: bytes, certificate: bytes) -> "KeyPair":
        """Both from PEM, the key without a password. ValueError when one of them cannot be read or used."""
        key = serialization.load_pem_private_key(private_key, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the node takes keys on P-256 only")
        return cls(key, x509.load_pem_x509_certificate(certificate))


@dataclass(frozen=True)
class ServiceProvider:
    """One gmina's registration at the node, as agreed in its application to COI.

    `entity_id` is opaque and compared exactly. `decryption` holds the current key first, then the next or the last one:
    whichever fits opens an answer, so the key changes without a moment at which nobody can log in. ValueError for an
    incomplete registration.
    """

    entity_id: str
    provider_name: str
    """What the node compares with the application: a missing or another name is refused there."""
    acs_url: str
    signing: KeyPair
    decryption: tuple[KeyPair, ...]
    level: AssuranceLevel = AssuranceLevel.SUBSTANTIAL

    def __post_init__(self) -> None:
        if not (self.entity_id and self.provider_name and self.decryption):
            raise ValueError("a service provider needs its id, its name and a key for decryption")
        parts = urlsplit(self.acs_url)
        if parts.query or parts.fragment:
            raise ValueError("the address for answers is a whole address without a query")
        check_address(self.acs_url, allow_loopback=True)  # only the person's browser goes there


def public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The key of a certificate; ValueError unless it is on P-256, the one curve of the node."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a key on P-256")
    return key
