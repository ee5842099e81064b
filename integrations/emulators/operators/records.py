"""What the books of an emulated operator hold. Amounts are grosze, times are seconds of the virtual clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from sqlite3 import Row
from typing import Any


class State(StrEnum):
    """A transaction's state. CONFIRMED: the merchant took the money, at an operator that waits for it."""

    STARTED = "started"
    PAID = "paid"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURNED = "returned"


HAS_MONEY = (State.PAID, State.CONFIRMED)
UNPAID_ENDS = (State.FAILED, State.CANCELLED, State.EXPIRED)


class RefundState(StrEnum):
    """A refund's state."""

    PENDING = "pending"
    COMPLETED = "completed"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Bank:
    """One way to pay. `group` is the operator's own word; limits are grosze; `hours` like "06-22"."""

    id: str
    name: str
    group: str
    min_gr: int | None = 1
    max_gr: int | None = None
    hours: str = "00-24"


@dataclass(frozen=True)
class Merchant:
    """One account at the operator: its ids and keys by the names of the contract, and its bank account."""

    key: str
    name: str
    account: str
    ids: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, row: Row) -> "Merchant":
        return cls(**{**dict(row), "ids": json.loads(row["ids"]), "secrets": json.loads(row["secrets"])})


@dataclass(frozen=True)
class NewTransaction:
    """What a merchant orders. `account` is the target of the money where the protocol names it per payment;
    `expires_at` None means that the link never dies.
    """

    ref: str
    amount_gr: int
    title: str
    url_return: str
    url_notify: str
    currency: str = "PLN"
    email: str = ""
    language: str = "pl"
    account: str = ""
    method: str = ""
    expires_at: float | None = None
    fee_gr: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Transaction:
    """A transaction in the books. `id` is the emulator's own number, `operator_tx_id` the protocol's.

    `fee_gr` is the operator's fee; `paid_gr` may differ from `amount_gr` where the payer typed the amount.
    """

    id: int
    operator_tx_id: str
    token: str
    merchant: str
    ref: str
    amount_gr: int
    currency: str
    title: str
    email: str
    language: str
    account: str
    url_return: str
    url_notify: str
    method: str
    registered_at: float
    expires_at: float | None
    fee_gr: int
    details: Mapping[str, Any]
    state: State
    last_try: str
    paid_at: float | None
    paid_gr: int | None
    paid_method: str
    confirmed_at: float | None

    @classmethod
    def of(cls, row: Row) -> "Transaction":
        found = {**dict(row), "details": json.loads(row["details"]), "state": State(row["state"])}
        return cls(**found)

    def has_expired(self, now: float) -> bool:
        """Whether the payer's link is dead although nobody paid."""
        if self.state is State.EXPIRED:
            return True
        return self.state is State.STARTED and self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Refund:
    """A refund in the books; `key` is the merchant's idempotency key, "" where the protocol has none."""

    id: int
    transaction_id: int
    key: str
    amount_gr: int
    description: str
    url_notify: str
    state: RefundState
    created_at: float
    due_at: float
    doomed: bool
    details: Mapping[str, Any]

    @classmethod
    def of(cls, row: Row) -> "Refund":
        found = {**dict(row), "details": json.loads(row["details"]), "doomed": bool(row["doomed"])}
        return cls(**{**found, "state": RefundState(row["state"])})


@dataclass(frozen=True)
class Planned:
    """One planned message to the merchant. `attempt` counts from 0."""

    id: int
    transaction_id: int
    kind: str
    refund_id: int | None
    attempt: int
    due_at: float
