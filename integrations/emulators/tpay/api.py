"""The merchants' Open API: tokens, transactions, channels."""

import hmac
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import faults, tokens
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, NewTransaction, State, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange
from integrations.emulators.tpay.banks import GROUP_NAMES
from integrations.emulators.tpay.requests import (
    amount_gr,
    document_of,
    error,
    local,
    number,
    order_is_valid,
    success,
    title,
)

TOKEN_SECONDS = 7200
_UNPAID_SECONDS = 30 * 24 * 3600
_STATUS = {
    State.STARTED: "pending",
    State.PAID: "correct",
    State.CANCELLED: "cancel",
    State.RETURNED: "refund",
}


class Api:
    """The handlers. `cancel` is the operator's own act of withdrawing a transaction."""

    def __init__(self, store: Store, cancel: Callable[[Transaction], bool]) -> None:
        self.store = store
        self._cancel = cancel

    def token(self, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST oauth/auth`, as a form or as JSON."""
        is_json = exchange.headers.get("content-type", "").startswith("application/json")
        fields = (document_of(exchange) if is_json else exchange.form()) or {}
        client, secret = str(fields.get("client_id", "")), str(fields.get("client_secret", ""))
        found = next((one for one in self.store.merchants() if one.ids["client_id"] == client), None)
        if found is None or not hmac.compare_digest(found.secrets["client_secret"].encode(), secret.encode()):
            return error(401, "invalid_client", "The client credentials are invalid")
        return JSONResponse(
            {
                "issued_at": int(self.store.now()),
                "scope": "read write",
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "client_id": client,
                "access_token": tokens.issue(self.store, found, TOKEN_SECONDS),
            }
        )

    def create(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transactions`. The merchant's hidden description may be used again."""
        document = document_of(exchange)
        if document is None or not order_is_valid(document):
            return error(400, "validation_error", "Invalid request")
        transaction = self.store.register(merchant, self._wish(document, exchange.base_url), unique=False)
        assert transaction is not None
        faults.after(fault)
        mode = fault.mode if fault else ""
        told = _told(transaction)
        if mode == "other_amount":
            told["amount"] = number(transaction.amount_gr + 1)
        if mode != "no_token":
            told["transactionPaymentUrl"] = f"{exchange.base_url}/pay/{transaction.token}"
        return success(**told)

    def _wish(self, document: dict[str, Any], base_url: str) -> NewTransaction:
        callbacks = document.get("callbacks") or {}
        payer_urls = callbacks.get("payerUrls") or {}
        collect = document.get("collect") or {}
        channel = (document.get("pay") or {}).get("channelId")
        amount = amount_gr(document["amount"])
        assert amount is not None
        return NewTransaction(
            ref=str(document.get("hiddenDescription") or ""),
            amount_gr=amount,
            title=document["description"],
            email=document["payer"]["email"],
            language=str(document.get("lang") or "pl"),
            account=str(collect.get("account") or "").removeprefix("PL"),
            url_return=str(payer_urls.get("success") or ""),
            url_notify=str((callbacks.get("notification") or {}).get("url") or ""),
            method="" if channel is None else str(channel),
            expires_at=self.store.now() + _UNPAID_SECONDS,
            details={
                "base_url": base_url,
                "url_error": payer_urls.get("error") or "",
                "receiver": collect.get("receiver") or "",
                "payer_name": document["payer"]["name"],
            },
        )

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET transactions/{id}`."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "not_found", "Transaction not found")
        told = _told(found)
        mode = fault.mode if fault else ""
        if mode == "unknown_status":
            told["status"] = "checking"
        if mode == "pending":
            told["status"] = "pending"
        return success(**told)

    def cancel(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transactions/{id}/cancel`, only while nobody has paid."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "not_found", "Transaction not found")
        if not self._cancel(found):
            return error(400, "wrong_status", "Only pending transactions can be cancelled")
        faults.after(fault)
        return success()

    def channels(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET transactions/channels`."""
        mode = fault.mode if fault else ""
        rows = [] if mode == "empty" else self.store.rows("SELECT * FROM methods ORDER BY position")
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        return success(
            channels=[
                {
                    "id": row["id"],
                    "name": row["name"],
                    "fullName": row["name"],
                    "image": {"url": f"{base}/logo/{row['id']}.svg"},
                    "available": bool(row["active"]) and mode != "temp_off",
                    "onlinePayment": mode != "offline",
                    "instantRedirection": True,
                    "groups": [{"id": row["grp"], "name": GROUP_NAMES[row["grp"]]}],
                    "constraints": [
                        {"field": "amount", "type": kind, "value": str(number(limit))}
                        for kind, limit in (("min", row["min_gr"]), ("max", row["max_gr"]))
                        if limit is not None
                    ],
                }
                for row in rows
            ]
        )


def _told(found: Transaction) -> dict[str, Any]:
    status = _STATUS[found.state]
    paid_at = local(found.paid_at)
    return {
        "transactionId": found.operator_tx_id,
        "title": title(found),
        "posId": "ps_emulator",
        "status": status,
        "date": {"creation": local(found.registered_at), "realization": paid_at},
        "amount": number(found.amount_gr),
        "currency": found.currency,
        "description": found.title,
        "hiddenDescription": found.ref,
        "payer": {"payerId": "py_emulator", "email": found.email, "name": found.details["payer_name"]},
        "payments": {
            "status": status,
            "method": "pay_by_link" if found.paid_at is not None else None,
            "amountPaid": number(found.paid_gr or 0),
            "date": {"realization": paid_at},
        },
    }
