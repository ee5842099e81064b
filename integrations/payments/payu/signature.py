"""The signature of PayU's notifications: a digest of the raw body followed by the second key (payments.md section 4)."""

import hashlib
import re
from collections.abc import Iterable

from integrations.payments.checks import is_any_of
from integrations.payments.payu.settings import SIGNATURE_ALGORITHMS

HEADERS = ("OpenPayu-Signature", "X-OpenPayU-Signature")
_HEX = re.compile(r"[0-9a-f]+")


def sign(body: bytes, second_key: str, algorithm: str = "MD5") -> str:
    """The lower-case hexadecimal signature; KeyError for an algorithm that is not allowed.

    MD5 is PayU's choice. Forging would need the key: a collision of bodies does not help who cannot let PayU sign one.
    """
    name = SIGNATURE_ALGORITHMS[algorithm]
    return hashlib.new(name, body + second_key.encode(), usedforsecurity=False).hexdigest()


def verifies(header: str, body: bytes, generations: Iterable[str]) -> bool:
    """Whether a header like `sender=checkout;signature=<hex>;algorithm=MD5;content=DOCUMENT` signs the body.

    The fields come in any order, each once. The algorithm must be one of ours whatever the header says, the signature
    lower-case hexadecimal of its length, by any generation of the second key.
    """
    fields = _fields(header)
    algorithm, claimed = fields.get("algorithm", ""), fields.get("signature", "")
    if algorithm not in SIGNATURE_ALGORITHMS or not _HEX.fullmatch(claimed):
        return False
    return is_any_of(claimed, [sign(body, key, algorithm) for key in generations])


def _fields(header: str) -> dict[str, str]:
    pairs = [part.strip(" ").partition("=") for part in header.split(";") if part.strip(" ")]
    fields = {name: value for name, _, value in pairs}
    return fields if len(fields) == len(pairs) else {}  # which of two counts would be a guess
