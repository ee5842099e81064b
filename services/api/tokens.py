"""Form and digest of API tokens. Pure."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Self

START = "skb"
"""A mark by which scanners find leaked tokens."""


@dataclass(frozen=True)
class Token:
    """`skb_<prefix>_<secret>`; the prefix finds the row, the secret has 256 random bits."""

    prefix: str
    text: str

    @classmethod
    def new(cls) -> Self:
        """A token that nobody has."""
        prefix = secrets.token_hex(6)
        return cls(prefix, f"{START}_{prefix}_{secrets.token_urlsafe(32)}")

    @classmethod
    def read(cls, text: str) -> Self:
        """The token in a header; anything else has a prefix that no row has."""
        parts = text.split("_", 2)
        is_formed = len(parts) == 3 and parts[0] == START and parts[1].isalnum() and len(parts[1]) <= 12
        return cls(parts[1] if is_formed else "", text)

    @property
    def digest(self) -> bytes:
        """What is stored. Nobody guesses 256 bits, so a plain SHA-256 cannot be turned back."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogateescape")).digest()
