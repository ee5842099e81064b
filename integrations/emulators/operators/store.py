"""The operator's books: merchants, transactions, and the messages that are planned to the merchants."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from integrations.emulators.operators.database import Database
from integrations.emulators.operators.records import (
    Bank,
    Merchant,
    NewTransaction,
    Planned,
    State,
    Transaction,
)

_OURS = "SELECT * FROM transactions WHERE {} ORDER BY paid_at IS NULL, id DESC LIMIT 1"


class Store(Database):
    """`new_id` makes the operator's own transaction id from a number that grows by one."""

    def __init__(
        self, path: Path | None, *, banks: Iterable[Bank], merchant_key: str, new_id: Callable[[int], str]
    ) -> None:
        super().__init__(path)
        self._merchant_key = merchant_key
        self._new_id = new_id
        self.when_planned: Callable[[], None] = lambda: None
        for position, bank in enumerate(banks):
            self.write(
                "INSERT OR IGNORE INTO methods (id, name, grp, min_gr, max_gr, hours, position)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                bank.id, bank.name, bank.group, bank.min_gr, bank.max_gr, bank.hours, position,
            )  # fmt: skip

    # Merchants

    def add_merchant(
        self, *, name: str, account: str, ids: Mapping[str, str], secrets: Mapping[str, str]
    ) -> str:
        """Open an account, or give an existing one new keys; returns its key."""
        key = str(ids[self._merchant_key])
        self.write(
            "INSERT OR REPLACE INTO merchants (key, name, account, ids, secrets) VALUES (?, ?, ?, ?, ?)",
            key, name, account, json.dumps(dict(ids)), json.dumps(dict(secrets)),
        )  # fmt: skip
        return key

    def merchants(self) -> list[Merchant]:
        return [Merchant.of(row) for row in self.rows("SELECT * FROM merchants ORDER BY key")]

    def merchant(self, key: str) -> Merchant | None:
        row = self.row("SELECT * FROM merchants WHERE key = ?", key)
        return Merchant.of(row) if row else None

    # Transactions

    def register(
        self, merchant: Merchant, wish: NewTransaction, *, unique: bool = True
    ) -> Transaction | None:
        """A new transaction, or None when this merchant has used the reference before and it is `unique`."""
        with self.atomic():
            if unique and self.of_merchant(merchant.key, wish.ref):
                return None
            return self._insert(merchant.key, secrets.token_hex(16).upper(), asdict(wish))

    def try_again(self, transaction: Transaction) -> Transaction:
        """Another transaction of the operator for the same reference and the same payer's link."""
        kept = NewTransaction.__dataclass_fields__
        wish = {name: value for name, value in asdict(transaction).items() if name in kept}
        with self.atomic():
            return self._insert(transaction.merchant, transaction.token, wish)

    def _insert(self, merchant: str, token: str, wish: dict[str, Any]) -> Transaction:
        last = self.row("SELECT seq FROM sqlite_sequence WHERE name = 'transactions'")
        row_id = self.insert(
            "transactions",
            {
                **wish,
                "operator_tx_id": self._new_id((last["seq"] if last else 0) + 1),
                "token": token,
                "merchant": merchant,
                "registered_at": self.now(),
                "details": json.dumps(dict(wish["details"]), ensure_ascii=False),
            },
        )
        return self.by_id(row_id)

    def by_id(self, row_id: int) -> Transaction:
        """The transaction as it is now; LookupError when there is none."""
        row = self.row("SELECT * FROM transactions WHERE id = ?", row_id)
        if row is None:
            raise LookupError(row_id)
        return Transaction.of(row)

    def transaction(self, ref: str) -> Transaction | None:
        """A transaction by the operator's id, the link's token or the merchant's reference: of several the paid
        one, else the newest.
        """
        row = self.row(_OURS.format("token = ?1 OR ref = ?1 OR operator_tx_id = ?1"), ref)
        return Transaction.of(row) if row else None

    def of_merchant(self, merchant: str, ref: str) -> list[Transaction]:
        """The merchant's transactions for this reference of his, oldest first."""
        rows = self.rows(
            "SELECT * FROM transactions WHERE merchant = ? AND ref = ? ORDER BY id", merchant, ref
        )
        return [Transaction.of(row) for row in rows]

    def owned(self, merchant: str, operator_tx_id: str) -> Transaction | None:
        """A transaction by the operator's id, if it is this merchant's."""
        row = self.row(
            "SELECT * FROM transactions WHERE merchant = ? AND operator_tx_id = ?", merchant, operator_tx_id
        )
        return Transaction.of(row) if row else None

    def transactions(self, merchant: str | None = None, limit: int = 100_000) -> list[Transaction]:
        """Newest first."""
        rows = self.rows(
            "SELECT * FROM transactions WHERE ?1 IS NULL OR merchant = ?1 ORDER BY id DESC LIMIT ?2",
            merchant,
            limit,
        )
        return [Transaction.of(row) for row in rows]

    def move(self, row_id: int, states: Iterable[State], to: State, **columns: Any) -> bool:
        """Change the state, with further columns, if it is one of `states`; whether it was."""
        allowed = tuple(states)
        values = {"state": to, **columns}
        changes, marks = ", ".join(f"{name} = ?" for name in values), ", ".join("?" * len(allowed))
        query = f"UPDATE transactions SET {changes} WHERE id = ? AND state IN ({marks}) RETURNING id"  # noqa: S608
        return bool(self.rows(query, *values.values(), row_id, *allowed))

    def note_try(self, row_id: int, outcome: str) -> None:
        """Keep what the payer did last, for the panel; nothing else changes."""
        self.write("UPDATE transactions SET last_try = ? WHERE id = ?", outcome, row_id)

    # Messages to the merchants

    def plan(
        self,
        transaction_id: int,
        kind: str,
        *,
        due_at: float | None = None,
        refund_id: int | None = None,
        attempt: int = 0,
    ) -> None:
        """Plan a message, for now unless `due_at` says later."""
        self.insert(
            "notifications",
            {
                "transaction_id": transaction_id,
                "kind": kind,
                "refund_id": refund_id,
                "attempt": attempt,
                "due_at": self.now() if due_at is None else due_at,
                "open": 1,
            },
        )
        self.when_planned()

    def due(self, now: float) -> list[Planned]:
        rows = self.rows(
            "SELECT id, transaction_id, kind, refund_id, attempt, due_at FROM notifications"
            " WHERE open = 1 AND due_at <= ? ORDER BY due_at, id LIMIT 200",
            now,
        )
        return [Planned(**dict(row)) for row in rows]

    def next_due(self) -> float | None:
        row = self.row("SELECT min(due_at) AS due_at FROM notifications WHERE open = 1")
        return row["due_at"] if row else None

    def stop_telling(self, transaction_id: int, kind: str) -> None:
        """Plan no further repetition of this message."""
        self.write(
            "UPDATE notifications SET open = 0 WHERE transaction_id = ? AND kind = ?", transaction_id, kind
        )

    def sent(self, planned: Planned, statuses: Iterable[int | None], *, again_in: float | None) -> None:
        """Record a try; `again_in` seconds later comes the next one, None ends the repetitions."""
        with self.atomic():
            text = ", ".join("brak odpowiedzi" if status is None else str(status) for status in statuses)
            self.write(
                "UPDATE notifications SET open = 0, sent_at = ?, answer = ? WHERE id = ?",
                self.now(), text, planned.id,
            )  # fmt: skip
            if again_in is not None:
                self.plan(
                    planned.transaction_id,
                    planned.kind,
                    due_at=self.now() + again_in,
                    refund_id=planned.refund_id,
                    attempt=planned.attempt + 1,
                )

    def postpone(self, planned: Planned, seconds: float) -> None:
        self.write("UPDATE notifications SET due_at = ? WHERE id = ?", self.now() + seconds, planned.id)
