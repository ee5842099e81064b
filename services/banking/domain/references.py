"""Finding numbers in the title of a transfer, as people and banks write them: cut, spaced, in capitals."""

import re
from collections.abc import Iterable

PAYMENT_DIGITS = 24
"""Length of the portal's own number of a payment: hexadecimal digits."""
MOST_CANDIDATES = 300
_SHORTEST = 5
_JOINED = 3
_HEX = re.compile(rf"[0-9a-f]{{{PAYMENT_DIGITS},}}")
_ENDS = ".,;:!?()[]{}\"'„”“<>#"
_YEAR_LIKE = re.compile(r"(19|20)\d\d([-./]\d\d?)*")
_PLAIN_NUMBER = re.compile(r"\d{1,6}")


def payment_numbers(text: str) -> set[str]:
    """Every stretch that could be a number of ours, with all spaces and hyphens taken out: banks cut inside numbers."""
    found: set[str] = set()
    for stretch in _HEX.findall(re.sub(r"[\s\-]+", "", text.lower())):
        starts = range(min(len(stretch) - PAYMENT_DIGITS + 1, MOST_CANDIDATES))
        found.update(stretch[at : at + PAYMENT_DIGITS] for at in starts)
    return found


def numbers(texts: Iterable[str]) -> set[str]:
    """Words, and up to three words in a row without their spaces, that could be the number of a due or of a payout.

    Years, days and plain numbers of up to six digits are none: too many titles hold them. At most `MOST_CANDIDATES`.
    """
    found: list[str] = []
    for text in texts:
        words = text.split()
        for length in range(1, _JOINED + 1):
            joined = ("".join(words[at : at + length]) for at in range(len(words) - length + 1))
            found.extend(word.strip(_ENDS) for word in joined)
    fitting = (word for word in found if _could_be(word))
    return set(list(dict.fromkeys(fitting))[:MOST_CANDIDATES])


def _could_be(word: str) -> bool:
    if not _SHORTEST <= len(word) <= 80 or not any(sign.isdigit() for sign in word):
        return False
    return not _YEAR_LIKE.fullmatch(word) and not _PLAIN_NUMBER.fullmatch(word)
