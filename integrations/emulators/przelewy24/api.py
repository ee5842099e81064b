"""The merchants' REST API v1: a signature check on every call that has one."""

from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import faults
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, NewTransaction, State, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.przelewy24 import sign
from integrations.emulators.przelewy24.banks import BANKS
from integrations.emulators.przelewy24.requests import (
    document_of,
    error,
    local,
    registration_is_valid,
    verification_is_valid,
)
from integrations.emulators.serving import Exchange

COMMISSION_GR = 100
"""What the emulated contract costs where the merchant's says nothing of the group of methods."""
_COST_GROUPS = {"Blik": "blik", "Credit Card": "card"}

_STATUS = {State.STARTED: 0, State.PAID: 1, State.CONFIRMED: 2, State.RETURNED: 3}


class Api:
    """The handlers. Each takes a merchant that has proved itself, the request and the fault to play."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def test_access(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        return JSONResponse({"data": True, "error": ""})

    def register(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        document = document_of(exchange)
        if document is None or not registration_is_valid(document):
            return error(400, "Invalid input data")
        if _ids(document) != (merchant.ids["merchant_id"], merchant.ids["pos_id"]):
            return error(401, "Incorrect authentication")
        if not sign.matches(document["sign"], sign.REGISTER, document, merchant.secrets["crc"]):
            return error(400, "Incorrect CRC value")
        # Whether the real operator takes a sessionId twice is not documented; refusing shows every such
        # retry.
        transaction = self.store.register(merchant, self._wish(merchant, document))
        if transaction is None:
            return error(400, "Session ID already exists")
        faults.after(fault)
        token = {} if fault and fault.mode == "no_token" else {"token": transaction.token}
        return JSONResponse({"data": token, "responseCode": 0})

    def _wish(self, merchant: Merchant, document: dict[str, Any]) -> NewTransaction:
        minutes = document.get("timeLimit") or 0  # 0: the link lives for ever
        method = "" if document.get("method") is None else str(document["method"])
        return NewTransaction(
            ref=document["sessionId"],
            amount_gr=document["amount"],
            currency=document["currency"],
            title=document["description"],
            email=document["email"],
            language=document["language"],
            url_return=document["urlReturn"],
            url_notify=document.get("urlStatus") or "",
            method=method,
            expires_at=self.store.now() + minutes * 60 if minutes else None,
            fee_gr=commission_gr(merchant, method),
            details={
                "time_limit": minutes,
                "regulation_accept": bool(document.get("regulationAccept")),
                "transfer_label": document.get("transferLabel") or "",
            },
        )

    def verify(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """The amounts are compared with the books again; a second verify is refused like a wrong one."""
        document = document_of(exchange)
        if document is None or not verification_is_valid(document):
            return error(400, "Invalid input data")
        crc_fault = fault is not None and fault.mode == "incorrect_crc"
        if crc_fault or not sign.matches(document["sign"], sign.VERIFY, document, merchant.secrets["crc"]):
            return error(400, "Incorrect CRC value")
        found = self.store.owned(merchant.key, str(document["orderId"]))
        claimed = (*_ids(document), document["sessionId"], document["amount"], document["currency"])
        if found is None or claimed != (
            merchant.ids["merchant_id"],
            merchant.ids["pos_id"],
            found.ref,
            _came_gr(found),
            found.currency,
        ):
            return error(400, "Invalid input data")
        with self.store.atomic():
            moved = self.store.move(found.id, (State.PAID,), State.CONFIRMED, confirmed_at=self.store.now())
            self.store.stop_telling(found.id, "paid")
        if not moved:
            return error(400, "Invalid input data")
        faults.after(fault)
        return JSONResponse({"data": {"status": "success"}, "responseCode": 0})

    def status(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        found = self.store.of_merchant(merchant.key, exchange.params["session_id"])
        if not found:
            return JSONResponse({"error": "Transaction not found", "responseCode": 0}, status_code=404)
        state = 1 if fault and fault.mode == "advance" else _STATUS[found[0].state]
        return JSONResponse({"data": _status(found[0], state), "responseCode": 0})

    def methods(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        if exchange.params["language"] not in {"pl", "en"}:
            return error(404, "Payment methods not found")
        mode = fault.mode if fault else ""
        if mode == "empty":
            return JSONResponse({"data": [], "agreements": [], "responseCode": 0})
        asked = exchange.query.get("amount", "")
        amount = int(asked) if asked.isdecimal() else None
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        data = [
            {
                "name": row["name"],
                "id": int(row["id"]),
                "group": row["grp"],
                "subgroup": row["grp"],
                "status": bool(row["active"])
                and _within(amount, row["min_gr"], row["max_gr"])
                and mode != "temp_off",
                "imgUrl": f"{base}/payment-form-logo/svg/{row['id']}",
                "mobileImgUrl": f"{base}/payment-form-logo/svg/{row['id']}",
                "mobile": True,
                "availabilityHours": {
                    "mondayToFriday": row["hours"],
                    "saturday": row["hours"],
                    "sunday": row["hours"],
                },
            }
            for row in self.store.rows("SELECT * FROM methods ORDER BY position")
        ]
        return JSONResponse({"data": data, "agreements": [], "responseCode": 0})


def _ids(document: dict[str, Any]) -> tuple[str, str]:
    return str(document["merchantId"]), str(document["posId"])


def _within(amount: int | None, smallest: int | None, largest: int | None) -> bool:
    if amount is None:
        return True
    return (smallest or 0) <= amount and (largest is None or amount <= largest)


def _came_gr(found: Transaction) -> int:
    """What the payer paid, before that what was ordered (grosze): the amount that the notification tells, too."""
    return found.amount_gr if found.paid_gr is None else found.paid_gr


def _status(found: Transaction, state: int) -> dict[str, Any]:
    return {
        "statement": sign.statement(found.token),
        "orderId": int(found.operator_tx_id),
        "sessionId": found.ref,
        "status": state,
        "amount": _came_gr(found),
        "currency": found.currency,
        "date": local(found.registered_at),
        "dateOfTransaction": local(found.paid_at),
        "clientEmail": found.email,
        "accountMD5": "",
        "paymentMethod": int(found.paid_method or 0),
        "description": found.title,
        "clientName": "",
        "clientAddress": "",
        "clientCity": "",
        "clientPostcode": "",
        "batchId": 0,
        "fee": str(found.fee_gr),
    }


def commission_gr(merchant: Merchant, method: str) -> int:
    """What the contract costs for the method, in grosze: the merchant's id `commissions`, as "blik=90;transfer=120"."""
    known = dict(part.split("=") for part in merchant.ids.get("commissions", "").split(";") if part)
    group = next((bank.group for bank in BANKS if bank.id == method), "")
    return int(known.get(_COST_GROUPS.get(group, "transfer"), COMMISSION_GR))
