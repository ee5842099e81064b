"""The control API for tests: what the payer does, what time it is, and what goes wrong."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.przelewy24 import faults
from integrations.emulators.przelewy24.notifier import Notifier
from integrations.emulators.przelewy24.store import Merchant, Store, Transaction
from integrations.emulators.serving import Exchange, endpoint

_DEFAULT_METHOD = 25


class ControlApi:
    """Everything under `/__emu__/`. A refusal is HTTP 400 or 404 with `error`."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self.store = store
        self.notifier = notifier

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Exchange], Response]]] = [
            ("GET", "/__emu__/state", self.state),
            ("GET", "/__emu__/log", self.log),
            ("POST", "/__emu__/merchants", self.add_merchant),
            ("POST", "/__emu__/pay/{ref}", self.pay),
            ("POST", "/__emu__/fail/{ref}", self.fail),
            ("POST", "/__emu__/abandon/{ref}", self.abandon),
            ("POST", "/__emu__/refund/{ref}", self.give_back),
            ("POST", "/__emu__/notify/{ref}", self.notify),
            ("POST", "/__emu__/clock/advance", self.advance),
            ("POST", "/__emu__/settle", self.settle),
            ("POST", "/__emu__/reset", self.reset),
            ("POST", "/__emu__/methods/{id:int}", self.switch_method),
            ("POST", "/__emu__/faults", self.order_fault),
            ("DELETE", "/__emu__/faults", self.forget_faults),
        ]
        return [Route(path, endpoint(_guarded(handler)), methods=[method]) for method, path, handler in table]

    def state(self, exchange: Exchange) -> Response:
        """The operator's own books; `?pos_id=` narrows them to one merchant. Keys are never shown."""
        asked = exchange.query.get("pos_id")
        transactions = self.store.transactions(int(asked) if asked else None)
        notifications = self.store.rows("SELECT * FROM notifications ORDER BY id")
        refunds = self.store.rows("SELECT * FROM refunds ORDER BY id")
        return JSONResponse(
            {
                "now": self.store.now(),
                "merchants": [
                    {key: value for key, value in asdict(merchant).items() if key not in {"api_key", "crc"}}
                    for merchant in self.store.merchants()
                ],
                "methods": [dict(row) for row in self.store.rows("SELECT * FROM methods ORDER BY id")],
                "transactions": [asdict(transaction) for transaction in transactions],
                "notifications": [dict(row) for row in notifications],
                "refunds": [dict(row) for row in refunds],
                "faults": [dict(row) for row in self.store.rows("SELECT * FROM faults ORDER BY id")],
            }
        )

    def log(self, exchange: Exchange) -> Response:
        return JSONResponse({"log": [dict(row) for row in self.store.rows("SELECT * FROM log ORDER BY id")]})

    def add_merchant(self, exchange: Exchange) -> Response:
        merchant = Merchant(**exchange.json())
        self.store.add_merchant(merchant)
        return JSONResponse({"pos_id": merchant.pos_id}, status_code=201)

    def pay(self, exchange: Exchange) -> Response:
        """Pay as the payer; `late` pays although the link is dead, `method` chooses the bank."""
        wish = exchange.json() or {}
        transaction = self._transaction(exchange)
        if transaction.expired(self.store.now()) and not wish.get("late"):
            raise ValueError("the link has expired")
        paid = self.store.pay(
            transaction.order_id, int(wish.get("method", transaction.method or _DEFAULT_METHOD))
        )
        self.notifier.wake()
        return JSONResponse({"paid": paid, "order_id": transaction.order_id})

    def fail(self, exchange: Exchange) -> Response:
        self.store.note_try(self._transaction(exchange).order_id, "failed")
        return JSONResponse({})

    def abandon(self, exchange: Exchange) -> Response:
        self.store.note_try(self._transaction(exchange).order_id, "abandoned")
        return JSONResponse({})

    def give_back(self, exchange: Exchange) -> Response:
        """The operator returns the money on its own side (status 3)."""
        self.store.give_back(self._transaction(exchange).order_id)
        return JSONResponse({})

    def notify(self, exchange: Exchange) -> Response:
        """Send one more notification now, well-formed or with a fault's `mode`; answers what the merchant
        said.
        """
        mode = (exchange.json() or {}).get("mode")
        if mode is not None and mode not in faults.MODES["notify"]:
            raise ValueError(f"no such mode: {mode}")
        delivered = self.notifier.send_now(self._transaction(exchange), mode)
        return JSONResponse({"answers": [asdict(result) for result in delivered]})

    def advance(self, exchange: Exchange) -> Response:
        """Move the virtual clock by `s` seconds; answers when everything due on the way has been sent."""
        seconds = float(exchange.json()["s"])
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self.notifier.advance(seconds)
        return JSONResponse({"now": self.store.now()})

    def settle(self, exchange: Exchange) -> Response:
        """Wait until everything that is due has been sent."""
        return JSONResponse({"settled": self.notifier.settle()})

    def reset(self, exchange: Exchange) -> Response:
        """Forget everything except the merchants."""
        self.notifier.settle()
        self.store.forget()
        return JSONResponse({})

    def switch_method(self, exchange: Exchange) -> Response:
        active = bool(exchange.json()["active"])
        changed = self.store.rows(
            "UPDATE methods SET active = ? WHERE id = ? RETURNING id", int(active), int(exchange.params["id"])
        )
        if not changed:
            raise LookupError("no such method")
        return JSONResponse({"active": active})

    def order_fault(self, exchange: Exchange) -> Response:
        wish: dict[str, Any] = dict(exchange.json())
        place, mode, times = wish.pop("where"), wish.pop("mode"), int(wish.pop("times", 1))
        pos_id = wish.pop("pos_id", None)
        faults.order(self.store, place, mode, times, pos_id, wish)
        return JSONResponse({}, status_code=201)

    def forget_faults(self, exchange: Exchange) -> Response:
        self.store.write("DELETE FROM faults")
        return JSONResponse({})

    def _transaction(self, exchange: Exchange) -> Transaction:
        found = self.store.transaction(exchange.params["ref"])
        if found is None:
            raise LookupError("no such transaction")
        return found


def _guarded(handler: Callable[[Exchange], Response]) -> Callable[[Exchange], Response]:
    def answer(exchange: Exchange) -> Response:
        try:
            return handler(exchange)
        except LookupError as problem:
            status = 400 if isinstance(problem, KeyError) else 404
            return JSONResponse({"error": str(problem)}, status_code=status)
        except (ValueError, TypeError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)

    return answer
