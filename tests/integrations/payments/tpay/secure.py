"""A `secure.tpay.com` on loopback with a root of its own, on which everything can be wrong."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from integrations.payments.base import EnvironmentProfile, RawRequest
from integrations.payments.registry import entry
from integrations.payments.tpay import signature

LEAF = "/x509/notifications-jws.pem"
ROOT = "/x509/tpay-jws-root.pem"
CODE = "kod-borki-tajny-1"
VALUES = {
    "id": "101010",
    "tr_id": "TR-BRA-KGZK0X",
    "tr_date": "2026-03-29 23:59:59",
    "tr_crc": "ref-1",
    "tr_amount": "10.10",
    "tr_paid": "10.10",
    "tr_desc": "Opłata za śmieci",
    "tr_status": "TRUE",
    "tr_error": "none",
    "tr_email": "anna@example.org",
    "test_mode": "0",
}


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """One key per name and run: making them is slow. The one called "small" is too short to be trusted."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if name == "small" else 2048)


def certificate(
    key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey, issuer: str, *, first: int, last: int, subject: str
) -> bytes:
    """A certificate in force from `first` to `last` days from now."""
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=first))
        .not_valid_after(now + timedelta(days=last))
        .sign(issuer_key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


def leaf(*, key: str = "leaf", issuer: str = "root", first: int = -1, last: int = 30) -> bytes:
    return certificate(rsa_key(key), rsa_key(issuer), "Root", first=first, last=last, subject="notification")


def root(key: str = "root") -> bytes:
    return certificate(rsa_key(key), rsa_key(key), "Root", first=-1, last=30, subject="Root")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Secure:
    """`served`: path → (status, body, headers); `asked` are the paths that were fetched."""

    url: str = ""
    served: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def config(self, name="emulator", **secrets):
        profile = EnvironmentProfile(name, self.url, (self.url.removeprefix("http://"),), allow_loopback=True)
        return entry("tpay").configure(
            profile,
            merchant_ids={"merchant_id": "101010", "client_id": "01BORKI"},
            secrets={"client_secret": ("haslo-klienta-1",), "security_code": (CODE,), **secrets},
        )

    def sign(self, body: bytes, *, key="leaf", **header) -> str:
        head = b64(json.dumps({"alg": "RS256", "x5u": self.url + LEAF, **header}).encode())
        signed = f"{head}.{b64(body)}".encode()
        return f"{head}..{b64(rsa_key(key).sign(signed, padding.PKCS1v15(), hashes.SHA256()))}"

    def notice(self, body: bytes | None = None, *, key="leaf", header=None, **changes) -> RawRequest:
        """A notification that is true but for what is asked for."""
        sent = form(**changes) if body is None else body
        headers = {"X-JWS-Signature": self.sign(sent, key=key, **(header or {}))}
        return RawRequest("POST", "/webhook", headers, sent)

    def parse(self, request: RawRequest, config=None):
        return entry("tpay").operator.parse_notification(config or self.config(), request)


def form(**changes) -> bytes:
    """The form with the checksum that belongs to it; a value None leaves the field out."""
    values = {**VALUES, **changes}
    known = {key: value or "" for key, value in values.items()}
    values.setdefault("md5sum", signature.md5sum(known, CODE))
    return urlencode({key: value for key, value in values.items() if value is not None}).encode()
