"""Which signing service we talk to, and with which certificate."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from integrations.payments.config import check_address

_PATH = "/ep-services/tpSigning5"


@dataclass(frozen=True)
class SigningService:
    """One office's access to TpSigning5: the ministry issues the RSA certificate for each office, by application.

    `is_stand_in` marks a service on loopback; a deployment in production refuses it. The key appears in no repr.
    ValueError for an address that is not https to a public host (or loopback for a stand-in), and for a certificate that
    is of another key.
    """

    url: str
    private_key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    is_stand_in: bool = False

    def __post_init__(self) -> None:
        check_address(self.url, allow_loopback=self.is_stand_in)
        if self.private_key.public_key() != self.certificate.public_key():
            raise ValueError("the certificate is of another key")

    @classmethod
    def at(
        cls, base_url: str, *, private_key: bytes, certificate: bytes, is_stand_in: bool = False
    ) -> "SigningService":
        """The service at `base_url` ("https://pz.gov.pl") with its usual path; key and certificate in PEM, no password."""
        key = serialization.load_pem_private_key(private_key, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("the service takes RSA keys only")
        loaded = x509.load_pem_x509_certificate(certificate)
        return cls(base_url.rstrip("/") + _PATH, key, loaded, is_stand_in)

    def check_page(self, url: str) -> None:
        """ValueError unless a person may be sent to `url`: a page of the same service."""
        page = check_address(url, allow_loopback=self.is_stand_in)
        own = check_address(self.url, allow_loopback=self.is_stand_in)
        if (page.scheme, page.netloc) != (own.scheme, own.netloc):
            raise ValueError("a page of somebody else")
