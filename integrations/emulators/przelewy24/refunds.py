"""How refunds are asked for, refused and listed."""

from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, Refund, RefundState, State
from integrations.emulators.operators.store import Store
from integrations.emulators.przelewy24.requests import document_of, error, local
from integrations.emulators.serving import Exchange

_STATUS = {RefundState.COMPLETED: 1, RefundState.PENDING: 2, RefundState.REJECTED: 4}


class Refunds:
    """The handlers of `transaction/refund` and `refund/by/orderId`."""

    def __init__(self, store: Store, seconds: float) -> None:
        self.store = store
        self.seconds = seconds

    def refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transaction/refund`: all refunds of the request, or none."""
        document = _request(exchange)
        if document is None:
            return error(400, "Invalid input parameters")
        with self.store.atomic():
            if refunds.by_key(self.store, document["requestId"]):
                return error(400, "Request already exists")
            answers = [(item, self._judge(merchant, item, fault)) for item in document["refunds"]]
            if any(message != "success" for _, message in answers):
                return JSONResponse(
                    {"error": [_item(item, False, message) for item, message in answers], "code": 409},
                    status_code=409,
                )
            for item, _ in answers:
                self._accept(document, item, fault)
        faults.after(fault)
        return JSONResponse(
            {"data": [_item(item, True, message) for item, message in answers], "responseCode": 0},
            status_code=200 if fault and fault.mode == "200" else 201,
        )

    def listed(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET refund/by/orderId/{orderId}`."""
        found = self.store.owned(merchant.key, exchange.params["order_id"])
        known = refunds.of_transaction(self.store, found) if found else []
        if found is None or not known:
            return JSONResponse({"error": "Transaction not found", "responseCode": 0}, status_code=404)
        data = {
            "orderId": int(found.operator_tx_id),
            "sessionId": found.ref,
            "amount": found.amount_gr,
            "currency": found.currency,
            "refunds": [_listed(refund) for refund in known],
        }
        return JSONResponse({"data": data, "responseCode": 0})

    def _judge(self, merchant: Merchant, item: dict[str, Any], fault: Fault | None) -> str:
        found = self.store.owned(merchant.key, str(item["orderId"]))
        if found is None or found.ref != item.get("sessionId"):
            return "Transaction not found"
        if found.state is not State.CONFIRMED:
            return "Transaction in wrong status - cannot refund"
        if fault and fault.mode == "insufficient":
            return "Insufficient funds available"
        if item["amount"] > refunds.left_gr(self.store, found):
            return "The amount of refund exceeds available amount for the transaction"
        return "success"

    def _accept(self, document: dict[str, Any], item: dict[str, Any], fault: Fault | None) -> None:
        found = self.store.transaction(str(item["orderId"]))
        assert found is not None
        refunds.accept(
            self.store,
            found,
            item["amount"],
            seconds=self.seconds,
            fault=fault,
            key=document["requestId"],
            description=item.get("description") or "",
            url_notify=document.get("urlStatus") or "",
            details={"refunds_uuid": document["refundsUuid"]},
        )


def _request(exchange: Exchange) -> dict[str, Any] | None:
    document = document_of(exchange)
    if document is None or not isinstance(document.get("refunds"), list) or not document["refunds"]:
        return None
    ids = (document.get("requestId"), document.get("refundsUuid"))
    if not all(isinstance(value, str) and value for value in ids):
        return None
    if len(ids[0] or "") > 45 or len(ids[1] or "") > 35:
        return None
    for item in document["refunds"]:
        if not isinstance(item, dict) or type(item.get("amount")) is not int or item["amount"] < 1:
            return None
        if type(item.get("orderId")) is not int or len(item.get("description") or "") > 35:
            return None
    return document


def _item(item: dict[str, Any], status: bool, message: str) -> dict[str, Any]:
    return {
        "orderId": item["orderId"],
        "sessionId": item.get("sessionId", ""),
        "amount": item["amount"],
        "description": item.get("description") or "",
        "status": status,
        "message": message,
    }


def _listed(refund: Refund) -> dict[str, Any]:
    return {
        "batchId": refund.id,
        "requestId": refund.key,
        "date": local(refund.created_at, "%Y-%m-%d %H:%M:%S"),
        "login": "api",
        "description": refund.description,
        "status": _STATUS[refund.state],
        "amount": refund.amount_gr,
    }
