"""What the reader of one format tells, in the order of the file: a statement begins, its entries, it ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from integrations.finance.statements.values import Entry


@dataclass(frozen=True, slots=True)
class Opened:
    """A statement begins. `opening_gr` is None where the format tells no balances."""

    line: int
    account_nrb: str
    number: str
    opening_gr: int | None = None
    opened_on: date | None = None
    continues: bool = False
    """A further page of the statement before it, which must begin with that one's closing balance."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The statement ends. What is not None must agree with its entries: balance, number and sums of entries (grosze)."""

    line: int
    closing_gr: int | None = None
    closed_on: date | None = None
    entries: int | None = None
    sum_gr: int | None = None


Events: TypeAlias = Iterator[Opened | Entry | Closed]
