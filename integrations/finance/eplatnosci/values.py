"""What a settlement of ePłatności says. Amounts are integer grosze."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Settled:
    """One payment made in mObywatel. `external_id` is the operator's id of it and unique; `due_id` is the id of the due
    that the office's system has handed over; `account_nrb` is the account of its kind of due."""

    line: int
    external_id: str
    due_id: str
    amount_gr: int
    paid_on: date
    settled_on: date | None = None
    account_nrb: str = field(default="", repr=False)
    transfer_id: str = ""
    payer_name: str = field(default="", repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One bulk transfer to the office: what the bank statement must show as one entry."""

    transfer_id: str
    account_nrb: str
    payments: int
    amount_gr: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A whole file. `transfers` are in the order of their first payment."""

    payments: tuple[Settled, ...]
    transfers: tuple[Transfer, ...]
    sha256: str

    @property
    def amount_gr(self) -> int:
        """Sum of all payments."""
        return sum(one.amount_gr for one in self.payments)
