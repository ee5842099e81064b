"""The merchants' REST API v1: Basic authentication and a signature check on every call."""

import base64
import binascii
import hmac
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.przelewy24 import faults, sign
from integrations.emulators.przelewy24.faults import Fault, error
from integrations.emulators.przelewy24.notifier import Notifier
from integrations.emulators.przelewy24.refunds import refund, refunds
from integrations.emulators.przelewy24.store import Merchant, Store, Transaction
from integrations.emulators.serving import Exchange, endpoint

WARSAW = ZoneInfo("Europe/Warsaw")
_STATUS = {"registered": 0, "paid": 1, "verified": 2, "returned": 3}
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


class Api:
    """The handlers. Each takes a merchant that has proved itself, the request and the fault to play."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self.store = store
        self.notifier = notifier

    def routes(self) -> list[Route]:
        return [
            self._route("GET", "/api/v1/testAccess", "access", self.test_access),
            self._route("POST", "/api/v1/transaction/register", "start", self.register),
            self._route("PUT", "/api/v1/transaction/verify", "confirm", self.verify),
            self._route("GET", "/api/v1/transaction/by/sessionId/{session_id}", "status", self.status),
            self._route("GET", "/api/v1/payment/methods/{language}", "lists", self.methods),
            self._route("POST", "/api/v1/transaction/refund", "refund", partial(refund, self.store)),
            self._route(
                "GET", "/api/v1/refund/by/orderId/{order_id}", "status", partial(refunds, self.store)
            ),
        ]

    def _route(self, method: str, path: str, place: str, handler: Any) -> Route:
        def handle(exchange: Exchange) -> Response:
            merchant = authenticated(self.store, exchange)
            fault = faults.take(self.store, place, merchant.pos_id if merchant else None)
            refused = faults.before(fault)
            if refused is not None:
                return refused
            if merchant is None:
                return error(401, "Incorrect authentication")
            answer: Response = handler(merchant, exchange, fault)
            return answer

        def observe(exchange: Exchange, response: Response | None) -> None:
            self.store.log(
                "in",
                exchange.method,
                exchange.path,
                response.status_code if response else None,
                exchange.body.decode("utf-8", "replace"),
                bytes(response.body).decode("utf-8", "replace") if response else "",
            )

        return Route(path, endpoint(handle, observe), methods=[method])

    def test_access(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        return JSONResponse({"data": True, "error": ""})

    def register(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        document = document_of(exchange)
        if document is None or not _registration_is_valid(document):
            return error(400, "Invalid input data")
        if (document["merchantId"], document["posId"]) != (merchant.merchant_id, merchant.pos_id):
            return error(401, "Incorrect authentication")
        if not sign.matches(document["sign"], sign.REGISTER, document, merchant.crc):
            return error(400, "Incorrect CRC value")
        # Whether the real operator takes a sessionId twice is not documented; refusing shows every such
        # retry.
        transaction = self.store.register(merchant, document)
        if transaction is None:
            return error(400, "Session ID already exists")
        faults.after(fault)
        token = {} if fault and fault.mode == "no_token" else {"token": transaction.token}
        return JSONResponse({"data": token, "responseCode": 0})

    def verify(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """The amounts are compared with the books again; a second verify is refused like a wrong one."""
        document = document_of(exchange)
        if document is None or not _integers(document, "merchantId", "posId", "amount", "orderId"):
            return error(400, "Invalid input data")
        if not all(isinstance(document.get(key), str) for key in ("sessionId", "currency", "sign")):
            return error(400, "Invalid input data")
        crc_fault = fault is not None and fault.mode == "incorrect_crc"
        if crc_fault or not sign.matches(document["sign"], sign.VERIFY, document, merchant.crc):
            return error(400, "Incorrect CRC value")
        found = self.store.transaction(str(document["orderId"]))
        claimed = tuple(document[key] for key in ("merchantId", "posId", "sessionId", "amount", "currency"))
        if found is None or claimed != (
            merchant.merchant_id,
            found.pos_id,
            found.session_id,
            found.amount,
            found.currency,
        ):
            return error(400, "Invalid input data")
        if found.pos_id != merchant.pos_id or not self.store.verify(found.order_id):
            return error(400, "Invalid input data")
        faults.after(fault)
        return JSONResponse({"data": {"status": "success"}, "responseCode": 0})

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        row = self.store.row(
            "SELECT order_id FROM transactions WHERE pos_id = ? AND session_id = ?",
            merchant.pos_id,
            exchange.params["session_id"],
        )
        found = self.store.transaction(str(row["order_id"])) if row else None
        if found is None:
            return JSONResponse({"error": "Transaction not found", "responseCode": 0}, status_code=404)
        state = 1 if fault and fault.mode == "advance" else _STATUS[found.state]
        return JSONResponse({"data": _status(found, state), "responseCode": 0})

    def methods(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        if exchange.params["language"] not in {"pl", "en"}:
            return error(404, "Payment methods not found")
        mode = fault.mode if fault else ""
        if mode == "empty":
            return JSONResponse({"data": [], "agreements": [], "responseCode": 0})
        asked = exchange.query.get("amount", "")
        amount = int(asked) if asked.isdecimal() else None
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        data = [
            {
                "name": row["name"],
                "id": row["id"],
                "group": row["grp"],
                "subgroup": row["grp"],
                "status": bool(row["active"])
                and _within(amount, row["min_gr"], row["max_gr"])
                and mode != "temp_off",
                "imgUrl": f"{base}/payment-form-logo/svg/{row['id']}",
                "mobileImgUrl": f"{base}/payment-form-logo/svg/mobile/{row['id']}",
                "mobile": True,
                "availabilityHours": {
                    "mondayToFriday": row["hours"],
                    "saturday": row["hours"],
                    "sunday": row["hours"],
                },
            }
            for row in self.store.rows("SELECT * FROM methods ORDER BY id != 154, name")
        ]
        return JSONResponse({"data": data, "agreements": [], "responseCode": 0})


def authenticated(store: Store, exchange: Exchange) -> Merchant | None:
    """The merchant of the Basic authentication: posId and API key."""
    scheme, _, value = exchange.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    merchant = store.merchant(int(user)) if user.isdecimal() and len(user) < 19 else None
    if merchant is None or not hmac.compare_digest(merchant.api_key.encode(), password.encode()):
        return None
    return merchant


def document_of(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON object of a request, None when it is none."""
    try:
        document = exchange.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def local(seconds: float | None, form: str = "%Y%m%d%H%M") -> str:
    """A time as the operator writes it: Polish local time, no zone."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, WARSAW).strftime(form)


def _registration_is_valid(document: dict[str, Any]) -> bool:
    if not _integers(document, "merchantId", "posId", "amount") or document["amount"] < 1:
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


def _integers(document: dict[str, Any], *keys: str) -> bool:
    return all(type(document.get(key)) is int for key in keys)


def _within(amount: int | None, smallest: int | None, largest: int | None) -> bool:
    if amount is None:
        return True
    return (smallest or 0) <= amount and (largest is None or amount <= largest)


def _status(found: Transaction, state: int) -> dict[str, Any]:
    return {
        "statement": found.statement,
        "orderId": found.order_id,
        "sessionId": found.session_id,
        "status": state,
        "amount": found.amount,
        "currency": found.currency,
        "date": local(found.registered_at),
        "dateOfTransaction": local(found.paid_at),
        "clientEmail": found.email,
        "accountMD5": "",
        "paymentMethod": found.paid_method or 0,
        "description": found.description,
        "clientName": "",
        "clientAddress": "",
        "clientCity": "",
        "clientPostcode": "",
        "batchId": 0,
        "fee": str(found.fee),
    }
