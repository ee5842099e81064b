"""Single fields of banks' files: amounts, days, accounts, texts. Each raises FileRefused with the line."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from integrations.finance.errors import FileRefused
from kernel.dates import FIRST_YEAR, LAST_YEAR
from kernel.identifiers import is_valid_nrb, normalise_nrb

PLN = "PLN"
MAX_AMOUNT_GR = 99_999_999_999_999
"""999 999 999 999,99 zł: beyond any account of a gmina, and sums of a file stay inside a bigint."""
MAX_TEXT = 500

_COMMA = re.compile(r"([0-9]{1,15}),([0-9]{0,2})")
_POINT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2})(0{0,3}))?")
_PLAIN_COMMA = re.compile(r"([0-9]{1,15})(?:,([0-9]{1,2}))?")
_GROSZE = re.compile(r"[0-9]{1,17}")
_SPACES = re.compile(r"\s+")
_NRB_LIKE = re.compile(r"[0-9]{26}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,34}")


class AmountForm(StrEnum):
    """How a file writes amounts."""

    SWIFT = "swift"
    """“123,45”, “123,”: a comma always (SWIFT field 61)."""
    COMMA = "comma"
    POINT = "point"
    GROSZE = "grosze"


class DayForm(StrEnum):
    """How a file writes days."""

    YYYYMMDD = "YYYYMMDD"
    YYMMDD = "YYMMDD"
    ISO = "YYYY-MM-DD"
    POLISH = "DD.MM.YYYY"
    DASHED = "DD-MM-YYYY"
    SLASHED = "DD/MM/YYYY"


_DAY_PATTERNS = {
    DayForm.YYYYMMDD: re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    DayForm.YYMMDD: re.compile(r"(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    DayForm.ISO: re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    DayForm.POLISH: re.compile(r"(?P<d>[0-9]{2})\.(?P<m>[0-9]{2})\.(?P<y>[0-9]{4})"),
    DayForm.DASHED: re.compile(r"(?P<d>[0-9]{2})-(?P<m>[0-9]{2})-(?P<y>[0-9]{4})"),
    DayForm.SLASHED: re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})"),
}
_AMOUNT_PATTERNS = {AmountForm.SWIFT: _COMMA, AmountForm.COMMA: _PLAIN_COMMA, AmountForm.POINT: _POINT}


def amount_gr(text: str, form: AmountForm, line: int) -> int:
    """An amount without a sign, in grosze. Raises FileRefused: amount, amount_too_big."""
    if form == AmountForm.GROSZE:
        if not _GROSZE.fullmatch(text):
            raise FileRefused("amount", line=line, found=text)
        found_gr = int(text)
    else:
        found = _AMOUNT_PATTERNS[form].fullmatch(text)
        if not found:
            raise FileRefused("amount", line=line, found=text)
        found_gr = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if found_gr > MAX_AMOUNT_GR:
        raise FileRefused("amount_too_big", line=line, found=text)
    return found_gr


def signed_amount_gr(text: str, form: AmountForm, line: int) -> int:
    """An amount with an optional sign before it, in grosze; spaces between thousands are allowed. Raises as `amount_gr`."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    sign = -1 if plain.startswith("-") else 1
    return sign * amount_gr(plain[1:] if plain[:1] in ("-", "+") else plain, form, line)


def day(text: str, form: DayForm, line: int) -> date:
    """A day that exists; years of two digits belong to this century. Raises FileRefused("day")."""
    found = _DAY_PATTERNS[form].fullmatch(text)
    if found:
        year = int(found["y"]) + (2000 if form == DayForm.YYMMDD else 0)
        try:
            if FIRST_YEAR <= year <= LAST_YEAR:
                return date(year, int(found["m"]), int(found["d"]))
        except ValueError:
            pass
    raise FileRefused("day", line=line, found=text, form=form)


def own_account(text: str, line: int) -> str:
    """An account that must be a Polish one, with or without “PL”, “/” and spaces: 26 digits. Raises FileRefused("nrb")."""
    nrb = normalise_nrb(text.strip().lstrip("/"))
    if not is_valid_nrb(nrb):
        raise FileRefused("nrb", line=line, found=text)
    return nrb


def other_account(text: str, line: int) -> str:
    """Somebody's account: 26 digits when Polish (check digits are computed), else as written without spaces; "" if none.

    Raises FileRefused: nrb, account.
    """
    plain = normalise_nrb(text.strip().lstrip("/"))
    if not plain.strip("0"):
        return ""
    if _NRB_LIKE.fullmatch(plain):
        if not is_valid_nrb(plain):
            raise FileRefused("nrb", line=line, found=text)
        return plain
    if not _ACCOUNT.fullmatch(plain):
        raise FileRefused("account", line=line, found=text)
    return plain


def refuse_other_currency(text: str, line: int) -> None:
    """Raises FileRefused("currency") for anything but PLN."""
    if text.strip().upper() != PLN:
        raise FileRefused("currency", line=line, found=text)


def one_line(text: str, line: int, *, most: int = MAX_TEXT) -> str:
    """A text with single spaces, in composed letters. Raises FileRefused("text_too_long")."""
    plain = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())
    if len(plain) > most:
        raise FileRefused("text_too_long", line=line, found=plain, most=most)
    return plain


def title_line(text: str, line: int) -> str:
    """A line of a title as `one_line`, but one space at either end stays: banks cut titles between words and inside them."""
    plain = one_line(text, line)
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"{before}{plain}{after}" if plain else ""
