"""The operator's own signatures: `md5sum` with the merchant's code, and the JWS with the operator's own key."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

LEAF_PATH = "/x509/notifications-jws.pem"
ROOT_PATH = "/x509/tpay-jws-root.pem"


def md5sum(merchant: str, title: str, amount: str, crc: str, code: str) -> str:
    """MD5 of the five texts one after the other, lower-case hexadecimal."""
    digest = hashlib.new("md5", usedforsecurity=False)
    for text in (merchant, title, amount, crc, code):
        digest.update(text.encode("utf-8"))
    return digest.hexdigest()


class Authority:
    """A root, an issuer under it and the certificate that signs notifications, made anew at each start.

    Tpay's file of roots holds the issuer and the root, in this order.
    """

    def __init__(self) -> None:
        root_key, issuer_key, self._key = (_new_key() for _ in range(3))
        root = _certificate("Emulator Root CA", root_key, "Emulator Root CA", root_key, is_ca=True)
        issuer = _certificate("Emulator HA CA", issuer_key, "Emulator Root CA", root_key, is_ca=True)
        leaf = _certificate("notification.emulator", self._key, "Emulator HA CA", issuer_key, is_ca=False)
        self.leaf_pem = _pem(leaf)
        self.roots_pem = _pem(issuer) + _pem(root)

    def sign(self, body: bytes, certificate_url: str, *, algorithm: str = "RS256") -> str:
        """The value of `X-JWS-Signature`: header and signature, nothing in between."""
        header = _base64url(json.dumps({"alg": algorithm, "x5u": certificate_url}).encode())
        signed = header + b"." + _base64url(body)
        signature = self._key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return (header + b".." + _base64url(signature)).decode("ascii")


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    subject: str, key: rsa.RSAPrivateKey, issuer: str, issuer_key: rsa.RSAPrivateKey, *, is_ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)  # certificates live in real time, the operator's clock is virtual
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
