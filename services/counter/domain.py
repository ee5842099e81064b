"""What can be done at the counter, and by what the person was recognised. Pure.

Nothing here pays, accepts a regulation or decides in the person's name: for that the law wants the person's own act.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

LONGEST_REQUEST: Final = 2000
IDLE: Final = timedelta(minutes=60)
"""After so long without an act a visit is over: the clerk's own session ends then too, and the person has gone."""


class Shown(StrEnum):
    """By what the clerk recognised the person."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    MOBYWATEL = "mobywatel"
    RESIDENCE_CARD = "residence_card"

    @property
    def polish(self) -> str:
        """What the document is called."""
        return {
            "identity_card": "dowód osobisty",
            "passport": "paszport",
            "mobywatel": "mObywatel",
            "residence_card": "karta pobytu",
        }[self.value]


class Act(StrEnum):
    """What was done for the person."""

    STATEMENT = "statement"
    SLIP = "slip"
    REQUEST = "request"
    CONTACT = "contact"

    @property
    def polish(self) -> str:
        """What was done, in words for the receipt."""
        return {
            "statement": "wydruk zestawienia należności",
            "slip": "wydruk danych do przelewu",
            "request": "zapisany wniosek",
            "contact": "poprawione dane kontaktowe",
        }[self.value]
