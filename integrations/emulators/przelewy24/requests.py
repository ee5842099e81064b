"""Reading the merchants' requests strictly, and the forms of Przelewy24's answers."""

import base64
import binascii
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse

from integrations.emulators.serving import Exchange

WARSAW = ZoneInfo("Europe/Warsaw")
_LIMITS = {
    "sessionId": 100,
    "description": 1024,
    "email": 50,
    "country": 2,
    "language": 2,
    "urlReturn": 250,
    "urlStatus": 250,
    "transferLabel": 20,
}
_REQUIRED = ("sessionId", "currency", "description", "email", "country", "language", "urlReturn", "sign")


def error(status: int, words: object) -> JSONResponse:
    """The operator's form of a refusal."""
    return JSONResponse({"error": words, "code": status}, status_code=status)


def basic(exchange: Exchange) -> tuple[str, str]:
    """User and password of Basic authentication; empty without it."""
    scheme, _, value = exchange.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def document_of(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON object of a request, None when it is none."""
    try:
        document = exchange.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def registration_is_valid(document: dict[str, Any]) -> bool:
    """Whether a registration keeps the documented types and limits."""
    if not integers(document, "merchantId", "posId", "amount") or document["amount"] < 1:
        return False
    if not all(isinstance(document.get(key), str) and document[key] for key in _REQUIRED):
        return False
    if any(len(str(document.get(key) or "")) > limit for key, limit in _LIMITS.items()):
        return False
    limit = document.get("timeLimit", 0)
    if type(limit) is not int or not 0 <= limit <= 99:
        return False
    method = document.get("method")
    return (method is None or type(method) is int) and document["currency"] == "PLN"


def verification_is_valid(document: dict[str, Any]) -> bool:
    """Whether a verification has all values in the documented types."""
    texts = ("sessionId", "currency", "sign")
    return integers(document, "merchantId", "posId", "amount", "orderId") and all(
        isinstance(document.get(key), str) for key in texts
    )


def integers(document: dict[str, Any], *keys: str) -> bool:
    return all(type(document.get(key)) is int for key in keys)


def local(seconds: float | None, form: str = "%Y%m%d%H%M") -> str:
    """A time as the operator writes it: Polish local time, no zone."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, WARSAW).strftime(form)
