"""Acting in somebody else's name: how much a representative may do, about which dues and until when (eKasa § 2 pkt 1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kernel.errors import InvalidInput
from kernel.identifiers import is_valid_nip, is_valid_pesel

LONGEST_YEARS: Final = 30
"""A term further away is a slip of the keyboard; who needs no end leaves the field empty."""


class Title(StrEnum):
    """By what somebody acts for a payer."""

    STATUTORY = "statutory"
    """Organ of a company by its register, owner of the firm, parent or guardian."""
    ATTORNEY = "attorney"


class Level(StrEnum):
    """How much a representative may do; each level holds the ones before it."""

    SEE = "see"
    PAY = "pay"
    """Basic representative: sees the dues and pays them."""
    FULL = "full"
    """Extended representative: also files requests, for instance about overpayments, in the payer's name."""

    def allows(self, needed: "Level") -> bool:
        """Whether this level is enough where `needed` is asked for."""
        order = list(Level)
        return order.index(self) >= order.index(needed)


class RequestState(StrEnum):
    """Where a request to represent stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Scope:
    """What a representative may do: level, liability types by code (None: all), and both days of the term."""

    level: Level
    valid_from: date
    valid_to: date | None = None
    types: frozenset[str] | None = None


def check_scope(scope: Scope, today: date) -> None:
    """Raises InvalidInput("representation.term") when the term ends before it begins, before today or is absurdly long,
    InvalidInput("representation.types") for a scope of no liability type at all.
    """
    last = scope.valid_to
    if last is not None and not max(scope.valid_from, today) <= last:
        raise InvalidInput("representation.term", field="valid_to")
    if last is not None and last.year - scope.valid_from.year > LONGEST_YEARS:
        raise InvalidInput("representation.term", field="valid_to")
    if scope.types is not None and not scope.types:
        raise InvalidInput("representation.types", field="types")


def is_in_term(valid_from: date, valid_to: date | None, on: date) -> bool:
    """Whether a right holds on the day; the last day belongs to it."""
    return valid_from <= on and (valid_to is None or on <= valid_to)


def normalised_identifier(text: str) -> str:
    """NIP or PESEL as digits. Raises InvalidInput("representation.identifier")."""
    digits = "".join(one for one in text if one not in " -\u00a0").removeprefix("PL")
    if not (is_valid_nip(digits) or is_valid_pesel(digits)):
        raise InvalidInput("representation.identifier", field="identifier")
    return digits
