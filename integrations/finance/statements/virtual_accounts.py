"""Accounts of mass payments (SWRK): check digits, sort code, the bank's mask, the payer's id (payments.md 14.1)."""

from collections.abc import Sequence


def is_virtual(nrb: str, prefixes: Sequence[str]) -> bool:
    """Whether the account (26 digits) is one of those that the bank gave out for mass payments."""
    return bool(prefixes) and nrb[2:].startswith(tuple(prefixes))
