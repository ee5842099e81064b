"""The signature of imoje's notifications: a digest of the raw body and the shop's key (payments.md section 7)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from integrations.payments.checks import is_any_of

HEADER = "X-Imoje-Signature"
_NAMES = frozenset({"merchantid", "serviceid", "signature", "alg"})
_HEXADECIMAL = re.compile(r"[0-9a-f]+")

# The header names the function, so only this list decides: the shop modules of imoje take whatever PHP can hash with.
ALGORITHMS: Mapping[str, int] = MappingProxyType({"sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128})
"""The published functions, with the length of their digests in hexadecimal digits."""


@dataclass(frozen=True)
class Claim:
    """What the header says of itself. Only `signature` can be proved; the ids are compared afterwards."""

    merchant_id: str
    service_id: str
    signature: str
    algorithm: str


def claim(header: str) -> Claim:
    """The header `merchantid=…;serviceid=…;signature=…;alg=…`, its parts in any order.

    ValueError for anything else: a part that is missing, unknown, twice there or without a value, a function outside the
    list, a digest of another form.
    """
    pairs = [part.partition("=") for part in header.split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or parts.keys() != _NAMES or not all(parts.values()):
        raise ValueError("the parts of the header")
    length = ALGORITHMS.get(parts["alg"])
    if length is None:
        raise ValueError("the function is not on the list")
    if len(parts["signature"]) != length or not _HEXADECIMAL.fullmatch(parts["signature"]):
        raise ValueError("the form of the digest")
    return Claim(parts["merchantid"], parts["serviceid"], parts["signature"], parts["alg"])


def sign(body: bytes, service_key: str, algorithm: str = "sha256") -> str:
    """The lower-case hexadecimal digest of the bytes as they are, followed by the key. KeyError: not on the list."""
    ALGORITHMS[algorithm]
    return hashlib.new(algorithm, body + service_key.encode()).hexdigest()


def verifies(claimed: Claim, body: bytes, generations: Iterable[str]) -> bool:
    """Whether the claimed digest is that of any generation of the shop's key, compared in constant time."""
    return is_any_of(claimed.signature, [sign(body, key, claimed.algorithm) for key in generations])
