"""How refunds are asked for, refused and listed. The literals of refusals are not published with the API."""

from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import (
    HAS_MONEY,
    Merchant,
    Refund,
    RefundState,
    State,
    Transaction,
)
from integrations.emulators.operators.store import Store
from integrations.emulators.payu.requests import SUCCESS, amount_of, document_of, error, moment
from integrations.emulators.serving import Exchange

STATUS = {
    RefundState.PENDING: "PENDING",
    RefundState.COMPLETED: "FINALIZED",
    RefundState.REJECTED: "CANCELED",
}


class Refunds:
    """The handlers of `orders/{orderId}/refunds`."""

    def __init__(self, store: Store, seconds: float) -> None:
        self.store = store
        self.seconds = seconds

    def refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST`: exactly the same data again answer with the refund that there is, without extRefundId, too."""
        found = self.store.owned(merchant.key, exchange.params["order_id"])
        if found is None:
            return error(404, "DATA_NOT_FOUND")
        wish = (document_of(exchange) or {}).get("refund")
        if not isinstance(wish, dict) or not wish.get("description"):
            return error(400, "ERROR_VALUE_MISSING", words="Missing required field: refund.description")
        with self.store.atomic():
            left_gr = refunds.left_gr(self.store, found)
            amount_gr = left_gr if wish.get("amount") is None else amount_of(wish["amount"])
            if amount_gr is None:
                return error(400, "ERROR_VALUE_INVALID", words="Invalid field: refund.amount")
            known = self._known(found, wish, amount_gr)
            if isinstance(known, Response):
                return known
            refused = None if known else _refused(found, amount_gr, left_gr, fault)
            if refused is not None:
                return refused
            refund = known or self._accept(found, wish, amount_gr, fault)
        faults.after(fault)
        status = {**SUCCESS, "statusDesc": "Refund queued for processing"}
        return JSONResponse({"orderId": found.operator_tx_id, "refund": told(refund), "status": status})

    def listed(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET`: all refunds of one order."""
        found = self.store.owned(merchant.key, exchange.params["order_id"])
        if found is None:
            return error(404, "DATA_NOT_FOUND")
        return JSONResponse([told(refund) for refund in refunds.of_transaction(self.store, found)])

    def _known(self, found: Transaction, wish: dict[str, Any], amount_gr: int) -> Refund | Response | None:
        key = str(wish.get("extRefundId") or "")
        for one in refunds.of_transaction(self.store, found):
            is_same = (one.amount_gr, one.description) == (amount_gr, wish["description"])
            if one.key == key and is_same:
                return one
            if key and one.key == key:
                return error(400, "ERROR_VALUE_INVALID", "REFUND_IDEMPOTENCY_MISMATCH")
        return None

    def _accept(
        self, found: Transaction, wish: dict[str, Any], amount_gr: int, fault: Fault | None
    ) -> Refund:
        return refunds.accept(
            self.store,
            found,
            amount_gr,
            seconds=self.seconds,
            fault=fault,
            key=str(wish.get("extRefundId") or ""),
            description=wish["description"],
            url_notify=found.url_notify,
        )


def told(refund: Refund) -> dict[str, Any]:
    """A refund as answers tell it."""
    key = {"extRefundId": refund.key} if refund.key else {}
    return {
        "refundId": str(5_000_000_000 + refund.id),
        **key,
        "amount": str(refund.amount_gr),
        "currencyCode": "PLN",
        "description": refund.description,
        "creationDateTime": moment(refund.created_at),
        "statusDateTime": moment(refund.created_at if refund.state is RefundState.PENDING else refund.due_at),
        "status": STATUS[refund.state],
    }


def _refused(found: Transaction, amount_gr: int, left_gr: int, fault: Fault | None) -> Response | None:
    if found.state not in (*HAS_MONEY, State.RETURNED):
        return error(400, "ERROR_VALUE_INVALID", "TRANS_NOT_ENDED")
    if fault and fault.mode == "insufficient":
        return error(400, "ERROR_VALUE_INVALID", "NO_BALANCE")
    if amount_gr > left_gr or amount_gr < 1:
        return error(400, "ERROR_VALUE_INVALID", "AMOUNT_TO_BIG")
    return None
