"""How a refund is asked for, refused and asked about."""

import re
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from integrations.emulators.autopay import sign
from integrations.emulators.autopay.documents import answer, error
from integrations.emulators.autopay.messages import fee_gr, remote_out_id
from integrations.emulators.autopay.requests import grosze
from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import HAS_MONEY, Merchant, RefundState, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange

_TOLD_BY_ISTN = frozenset({"istn", "rejected_later"})
"""Orders of a fault for which this service, which has to be agreed, tells of the refund."""


_STEPS = {
    RefundState.PENDING: "PROCESSING",
    RefundState.COMPLETED: "DONE",
    RefundState.REJECTED: "CANCELED_NO_FUNDS_ON_BALANCE",
}


class Refunds:
    """The handlers of `transactionRefund` and of `outDetails/v2`, which tells of one refund by its MessageID."""

    def __init__(self, store: Store, seconds: float) -> None:
        self.store = store
        self.seconds = seconds

    def refund(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """A known MessageID is confirmed again and not carried out; with other values it is refused.

        Published is the first; the name of the second is published for version 3 of this method.
        """
        sent = sign.fields(exchange)
        message, amount = sent.get("MessageID", ""), sent.get("Amount", "")
        if not re.fullmatch(r"[A-Za-z0-9]{32}", message) or not re.fullmatch(r"\d{1,14}\.\d{2}", amount):
            return error(400, "VALIDATION_FAILED", "MessageID or Amount")
        order = {
            "remote_id": sent.get("RemoteID", ""),
            "amount": amount,
            "currency": sent.get("Currency", ""),
        }
        key = f"{merchant.key}:{message}"
        with self.store.atomic():
            known = refunds.by_key(self.store, key)
            if known is not None and dict(known.details) != order:
                return error(200, "MESSAGE_ID_NOT_UNIQUE", "MessageID is not unique")
            if known is None:
                found = self.store.owned(merchant.key, order["remote_id"])
                refused = self._refused(merchant, found, grosze(amount), fault)
                if found is None or refused:
                    return error(200, refused, "The refund was refused")
                refunds.accept(
                    self.store,
                    found,
                    grosze(amount),
                    seconds=self.seconds,
                    fault=fault,
                    key=key,
                    url_notify=found.url_notify if fault and fault.mode in _TOLD_BY_ISTN else "",
                    details=order,
                )
        faults.after(fault)
        pairs = [("serviceID", merchant.ids["service_id"]), ("messageID", message)]
        signer = merchant
        if fault and fault.mode == "wrong_hash":
            signer = replace(merchant, secrets={"shared_key": "cudzy-klucz"})
        return answer("transactionRefund", pairs, signer)

    def details(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """The step of a refund. What is said of an unknown MessageID is not published."""
        message = sign.fields(exchange).get("messageId", "")
        known = refunds.by_key(self.store, f"{merchant.key}:{message}")
        service_id = merchant.ids["service_id"]
        told = {"serviceId": int(service_id), "balancePointId": None, "messageId": message}
        if known is None:
            missing = {"errorStatus": "NOT_FOUND", "errorStatusCode": 404, "errorMessages": "No such refund"}
            nothing = {"status": None, "remoteOutId": None, "hash": None}
            return JSONResponse({**told, **nothing, **missing}, status_code=404)
        is_done = known.state is RefundState.COMPLETED
        number = remote_out_id(self.store.by_id(known.transaction_id), known.id) if is_done else None
        step = _STEPS[known.state]
        signer = merchant
        if fault and fault.mode == "wrong_hash":
            signer = replace(merchant, secrets={"shared_key": "cudzy-klucz"})
        hashed = sign.by(signer, [service_id, message, step, number or ""])
        fine = {"errorStatus": None, "errorStatusCode": None, "errorMessages": None}
        return JSONResponse({**told, "status": step, "remoteOutId": number, "hash": hashed, **fine})

    def _refused(
        self, merchant: Merchant, found: Transaction | None, amount_gr: int, fault: Fault | None
    ) -> str:
        """The name of the error, "" when there is none. "INCORRECT_AMOUNT" is not published."""
        if found is None:
            return "TRANSACTION_NOT_FOUND"
        if found.state not in HAS_MONEY:
            return "TRANSACTION_NOT_IN_REFUNDABLE_STATUS"
        if fault and fault.mode == "insufficient":
            return "BALANCE_ERROR"
        # The payer's fee is the gateway's and is not given back.
        left_gr = refunds.left_gr(self.store, found) - fee_gr(merchant)
        return "" if 1 <= amount_gr <= left_gr else "INCORRECT_AMOUNT"
