"""Grosze and the decimal amounts of protocols, without a float on the way (payments.md 11.18)."""

import re
from decimal import Decimal

_ZLOTY = re.compile(r"(0|[1-9]\d{0,12})\.(\d{2})", re.ASCII)


def zloty(amount_gr: int) -> str:
    """Grosze as złoty with two decimals: 1234 is "12.34"."""
    whole, rest = divmod(amount_gr, 100)
    return f"{whole}.{rest:02d}"


def grosze(text: str) -> int:
    """An amount like "12.34" in grosze; ValueError for any other form ("12,34", "12.3", "+1.00", "1e2")."""
    found = _ZLOTY.fullmatch(text)
    if not found:
        raise ValueError(f"not an amount: {text[:20]}")
    return int(found[1]) * 100 + int(found[2])


def grosze_of(number: Decimal | int) -> int:
    """A JSON number of złoty (read with `parse_float=Decimal`) in grosze; ValueError when it has more decimals."""
    amount = Decimal(number) * 100
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(f"not an amount: {str(number)[:20]}")
    return int(amount)
