"""How refunds are asked for, refused and listed. Tpay knows no key of the merchant for them."""

from starlette.responses import Response

from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import HAS_MONEY, Merchant, Refund, RefundState
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange
from integrations.emulators.tpay.requests import amount_gr, document_of, error, local, number, success

_STATUS = {
    RefundState.PENDING: "pending",
    RefundState.COMPLETED: "correct",
    RefundState.REJECTED: "declined",
}


class Refunds:
    """The handlers of `transactions/{id}/refunds`."""

    def __init__(self, store: Store, seconds: float) -> None:
        self.store = store
        self.seconds = seconds

    def refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST`: the amount that the document names, without one all of it. The same request twice is two refunds."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "not_found", "Transaction not found")
        document = document_of(exchange)
        if document is None:
            return error(400, "validation_error", "Invalid request")
        with self.store.atomic():
            amount = amount_gr(document["amount"]) if "amount" in document else found.paid_gr
            if amount is None or found.state not in HAS_MONEY:
                return error(400, "wrong_status", "The transaction cannot be refunded")
            if fault and fault.mode == "insufficient":
                return error(400, "insufficient_funds", "Insufficient funds on the account")
            if amount > refunds.left_gr(self.store, found):
                return error(400, "amount_exceeded", "The amount exceeds what can be refunded")
            made = refunds.accept(self.store, found, amount, seconds=self.seconds, fault=fault)
        faults.after(fault)
        return success(refundId=_number(made), status="pending", amount=number(amount))

    def listed(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET`: all refunds of the transaction."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "not_found", "Transaction not found")
        return success(
            refunds=[
                {
                    "refundId": _number(made),
                    "status": _STATUS[made.state],
                    "amount": number(made.amount_gr),
                    "date": {"creation": local(made.created_at)},
                }
                for made in refunds.of_transaction(self.store, found)
            ]
        )


def _number(refund: Refund) -> str:
    return f"rf_emulator{refund.id}"
