"""Money in whole grosze. No float comes near it: 140.57 * 100 is 14056.999…

Columns and signatures carry `int` (`…_gr`); `Money` is the same number where a value with a meaning is
wanted. Exact intermediate amounts are `Fraction`s of a grosz until one named rounding.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from kernel.errors import InvalidInput

GROSZE_IN_ZLOTY = 100
NBSP = "\u00a0"
MINUS = "\u2212"

_SPACES = f" {NBSP}\u202f"
_POLISH = re.compile(
    rf"(?P<minus>[-{MINUS}]?)"
    rf"(?P<zlote>[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}){{1,4}}|[0-9]{{1,13}})"
    r"(?:[.,](?P<grosze>[0-9]{1,2}))?"
    rf"(?:[{_SPACES}]?zł)?"
)
_DECIMAL = re.compile(r"(?P<minus>-?)(?P<zlote>[0-9]{1,13})(?:\.(?P<grosze>[0-9]{1,2}))?")


def divide_half_up(numerator: int, denominator: int) -> int:
    """Whole number nearest to the quotient, a half away from zero (art. 63 § 1 O.p.: 50 groszy and more go
    up).
    """
    if denominator <= 0:
        raise ValueError("the denominator is positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def round_to_grosz(amount_gr: Fraction) -> int:
    """Exact amount in grosze -> whole grosze, half up."""
    return divide_half_up(amount_gr.numerator, amount_gr.denominator)


def round_to_zloty(amount_gr: Fraction) -> int:
    """Exact amount in grosze -> grosze of full złote, 50 gr up (Ordynacja podatkowa art. 63 § 1)."""
    return divide_half_up(amount_gr.numerator, amount_gr.denominator * GROSZE_IN_ZLOTY) * GROSZE_IN_ZLOTY


def format_gr(amount_gr: int) -> str:
    """Grosze -> Polish text “1 234,56 zł” with non-breaking spaces. TypeError for anything but an int."""
    zlote, grosze = divmod(abs(_whole(amount_gr)), GROSZE_IN_ZLOTY)
    grouped = f"{zlote:,}".replace(",", NBSP)
    return f"{MINUS if amount_gr < 0 else ''}{grouped},{grosze:02d}{NBSP}zł"


def parse_gr(text: str) -> int:
    """What a person types -> grosze: “1 234,56”, “1234.56”, “12,5”, “100 zł”, thousands only by spaces.

    A text that could be read in two ways (“1,234.56”, “1 23”) is refused: InvalidInput("money.unreadable").
    """
    return _read(_POLISH, text.strip(), text)


def to_decimal_text(amount_gr: int) -> str:
    """Grosze -> “123.45”, as in the API and in files; always two decimals."""
    zlote, grosze = divmod(abs(_whole(amount_gr)), GROSZE_IN_ZLOTY)
    return f"{'-' if amount_gr < 0 else ''}{zlote}.{grosze:02d}"


def from_decimal_text(text: str) -> int:
    """“123.45” -> grosze; at most two decimals, a point, no spaces, no exponent.
    InvalidInput("money.unreadable").
    """
    return _read(_DECIMAL, text, text)


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in grosze that adds up only with its like."""

    gr: int

    def __post_init__(self) -> None:
        _whole(self.gr)

    @classmethod
    def parse(cls, text: str) -> Self:
        """See `parse_gr`."""
        return cls(parse_gr(text))

    @classmethod
    def from_decimal(cls, text: str) -> Self:
        """See `from_decimal_text`."""
        return cls(from_decimal_text(text))

    def to_decimal(self) -> str:
        """See `to_decimal_text`."""
        return to_decimal_text(self.gr)

    def __str__(self) -> str:
        return format_gr(self.gr)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.gr + other.gr) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.gr - other.gr) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        return Money(-self.gr)

    def __bool__(self) -> bool:
        return self.gr != 0


def _whole(amount_gr: int) -> int:
    if isinstance(amount_gr, bool) or not isinstance(amount_gr, int):
        raise TypeError(f"an amount is a whole number of grosze, not {amount_gr!r}")
    return amount_gr


def _read(pattern: re.Pattern[str], text: str, given: str) -> int:
    found = pattern.fullmatch(text)
    if not found:
        raise InvalidInput("money.unreadable", text=given)
    zlote = int(re.sub(f"[{_SPACES}]", "", found["zlote"]))
    grosze = int((found["grosze"] or "0").ljust(2, "0"))
    amount_gr = zlote * GROSZE_IN_ZLOTY + grosze
    return -amount_gr if found["minus"] else amount_gr
