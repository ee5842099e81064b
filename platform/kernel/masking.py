"""Personal data for the screen, masked: enough to recognise what one knows, too little to learn it."""

from typing import Final

from kernel.identifiers import masked_pesel

DOTS: Final = "••••"
SHOWN_OF_ACCOUNT: Final = 4
SHOWN_OF_PHONE: Final = 2


def masked(field: str, value: str) -> str:
    """The value as it may stand on a page of the office: by the kind of the field, everything unknown wholly hidden."""
    if not value:
        return ""
    return _MASKS.get(field, _hidden)(value)


def masked_email(value: str) -> str:
    """The first letter and the server: “a••••@poczta.example”."""
    name, at, server = value.rpartition("@")
    return f"{name[:1]}{DOTS}@{server}" if at and name else DOTS


def masked_phone(value: str) -> str:
    """The last two digits."""
    return f"{DOTS}{value[-SHOWN_OF_PHONE:]}" if len(value) > 2 * SHOWN_OF_PHONE else DOTS


def masked_address(value: str) -> str:
    """Post code and place, which stand behind the last comma; without one nothing."""
    _, comma, place = value.rpartition(",")
    return f"{DOTS}, {place.strip()}" if comma and place.strip() else DOTS


def masked_account(value: str) -> str:
    """The last four digits of an account number."""
    return f"{DOTS} {value[-SHOWN_OF_ACCOUNT:]}" if len(value) > 2 * SHOWN_OF_ACCOUNT else DOTS


def _hidden(_value: str) -> str:
    return DOTS


_MASKS: Final = {
    "pesel": masked_pesel,
    "identifier": masked_pesel,
    "email": masked_email,
    "phone": masked_phone,
    "address": masked_address,
    "account_nrb": masked_account,
}
