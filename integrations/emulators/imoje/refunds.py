"""How refunds are asked about, asked for and refused."""

from uuid import uuid4

from starlette.responses import JSONResponse, Response

from integrations.emulators.imoje import documents
from integrations.emulators.imoje.requests import document_of, error, is_amount, wrong_in_refund
from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import HAS_MONEY, Merchant, Refund, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange

_POOR = "SELECT 1 FROM faults WHERE place = 'refund' AND mode = 'insufficient'"


class Refunds:
    """The handlers of `can-refund` and `refund`."""

    def __init__(self, store: Store, seconds: float) -> None:
        self.store = store
        self.seconds = seconds

    def can_refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transaction/{id}/can-refund`: what could be given back now."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "Not Found")
        if not is_amount(document_of(exchange).get("amount")):
            return error(422, "Unprocessable Entity", "amount")
        left_gr = refunds.left_gr(self.store, found)
        return JSONResponse(
            {
                "id": found.operator_tx_id,
                "refundable": found.state in HAS_MONEY and left_gr > 0,
                "balance": self.store.row(_POOR) is None,
                "fullRefund": left_gr,  # not published: whether it counts what was given back before
                "partialRefund": {"maxRefundAmount": left_gr, "minRefundAmount": 1},
            }
        )

    def refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transaction/{id}/refund`. There is no key: the same order twice is two refunds."""
        document = document_of(exchange)
        wrong = wrong_in_refund(merchant, document)
        if wrong:
            return error(422, "Unprocessable Entity", *wrong)
        with self.store.atomic():
            found = self.store.owned(merchant.key, exchange.params["id"])
            if found is None:
                return error(404, "Not Found")
            is_poor = fault is not None and fault.mode == "insufficient"
            is_covered = document["amount"] <= refunds.left_gr(self.store, found)
            if is_poor or found.state not in HAS_MONEY or not is_covered:
                return error(422, "Unprocessable Entity", "amount")
            made = self.give(found, document["amount"], document.get("title") or "", self.seconds, fault)
        faults.after(fault)
        return JSONResponse({"transaction": documents.returned(made, found, merchant)})

    def give(
        self, found: Transaction, amount_gr: int, title: str, seconds: float, fault: Fault | None = None
    ) -> Refund:
        """Give back, by order of the shop or from imoje's own panel; the shop is told where it is told of the payment."""
        return refunds.accept(
            self.store,
            found,
            amount_gr,
            seconds=seconds,
            fault=fault,
            description=title,
            url_notify=found.url_notify,
            details={"id": str(uuid4())},
        )
