"""Autopay: every change is told until the merchant confirms it in signed XML; an order can have several transactions."""

import hmac
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.autopay import messages, sign
from integrations.emulators.autopay.api import Api
from integrations.emulators.autopay.banks import BANKS
from integrations.emulators.autopay.documents import HEAD, error, read_confirmation
from integrations.emulators.autopay.lists import Lists
from integrations.emulators.autopay.refunds import Refunds
from integrations.emulators.delivery import Delivered
from integrations.emulators.operators.faults import PLACES
from integrations.emulators.operators.notices import Message, Notice
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import Merchant, State, Transaction
from integrations.emulators.operators.refunds import TOLD_AS
from integrations.emulators.serving import Exchange

_NAMES = {
    400: "VALIDATION_FAILED",
    401: "INVALID_HASH",
    403: "PARTNER_DISABLED",
    404: "NOT_FOUND",
    429: "TOO_MANY_REQUESTS",
    503: "TEMPORARY_DISABLED",
}
_MINUTE, _HOUR = 60.0, 3600.0


class EmulatedAutopay(EmulatedOperator):
    """The online payment gateway (payments.md section 6)."""

    code = "autopay"
    brand = "Autopay"
    merchant_key = "service_id"
    banks = BANKS
    default_bank = "106"
    # Published in the gateway's "Schemat ponawiania komunikatów".
    retries = (*[3 * _MINUTE] * 12, *[10 * _MINUTE] * 144, *[_HOUR] * 48, *[24 * _HOUR] * 5)
    retries_text = (
        "12 razy co 3 minuty, 144 razy co 10 minut, 48 razy co godzinę i 5 razy co dobę, aż do potwierdzenia"
    )
    told = frozenset({"pending", "paid", "failed", "expired", "cancelled"})
    places = (*PLACES, "cancel")
    own_faults = {
        "start": ("wrong_hash",),
        "status": ("wrong_hash", "pending", "no_start_amount"),
        "cancel": ("wrong_hash",),
        "refund": ("wrong_hash", "istn"),
        "lists": ("wrong_hash", "unsafe_html"),
    }
    tries_again = True
    payer_path = "/payment/continue/{token}"
    refund_seconds = 30 * _MINUTE

    def __init__(self, state: Path | None) -> None:
        super().__init__(state)
        self.api = Api(self.store, self.cancel, self.payer_path)
        self.lists = Lists(self.store, self.logo_path)
        self.refunds = Refunds(self.store, self.refund_seconds)

    @staticmethod
    def new_id(number: int) -> str:
        return f"EMU{number:07d}"

    def routes(self) -> list[Route]:
        return [
            self.route("POST", "/webapi/transactionStatus", "status", self.api.status),
            self.route("POST", "/webapi/transactionCancel", "cancel", self.api.cancel),
            self.route("POST", "/settlementapi/transactionRefund", "refund", self.refunds.refund),
            self.route("POST", "/settlementapi/outDetails/v2", "status", self.refunds.details),
            self.route("POST", "/gatewayList/v3", "lists", self.lists.gateways),
            self.route("POST", "/legalData", "lists", self.lists.legal_data),
            self.route("POST", "/{start_path}", "start", self.api.start),
        ]

    def authenticated(self, exchange: Exchange) -> Merchant | None:
        """The merchant whose key made the hash."""
        return sign.sender(self.store, exchange)

    def refusal(self, status: int) -> Response:
        return error(status, _NAMES.get(status, "OTHER_ERROR"), "The request was refused")

    def broken_answer(self) -> Response:
        return Response(HEAD + "<transaction><status>PEN", media_type="application/xml")

    def message(self, notice: Notice) -> Message:
        return messages.message(notice)

    def tell_paid(self, transaction: Transaction) -> None:
        """First that the payer has chosen a way to pay, then that the money has come."""
        self.tell(transaction, "pending")
        self.tell(transaction, "paid")

    def is_moot(self, transaction: Transaction, kind: str) -> bool:
        """PENDING is not sent when the end is known first. A fault on order is for the message that matters, too."""
        ordered = self.store.row("SELECT 1 FROM faults WHERE place = 'notify'")
        return kind == "pending" and ordered is not None

    def heard(self, transaction: Transaction, kind: str, answers: Sequence[Delivered]) -> bool:
        """Whether the merchant confirmed with the right hash. An older state is not repeated beside a newer one."""
        if kind == "pending" and transaction.state is not State.STARTED:
            return True
        merchant = self.store.merchant(transaction.merchant)
        return merchant is not None and any(
            one.status == 200 and _confirms(merchant, transaction, kind, one.body) for one in answers
        )

    def return_url(self, transaction: Transaction) -> str:
        merchant = self.store.merchant(transaction.merchant)
        if merchant is None:
            return transaction.url_return
        values = [merchant.ids["service_id"], transaction.ref]
        query = {"ServiceID": values[0], "OrderID": values[1], "Hash": sign.by(merchant, values)}
        mark = "&" if "?" in transaction.url_return else "?"
        return transaction.url_return + mark + urlencode(query)

    def payer_fee_gr(self, transaction: Transaction) -> int:
        merchant = self.store.merchant(transaction.merchant)
        return messages.fee_gr(merchant) if merchant else 0


def _confirms(merchant: Merchant, transaction: Transaction, kind: str, body: str) -> bool:
    said = read_confirmation(body)
    name = "remoteOutID" if kind in {TOLD_AS, messages.SETTLEMENT} else "orderID"
    values = [said.get("serviceID", ""), said.get(name, ""), said.get("confirmation", "")]
    is_ours = name == "remoteOutID" or values[1] == transaction.ref
    is_signed = hmac.compare_digest(sign.by(merchant, values).encode(), said.get("hash", "").encode())
    return is_signed and is_ours and values[0] == merchant.ids["service_id"] and values[2] == "CONFIRMED"
