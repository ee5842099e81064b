"""Whether an order keeps the documented names, forms and limits."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
_POLISH = "ĘęÓóĄąŚśŁłŻżŹźĆćŃń"
_FORMS = {
    "OrderID": r"[A-Za-z0-9_-]{1,32}",
    "Amount": r"(0|[1-9]\d{0,13})\.\d{2}",
    "Description": r"[A-Za-z0-9.:, -]{1,79}",
    "GatewayID": r"\d{1,5}",
    "Currency": r"PLN",
    "CustomerEmail": r"[^\s@]+@[^\s@]+",
    "Language": r"PL|EN|DE|CS|ES|FR|IT",
    "CustomerNRB": r"\d{26}",
    "CustomerIP": r"[0-9A-Fa-f.:]{1,39}",
    "Title": rf'[A-Za-z0-9{_POLISH}\s.\-/,!()"]{{1,95}}',
    "ReceiverName": rf"[A-Za-z0-9{_POLISH}\s.\-/,!()=\[\]{{}};:?]{{1,35}}",
    "ValidityTime": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "ReturnURL": r"https?://.{1,990}",
    "DefaultRegulationAcceptanceState": r"ACCEPTED",
    "DefaultRegulationAcceptanceID": r"\d{1,10}",
    "DefaultRegulationAcceptanceTime": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
}
_REQUIRED = ("OrderID", "Amount", "CustomerEmail")


def refused_start(sent: Mapping[str, str]) -> str:
    """The reason to refuse an order, "" when there is none. "INVALID_EMAIL" is published, the other is not."""
    for name in _REQUIRED:
        if not sent.get(name):
            return "VALIDATION_FAILED"
    for name, form in _FORMS.items():
        if name in sent and not re.fullmatch(form, sent[name], re.ASCII):
            return "INVALID_EMAIL" if name == "CustomerEmail" else "VALIDATION_FAILED"
    if not 3 <= len(sent["CustomerEmail"]) <= 255:
        return "INVALID_EMAIL"
    is_accepted = "DefaultRegulationAcceptanceState" in sent
    if is_accepted is not ("DefaultRegulationAcceptanceID" in sent) or grosze(sent["Amount"]) < 1:
        return "VALIDATION_FAILED"
    return ""


def grosze(amount: str) -> int:
    """ "12.34" in grosze."""
    whole, _, rest = amount.partition(".")
    return int(whole) * 100 + int(rest)


def zloty(amount_gr: int) -> str:
    """Grosze as "12.34"."""
    digits = f"{amount_gr:03d}"
    return f"{digits[:-2]}.{digits[-2:]}"


def moment(text: str) -> float:
    """A time on Polish clocks as seconds since the epoch."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).timestamp()


def local(seconds: float) -> str:
    """A time as the gateway writes it: `YYYYMMDDhhmmss` on Polish clocks."""
    return datetime.fromtimestamp(seconds, WARSAW).strftime("%Y%m%d%H%M%S")
