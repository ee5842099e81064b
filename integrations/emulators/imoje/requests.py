"""Reading the merchants' requests strictly: the published types, lengths and characters."""

import re
import time
from typing import Any

from starlette.responses import JSONResponse

from integrations.emulators.operators.records import Merchant
from integrations.emulators.serving import Exchange

_LETTERS = "A-Za-z0-9\u00c0-\u02c0 "
_ORDER = rf"[{_LETTERS}#_\-./\\]{{1,100}}"
_TITLE = rf"[{_LETTERS}#&_\-,./\\\"']{{1,255}}"
_NAME = rf"[{_LETTERS}#&_\-,./\\\"'\u0400-\u04ff]{{1,100}}"
_ADDRESS = r"https?://\S{1,292}"
_FORMS = {
    "type": r"sale",
    "currency": r"[A-Z]{3}",
    "orderId": _ORDER,
    "title": _TITLE,
    "paymentMethod": r"[a-z_]{1,30}",
    "paymentMethodCode": r"[a-z0-9_]{1,30}",
    "successReturnUrl": _ADDRESS,
    "failureReturnUrl": _ADDRESS,
    # The real one takes no localhost and no ports here; the emulator's merchants live on both.
    "notificationUrl": _ADDRESS,
}
_OPTIONAL = {"title", "notificationUrl"}
_MAX_AMOUNT = 999_999_999
_SHORTEST_LINK = 60


def error(status: int, message: str, *errors: str) -> JSONResponse:
    """The operator's form of a refusal."""
    told = {"code": f"API-{status}", "message": message, "instance": "", "errors": list(errors)}
    return JSONResponse({"apiErrorResponse": told}, status_code=status)


def document_of(exchange: Exchange) -> dict[str, Any]:
    """The JSON object of a request, empty when it is none."""
    try:
        document = exchange.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def wrong_in_start(merchant: Merchant, document: dict[str, Any]) -> list[str]:
    """The names of the values that break the documented limits."""
    wrong = [name for name, form in _FORMS.items() if not _fits(document.get(name), form, name in _OPTIONAL)]
    customer = document.get("customer")
    person = customer if isinstance(customer, dict) else {}
    wrong += [name for name in ("firstName", "lastName") if not _fits(person.get(name), _NAME)]
    if not _fits(person.get("email"), r"(?=.{3,200}$)[^@\s]+@[^@\s]+"):
        wrong.append("email")
    if not is_amount(document.get("amount")):
        wrong.append("amount")
    if document.get("serviceId") != merchant.ids["service_id"]:
        wrong.append("serviceId")
    ends_at = document.get("validTo")
    # A merchant lives in real time, also when the clock of this operator has been moved.
    if ends_at is not None and (type(ends_at) is not int or ends_at < time.time() + _SHORTEST_LINK):
        wrong.append("validTo")
    return wrong


def wrong_in_refund(merchant: Merchant, document: dict[str, Any]) -> list[str]:
    """The same for a refund."""
    wrong = [] if document.get("type") == "refund" else ["type"]
    if document.get("serviceId") != merchant.ids["service_id"]:
        wrong.append("serviceId")
    if not is_amount(document.get("amount")):
        wrong.append("amount")
    return wrong if _fits(document.get("title"), _TITLE, is_optional=True) else [*wrong, "title"]


def is_amount(value: object) -> bool:
    """Whole grosze within the documented bounds."""
    return type(value) is int and 1 <= value <= _MAX_AMOUNT


def _fits(value: object, form: str, is_optional: bool = False) -> bool:
    if value is None:
        return is_optional
    return isinstance(value, str) and re.fullmatch(form, value) is not None
