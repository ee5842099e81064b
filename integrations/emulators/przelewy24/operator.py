"""Przelewy24: only success is told, and it is told until the merchant verifies the payment."""

import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.delivery import Delivered
from integrations.emulators.operators.faults import PLACES
from integrations.emulators.operators.notices import Message, Notice, compact
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import Merchant, RefundState, State, Transaction
from integrations.emulators.operators.refunds import TOLD_AS
from integrations.emulators.przelewy24 import sign
from integrations.emulators.przelewy24.api import Api
from integrations.emulators.przelewy24.banks import BANKS
from integrations.emulators.przelewy24.refunds import Refunds
from integrations.emulators.przelewy24.reports import Reports
from integrations.emulators.przelewy24.requests import basic, error
from integrations.emulators.serving import Exchange

_BEFORE_FIRST_ORDER = 2**32  # real order ids no longer fit into 32 bits
_WORDS = {
    400: "Invalid input data",
    401: "Incorrect authentication",
    403: "Incorrect authentication",
    404: "Transaction not found",
    429: "Too many requests",
    503: "Service unavailable",
}


class EmulatedPrzelewy24(EmulatedOperator):
    """REST API v1 (payments.md section 3)."""

    code = "przelewy24"
    brand = "Przelewy24"
    merchant_key = "pos_id"
    banks = BANKS
    default_bank = "25"
    retries = tuple(minutes * 60.0 for minutes in (3, 5, 15, 30, 60, 150, 450))
    retries_text = "po 3, 5, 15, 30, 60, 150 i 450 minutach, aż urząd zweryfikuje płatność"
    places = (*PLACES, "confirm", "payouts", "settlement")
    own_faults = {"confirm": ("incorrect_crc",), "status": ("advance",), "refund": ("200",)}
    failure_ends = False
    cancels = False
    payer_path = "/trnRequest/{token}"
    logo_path = "/payment-form-logo/svg/{id}"

    def __init__(self, state: Path | None) -> None:
        super().__init__(state)
        self.api = Api(self.store)
        self.refunds = Refunds(self.store, self.refund_seconds)
        self.reports = Reports(self.store)

    @staticmethod
    def new_id(number: int) -> str:
        return str(_BEFORE_FIRST_ORDER + number)

    def routes(self) -> list[Route]:
        v1, api = "/api/v1", self.api
        return [
            self.route("GET", f"{v1}/testAccess", "access", api.test_access),
            self.route("POST", f"{v1}/transaction/register", "start", api.register),
            self.route("PUT", f"{v1}/transaction/verify", "confirm", api.verify),
            self.route("GET", f"{v1}/transaction/by/sessionId/{{session_id}}", "status", api.status),
            self.route("GET", f"{v1}/payment/methods/{{language}}", "lists", api.methods),
            self.route("POST", f"{v1}/transaction/refund", "refund", self.refunds.refund),
            self.route("GET", f"{v1}/refund/by/orderId/{{order_id}}", "status", self.refunds.listed),
            self.route("GET", f"{v1}/report/history", "payouts", self.reports.history),
            self.route("GET", f"{v1}/report/batch/details", "settlement", self.reports.details),
            self.route("GET", f"{v1}/report/batch/details/{{token}}", "settlement", self.reports.details),
        ]

    def authenticated(self, exchange: Exchange) -> Merchant | None:
        """Basic authentication with posId and the reports key."""
        user, password = basic(exchange)
        merchant = self.store.merchant(user)
        if merchant is None or not hmac.compare_digest(
            merchant.secrets["api_key"].encode(), password.encode()
        ):
            return None
        return merchant

    def refusal(self, status: int) -> Response:
        return error(status, _WORDS.get(status, "Undefined error"))

    def message(self, notice: Notice) -> Message:
        is_refund = notice.kind == TOLD_AS
        values = _refund(notice) if is_refund else _payment(notice)
        recipe = sign.REFUND_NOTIFICATION if is_refund else sign.NOTIFICATION
        document = {**values, "sign": sign.sign(recipe, values, notice.signer.secrets["crc"])}
        if notice.mode == "extra_fields":
            document |= {"insurance": 0, "newField": {"nested": [1, 2]}}
        return Message(compact(document))

    def heard(self, transaction: Transaction, kind: str, answers: Sequence[Delivered]) -> bool:
        """A payment is repeated until it is verified, whatever the merchant answers."""
        return (
            super().heard(transaction, kind, answers) if kind == TOLD_AS else self.is_moot(transaction, kind)
        )

    def is_moot(self, transaction: Transaction, kind: str) -> bool:
        return kind != TOLD_AS and transaction.state is not State.PAID


def _payment(notice: Notice) -> dict[str, Any]:
    told = notice.transaction
    return {
        "merchantId": int(notice.merchant.ids["merchant_id"]),
        "posId": int(notice.merchant.ids["pos_id"]),
        "sessionId": told.ref,
        "amount": notice.paid_gr,
        "originAmount": told.amount_gr,
        "currency": told.currency,
        "orderId": int(told.operator_tx_id),
        "methodId": int(told.paid_method or 0),
        "statement": sign.statement(told.token),
    }


def _refund(notice: Notice) -> dict[str, Any]:
    refund = notice.refund
    assert refund is not None
    return {
        "orderId": int(notice.transaction.operator_tx_id),
        "sessionId": notice.transaction.ref,
        "merchantId": int(notice.merchant.ids["merchant_id"]),
        "requestId": refund.key,
        "refundsUuid": refund.details["refunds_uuid"],
        "amount": refund.amount_gr,
        "currency": notice.transaction.currency,
        "timestamp": int(notice.now),
        "status": 0 if refund.state is RefundState.COMPLETED else 1,
    }
