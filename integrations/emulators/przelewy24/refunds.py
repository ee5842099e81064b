"""Refunds: accepted at once, done a minute of the virtual clock later, then notified with a signature."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from integrations.emulators.przelewy24 import faults
from integrations.emulators.przelewy24.faults import Fault, error
from integrations.emulators.przelewy24.store import REFUND_SECONDS, Merchant, Store
from integrations.emulators.serving import Exchange

COMPLETED, PENDING, AWAITING, REJECTED = 1, 2, 3, 4


def refund(store: Store, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
    """`POST transaction/refund`: all refunds of the request, or none."""
    document = _request(exchange)
    if document is None:
        return error(400, "Invalid input parameters")
    with store.atomic():
        if store.row("SELECT 1 FROM refunds WHERE request_id = ?", document["requestId"]):
            return error(400, "Request already exists")
        answers = [_judge(store, merchant, item, fault) for item in document["refunds"]]
        if any(message != "success" for _, message in answers):
            return JSONResponse(
                {"error": [_item(item, False, message) for item, message in answers], "code": 409},
                status_code=409,
            )
        for item, _ in answers:
            _accept(store, document, item, doomed=bool(fault and fault.mode == "rejected_later"))
    faults.after(fault)
    return JSONResponse(
        {"data": [_item(item, True, message) for item, message in answers], "responseCode": 0},
        status_code=200 if fault and fault.mode == "200" else 201,
    )


def refunds(store: Store, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
    """`GET refund/by/orderId/{orderId}`."""
    asked = exchange.params["order_id"]
    found = store.transaction(asked) if asked.isdecimal() else None
    rows = store.rows("SELECT * FROM refunds WHERE order_id = ? ORDER BY id", found.order_id) if found else []
    if found is None or found.pos_id != merchant.pos_id or not rows:
        return JSONResponse({"error": "Transaction not found", "responseCode": 0}, status_code=404)
    listed = [
        {
            "batchId": row["id"],
            "requestId": row["request_id"],
            "date": datetime.fromtimestamp(row["created_at"], ZoneInfo("Europe/Warsaw")).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            "login": "api",
            "description": row["description"],
            "status": row["status"],
            "amount": row["amount"],
        }
        for row in rows
    ]
    data = {
        "orderId": found.order_id,
        "sessionId": found.session_id,
        "amount": found.amount,
        "currency": found.currency,
        "refunds": listed,
    }
    return JSONResponse({"data": data, "responseCode": 0})


def finish_due(store: Store) -> None:
    """Complete or reject the refunds whose time has come, and plan their notifications."""
    with store.atomic():
        now = store.now()
        for row in store.rows("SELECT * FROM refunds WHERE status = ? AND due_at <= ?", PENDING, now):
            status = REJECTED if row["doomed"] else COMPLETED
            store.write("UPDATE refunds SET status = ? WHERE id = ?", status, row["id"])
            if status == COMPLETED and _refunded(store, row["order_id"], COMPLETED) >= _paid(
                store, row["order_id"]
            ):
                store.give_back(row["order_id"])
            if row["url_status"]:
                store.plan(row["order_id"], now, refund_id=row["id"])


def next_refund(store: Store) -> float | None:
    """When the next pending refund is due."""
    row = store.row("SELECT min(due_at) AS due_at FROM refunds WHERE status = ?", PENDING)
    return row["due_at"] if row else None


def _request(exchange: Exchange) -> dict[str, Any] | None:
    try:
        document = exchange.json()
    except ValueError:
        return None
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("refunds"), list)
        or not document["refunds"]
    ):
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


def _judge(
    store: Store, merchant: Merchant, item: dict[str, Any], fault: Fault | None
) -> tuple[dict[str, Any], str]:
    found = store.transaction(str(item["orderId"]))
    if found is None or found.pos_id != merchant.pos_id or found.session_id != item.get("sessionId"):
        return item, "Transaction not found"
    if found.state != "verified":
        return item, "Transaction in wrong status - cannot refund"
    if fault and fault.mode == "insufficient":
        return item, "Insufficient funds available"
    if item["amount"] > found.amount - _refunded(store, found.order_id, COMPLETED, PENDING, AWAITING):
        return item, "The amount of refund exceeds available amount for the transaction"
    return item, "success"


def _accept(store: Store, document: dict[str, Any], item: dict[str, Any], *, doomed: bool) -> None:
    now = store.now()
    store.write(
        "INSERT INTO refunds (order_id, request_id, refunds_uuid, amount, description, url_status, status,"
        " created_at, due_at, doomed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        item["orderId"],
        document["requestId"],
        document["refundsUuid"],
        item["amount"],
        item.get("description") or "",
        document.get("urlStatus") or "",
        PENDING,
        now,
        now + REFUND_SECONDS,
        int(doomed),
    )


def _refunded(store: Store, order_id: int, *statuses: int) -> int:
    rows = store.rows("SELECT amount, status FROM refunds WHERE order_id = ?", order_id)
    return sum(row["amount"] for row in rows if row["status"] in statuses)


def _paid(store: Store, order_id: int) -> int:
    found = store.transaction(str(order_id))
    return found.amount if found else 0


def _item(item: dict[str, Any], status: bool, message: str) -> dict[str, Any]:
    return {
        "orderId": item["orderId"],
        "sessionId": item.get("sessionId", ""),
        "amount": item["amount"],
        "description": item.get("description") or "",
        "status": status,
        "message": message,
    }
