"""The control API for tests: what the payer does, what time it is, and what goes wrong."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.operators import faults, tokens
from integrations.emulators.operators.notifier import Notifier
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import State, Transaction
from integrations.emulators.serving import Exchange, endpoint


class ControlApi:
    """Everything under `/__emu__/`. A refusal is HTTP 400 or 404 with `error`."""

    def __init__(self, operator: EmulatedOperator, notifier: Notifier) -> None:
        self.operator = operator
        self.store = operator.store
        self.notifier = notifier

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Exchange], Response]]] = [
            ("GET", "/__emu__/state", self.state),
            ("GET", "/__emu__/log", self.log),
            ("POST", "/__emu__/merchants", self.add_merchant),
            ("POST", "/__emu__/pay/{ref}", self.pay),
            ("POST", "/__emu__/fail/{ref}", self.fail),
            ("POST", "/__emu__/abandon/{ref}", self.abandon),
            ("POST", "/__emu__/cancel/{ref}", self.cancel),
            ("POST", "/__emu__/refund/{ref}", self.give_back),
            ("POST", "/__emu__/notify/{ref}", self.notify),
            ("POST", "/__emu__/clock/advance", self.advance),
            ("POST", "/__emu__/settle", self.settle),
            ("POST", "/__emu__/reset", self.reset),
            ("POST", "/__emu__/methods/{id}", self.switch_method),
            ("DELETE", "/__emu__/tokens", self.revoke_tokens),
            ("POST", "/__emu__/faults", self.order_fault),
            ("DELETE", "/__emu__/faults", self.forget_faults),
        ]
        return [Route(path, endpoint(_guarded(handler)), methods=[method]) for method, path, handler in table]

    def state(self, exchange: Exchange) -> Response:
        """The operator's own books; `?merchant=` narrows them to one merchant. Keys are never shown."""
        transactions = self.store.transactions(exchange.query.get("merchant"))
        notifications = self.store.rows("SELECT * FROM notifications ORDER BY id")
        refunds = self.store.rows("SELECT * FROM refunds ORDER BY id")
        return JSONResponse(
            {
                "now": self.store.now(),
                "merchants": [
                    {"key": one.key, "name": one.name, "account": one.account, "ids": one.ids}
                    for one in self.store.merchants()
                ],
                "methods": [dict(row) for row in self.store.rows("SELECT * FROM methods ORDER BY position")],
                "transactions": [asdict(transaction) for transaction in transactions],
                "notifications": [dict(row) for row in notifications],
                "refunds": [dict(row) for row in refunds],
                "faults": [dict(row) for row in self.store.rows("SELECT * FROM faults ORDER BY id")],
            }
        )

    def log(self, exchange: Exchange) -> Response:
        return JSONResponse({"log": [dict(row) for row in self.store.rows("SELECT * FROM log ORDER BY id")]})

    def add_merchant(self, exchange: Exchange) -> Response:
        return JSONResponse({"key": self.store.add_merchant(**exchange.json())}, status_code=201)

    def pay(self, exchange: Exchange) -> Response:
        """Pay as the payer. `method` chooses the bank, `late` pays although the link is dead, `amount_gr` pays
        another amount, `again` pays a second time where the protocol lets one reference be paid twice.
        """
        wish = exchange.json() or {}
        transaction = self._transaction(exchange)
        if transaction.has_expired(self.store.now()) and not wish.get("late"):
            raise ValueError("the link has expired")
        if wish.get("again"):
            if not self.operator.tries_again:
                raise ValueError("one reference is one transaction")
            transaction = self.store.try_again(transaction)
        method = str(wish.get("method") or transaction.method or self.operator.default_bank)
        paid = self.operator.pay(
            transaction, method, paid_gr=wish.get("amount_gr"), is_late=bool(wish.get("late"))
        )
        found = paid or transaction
        return JSONResponse({"paid": paid is not None, "operator_tx_id": found.operator_tx_id})

    def fail(self, exchange: Exchange) -> Response:
        self.operator.fail(self._transaction(exchange))
        return JSONResponse({})

    def abandon(self, exchange: Exchange) -> Response:
        self.operator.abandon(self._transaction(exchange))
        return JSONResponse({})

    def cancel(self, exchange: Exchange) -> Response:
        return JSONResponse({"cancelled": self.operator.cancel(self._transaction(exchange))})

    def give_back(self, exchange: Exchange) -> Response:
        """The operator returns the money on its own side."""
        self.operator.give_back(self._transaction(exchange))
        return JSONResponse({})

    def notify(self, exchange: Exchange) -> Response:
        """Send one more notification now, well-formed or with a fault's `mode`; answers what the merchant
        said. `kind` tells something else than the transaction's state.
        """
        wish = exchange.json() or {}
        mode, transaction = wish.get("mode"), self._transaction(exchange)
        if mode is not None and mode not in self.operator.modes["notify"]:
            raise ValueError(f"no such mode: {mode}")
        state = State.PAID if transaction.state is State.CONFIRMED else transaction.state
        delivered = self.notifier.send_now(transaction, wish.get("kind") or state.value, mode)
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
            "UPDATE methods SET active = ? WHERE id = ? RETURNING id", int(active), exchange.params["id"]
        )
        if not changed:
            raise LookupError("no such method")
        return JSONResponse({"active": active})

    def revoke_tokens(self, exchange: Exchange) -> Response:
        """Let every bearer token be dead before its time."""
        tokens.revoke_all(self.store)
        return JSONResponse({})

    def order_fault(self, exchange: Exchange) -> Response:
        wish: dict[str, Any] = dict(exchange.json())
        place, mode, times = wish.pop("where"), wish.pop("mode"), int(wish.pop("times", 1))
        merchant = wish.pop("merchant", None)
        if mode not in self.operator.modes.get(place, ()) or times < 1:
            raise ValueError(f"no such fault: {place} {mode} {times}")
        faults.order(self.store, place, mode, times, merchant, wish)
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
