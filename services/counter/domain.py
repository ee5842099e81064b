"""What can be done at the counter, and by what the person was recognised. Pure.

Nothing here pays, accepts a regulation or decides in the person's name: for that the law wants the person's own act.
"""

from enum import StrEnum
from typing import Final

LONGEST_REQUEST: Final = 2000


class Shown(StrEnum):
    """By what the clerk recognised the person."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    MOBYWATEL = "mobywatel"
    RESIDENCE_CARD = "residence_card"


class Act(StrEnum):
    """What was done for the person."""

    STATEMENT = "statement"
    SLIP = "slip"
    REQUEST = "request"
    CONTACT = "contact"
