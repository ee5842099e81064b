"""Cells that a spreadsheet would run: none is written, none is read (CSV injection)."""

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER = re.compile(r"[+-][0-9][0-9 \u00a0]*([.,][0-9]+)?")


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe before what begins like a formula, or like such a cell."""
    return f"'{text}" if text.startswith(_STARTS) else text


def bare(text: str) -> str:
    """The text of a cell that `neutral` wrote; others stay."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text


def is_formula(text: str) -> bool:
    """Whether a cell as it stands in a file begins like a formula; a signed number and a lone hyphen do not."""
    plain = text.strip(" ")
    return plain.startswith(_STARTS[:-1]) and plain != "-" and not _NUMBER.fullmatch(plain)
