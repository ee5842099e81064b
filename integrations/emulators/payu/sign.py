"""The operator's own computation of the signature header, piece by piece as the documentation describes it."""

import hashlib

HEADER = "OpenPayu-Signature"
OLD_HEADER = "X-OpenPayU-Signature"


def signature(body: bytes, second_key: str, algorithm: str) -> str:
    """Lower-case hexadecimal digest: first the body, then the key. `algorithm` as in the header: "MD5", "SHA-256"."""
    digest = hashlib.new(algorithm.lower().replace("-", ""), usedforsecurity=False)
    digest.update(body)
    digest.update(second_key.encode("utf-8"))
    return digest.hexdigest()


def header(body: bytes, second_key: str, algorithm: str = "MD5") -> str:
    """The whole header."""
    digits = signature(body, second_key, algorithm)
    return f"sender=checkout;signature={digits};algorithm={algorithm};content=DOCUMENT"
