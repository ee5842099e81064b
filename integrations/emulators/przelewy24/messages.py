"""The notifications' bodies, right and wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integrations.emulators.przelewy24 import sign
from integrations.emulators.przelewy24.faults import Fault
from integrations.emulators.przelewy24.store import Merchant, Store, Transaction

_JSON = "application/json"


@dataclass(frozen=True)
class Message:
    """What goes over the wire; an empty address means the transaction's urlStatus."""

    body: bytes
    content_type: str = _JSON
    url: str = ""


def payment_messages(
    transaction: Transaction, merchant: Merchant, everyone: Sequence[Merchant], fault: Fault | None
) -> list[Message]:
    """The notification of a paid transaction, or what the fault makes of it."""
    values: dict[str, Any] = {
        "merchantId": transaction.merchant_id,
        "posId": transaction.pos_id,
        "sessionId": transaction.session_id,
        "amount": transaction.amount,
        "originAmount": transaction.amount,
        "currency": transaction.currency,
        "orderId": transaction.order_id,
        "methodId": transaction.paid_method or 0,
        "statement": transaction.statement,
    }
    mode = fault.mode if fault else ""
    values |= _changed_values(mode, values, everyone)
    crc = merchant.crc
    if mode == "other_key":
        crc = next((other.crc for other in everyone if other.pos_id != merchant.pos_id), merchant.crc[::-1])
    document = {**values, "sign": sign.sign(sign.NOTIFICATION, values, crc)}
    if mode == "forged":
        document["sign"] = document["sign"][::-1]
    if mode == "extra_fields":
        document |= {"insurance": 0, "newField": {"nested": [1, 2]}}
    copies = int(fault.number("copies", 5)) if fault and mode == "duplicate" else 2 if mode == "replay" else 1
    return [_packed(mode, document)] * copies


def refund_message(store: Store, transaction: Transaction, refund_id: int) -> Message:
    """The notification of a refund: status 0 done, 1 rejected."""
    row = store.row("SELECT * FROM refunds WHERE id = ?", refund_id)
    merchant = store.merchant(transaction.pos_id)
    if row is None or merchant is None:
        raise RuntimeError("a refund of nobody")
    values: dict[str, Any] = {
        "orderId": transaction.order_id,
        "sessionId": transaction.session_id,
        "merchantId": transaction.merchant_id,
        "requestId": row["request_id"],
        "refundsUuid": row["refunds_uuid"],
        "amount": row["amount"],
        "currency": transaction.currency,
        "timestamp": int(store.now()),
        "status": 0 if row["status"] == 1 else 1,
    }
    values["sign"] = sign.sign(sign.REFUND_NOTIFICATION, values, merchant.crc)
    return Message(_compact(values), url=row["url_status"])


def _changed_values(mode: str, values: dict[str, Any], everyone: Sequence[Merchant]) -> dict[str, Any]:
    """Values that are wrong and properly signed, as a broken or lying operator would send them."""
    if mode == "wrong_amount":
        return {"amount": values["amount"] - 1, "originAmount": values["amount"] - 1}
    if mode == "wrong_currency":
        return {"currency": "EUR"}
    if mode == "wrong_pos_id":
        others = [other.pos_id for other in everyone if other.pos_id != values["posId"]]
        return {"posId": others[0] if others else values["posId"] + 1}
    if mode == "unknown_ref":
        return {"sessionId": "nieznany-" + str(values["orderId"])}
    return {}


def _packed(mode: str, document: dict[str, Any]) -> Message:
    if mode == "reserialised":
        backwards = dict(reversed(document.items()))
        return Message(json.dumps(backwards, indent=2).replace("/", "\\/").encode())
    body = _compact(document)
    if mode == "truncated":
        return Message(body[: len(body) // 2])
    if mode == "wrong_content_type":
        return Message(body, "text/html; charset=iso-8859-2")
    if mode == "huge":
        return Message(_compact({**document, "padding": "x" * (2 * 1024 * 1024)}))
    return Message(body)


def _compact(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
