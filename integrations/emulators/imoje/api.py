"""The shop's API: a transaction is started, asked for and withdrawn, and the channels are listed."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from integrations.emulators.imoje import documents
from integrations.emulators.imoje.banks import code_of
from integrations.emulators.imoje.requests import document_of, error, wrong_in_start
from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, NewTransaction, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange


class Api:
    """The handlers. Each takes a merchant that has proved itself, the request and the fault to play."""

    def __init__(
        self, store: Store, cancel: Callable[[Transaction], bool], payer_path: str, logo_path: str
    ) -> None:
        self.store = store
        self._cancel = cancel
        self._payer_path = payer_path
        self._logo_path = logo_path

    def start(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST transaction`. Whether the real one takes an orderId twice is not published; refusing shows every retry."""
        document = document_of(exchange)
        wrong = wrong_in_start(merchant, document)
        if wrong:
            return error(422, "Unprocessable Entity", *wrong)
        method = f"{document['paymentMethod']}-{document['paymentMethodCode']}"
        if not self.store.rows("SELECT id FROM methods WHERE id = ? AND active = 1", method):
            return error(406, "Not Acceptable", "paymentMethodCode")
        found = self.store.register(merchant, self._wish(document, method))
        if found is None:
            return error(422, "Unprocessable Entity", "orderId")
        faults.after(fault)
        mode = fault.mode if fault else ""
        told = documents.sale(
            found,
            merchant,
            status=documents.status_of(found),
            amount_gr=found.amount_gr - (mode == "other_amount"),
            now=found.registered_at,
        )
        url = exchange.base_url + self._payer_path.replace("{token}", found.token)
        action = {"type": "redirect", "url": url, "method": "GET", "contentType": "", "contentBodyRaw": ""}
        if mode == "post_action":
            action |= {"method": "POST", "contentBodyRaw": "sesja=a%2Bb&kwota=&bank=Bank+Miejski"}
        if mode == "no_token":
            action = {"type": "redirect"}
        return JSONResponse({"transaction": told, "action": action})

    def _wish(self, document: dict[str, Any], method: str) -> NewTransaction:
        ends_at = document.get("validTo")
        customer = document["customer"]
        return NewTransaction(
            ref=document["orderId"],
            amount_gr=document["amount"],
            currency=document["currency"],
            title=document.get("title") or document["orderId"],
            email=customer["email"],
            language=str(customer.get("locale") or "pl"),
            url_return=document["successReturnUrl"],
            url_notify=document.get("notificationUrl") or "",
            method=method,
            expires_at=None if ends_at is None else self.store.now() + ends_at - time.time(),
            details={
                "payment_id": str(uuid4()),
                "url_failure": document["failureReturnUrl"],
                "client_ip": str(document.get("clientIp") or ""),
            },
        )

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET transaction/{id}`."""
        found = self.store.owned(merchant.key, exchange.params["id"])
        if found is None:
            return error(404, "Not Found")
        mode = fault.mode if fault else ""
        told = self._sale(found, merchant, "pending" if mode == "pending" else documents.status_of(found))
        if mode != "no_payment":
            told["payment"] = documents.payment(found)
        return JSONResponse(told if mode == "bare" else {"transaction": told})

    def payment(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET payment/{id}`: all transactions of a payment, the refunds among them."""
        found = self._of_payment(merchant, exchange.params["id"])
        return JSONResponse(self._payment(found, merchant)) if found else error(404, "Not Found")

    def cancel(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`POST payment/cancel`. Not published: how a payment that is not unpaid is refused."""
        document = document_of(exchange)
        found = self._of_payment(merchant, str(document.get("paymentId")))
        if found is None or document.get("serviceId") != merchant.ids["service_id"]:
            return error(404, "Not Found")
        if not self._cancel(found):
            return error(422, "Unprocessable Entity", "paymentId")
        faults.after(fault)
        return JSONResponse(self._payment(self.store.by_id(found.id), merchant))

    def service(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET service/{id}`: the shop and its channels."""
        if exchange.params["id"] != merchant.ids["service_id"]:
            return error(404, "Not Found")
        mode = fault.mode if fault else ""
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        rows = [] if mode == "empty" else self.store.rows("SELECT * FROM methods ORDER BY position")
        channels = [
            {
                **dict(zip(("paymentMethod", "paymentMethodCode"), code_of(row["id"]), strict=True)),
                "isActive": True,
                "isOnline": bool(row["active"]) and mode != "temp_off",
                "description": row["name"],
                "currency": "PLN",
                "transactionLimits": {
                    "minTransaction": {"type": "number", "value": row["min_gr"] or 1},
                    "maxTransaction": {"type": "number", "value": row["max_gr"] or 999_999_999},
                },
                "paymentMethodCodeImage": [{"png": base + self._logo_path.replace("{id}", row["id"])}],
            }
            for row in rows
        ]
        shop = {
            "id": merchant.ids["service_id"],
            "created": int(self.store.now()),
            "isActive": mode != "inactive",
            "paymentMethods": channels,
        }
        return JSONResponse({"service": shop})

    def _sale(self, found: Transaction, merchant: Merchant, status: str) -> dict[str, Any]:
        amount_gr = found.amount_gr if found.paid_gr is None else found.paid_gr
        return documents.sale(found, merchant, status=status, amount_gr=amount_gr, now=found.registered_at)

    def _payment(self, found: Transaction, merchant: Merchant) -> dict[str, Any]:
        made = [documents.returned(one, found, merchant) for one in refunds.of_transaction(self.store, found)]
        return {
            **documents.payment(found),
            "serviceId": merchant.ids["service_id"],
            "orderId": found.ref,
            "title": found.title,
            "amount": found.amount_gr,
            "currency": found.currency,
            "transactions": [self._sale(found, merchant, documents.status_of(found)), *made],
        }

    def _of_payment(self, merchant: Merchant, payment_id: str) -> Transaction | None:
        ours = self.store.transactions(merchant.key)
        return next((one for one in ours if one.details["payment_id"] == payment_id), None)
