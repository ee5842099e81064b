"""What was paid out to the merchant: every confirmed payment on the day after its confirmation, one batch a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.operators import refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, Refund, RefundState, Transaction
from integrations.emulators.operators.store import Store
from integrations.emulators.przelewy24.requests import WARSAW, error, local
from integrations.emulators.serving import Exchange

_FORM = "%Y-%m-%d %H:%M:%S"
_PAGE = 100
_PAYOUT = time(6)
_USUAL, _LATE = timedelta(days=1), timedelta(days=3)


@dataclass(frozen=True)
class _Batch:
    """What was confirmed on one day in Poland; its number is that day."""

    day: date
    transactions: tuple[Transaction, ...]
    refunds: tuple[tuple[Transaction, Refund], ...]

    @property
    def number(self) -> int:
        return int(f"{self.day:%Y%m%d}")


class Reports:
    """The handlers of `report/history` and `report/batch/details`. A page has at most 100 records."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def history(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET report/history?dateFrom&dateTo&type=batch`: the payouts of at most 31 days."""
        since, until = _day(exchange.query.get("dateFrom")), _day(exchange.query.get("dateTo"))
        if since is None or until is None or not timedelta(0) <= until - since <= timedelta(days=31):
            return error(400, "Invalid data provided")
        if exchange.query.get("type", "batch") != "batch":
            return JSONResponse({"data": [], "token": "", "responseCode": 0})
        waiting = _LATE if fault and fault.mode == "late" else _USUAL
        data = [
            _listed(batch, paid_out)
            for batch in self._batches(merchant)
            if since <= (paid_out := datetime.combine(batch.day + waiting, _PAYOUT, WARSAW)).date() <= until
            and paid_out.timestamp() <= self.store.now()
        ]
        return JSONResponse({"data": data, "token": "", "responseCode": 0})

    def details(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        """`GET report/batch/details?batch=`, the next page by its token in the address."""
        number, _, start = exchange.params.get("token", exchange.query.get("batch", "")).partition("-")
        batch = next((one for one in self._batches(merchant) if str(one.number) == number), None)
        if batch is None or (start and not start.isdecimal()):
            return error(400, "Value for field batch is invalid")
        first = int(start or 0)
        mode = fault.mode if fault else ""
        paid = [_paid(one) for one in batch.transactions]
        if mode == "missing_item":
            paid = paid[1:]
        elif mode == "extra_item":
            paid.append(_stranger(batch))
        elif mode == "other_fee" and paid:
            paid[0]["details"][0]["fee"] += 1
        shown = paid[first : first + _PAGE]
        document = {
            "token": f"{number}-{first + _PAGE}" if first + _PAGE < len(paid) else "",
            "responseCode": 0,
            "pageInformation": {"recordsOnPage": len(shown), "recordsAll": len(paid)},
            "data": [
                {
                    "overall": {"type": "batch", "amount": sum(one["amount"] for one in paid)},
                    "transactions": shown,
                    "refunds": [] if first else [_given_back(*one) for one in batch.refunds],
                }
            ],
        }
        return JSONResponse(document)

    def _batches(self, merchant: Merchant) -> Iterator[_Batch]:
        known = self.store.transactions(merchant.key)
        confirmed = [one for one in reversed(known) if one.confirmed_at is not None]
        returned = [
            (one, refund)
            for one in confirmed
            for refund in refunds.of_transaction(self.store, one)
            if refund.state is RefundState.COMPLETED
        ]
        days = {_on(one.confirmed_at) for one in confirmed} | {_on(refund.due_at) for _, refund in returned}
        for day in sorted(days):
            yield _Batch(
                day,
                tuple(one for one in confirmed if _on(one.confirmed_at) == day),
                tuple((one, refund) for one, refund in returned if _on(refund.due_at) == day),
            )


def _on(seconds: float | None) -> date:
    return datetime.fromtimestamp(seconds or 0, WARSAW).date()


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").replace(tzinfo=WARSAW).date()
    except ValueError:
        return None


def _listed(batch: _Batch, paid_out: datetime) -> dict[str, Any]:
    charge = sum(one.paid_gr or 0 for one in batch.transactions)
    commission = sum(one.fee_gr for one in batch.transactions)
    back = sum(refund.amount_gr for _, refund in batch.refunds)
    details = {
        "batchId": batch.number,
        "dateIn": f"{batch.day:%Y-%m-%d} 23:59:59",
        "dateOut": paid_out.strftime(_FORM),
        "commision": commission,
        "charge": charge,
        "refund": back,
    }
    amount = charge - commission - back
    return {"type": "batch", "amount": amount, "currency": "PLN", "details": [details]}


def _paid(one: Transaction) -> dict[str, Any]:
    details = {
        "settledAmount": (one.paid_gr or 0) - one.fee_gr,
        "ordrId": int(one.operator_tx_id),
        "sessionId": one.ref,
        "status": 2,
        "date": local(one.registered_at, _FORM),
        "dateOfTransaction": local(one.paid_at, _FORM),
        "dateOfVerification": local(one.confirmed_at, _FORM),
        "clientEmail": one.email,
        "paymentMethod": int(one.paid_method or 0),
        "description": one.title,
        "fee": one.fee_gr,
    }
    return {"type": "transaction", "amount": one.paid_gr, "currency": one.currency, "details": [details]}


def _given_back(one: Transaction, refund: Refund) -> dict[str, Any]:
    details = {
        "refundId": refund.id,
        "orderId": int(one.operator_tx_id),
        "requestId": refund.key,
        "dateIn": local(refund.created_at, _FORM),
        "dateOut": local(refund.due_at, _FORM),
        "status": 1,
        "description": refund.description,
    }
    return {"type": "refund", "amount": refund.amount_gr, "currency": one.currency, "details": [details]}


def _stranger(batch: _Batch) -> dict[str, Any]:
    """A payment that the merchant never ordered."""
    details = {
        "settledAmount": 4900,
        "ordrId": batch.number * 1000,
        "sessionId": f"unknown-{batch.number}",
        "status": 2,
        "fee": 100,
    }
    return {"type": "transaction", "amount": 5000, "currency": "PLN", "details": [details]}
