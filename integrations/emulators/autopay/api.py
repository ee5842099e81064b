"""The gateway's methods for merchants: start, status, cancellation."""

import time
from collections.abc import Callable
from dataclasses import replace

from starlette.responses import Response

from integrations.emulators.autopay import messages, sign
from integrations.emulators.autopay.documents import HEAD, answer, element, error, xml
from integrations.emulators.autopay.requests import grosze, moment, refused_start
from integrations.emulators.operators import faults
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import HAS_MONEY, Merchant, NewTransaction, State, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange

ITN_ADDRESS = "x-emulator-itn"
"""The real gateway knows the merchant's address from the contract; here the order's own request names it."""
_DEFAULT_DAYS = 6


class Api:
    """The handlers. Each takes a merchant whose hash is right, the request and the fault to play."""

    def __init__(self, store: Store, cancel: Callable[[Transaction], bool], payer_path: str) -> None:
        self.store = store
        self._cancel = cancel
        self._payer_path = payer_path

    def start(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """The background start: XML with the address where the payer goes on."""
        if exchange.path != merchant.ids["start_path"]:
            return error(404, "NOT_FOUND", "No such path")
        if exchange.headers.get("bmheader") != "pay-bm-continue-transaction-url":
            return error(400, "VALIDATION_FAILED", "BmHeader")
        sent = sign.fields(exchange)
        reason = refused_start(sent)
        if reason:
            return answer("transaction", [("confirmation", "NOTCONFIRMED"), ("reason", reason)], None)
        # By default the real gateway does not check that an OrderID is new; refusing shows every such retry.
        known = self.store.register(merchant, self._wish(sent, exchange.headers.get(ITN_ADDRESS, "")))
        if known is None:
            taken = [("confirmation", "NOTCONFIRMED"), ("reason", "ORDER_ID_NOT_UNIQUE")]
            return answer("transaction", taken, None)
        faults.after(fault)
        link = exchange.base_url + self._payer_path.replace("{token}", known.token)
        pairs = [
            ("status", "PENDING"),
            ("redirecturl", "" if fault and fault.mode == "no_token" else link),
            ("orderID", known.ref),
            ("remoteID", known.operator_tx_id),
        ]
        return answer("transaction", pairs, _signer(merchant, fault))

    def _wish(self, sent: dict[str, str], notify_url: str) -> NewTransaction:
        now = self.store.now()
        # A merchant lives in real time, also when the clock of this gateway has been moved.
        left = moment(sent["ValidityTime"]) - time.time() if "ValidityTime" in sent else _DEFAULT_DAYS * 86400
        gateway = sent.get("GatewayID", "0")
        return NewTransaction(
            ref=sent["OrderID"],
            amount_gr=grosze(sent["Amount"]),
            title=sent.get("Description", ""),
            url_return=sent.get("ReturnURL", ""),
            url_notify=notify_url,
            currency=sent.get("Currency", "PLN"),
            email=sent["CustomerEmail"],
            language=sent.get("Language", "PL"),
            account=sent.get("CustomerNRB", ""),
            method="" if gateway == "0" else gateway,
            expires_at=now + left,
            details={
                "transfer_title": sent.get("Title", ""),
                "receiver_name": sent.get("ReceiverName", ""),
                "accepted": sent.get("DefaultRegulationAcceptanceID", ""),
                "seconds_left": round(left),
            },
        )

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """All transactions of an OrderID, under one hash."""
        if exchange.headers.get("bmheader") != "pay-bm":
            return error(400, "VALIDATION_FAILED", "BmHeader")
        mode = fault.mode if fault else ""
        found = self.store.of_merchant(merchant.key, sign.fields(exchange).get("OrderID", ""))
        service_id = merchant.ids["service_id"]
        content, chain = "", [service_id]
        for one in found:
            pairs = messages.values(one, merchant, "pending" if mode == "pending" else "")
            if mode == "no_start_amount":
                pairs = [pair for pair in pairs if pair[0] != "startAmount"]
            content += element("transaction", messages.nodes(pairs))
            chain += [value for _, value in pairs]
        document = element("serviceID", service_id) + element("transactions", content)
        hashed = element("hash", sign.by(_signer(merchant, fault), chain))
        return xml(HEAD + element("transactionList", document + hashed))

    def cancel(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """All unpaid transactions of an OrderID, or one of a RemoteID; never both."""
        sent = sign.fields(exchange)
        by_order, by_remote = sent.get("OrderID"), sent.get("RemoteID")
        if exchange.headers.get("bmheader") != "pay-bm" or bool(by_order) is bool(by_remote):
            return error(400, "VALIDATION_FAILED", "OrderID or RemoteID")
        if by_order:
            known = self.store.of_merchant(merchant.key, by_order)
        else:
            one = self.store.owned(merchant.key, str(by_remote))
            known = [one] if one else []
        done = [self._cancel(one) for one in known if one.state is State.STARTED]
        reason = "CANCELED_FULLY"
        if not known:
            reason = "TRANSACTION_NOT_FOUND"
        elif not any(done):
            reason = "INCORRECT_PAYMENT_STATUS"
        elif any(one.state in HAS_MONEY for one in known):
            reason = "CANCELED_PARTIALLY"
        faults.after(fault)
        if not any(done):
            return answer("transaction", [("confirmation", "NOTCONFIRMED"), ("reason", reason)], None)
        pairs = [
            ("serviceID", merchant.ids["service_id"]),
            ("messageID", sent.get("MessageID", "")),
            ("confirmation", "CONFIRMED"),
            ("reason", reason),
        ]
        return answer("transaction", pairs, _signer(merchant, fault))


def _signer(merchant: Merchant, fault: Fault | None) -> Merchant:
    if fault is None or fault.mode != "wrong_hash":
        return merchant
    return replace(merchant, secrets={"shared_key": merchant.secrets["shared_key"][::-1] + "x"})
