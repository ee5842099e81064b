"""The rules of the safeguards as values: how long things live, and what one may ask for. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CHANGE_LIVES: Final = timedelta(days=14)
"""How long a proposed change waits for the second person."""
NEW_ADMINISTRATOR_WAITS: Final = timedelta(days=7)
"""How long somebody must be local administrator before agreeing to another one's change: nobody makes a second person up."""
ACCESS_LASTS: Final = timedelta(hours=1)
"""The longest that support looks at a gmina in one access."""
DOOR_OPEN: Final = timedelta(minutes=2)
"""How long the operator has for going from the console to the gmina's desk."""
CONSENT_HOURS: Final = (4, 24, 72)
"""For how many hours a gmina may give its consent."""
REVEALED_FOR: Final = timedelta(minutes=10)
"""How long a revealed field stays readable for the person who gave the reason."""
MANY_IN_AN_HOUR: Final = 30
"""From this many revealed fields in an hour on, the administrators get a letter about the person."""
MIN_REASON: Final = 10
MAX_REASON: Final = 500


class ChangeState(StrEnum):
    """What became of a proposed change."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ChangeKind(StrEnum):
    """Which setting a change is about."""

    OPERATOR_ACCOUNT = "operator_account"
    LIABILITY_TYPE = "liability_type"
    SIGNING_ACCESS = "signing_access"


class EndedBy(StrEnum):
    """Who ended a support access."""

    SUPPORT = "support"
    OFFICE = "office"
    TIME = "time"


class RevealReason(StrEnum):
    """Why somebody of the office has to see a field of personal data."""

    CASE = "case"
    IDENTITY = "identity"
    CONTACT = "contact"
    CORRECTION = "correction"
    REQUEST = "request"
    CLAIMS = "claims"
    OTHER = "other"

    @property
    def polish(self) -> str:
        """As the person reads it in the copy of her or his data."""
        return {
            "case": "prowadzenie sprawy",
            "identity": "sprawdzenie tożsamości",
            "contact": "kontakt z osobą",
            "correction": "poprawienie danych",
            "request": "żądanie osoby albo organu",
            "claims": "dochodzenie albo obrona roszczenia",
            "other": "inny powód",
        }[self.value]


def access_end(started_at: datetime, consent_until: datetime) -> datetime:
    """When a support access ends by itself: after an hour, or with the consent if that is sooner."""
    return min(started_at + ACCESS_LASTS, consent_until)
