"""Rows of the neutral exchange as values. Amounts are integer grosze; an empty text means that nothing was said."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Due:
    """Należność: one amount with one due date."""

    external_id: str
    payer_external_id: str
    payer_kind: str
    payer_name: str = field(repr=False)
    liability_type: str
    title: str
    year: int
    due_on: date
    principal_gr: int
    payer_identifier: str = field(default="", repr=False)
    payer_address: str = field(default="", repr=False)
    document_number: str = ""
    instalment: int | None = None
    account_nrb: str = ""
    co_owners: tuple[str, ...] = ()
    interest_pauses: tuple[tuple[date, date], ...] = ()
    reduced_rate: bool = False
    enforced: bool = False
    enforcement_office: str = ""
    writ_number: str = ""


@dataclass(frozen=True, slots=True)
class ReminderCost:
    """Koszty upomnienia: costs of one reminder, owed once it is delivered."""

    external_id: str
    payer_external_id: str
    liabilities: tuple[str, ...]
    amount_gr: int
    sent_on: date
    number: str = ""
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """Księgowanie: what the finance system has posted to a due. A negative amount takes an earlier posting back."""

    external_id: str
    due_external_id: str
    amount_gr: int
    posted_on: date
    reference: str = ""
    """Our reference of the payment, when the money came through the portal."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Wpłata: the share of one due in one payment made in the portal; `amount_gr` is the sum of its three parts.

    `fee_gr` is the operator's fee, not part of the amount, and stands at one share of a payment only.
    """

    external_id: str
    reference: str
    due_external_id: str
    amount_gr: int
    principal_gr: int
    interest_gr: int
    reminder_costs_gr: int
    payer_debited_at: datetime
    operator: str
    method: str
    operator_transaction_id: str = ""
    fee_gr: int = 0
    account_nrb: str = ""


Value: TypeAlias = Due | ReminderCost | Posting | Payment


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself. `is_full` is a full export, else only what changed; `as_of` is the day of its data."""

    is_full: bool
    as_of: date
    format_version: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """Control sum of the records of one kind: how many, and the sum of their main amounts in grosze."""

    record: str
    count: int
    sum_gr: int
