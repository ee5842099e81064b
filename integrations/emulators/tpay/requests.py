"""Reading the merchants' requests strictly, and the forms of Tpay's answers."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse

from integrations.emulators.operators.records import Transaction
from integrations.emulators.serving import Exchange

WARSAW = ZoneInfo("Europe/Warsaw")
_REQUEST = "emu0000000000000000"
_ACCOUNT = re.compile(r"PL\d{26}", re.ASCII)
_LIMITS = {"description": 128, "hiddenDescription": 128}


def error(status: int, code: str, words: str) -> JSONResponse:
    """The operator's form of a refusal."""
    told = {"errorCode": code, "errorMessage": words, "fieldName": "", "devMessage": words}
    return JSONResponse({"result": "failed", "requestId": _REQUEST, "errors": [told]}, status_code=status)


def success(**fields: Any) -> JSONResponse:
    """The operator's form of an answer."""
    return JSONResponse({"result": "success", "requestId": _REQUEST, **fields})


def number(amount_gr: int) -> float:
    """Grosze as the JSON number that the operator's PHP writes: 1010 is 10.1. The nearest float prints as that text."""
    return amount_gr / 100


def text(amount_gr: int) -> str:
    """Grosze as notifications have them: 1010 is "10.10"."""
    return f"{Decimal(amount_gr) / 100:.2f}"


def title(transaction: Transaction) -> str:
    """The title by which the payer's transfer is found; notifications call it `tr_id`."""
    return f"TR-EMU-{transaction.id:06d}X"


def document_of(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON object of a request with exact decimals, None when it is none."""
    try:
        document = json.loads(exchange.body, parse_float=Decimal)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def amount_gr(value: object) -> int | None:
    """A number with at most two decimals, more than nothing, in grosze; None for anything else, texts too."""
    if type(value) is not int and not isinstance(value, Decimal):
        return None
    grosze = Decimal(value) * 100
    return int(grosze) if grosze > 0 and grosze == grosze.to_integral_value() else None


def order_is_valid(document: dict[str, Any]) -> bool:
    """Whether an order of a transaction keeps the documented types and limits."""
    payer = document.get("payer")
    if amount_gr(document.get("amount")) is None or not isinstance(payer, dict):
        return False
    if not document.get("description") or not payer.get("email") or not payer.get("name"):
        return False
    if any(len(str(document.get(key) or "")) > limit for key, limit in _LIMITS.items()):
        return False
    channel = (document.get("pay") or {}).get("channelId")
    if channel is not None and type(channel) is not int:
        return False
    account = (document.get("collect") or {}).get("account")
    return account is None or _is_account(account)


def _is_account(account: object) -> bool:
    """Whether the account has the right check digits. Which ones Tpay has approved is not emulated."""
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        return False
    return int(account[4:] + "2521" + account[2:4]) % 97 == 1


def local(seconds: float | None) -> str | None:
    """A time as the operator writes it: Polish local time, no zone."""
    return None if seconds is None else datetime.fromtimestamp(seconds, WARSAW).strftime("%Y-%m-%d %H:%M:%S")
