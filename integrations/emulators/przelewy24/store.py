"""The operator's books: merchants, transactions, notifications. Times are seconds of the virtual clock."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.emulators.przelewy24.database import Database

FIRST_ORDER_ID = 2**32 + 1  # real order ids no longer fit into 32 bits
NOTIFY_AFTER_MINUTES = (3, 5, 15, 30, 60, 150, 450)
REFUND_SECONDS = 60


@dataclass(frozen=True)
class Merchant:
    """One account at the operator with its keys and its bank account."""

    merchant_id: int
    pos_id: int
    name: str
    account: str
    api_key: str
    crc: str

    def __repr__(self) -> str:
        return f"Merchant({self.merchant_id}, {self.pos_id}, {self.name!r})"


@dataclass(frozen=True)
class Transaction:
    """A registered transaction. `state`: registered, paid (an advance), verified, returned."""

    order_id: int
    token: str
    merchant_id: int
    pos_id: int
    session_id: str
    amount: int
    currency: str
    description: str
    email: str
    language: str
    url_return: str
    url_status: str
    method: int | None
    time_limit: int
    regulation_accept: int
    registered_at: float
    state: str
    last_try: str
    paid_at: float | None
    paid_method: int | None
    verified_at: float | None
    statement: str
    fee: int

    def expired(self, now: float) -> bool:
        """Whether the payer's link is dead (timeLimit minutes after registration; 0 = never)."""
        return self.state == "registered" and 0 < self.time_limit * 60 <= now - self.registered_at


@dataclass(frozen=True)
class Notification:
    """One planned message to the merchant. `attempt` counts from 0."""

    id: int
    order_id: int
    refund_id: int | None
    attempt: int
    due_at: float


class Store(Database):
    """Merchants, transactions and planned notifications."""

    def add_merchant(self, merchant: Merchant) -> None:
        """Open an account, or give an existing one new keys."""
        self.write(
            "INSERT OR REPLACE INTO merchants (pos_id, merchant_id, name, account, api_key, crc)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            merchant.pos_id,
            merchant.merchant_id,
            merchant.name,
            merchant.account,
            merchant.api_key,
            merchant.crc,
        )

    def merchants(self) -> list[Merchant]:
        return [Merchant(**dict(row)) for row in self.rows("SELECT * FROM merchants ORDER BY pos_id")]

    def merchant(self, pos_id: int) -> Merchant | None:
        row = self.row("SELECT * FROM merchants WHERE pos_id = ?", pos_id)
        return Merchant(**dict(row)) if row else None

    # Transactions

    def register(self, merchant: Merchant, document: Mapping[str, Any]) -> Transaction | None:
        """A new transaction, or None when this merchant has used the sessionId before."""
        with self.atomic():
            taken = self.row(
                "SELECT 1 FROM transactions WHERE pos_id = ? AND session_id = ?",
                merchant.pos_id,
                document["sessionId"],
            )
            if taken:
                return None
            last = self.row("SELECT max(order_id) AS id FROM transactions")
            order_id = (last["id"] if last and last["id"] else FIRST_ORDER_ID - 1) + 1
            code = secrets.token_hex(5).upper()[:9]
            values = {
                "order_id": order_id,
                "token": secrets.token_hex(16).upper(),
                "merchant_id": merchant.merchant_id,
                "pos_id": merchant.pos_id,
                "session_id": document["sessionId"],
                "amount": document["amount"],
                "currency": document["currency"],
                "description": document["description"],
                "email": document["email"],
                "language": document["language"],
                "url_return": document["urlReturn"],
                "url_status": document.get("urlStatus") or "",
                "method": document.get("method"),
                "time_limit": document.get("timeLimit") or 0,
                "regulation_accept": int(bool(document.get("regulationAccept"))),
                "registered_at": self.now(),
                "statement": f"p24-{code[:3]}-{code[3:6]}-{code[6:]}",
                "fee": max(29, document["amount"] * 119 // 10000),
            }
            columns, marks = ", ".join(values), ", ".join("?" * len(values))
            self.write(f"INSERT INTO transactions ({columns}) VALUES ({marks})", *values.values())  # noqa: S608
        return self.transaction(str(order_id))

    def transaction(self, ref: str) -> Transaction | None:
        """A transaction by order id, token or session id."""
        row = self.row(
            "SELECT * FROM transactions WHERE token = ? OR session_id = ? OR order_id = ? LIMIT 1",
            ref,
            ref,
            int(ref) if ref.isdecimal() and len(ref) < 19 else -1,
        )
        return Transaction(**dict(row)) if row else None

    def transactions(self, pos_id: int | None = None, limit: int = 100_000) -> list[Transaction]:
        """Newest first."""
        rows = self.rows(
            "SELECT * FROM transactions WHERE ? IS NULL OR pos_id = ? ORDER BY order_id DESC LIMIT ?",
            pos_id,
            pos_id,
            limit,
        )
        return [Transaction(**dict(row)) for row in rows]

    def pay(self, order_id: int, method: int) -> bool:
        """The payer's money has arrived: an advance until the merchant verifies it. False if it was paid
        before.
        """
        with self.atomic():
            found = self.row("SELECT state, url_status FROM transactions WHERE order_id = ?", order_id)
            if found is None or found["state"] != "registered":
                return False
            now = self.now()
            self.write(
                "UPDATE transactions SET state = 'paid', last_try = 'paid', paid_at = ?, paid_method = ?"
                " WHERE order_id = ?",
                now,
                method,
                order_id,
            )
            if found["url_status"]:
                self.plan(order_id, now)
        return True

    def note_try(self, order_id: int, outcome: str) -> None:
        """The payer was refused by the bank, or left: the merchant is told nothing."""
        self.write(
            "UPDATE transactions SET last_try = ? WHERE order_id = ? AND state = 'registered'",
            outcome,
            order_id,
        )

    def verify(self, order_id: int) -> bool:
        """The merchant takes the money; True only the first time. The repetitions of the notification end."""
        with self.atomic():
            changed = self.rows(
                "UPDATE transactions SET state = 'verified', verified_at = ?"
                " WHERE order_id = ? AND state = 'paid' RETURNING order_id",
                self.now(),
                order_id,
            )
            self.write("UPDATE notifications SET open = 0 WHERE order_id = ? AND refund_id IS NULL", order_id)
        return bool(changed)

    def give_back(self, order_id: int) -> None:
        """The operator returned the money on its own side."""
        self.write(
            "UPDATE transactions SET state = 'returned' WHERE order_id = ? AND state IN ('paid', 'verified')",
            order_id,
        )

    # Notifications

    def plan(self, order_id: int, due_at: float, *, refund_id: int | None = None, attempt: int = 0) -> None:
        self.write(
            "INSERT INTO notifications (order_id, refund_id, attempt, due_at, open) VALUES (?, ?, ?, ?, 1)",
            order_id,
            refund_id,
            attempt,
            due_at,
        )

    def due(self, now: float) -> list[Notification]:
        rows = self.rows(
            "SELECT id, order_id, refund_id, attempt, due_at FROM notifications"
            " WHERE open = 1 AND due_at <= ? ORDER BY due_at, id LIMIT 200",
            now,
        )
        return [Notification(**dict(row)) for row in rows]

    def next_due(self) -> float | None:
        row = self.row("SELECT min(due_at) AS due_at FROM notifications WHERE open = 1")
        return row["due_at"] if row else None

    def sent(self, planned: Notification, statuses: Iterable[int | None], *, repeat: bool) -> None:
        """Record a try, and plan the next one unless the schedule is over or `repeat` is False."""
        with self.atomic():
            text = ", ".join("brak odpowiedzi" if status is None else str(status) for status in statuses)
            self.write(
                "UPDATE notifications SET open = 0, sent_at = ?, answer = ? WHERE id = ?",
                self.now(),
                text,
                planned.id,
            )
            if repeat and planned.attempt < len(NOTIFY_AFTER_MINUTES):
                self.plan(
                    planned.order_id,
                    self.now() + NOTIFY_AFTER_MINUTES[planned.attempt] * 60,
                    refund_id=planned.refund_id,
                    attempt=planned.attempt + 1,
                )

    def postpone(self, planned: Notification, seconds: float) -> None:
        self.write("UPDATE notifications SET due_at = ? WHERE id = ?", self.now() + seconds, planned.id)
