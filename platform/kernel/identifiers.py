"""PESEL, NIP, REGON, bank accounts (NRB) and the text of a transfer's QR code (law.md section 9).

`is_valid_*` judge the bare digits as they should be stored; `normalise_*` first remove what people type
between them.
"""

import re
from datetime import date
from enum import StrEnum

from stdnum.exceptions import InvalidComponent
from stdnum.iso7064 import mod_97_10
from stdnum.pl import nip as stdnum_nip
from stdnum.pl import pesel as stdnum_pesel
from stdnum.pl import regon as stdnum_regon

from kernel.errors import InvalidInput

PESEL_DIGITS = 11
NRB_DIGITS = 26
QR_LENGTH = 160
QR_NAME_LENGTH = 20
QR_TITLE_LENGTH = 32

_PESEL = re.compile(r"[0-9]{11}")
_NIP = re.compile(r"[0-9]{10}")
_REGON = re.compile(r"[0-9]{9}|[0-9]{14}")
_NRB = re.compile(r"[0-9]{26}")
_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
_QR_FORBIDDEN = re.compile(r"[|\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MASK_SHOWS = 4


class PeselFault(StrEnum):
    """What is wrong with a PESEL. Some real old numbers have a wrong check digit: that one only warns an
    official.
    """

    FORMAT = "pesel.format"
    ZEROS = "pesel.zeros"
    BIRTH_DATE = "pesel.birth_date"
    CHECK_DIGIT = "pesel.check_digit"


def pesel_fault(value: str) -> PeselFault | None:
    """First fault of a PESEL of 11 bare digits, or None if it is right."""
    if not _PESEL.fullmatch(value):
        return PeselFault.FORMAT
    if not value.strip("0"):
        return PeselFault.ZEROS
    if _pesel_birth_date(value) is None:
        return PeselFault.BIRTH_DATE
    if stdnum_pesel.calc_check_digit(value[:-1]) != value[-1]:
        return PeselFault.CHECK_DIGIT
    return None


def is_valid_pesel(value: str) -> bool:
    """11 digits, a birth date that exists, a right check digit, not all zeros."""
    return pesel_fault(value) is None


def pesel_birth_date(value: str) -> date:
    """Date of birth in a PESEL; the century is in the month (+80 = 18xx, +20 = 20xx, +40 = 21xx, +60 = 22xx).

    The check digit is not asked for. InvalidInput("pesel.format") or ("pesel.birth_date").
    """
    if not _PESEL.fullmatch(value):
        raise InvalidInput(PeselFault.FORMAT.value)
    born_on = _pesel_birth_date(value)
    if born_on is None:
        raise InvalidInput(PeselFault.BIRTH_DATE.value)
    return born_on


def masked_pesel(value: str) -> str:
    """PESEL for the screen: the last four digits, which tell neither day nor year of birth. Anything else:
    all hidden.
    """
    if not _PESEL.fullmatch(value):
        return "*" * PESEL_DIGITS
    return "*" * (PESEL_DIGITS - _MASK_SHOWS) + value[-_MASK_SHOWS:]


def is_valid_nip(value: str) -> bool:
    """10 digits, weighted sum mod 11 equal to the last one, not all zeros."""
    return bool(_NIP.fullmatch(value)) and bool(value.strip("0")) and stdnum_nip.checksum(value) == 0


def is_valid_regon(value: str) -> bool:
    """9 digits, or 14 of which the first 9 are a REGON themselves; neither is all zeros."""
    return bool(_REGON.fullmatch(value)) and bool(value[:9].strip("0")) and stdnum_regon.is_valid(value)


def is_valid_nrb(value: str) -> bool:
    """26 digits without "PL"; (the account, "PL" as 2521, the check digits) mod 97 = 1."""
    return bool(_NRB.fullmatch(value)) and mod_97_10.checksum(value[2:] + "2521" + value[:2]) == 1


def normalise_pesel(text: str) -> str:
    """Digits of a PESEL as typed, without spaces and hyphens; what is no PESEL stays wrong for
    `is_valid_pesel`.
    """
    return _SEPARATORS.sub("", text)


def normalise_nip(text: str) -> str:
    """Digits of a NIP as typed: “PL 526-104-08-28” -> “5261040828”."""
    return _SEPARATORS.sub("", text).upper().removeprefix("PL")


def normalise_regon(text: str) -> str:
    """Digits of a REGON as typed, without spaces and hyphens."""
    return _SEPARATORS.sub("", text)


def normalise_nrb(text: str) -> str:
    """Digits of an account number as typed, with or without “PL”, spaces and hyphens."""
    return _SEPARATORS.sub("", text).upper().removeprefix("PL")


def format_nrb(value: str) -> str:
    """NRB in the groups people read: “92 1240 1234 …”. InvalidInput("nrb.format") if it is not 26 digits."""
    if not _NRB.fullmatch(value):
        raise InvalidInput("nrb.format")
    return " ".join([value[:2], *(value[i : i + 4] for i in range(2, NRB_DIGITS, 4))])


def transfer_qr(*, nrb: str, amount_gr: int, name: str, title: str, nip: str = "") -> str:
    """Text of the QR code that fills a transfer in a bank's app (ZBP recommendation 2D of 2013-12-03).

    `nip` is required by banks for a company and empty for a person; only its form is checked, for the
    recommendation's own sample has a wrong check digit. `amount_gr` 0 lets the payer type the amount. Name
    and title are cut to 20 and 32 characters, never bytes. InvalidInput with a "transfer_qr.…" code for what
    such a code cannot carry.
    """
    if nip and not _NIP.fullmatch(nip):
        raise InvalidInput("transfer_qr.nip")
    if not is_valid_nrb(nrb):
        raise InvalidInput("transfer_qr.nrb")
    if amount_gr < 0:
        raise InvalidInput("transfer_qr.amount", amount_gr=amount_gr)
    fields = (
        nip,
        "PL",
        nrb,
        f"{amount_gr:06d}",
        _qr_field(name, QR_NAME_LENGTH, "transfer_qr.name"),
        _qr_field(title, QR_TITLE_LENGTH, "transfer_qr.title"),
        "",
        "",
        "",
    )
    text = "|".join(fields)
    if len(text) > QR_LENGTH:
        raise InvalidInput("transfer_qr.too_long", length=len(text))
    return text


def _qr_field(text: str, length: int, code: str) -> str:
    if not text[:length].strip() or _QR_FORBIDDEN.search(text):
        raise InvalidInput(code)
    return text[:length]


def _pesel_birth_date(value: str) -> date | None:
    try:
        return stdnum_pesel.get_birth_date(value)
    except InvalidComponent:
        return None
