"""Reading the merchants' requests strictly, and the forms of PayU's answers."""

import ipaddress
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse

from integrations.emulators.serving import Exchange

WARSAW = ZoneInfo("Europe/Warsaw")
SUCCESS = {"statusCode": "SUCCESS"}
_AMOUNT = re.compile(r"[1-9][0-9]{0,11}")
_SECONDS = re.compile(r"[1-9][0-9]{0,7}")
_REQUIRED = ("merchantPosId", "description", "currencyCode", "totalAmount", "customerIp")
_LIMITS = {
    "continueUrl": 1024,
    "notifyUrl": 1024,
    "description": 4000,
    "visibleDescription": 80,
    "extOrderId": 1024,
}


def error(http: int, code: str, literal: str = "", words: str = "") -> JSONResponse:
    """The operator's form of a refusal."""
    status = {"statusCode": code, "severity": "ERROR"}
    if literal:
        status["codeLiteral"] = literal
    if words:
        status["statusDesc"] = words
    return JSONResponse({"status": status}, status_code=http)


def document_of(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON object of a request, None when it is none."""
    try:
        document = exchange.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def amount_of(value: object) -> int | None:
    """An amount in grosze, which must be a text; None when it is no amount."""
    return int(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def missing(document: dict[str, Any]) -> str:
    """The first required value that an order lacks, "" when it has all."""
    for name in _REQUIRED:
        if not document.get(name):
            return name
    return "" if document.get("products") else "products"


def wrong(document: dict[str, Any]) -> str:
    """The first value of an order that breaks the documented types and limits, "" when none does."""
    for name in (*_REQUIRED, *_LIMITS):
        value = document.get(name, "")
        if not isinstance(value, str) or len(value) > _LIMITS.get(name, 100):
            return name
    if amount_of(document["totalAmount"]) is None:
        return "totalAmount"
    if document["currencyCode"] != "PLN":
        return "currencyCode"
    if not _is_address(document["customerIp"]):
        return "customerIp"
    if not _SECONDS.fullmatch(str(document.get("validityTime", "86400"))):
        return "validityTime"
    return "" if _are_products(document["products"]) else "products"


def moment(seconds: float) -> str:
    """A time as the operator writes it: Polish time with its zone and milliseconds."""
    return datetime.fromtimestamp(seconds, WARSAW).isoformat(timespec="milliseconds")


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified and address.exploded == text


def _are_products(products: object) -> bool:
    if not isinstance(products, list):
        return False
    return all(
        isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and amount_of(one.get("unitPrice")) is not None
        and str(one.get("quantity", "")).isdecimal()
        for one in products
    )
