"""The detached JSON Web Signature over a notification's raw body (RFC 7515, payments.md section 5)."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from integrations.payments.errors import BadSignature

ALGORITHM = "RS256"
_MAX_LENGTH = 8192
# Two dots: the payload is not in the header but is the body itself. Without "=", as RFC 7515 writes base64url.
_DETACHED = re.compile(r"([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class DetachedSignature:
    """The header as it was sent (it is signed too), the signature, and where the signer's certificate should be."""

    header: str
    signature: bytes
    certificate_url: str

    def covers(self, body: bytes, key: RSAPublicKey) -> bool:
        """Whether the key signed this header together with exactly these bytes."""
        payload = base64.urlsafe_b64encode(body).rstrip(b"=")
        try:
            key.verify(self.signature, self.header.encode() + b"." + payload, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def parse(text: str) -> DetachedSignature:
    """The signature of the header `X-JWS-Signature`. BadSignature for every form and algorithm but Tpay's own.

    The algorithm is ours, never the message's choice: `none` and HS256 are refused before anything is computed.
    """
    found = _DETACHED.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if not found:
        raise BadSignature("no detached JWS")
    try:
        header = json.loads(_decoded(found[1]).decode(), object_pairs_hook=_unique)
        signature = _decoded(found[2])
    except (ValueError, RecursionError):
        raise BadSignature("an unreadable JWS") from None
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM or "crit" in header:
        raise BadSignature("the algorithm of the JWS")
    url = header.get("x5u")
    if not isinstance(url, str):
        raise BadSignature("a JWS without a certificate")
    return DetachedSignature(found[1], signature, url)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key appears twice")
    return document
