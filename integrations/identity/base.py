"""What every way of proving one's identity gives: a person, or an error that says why there is none.

Nothing here knows a gmina, an account or the present time.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Protocol

_LEVEL_PREFIX = "http://eidas.europa.eu/LoA/"


class AssuranceLevel(IntEnum):
    """How well a means of identification proves a person (Regulation 910/2014, article 8(2)); higher is better."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def uri(self) -> str:
        """The name of the level in messages."""
        return _LEVEL_PREFIX + self.name.lower()

    @classmethod
    def from_uri(cls, uri: str) -> "AssuranceLevel | None":
        """The level of that name, None when there is none."""
        return next((level for level in cls if level.uri == uri), None)


@dataclass(frozen=True)
class Evidence:
    """What to keep of a proof: who vouched, by which message, when. It holds no personal data but `name_id`."""

    issuer: str
    message_id: str
    """Unique for the issuer; the same message never proves anything twice."""
    means: str
    """The means that the person used, as the issuer names it ("pz.gov.pl"). For the record: decide by the level alone."""
    authenticated_at: datetime
    session_index: str = ""
    name_id: str = field(default="", repr=False)
    """The person's login at the means: no key, it only ends the session there."""


@dataclass(frozen=True)
class Identity:
    """A person whose identity is proven. Personal data appear in no repr.

    Exactly one of `pesel` (11 digits, check digit and birth date right) and `foreign_id` ("CC/PL/…", a means of another
    member state) is given; the other is empty.
    """

    method: str
    level: AssuranceLevel
    given_names: str = field(repr=False)
    family_name: str = field(repr=False)
    born_on: date = field(repr=False)
    evidence: Evidence
    pesel: str = field(default="", repr=False)
    foreign_id: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if bool(self.pesel) == bool(self.foreign_id):
            raise ValueError("a person has a PESEL or a foreign identifier")


class SeenMessages(Protocol):
    """The memory against replays: one row for each message, unique for issuer and id, kept until `until`."""

    def first_time(self, issuer: str, message_id: str, until: datetime) -> bool:
        """Write the message down; False when it was there already. Two callers at once never both hear True."""


class IdentityError(Exception):
    """Nobody is identified.

    `code` is stable and safe to store, show to staff and count; `detail` is a short text for engineers without personal
    data or secrets. `permanent` is True when the same call can never succeed; a new attempt of the person is another call.
    """

    permanent = True
    default_code = "identity.error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        self.code = str(code or self.default_code)
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class Rejected(IdentityError):
    """What came is not to be believed: forged, foreign, late, used already or malformed. Change nothing, log the code."""

    default_code = "identity.rejected"


class Declined(IdentityError):
    """The person did not identify themselves: refused, gave up or failed at the means."""

    default_code = "identity.declined"


class IssuerRefused(IdentityError):
    """The issuer answered that it cannot or will not serve our request: a matter for whoever runs the portal."""

    default_code = "identity.issuer_refused"


class IssuerUnavailable(IdentityError):
    """The issuer gave no usable answer. Its answers are given once, so the person begins anew."""

    permanent = False
    default_code = "identity.issuer_unavailable"
