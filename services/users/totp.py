"""Codes of an authenticator app: TOTP (RFC 6238) with what every app understands, SHA-1, six digits, half a minute.

Pure: the database remembers which half-minutes were used (`services.users.factors`).
"""

import base64
import secrets
from typing import Final

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_S: Final = 30
SECRET_BYTES: Final = 20
DRIFT: Final = 1
"""How many steps a phone's clock may be ahead or behind (RFC 6238 section 5.2 advises one)."""


def new_secret() -> str:
    """A new secret as base32 text, which is what apps take: 160 bits, the length of SHA-1."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(moment: float) -> int:
    """The half-minute to which a moment (seconds since 1970) belongs."""
    return int(moment) // STEP_S


def code_at(secret: str, step: int) -> str:
    """The code of one half-minute."""
    return HOTP(_key(secret), DIGITS, SHA1()).generate(step).decode()  # noqa: S303 -- RFC 6238, as all apps do it


def matching_step(secret: str, code: str, *, moment: float, after: int) -> int | None:
    """The half-minute whose code this is, or None. Those up to `after` were used and count no more: a code that somebody
    looked over a shoulder opens nothing (ASVS V6.5.1). All candidates are compared, each in constant time."""
    now = step_at(moment)
    given = code.encode("utf-8", "replace")
    found = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if constant_time.bytes_eq(code_at(secret, step).encode(), given)
    ]
    return next((step for step in found if step > after), None)


def address(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth://` address that a QR code carries; `account` and `issuer` are what the app shows."""
    return TOTP(_key(secret), DIGITS, SHA1(), STEP_S).get_provisioning_uri(account, issuer)  # noqa: S303


def in_groups(secret: str) -> str:
    """The secret for typing by hand: groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _key(secret: str) -> bytes:
    return base64.b32decode(secret)
