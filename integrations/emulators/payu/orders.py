"""Orders: registered, told, withdrawn. And the list of ways to pay."""

from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import faults
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, NewTransaction, State, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.payu.requests import (
    SUCCESS,
    amount_of,
    document_of,
    error,
    missing,
    moment,
    wrong,
)
from integrations.emulators.serving import Exchange

LARGEST_GR = 999_999_99
STATUS = {
    State.STARTED: "NEW",
    State.PAID: "COMPLETED",
    State.CONFIRMED: "COMPLETED",
    State.RETURNED: "COMPLETED",  # refunds are a list of their own
    State.FAILED: "CANCELED",
    State.CANCELLED: "CANCELED",
    State.EXPIRED: "CANCELED",
}


class Orders:
    """The handlers of `orders` and `paymethods`."""

    def __init__(self, store: Store, logo_path: str) -> None:
        self.store = store
        self.logo_path = logo_path

    def register(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST orders`: 302 with a JSON body."""
        document = document_of(exchange)
        if document is None:
            return error(400, "ERROR_SYNTAX")
        refused = self._refused(merchant, document)
        if refused is not None:
            return refused
        transaction = self.store.register(
            merchant, self._wish(document), unique=bool(document.get("extOrderId"))
        )
        if transaction is None:
            return error(400, "ERROR_ORDER_NOT_UNIQUE")
        faults.after(fault)
        if fault and fault.mode == "no_token":
            return JSONResponse({"status": SUCCESS}, status_code=302)
        answer = {
            "status": SUCCESS,
            "redirectUri": f"{exchange.base_url}/pay/{transaction.token}",
            "orderId": transaction.operator_tx_id,
        }
        if transaction.ref:
            answer["extOrderId"] = transaction.ref
        return JSONResponse(answer, status_code=302, headers={"Location": str(answer["redirectUri"])})

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET orders/{orderId}`."""
        found = self.store.owned(merchant.key, exchange.params["order_id"])
        if found is None:
            return error(404, "DATA_NOT_FOUND")
        order = told(found, merchant)
        if fault and fault.mode == "waiting":
            order["status"] = "WAITING_FOR_CONFIRMATION"
        answer = {"orders": [order], "status": {**SUCCESS, "statusDesc": "Request processing successful"}}
        return JSONResponse({**answer, "properties": properties(found)})

    def to_withdraw(self, merchant: Merchant, exchange: Exchange) -> Transaction | Response:
        """The order that `DELETE orders/{orderId}` withdraws. How PayU refuses a paid one is not published."""
        found = self.store.owned(merchant.key, exchange.params["order_id"])
        if found is None:
            return error(404, "DATA_NOT_FOUND")
        if found.state is not State.STARTED:
            return error(400, "ERROR_VALUE_INVALID", words="Order can not be cancelled")
        return found

    def methods(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET paymethods`: not by amount, but with the limits of each."""
        mode = fault.mode if fault else ""
        rows = [] if mode == "empty" else self.store.rows("SELECT * FROM methods ORDER BY position")
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        listed = [
            {
                "value": row["id"],
                "name": row["name"],
                "brandImageUrl": base + self.logo_path.replace("{id}", row["id"]),
                "status": "ENABLED" if row["active"] and mode != "temp_off" else "TEMPORARY_DISABLED",
                "minAmount": row["min_gr"] or 1,
                "maxAmount": row["max_gr"] or LARGEST_GR,
            }
            for row in rows
        ]
        return JSONResponse({"cardTokens": [], "payByLinks": listed, "status": SUCCESS})

    def _refused(self, merchant: Merchant, document: dict[str, Any]) -> Response | None:
        lacking = missing(document)
        if lacking:
            return error(400, "ERROR_VALUE_MISSING", words=f"Missing required field: {lacking}")
        broken = wrong(document)
        if broken:
            return error(400, "ERROR_VALUE_INVALID", words=f"Invalid field: {broken}")
        if document["merchantPosId"] != merchant.ids["pos_id"]:
            return error(403, "ERROR_VALUE_INVALID", "INVALID_AUTH_FOR_THIS_ORDER")
        method = _method(document)
        row = self.store.row("SELECT active FROM methods WHERE id = ?", method)
        if method and (row is None or not row["active"]):
            words = "OPENPAYU_PAYMENT_CREATE_BLOCKED_CHECKOUT_PAY_METHOD"
            return error(400, "ERROR_VALUE_INVALID", words=words)
        return None

    def _wish(self, document: dict[str, Any]) -> NewTransaction:
        buyer = document.get("buyer") or {}
        validity = str(document.get("validityTime", "86400"))
        return NewTransaction(
            ref=document.get("extOrderId", ""),
            amount_gr=amount_of(document["totalAmount"]) or 0,
            title=document["description"],
            email=buyer.get("email") or "",
            language=buyer.get("language") or "pl",
            url_return=document.get("continueUrl", ""),
            url_notify=document.get("notifyUrl", ""),
            method=_method(document),
            expires_at=self.store.now() + int(validity),
            details={
                "customer_ip": document["customerIp"],
                "validity_time": validity,
                "visible_description": document.get("visibleDescription", ""),
                "products": document["products"],
            },
        )


def told(found: Transaction, merchant: Merchant) -> dict[str, Any]:
    """The order as status and notifications tell it."""
    return {
        "orderId": found.operator_tx_id,
        "extOrderId": found.ref,
        "orderCreateDate": moment(found.registered_at),
        "notifyUrl": found.url_notify,
        "customerIp": found.details["customer_ip"],
        "merchantPosId": merchant.ids["pos_id"],
        "description": found.title,
        "validityTime": found.details["validity_time"],
        "currencyCode": found.currency,
        # PayU knows one amount: nobody can pay another one than was ordered.
        "totalAmount": str(found.amount_gr if found.paid_gr is None else found.paid_gr),
        "buyer": {"email": found.email, "language": found.language},
        "payMethod": {"type": "PBL" if found.method else "PAYMENT_WALL"},
        "products": found.details["products"],
        "status": STATUS[found.state],
    }


def properties(found: Transaction) -> list[dict[str, str]]:
    """The number of the payment, once there is one."""
    paid = found.paid_at is not None
    return [{"name": "PAYMENT_ID", "value": str(5_000_000_000 + found.id)}] if paid else []


def _method(document: dict[str, Any]) -> str:
    chosen = (document.get("payMethods") or {}).get("payMethod") or {}
    return str(chosen.get("value") or "") if chosen.get("type") == "PBL" else ""
