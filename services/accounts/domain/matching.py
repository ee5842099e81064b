"""Whose file of the finance system a person is: what fits by itself, and what a clerk has to look at."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NOT_DECOMPOSED: Final = str.maketrans("łŁ", "lL")


class Fit(StrEnum):
    """How the payers with the person's number fit the person."""

    CLEAN = "clean"
    """One payer, same names, nobody else's: linked without a clerk."""
    MISSING = "missing"
    """No payer has this number: nothing is owed, or the finance system does not know the number."""
    SEVERAL = "several"
    OTHER_NAME = "other_name"
    TAKEN = "taken"
    """The file is linked to another person's open account."""


@dataclass(frozen=True)
class Candidate:
    """One payer with the person's PESEL or NIP, as far as fitting is concerned."""

    name: str
    is_taken: bool = False


def fit_of(first_name: str, last_name: str, candidates: Sequence[Candidate]) -> Fit:
    """How the candidates fit; only CLEAN may be linked without a clerk."""
    if not candidates:
        return Fit.MISSING
    if any(one.is_taken for one in candidates):
        return Fit.TAKEN
    if len(candidates) > 1:
        return Fit.SEVERAL
    return Fit.CLEAN if is_same_name(first_name, last_name, candidates[0].name) else Fit.OTHER_NAME


def is_same_name(first_name: str, last_name: str, payer_name: str) -> bool:
    """Whether the payer's name holds the first given name and the whole surname, in any order.

    Case, Polish letters and hyphens do not matter: finance systems write "ZREBIECKA LOS ZDZISLAWA".
    """
    known = set(_words(payer_name))
    return set(_words(first_name)[:1] + _words(last_name)) <= known and bool(_words(last_name))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED)).casefold()
    letters = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return letters.split()
