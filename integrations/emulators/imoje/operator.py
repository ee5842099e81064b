"""imoje: every end of a transaction is told with a signature over the body, until the shop has said that it is ok."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.delivery import Delivered
from integrations.emulators.imoje import documents, sign
from integrations.emulators.imoje.api import Api
from integrations.emulators.imoje.banks import BANKS
from integrations.emulators.imoje.refunds import Refunds
from integrations.emulators.imoje.requests import error
from integrations.emulators.operators import refunds
from integrations.emulators.operators.faults import PLACES
from integrations.emulators.operators.notices import Message, Notice, compact
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import HAS_MONEY, Merchant, State, Transaction
from integrations.emulators.operators.refunds import TOLD_AS
from integrations.emulators.serving import Exchange

_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_STATUSES = {"paid": "settled", "failed": "rejected", "cancelled": "cancelled", "expired": "cancelled"}
_ALGORITHMS = ("md5", "sha1", "sha224", "sha384", "sha512")
_MINUTE, _HOUR = 60.0, 3600.0


class EmulatedImoje(EmulatedOperator):
    """The RESTful API (payments.md section 7)."""

    code = "imoje"
    brand = "imoje"
    merchant_key = "service_id"
    banks = BANKS
    default_bank = "pbl-miejski"
    retries = (*[10.0] * 3, *[5 * _MINUTE] * 5, *[_HOUR] * 5, *[6 * _HOUR] * 5, *[12 * _HOUR] * 5)
    retries_text = (
        "3 razy co 10 sekund, 5 razy co 5 minut, 5 razy co godzinę, 5 razy co 6 godzin i 5 razy co 12 godzin, "
        "aż urząd potwierdzi odbiór"
    )
    told = frozenset(_STATUSES)
    places = (*PLACES, "cancel")
    own_faults = {
        "start": ("post_action", "other_amount"),
        "status": ("pending", "no_payment", "bare"),
        "lists": ("inactive",),
        "notify": _ALGORITHMS,
    }

    def __init__(self, state: Path | None) -> None:
        super().__init__(state)
        self.api = Api(self.store, self.cancel, self.payer_path, self.logo_path)
        self.refunds = Refunds(self.store, self.refund_seconds)

    @staticmethod
    def new_id(number: int) -> str:
        return str(uuid4())

    def routes(self) -> list[Route]:
        v1, api = "/v1/merchant/{merchant_id}", self.api
        return [
            self.route("POST", f"{v1}/transaction", "start", api.start),
            self.route("GET", f"{v1}/transaction/{{id}}", "status", api.status),
            self.route("POST", f"{v1}/transaction/{{id}}/can-refund", "status", self.refunds.can_refund),
            self.route("POST", f"{v1}/transaction/{{id}}/refund", "refund", self.refunds.refund),
            self.route("POST", f"{v1}/payment/cancel", "cancel", api.cancel),
            self.route("GET", f"{v1}/payment/{{id}}", "status", api.payment),
            self.route("GET", f"{v1}/service/{{id}}", "lists", api.service),
        ]

    def authenticated(self, exchange: Exchange) -> Merchant | None:
        return sign.owner(self.store, exchange)

    def refusal(self, status: int) -> Response:
        return error(status, _WORDS.get(status, "Error"))

    def broken_answer(self) -> Response:
        return Response(b'{"transaction": {"id": "', media_type="application/json")

    def message(self, notice: Notice) -> Message:
        document = _refund(notice) if notice.kind == TOLD_AS else _payment(notice)
        if notice.mode == "extra_fields":
            document |= {"action": None, "newField": {"nested": [1, 2.5]}}
        body = compact(document)
        algorithm = notice.mode if notice.mode in _ALGORITHMS else "sha256"
        value = sign.header(notice.merchant, notice.signer, body, algorithm)
        return Message(body, headers={"X-Imoje-Signature": value})

    def heard(self, transaction: Transaction, kind: str, answers: Sequence[Delivered]) -> bool:
        """HTTP 200 with `{"status":"ok"}`; a page of any other kind is not what the documentation asks for."""
        return any(answer.status == 200 and _is_ok(answer.body) for answer in answers)

    def return_url(self, transaction: Transaction) -> str:
        is_failed = transaction.state in {State.FAILED, State.CANCELLED, State.EXPIRED}
        return str(transaction.details["url_failure"]) if is_failed else transaction.url_return

    def give_back(self, transaction: Transaction) -> None:
        """All that is left is given back from imoje's own panel: a refund, and told as one."""
        with self.store.atomic():
            left_gr = refunds.left_gr(self.store, transaction)
            if transaction.state in HAS_MONEY and left_gr > 0:
                self.refunds.give(transaction, left_gr, "Zwrot z panelu", 0)


def _payment(notice: Notice) -> dict[str, Any]:
    told = notice.transaction
    # Whoever orders another kind of message than an end wants its name for a status: "pending", "error".
    status = _STATUSES.get(notice.kind, notice.kind)
    sale = documents.sale(told, notice.merchant, status=status, amount_gr=notice.paid_gr, now=notice.now)
    return {"transaction": sale, "payment": {**documents.payment(told), "status": status}}


def _refund(notice: Notice) -> dict[str, Any]:
    assert notice.refund is not None
    return {
        "transaction": documents.returned(notice.refund, notice.transaction, notice.merchant),
        "originalTransactionId": notice.transaction.operator_tx_id,
        "payment": documents.payment(notice.transaction),
    }


def _is_ok(body: str) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("status") == "ok"
