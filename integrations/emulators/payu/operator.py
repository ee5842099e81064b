"""PayU: access tokens, orders answered 302, every change of an order told twenty times over three days until HTTP 200."""

import hmac
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.operators import faults, tokens
from integrations.emulators.operators.faults import PLACES, Fault
from integrations.emulators.operators.notices import Message, Notice, compact
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import UNPAID_ENDS, Merchant, RefundState, Transaction
from integrations.emulators.operators.refunds import TOLD_AS
from integrations.emulators.payu import orders, sign
from integrations.emulators.payu.banks import BANKS
from integrations.emulators.payu.orders import Orders
from integrations.emulators.payu.refunds import STATUS as REFUND_STATUS
from integrations.emulators.payu.refunds import Refunds
from integrations.emulators.payu.requests import SUCCESS, error, moment
from integrations.emulators.serving import Exchange

TOKEN_SECONDS = 43199
_MINUTE, _HOUR = 60.0, 3600.0
# The table of tries counts from the first one: it grows evenly to 72 hours.
_TRIES = (
    0.0,
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 36, 48, 60, 72)),
)
_STATUSES = {
    "pending": "PENDING",
    "waiting": "WAITING_FOR_CONFIRMATION",
    "paid": "COMPLETED",
    "failed": "CANCELED",
    "cancelled": "CANCELED",
    "expired": "CANCELED",
}
_ALGORITHMS = {"sha256": "SHA-256", "sha1": "SHA-1"}
_WORDS = {
    400: "ERROR_VALUE_INVALID",
    401: "UNAUTHORIZED",
    403: "UNAUTHORIZED_REQUEST",
    404: "DATA_NOT_FOUND",
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_NOT_AVAILABLE",
}


class EmulatedPayU(EmulatedOperator):
    """REST API 2.1 (payments.md section 4)."""

    code = "payu"
    brand = "PayU"
    merchant_key = "pos_id"
    banks = BANKS
    default_bank = "bm"
    retries = tuple(later - earlier for earlier, later in pairwise(_TRIES))
    retries_text = (
        "po 1, 2, 5, 10 i 30 minutach oraz po 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 36, 48, 60 i 72 godzinach "
        "od pierwszej próby, aż urząd odpowie kodem 200"
    )
    told = frozenset({"paid", "failed", "cancelled", "expired"})
    places = (*PLACES, "token", "cancel")
    own_faults = {"status": ("waiting",), "notify": ("sha256", "sha1", "unsigned")}

    def __init__(self, state: Path | None) -> None:
        super().__init__(state)
        self.orders = Orders(self.store, self.logo_path)
        self.refunds = Refunds(self.store, self.refund_seconds)

    @staticmethod
    def new_id(number: int) -> str:
        return f"EMU{number:07d}GUEST000P01"

    def routes(self) -> list[Route]:
        order = "/api/v2_1/orders/{order_id}"
        return [
            self.open_route("POST", "/pl/standard/user/oauth/authorize", "token", self.token),
            self.route("POST", "/api/v2_1/orders", "start", self.orders.register),
            self.route("GET", order, "status", self.orders.status),
            self.route("DELETE", order, "cancel", self.withdraw),
            self.route("POST", f"{order}/refunds", "refund", self.refunds.refund),
            self.route("GET", f"{order}/refunds", "status", self.refunds.listed),
            self.route("GET", "/api/v2_1/paymethods", "lists", self.orders.methods),
        ]

    def token(self, exchange: Exchange, fault: Fault | None) -> Response:
        """OAuth 2.0 client credentials in a form."""
        form = exchange.form()
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type", "error_description": ""}, status_code=400)
        merchant = self._client(form.get("client_id", ""), form.get("client_secret", ""))
        if merchant is None:
            words = "Bad client credentials"
            return JSONResponse({"error": "invalid_client", "error_description": words}, status_code=401)
        return JSONResponse(
            {
                "access_token": tokens.issue(self.store, merchant, TOKEN_SECONDS),
                "token_type": "bearer",
                "expires_in": TOKEN_SECONDS,
                "grant_type": "client_credentials",
            }
        )

    def withdraw(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`DELETE orders/{orderId}`."""
        found = self.orders.to_withdraw(merchant, exchange)
        if isinstance(found, Response):
            return found
        self.cancel(found)
        faults.after(fault)
        return JSONResponse({"orderId": found.operator_tx_id, "extOrderId": found.ref, "status": SUCCESS})

    def authenticated(self, exchange: Exchange) -> Merchant | None:
        return tokens.bearer(self.store, exchange.headers.get("authorization", ""))

    def refusal(self, status: int) -> Response:
        return error(status, _WORDS.get(status, "GENERAL_ERROR"))

    def broken_answer(self) -> Response:
        return Response(b'{"status": {"statusCode": "SUCC', media_type="application/json")

    def return_url(self, transaction: Transaction) -> str:
        """After a refusal the address gets `error=501`, which is a hint for a text and proves nothing."""
        if self.store.by_id(transaction.id).state not in UNPAID_ENDS:
            return transaction.url_return
        parts = urlsplit(transaction.url_return)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, "error=501")))))

    def message(self, notice: Notice) -> Message:
        document = _refund(notice) if notice.kind == TOLD_AS else _order(notice)
        if notice.mode == "extra_fields":
            document |= {"newField": {"nested": [1, 2.5, "ł"]}}
        body = compact(document)
        key, algorithm = notice.signer.secrets["second_key"], _ALGORITHMS.get(notice.mode, "MD5")
        header = sign.header(body, key, algorithm)
        headers = {} if notice.mode == "unsigned" else {sign.HEADER: header, sign.OLD_HEADER: header}
        return Message(body, "application/json;charset=UTF-8", headers)

    def _client(self, client_id: str, client_secret: str) -> Merchant | None:
        for merchant in self.store.merchants():
            right = merchant.secrets["client_secret"].encode()
            if merchant.ids["client_id"] == client_id and hmac.compare_digest(right, client_secret.encode()):
                return merchant
        return None


def _order(notice: Notice) -> dict[str, Any]:
    order = orders.told(notice.transaction, notice.merchant)
    document = {"order": {**order, "status": _STATUSES[notice.kind]}}
    if notice.kind != "paid":
        return document
    paid_at = notice.transaction.paid_at
    return {
        **document,
        "localReceiptDateTime": moment(notice.now if paid_at is None else paid_at),
        "properties": orders.properties(notice.transaction),
    }


def _refund(notice: Notice) -> dict[str, Any]:
    """Fields as public clients read them; the API's own description has none of this notification."""
    refund = notice.refund
    assert refund is not None
    key = {"extRefundId": refund.key} if refund.key else {}
    is_done = refund.state is RefundState.COMPLETED
    return {
        "orderId": notice.transaction.operator_tx_id,
        "extOrderId": notice.transaction.ref,
        "refund": {
            "refundId": str(5_000_000_000 + refund.id),
            **key,
            "amount": str(refund.amount_gr),
            "currencyCode": notice.transaction.currency,
            "status": REFUND_STATUS[refund.state],
            "statusDateTime": moment(refund.due_at),
            "reason": "refund" if is_done else "CANCELED",
            "reasonDescription": refund.description,
            "refundDate": moment(refund.created_at),
        },
    }
