"""The emulated Tpay: OAuth, transactions with an account each, two signatures, repeated until `TRUE`."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.delivery import Delivered
from integrations.emulators.operators import tokens
from integrations.emulators.operators.faults import PLACES, Fault
from integrations.emulators.operators.notices import FORM, Message, Notice
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import Merchant, Transaction
from integrations.emulators.serving import Exchange
from integrations.emulators.tpay.api import Api
from integrations.emulators.tpay.banks import BANKS
from integrations.emulators.tpay.refunds import Refunds
from integrations.emulators.tpay.requests import error, local, text, title
from integrations.emulators.tpay.sign import LEAF_PATH, ROOT_PATH, Authority, md5sum

_WORDS = {
    400: ("validation_error", "Invalid request"),
    401: ("unauthorized", "The access token is missing or dead"),
    403: ("forbidden", "Access denied"),
    404: ("not_found", "Not found"),
    429: ("too_many_requests", "Too many requests"),
    503: ("unavailable", "Service unavailable"),
}
_FALSE_ADDRESSES = {
    "x5u_foreign": "https://certyfikaty.example",
    "x5u_suffix": "{base}.zlodziej.example",
    "x5u_userinfo": "{base}@zlodziej.example",
}
_FALSE_ALGORITHMS = {"alg_none": "none", "alg_hs256": "HS256"}


class EmulatedTpay(EmulatedOperator):
    """Open API (payments.md section 5). The merchant's security code signs `md5sum`, the operator's key the JWS."""

    code = "tpay"
    brand = "Tpay"
    merchant_key = "merchant_id"
    banks = BANKS
    default_bank = "21"
    # The schedule is not published; one repetition was seen after 61 seconds.
    retries = tuple(minutes * 60.0 for minutes in (1, 2, 5, 10, 30, 60, 120, 360, 720))
    retries_text = "po 1, 2, 5, 10 i 30 minutach, potem po 1, 2, 6 i 12 godzinach, aż urząd odpowie „TRUE”"
    told = frozenset({"paid", "returned"})
    places = (*PLACES, "token", "cancel")
    own_faults = {
        "start": ("other_amount",),
        "status": ("pending", "unknown_status"),
        "lists": ("offline",),
        "notify": ("test_mode", *_FALSE_ALGORITHMS, *_FALSE_ADDRESSES),
    }
    failure_ends = False

    def __init__(self, state: Path | None) -> None:
        super().__init__(state)
        self.api = Api(self.store, self.cancel)
        self.refunds = Refunds(self.store, self.refund_seconds)
        self.authority = Authority()

    @staticmethod
    def new_id(number: int) -> str:
        return f"01EMU{number:021d}"

    def routes(self) -> list[Route]:
        api = self.api
        return [
            self.open_route("POST", "/oauth/auth", "token", api.token),
            self.route("GET", "/transactions/channels", "lists", api.channels),
            self.route("POST", "/transactions", "start", api.create),
            self.route("GET", "/transactions/{id}", "status", api.status),
            self.route("POST", "/transactions/{id}/cancel", "cancel", api.cancel),
            self.route("POST", "/transactions/{id}/refunds", "refund", self.refunds.refund),
            self.route("GET", "/transactions/{id}/refunds", "status", self.refunds.listed),
            self.open_route("GET", LEAF_PATH, "certificate", self._leaf),
            self.open_route("GET", ROOT_PATH, "certificate", self._roots),
        ]

    def _leaf(self, exchange: Exchange, fault: Fault | None) -> Response:
        return Response(self.authority.leaf_pem, media_type="application/x-pem-file")

    def _roots(self, exchange: Exchange, fault: Fault | None) -> Response:
        return Response(self.authority.roots_pem, media_type="application/x-pem-file")

    def authenticated(self, exchange: Exchange) -> Merchant | None:
        """The bearer token of `oauth/auth`."""
        return tokens.bearer(self.store, exchange.headers.get("authorization", ""))

    def refusal(self, status: int) -> Response:
        return error(status, *_WORDS.get(status, ("error", "Internal error")))

    def message(self, notice: Notice) -> Message:
        body = urlencode(self._fields(notice)).encode()
        base = str(notice.transaction.details["base_url"])
        address = _FALSE_ADDRESSES.get(notice.mode, "{base}").format(base=base) + LEAF_PATH
        algorithm = _FALSE_ALGORITHMS.get(notice.mode, "RS256")
        signature = self.authority.sign(body, address, algorithm=algorithm)
        return Message(body, FORM, {"X-JWS-Signature": signature})

    def _fields(self, notice: Notice) -> dict[str, str]:
        told = notice.transaction
        merchant, amount = notice.merchant.ids["merchant_id"], text(told.amount_gr)
        fields = {
            "id": merchant,
            "tr_id": title(told),
            "tr_date": local(told.paid_at or notice.now) or "",
            "tr_crc": told.ref,
            "tr_amount": amount,
            "tr_paid": text(notice.paid_gr),
            "tr_desc": told.title,
            "tr_status": "CHARGEBACK" if notice.kind == "returned" else "TRUE",
            "tr_error": _difference(told.amount_gr, notice.paid_gr),
            "tr_email": told.email,
            "tr_currency": told.currency,
            "test_mode": "1" if notice.mode == "test_mode" else "0",
            "tr_channel": told.paid_method,
            "md5sum": md5sum(merchant, title(told), amount, told.ref, notice.signer.secrets["security_code"]),
        }
        return {**fields, "new_field": "wartość"} if notice.mode == "extra_fields" else fields

    def heard(self, transaction: Transaction, kind: str, answers: Sequence[Delivered]) -> bool:
        """Only the exact word ends the repetitions."""
        return any(answer.body == "TRUE" for answer in answers)

    def broken_answer(self) -> Response:
        return Response(b'{"result": "success", "transactionId": "', media_type="application/json")


def _difference(ordered_gr: int, paid_gr: int) -> str:
    if paid_gr == ordered_gr:
        return "none"
    return "overpay" if paid_gr > ordered_gr else "surcharge"
