"""How an account is entered, what each way proves, and how long a session lives. Pure: pages and the session store read it.

The figures are ours (OWASP ASVS 5.0 V7.3.1, V7.3.2 and V7.5.1 ask for documented ones); docs/accounts.md gives the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Method(StrEnum):
    """What somebody showed to come in; the value is kept in the session and in the audit log."""

    PASSWORD = "password"  # noqa: S105 -- the name of a way in
    PASSWORD_AND_CODE = "password_code"  # noqa: S105
    PASSWORD_AND_PASSKEY = "password_passkey"  # noqa: S105
    PASSWORD_AND_RECOVERY = "password_recovery"  # noqa: S105
    PASSKEY = "passkey"
    """A passkey that has verified its holder: possession and PIN or finger, so two factors by itself."""
    LOGIN_GOV = "login_gov"
    """Węzeł Krajowy at the level of assurance that the gmina asks for, substantial at least: two factors."""
    SUPPORT = "support"
    """The platform's operator with the gmina's consent, after two factors in the console (`services.safeguards.support`)."""


ONE_FACTOR = frozenset({Method.PASSWORD})

TWO_FACTOR_KINDS = frozenset({"staff", "platform"})
"""Kinds of account that nothing opens with one factor only (T-23)."""


def is_enough(kind: str, method: str) -> bool:
    """Whether an account of this kind may be entered in this way. An unknown way is none."""
    return method in set(Method) and (kind not in TWO_FACTOR_KINDS or method not in ONE_FACTOR)


@dataclass(frozen=True)
class Limits:
    """A session ends after `idle` without a request, and after `whole` in any case."""

    idle: timedelta
    whole: timedelta


SESSION_LIMITS: Mapping[str, Limits] = {
    "resident": Limits(idle=timedelta(minutes=30), whole=timedelta(hours=8)),
    "staff": Limits(idle=timedelta(minutes=60), whole=timedelta(hours=12)),
    "platform": Limits(idle=timedelta(minutes=15), whole=timedelta(hours=8)),
}

VISITOR_LIMITS = Limits(idle=timedelta(minutes=30), whole=timedelta(hours=8))
"""Of a browser in which nobody is signed in: a half-finished sign-in, a notice for the next page."""

ENTERED_KEY = "entered"
"""Session key: {"kind", "method", "at", "proven_at", "device", "address"}; moments in seconds since 1970."""

DEVICE_LENGTH = 300

RECENT = timedelta(minutes=10)
"""How long after showing password and second factor a sensitive change needs no new proof."""
