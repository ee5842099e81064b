"""What every emulated operator is made of. A protocol subclasses `EmulatedOperator` and says only what is its own."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, quote_plus

from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.delivery import Delivered
from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.notices import Message, Notice
from integrations.emulators.operators.records import (
    HAS_MONEY,
    UNPAID_ENDS,
    Bank,
    Merchant,
    State,
    Transaction,
)
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange, endpoint

Handler = Callable[[Merchant, Exchange, Fault | None], Response]
OpenHandler = Callable[[Exchange, Fault | None], Response]

HIDDEN = "***"
"""What stands in the log of calls instead of a secret."""


class EmulatedOperator(ABC):
    """An operator with its books. The attributes are the protocol as data, the abstract methods its words."""

    code: ClassVar[str]
    brand: ClassVar[str]
    merchant_key: ClassVar[str]
    """Name of the id by which the protocol tells merchants apart: "pos_id", "service_id"."""
    banks: ClassVar[tuple[Bank, ...]]
    default_bank: ClassVar[str]
    retries: ClassVar[tuple[float, ...]]
    """Seconds between one try of a notification and the next, until it is heard."""
    retries_text: ClassVar[str]
    """The same in Polish, for the panel: "po 3, 5 i 15 minutach"."""
    told: ClassVar[frozenset[str]] = frozenset({"paid"})
    """States of a transaction that the merchant is notified of."""
    places: ClassVar[tuple[str, ...]] = faults.PLACES
    own_faults: ClassVar[faults.Modes] = {}
    failure_ends: ClassVar[bool] = True
    """Whether a bank's refusal makes the transaction failed; else the same one can be paid afterwards."""
    tries_again: ClassVar[bool] = False
    """Whether the payer's link makes another transaction for the same reference after a failed one."""
    cancels: ClassVar[bool] = True
    """Whether the protocol knows cancelled transactions."""
    payer_path: ClassVar[str] = "/pay/{token}"
    logo_path: ClassVar[str] = "/logo/{id}.svg"
    refund_seconds: ClassVar[float] = 60

    def __init__(self, state: Path | None) -> None:
        self.store = Store(state, banks=self.banks, merchant_key=self.merchant_key, new_id=self.new_id)
        self.modes: Mapping[str, tuple[str, ...]] = faults.modes(self.places, self.own_faults)

    # --- what a protocol says ---------------------------------------------------------------------------------------
    @staticmethod
    @abstractmethod
    def new_id(number: int) -> str:
        """The operator's transaction id in its own form; `number` is 1, 2, 3…"""

    @abstractmethod
    def routes(self) -> list[Route]:
        """The merchants' HTTP API: `self.route(…)` and `self.open_route(…)` make each."""

    @abstractmethod
    def authenticated(self, exchange: Exchange) -> Merchant | None:
        """The merchant who proves itself in this request."""

    @abstractmethod
    def refusal(self, status: int) -> Response:
        """The protocol's form of a refusal with this HTTP status."""

    @abstractmethod
    def message(self, notice: Notice) -> Message:
        """The body that tells the notice, signed with the keys of `notice.signer`. `extra_fields` and the protocol's
        own modes are in `notice.mode`; the others are done already or done to the finished bytes.
        """

    def heard(self, transaction: Transaction, kind: str, answers: Sequence[Delivered]) -> bool:
        """Whether the repetitions end with these answers; `transaction` is as it is now."""
        return any(answer.status == 200 for answer in answers)

    def is_moot(self, transaction: Transaction, kind: str) -> bool:
        """Whether a planned message has nothing left to tell."""
        return False

    def broken_answer(self) -> Response:
        """An answer that ends in the middle."""
        return Response(b'{"data": {"token": "', media_type="application/json")

    def return_url(self, transaction: Transaction) -> str:
        """Where the payer goes after paying or being refused."""
        return transaction.url_return

    def masked(self, text: str) -> str:
        """What the log of calls keeps of a body: the secrets of the merchants and their tokens are hidden in it. A protocol
        that carries a secret in a further form hides that, too."""
        hidden = [
            value for merchant in self.store.merchants() for value in merchant.secrets.values() if value
        ]
        hidden += [str(row["token"]) for row in self.store.rows("SELECT token FROM tokens")]
        for value in hidden:
            for form in {value, quote(value), quote_plus(value), json.dumps(value)[1:-1]}:
                text = text.replace(form, HIDDEN)
        return text

    def payer_fee_gr(self, transaction: Transaction) -> int:
        """What the payer pays besides the amount (grosze)."""
        return 0

    # --- parts of an API --------------------------------------------------------------------------------------------
    def route(self, method: str, path: str, place: str, handler: Handler) -> Route:
        """An address for merchants who prove themselves; `place` is where its faults are ordered."""

        def handle(merchant: Merchant | None, exchange: Exchange, fault: Fault | None) -> Response:
            return self.refusal(401) if merchant is None else handler(merchant, exchange, fault)

        return self._route(method, path, place, handle)

    def open_route(self, method: str, path: str, place: str, handler: OpenHandler) -> Route:
        """An address that proves its caller in another way, or needs no proof."""
        return self._route(method, path, place, lambda merchant, exchange, fault: handler(exchange, fault))

    def _route(
        self,
        method: str,
        path: str,
        place: str,
        handler: Callable[[Merchant | None, Exchange, Fault | None], Response],
    ) -> Route:
        def handle(exchange: Exchange) -> Response:
            merchant = self.authenticated(exchange)
            fault = faults.take(self.store, place, merchant.key if merchant else None)
            refused = faults.before(fault, self.refusal, self.broken_answer)
            return handler(merchant, exchange, fault) if refused is None else refused

        def observe(exchange: Exchange, response: Response | None) -> None:
            self.store.log(
                "in",
                exchange.method,
                exchange.path,
                response.status_code if response else None,
                self.masked(exchange.body.decode("utf-8", "replace")),
                self.masked(bytes(response.body).decode("utf-8", "replace")) if response else "",
            )

        return Route(path, endpoint(handle, observe), methods=[method])

    # --- what happens to a transaction ------------------------------------------------------------------------------
    def pay(
        self, transaction: Transaction, method: str, *, paid_gr: int | None = None, is_late: bool = False
    ) -> Transaction | None:
        """The payer's money has come, by default all of it; None when the transaction takes none any more."""
        with self.store.atomic():
            if transaction.state is State.FAILED and self.tries_again:
                transaction = self.store.try_again(transaction)
            amount_gr = transaction.amount_gr + self.payer_fee_gr(transaction) if paid_gr is None else paid_gr
            paid = self.store.move(
                transaction.id,
                (State.STARTED, *UNPAID_ENDS) if is_late else (State.STARTED,),
                State.PAID,
                last_try="paid",
                paid_at=self.store.now(),
                paid_gr=amount_gr,
                paid_method=method,
            )
            if not paid:
                return None
            transaction = self.store.by_id(transaction.id)
            self.tell_paid(transaction)
        return transaction

    def tell_paid(self, transaction: Transaction) -> None:
        """Plan what the merchant is told of a payment; an operator may have more to say than "paid"."""
        self.tell(transaction, "paid")

    def tell(self, transaction: Transaction, kind: str) -> None:
        """Plan a message of this kind, if the protocol has it and the merchant named an address."""
        if kind in self.told and transaction.url_notify:
            self.store.plan(transaction.id, kind)

    def fail(self, transaction: Transaction) -> None:
        """The bank refused."""
        self._end(transaction, State.FAILED if self.failure_ends else None, "failed")

    def abandon(self, transaction: Transaction) -> None:
        """The payer left: no operator knows of it before the link dies."""
        self._end(transaction, None, "abandoned")

    def cancel(self, transaction: Transaction) -> bool:
        """An unpaid transaction is withdrawn; whether it was one. ValueError when the protocol has no such thing."""
        if not self.cancels:
            raise ValueError(f"{self.brand} cancels nothing")
        return self._end(transaction, State.CANCELLED, "cancelled")

    def expire_due(self) -> None:
        """End the transactions whose link has died, where the merchant is told of it."""
        if "expired" not in self.told:
            return
        rows = self.store.rows(
            "SELECT id FROM transactions WHERE state = ? AND expires_at <= ?",
            State.STARTED,
            self.store.now(),
        )
        for row in rows:
            transaction = self.store.by_id(row["id"])
            self._end(transaction, State.EXPIRED, transaction.last_try)

    def _end(self, transaction: Transaction, to: State | None, outcome: str) -> bool:
        with self.store.atomic():
            if self.store.by_id(transaction.id).state is not State.STARTED:
                return False
            self.store.note_try(transaction.id, outcome)
            if to is not None and self.store.move(transaction.id, (State.STARTED,), to):
                self.tell(transaction, to.value)
        return True

    def give_back(self, transaction: Transaction) -> None:
        """The operator returned the money on its own side."""
        with self.store.atomic():
            if self.store.move(transaction.id, HAS_MONEY, State.RETURNED):
                self.tell(transaction, State.RETURNED.value)

    # --- time -------------------------------------------------------------------------------------------------------
    def do_due(self) -> None:
        """What time alone brings: refunds are finished, links die."""
        refunds.finish_due(self.store)
        self.expire_due()

    def moments(self) -> list[float]:
        """When something is due next."""
        found = [self.store.next_due(), refunds.next_due(self.store)]
        if "expired" in self.told:
            row = self.store.row(
                "SELECT min(expires_at) AS at FROM transactions WHERE state = ?", State.STARTED
            )
            found.append(row["at"] if row else None)
        return [moment for moment in found if moment is not None]
