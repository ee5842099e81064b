"""The bookkeeping of refunds: accepted at once, done after a while of the virtual clock, then told.

How a refund is asked for, refused and listed belongs to the protocol.
"""

import json
from collections.abc import Mapping
from typing import Any

from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import HAS_MONEY, Refund, RefundState, State, Transaction
from integrations.emulators.operators.store import Store

TOLD_AS = "refund"


def accept(
    store: Store,
    transaction: Transaction,
    amount_gr: int,
    *,
    seconds: float,
    fault: Fault | None,
    key: str = "",
    description: str = "",
    url_notify: str = "",
    details: Mapping[str, Any] | None = None,
) -> Refund:
    """Take a refund on; it is completed after `seconds`, or rejected then by the fault `rejected_later`."""
    now = store.now()
    row_id = store.insert(
        "refunds",
        {
            "transaction_id": transaction.id,
            "key": key,
            "amount_gr": amount_gr,
            "description": description,
            "url_notify": url_notify,
            "state": RefundState.PENDING,
            "created_at": now,
            "due_at": now + seconds,
            "doomed": int(fault is not None and fault.mode == "rejected_later"),
            "details": json.dumps(dict(details or {}), ensure_ascii=False),
        },
    )
    store.when_planned()
    return by_id(store, row_id)


def by_id(store: Store, refund_id: int) -> Refund:
    """One refund; LookupError when there is none."""
    row = store.row("SELECT * FROM refunds WHERE id = ?", refund_id)
    if row is None:
        raise LookupError(refund_id)
    return Refund.of(row)


def by_key(store: Store, key: str) -> Refund | None:
    """The refund that was asked for with this key."""
    row = store.row("SELECT * FROM refunds WHERE key = ?", key)
    return Refund.of(row) if row else None


def of_transaction(store: Store, transaction: Transaction) -> list[Refund]:
    """The refunds of one transaction, oldest first."""
    rows = store.rows("SELECT * FROM refunds WHERE transaction_id = ? ORDER BY id", transaction.id)
    return [Refund.of(row) for row in rows]


def left_gr(store: Store, transaction: Transaction) -> int:
    """How much of the transaction can still be given back (grosze)."""
    taken = [r.amount_gr for r in of_transaction(store, transaction) if r.state is not RefundState.REJECTED]
    return (transaction.paid_gr or 0) - sum(taken)


def finish_due(store: Store) -> None:
    """Complete or reject the refunds whose time has come, and plan their messages."""
    with store.atomic():
        rows = store.rows(
            "SELECT * FROM refunds WHERE state = ? AND due_at <= ?", RefundState.PENDING, store.now()
        )
        for refund in map(Refund.of, rows):
            state = RefundState.REJECTED if refund.doomed else RefundState.COMPLETED
            store.write("UPDATE refunds SET state = ? WHERE id = ?", state, refund.id)
            transaction = store.by_id(refund.transaction_id)
            given = [r.amount_gr for r in of_transaction(store, transaction) if r.state == "completed"]
            if sum(given) >= (transaction.paid_gr or 0):
                store.move(transaction.id, HAS_MONEY, State.RETURNED)
            if refund.url_notify:
                store.plan(transaction.id, TOLD_AS, refund_id=refund.id)


def next_due(store: Store) -> float | None:
    """When the next pending refund is due."""
    row = store.row("SELECT min(due_at) AS due_at FROM refunds WHERE state = ?", RefundState.PENDING)
    return row["due_at"] if row else None
