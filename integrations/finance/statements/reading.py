"""The one door to bank files: check the whole file first, then give its entries; both passes need memory for one entry.

A file is taken as a whole or refused as a whole (payments.md 14.1): opening balance + sum of entries = closing balance.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.fields import MAX_AMOUNT_GR
from integrations.finance.lines import digest_of
from integrations.finance.statements import camt, elixir, mt940, tables
from integrations.finance.statements.events import Closed, Events, Opened
from integrations.finance.statements.profiles import (
    CamtProfile,
    ElixirProfile,
    Mt940Profile,
    Profile,
    TableProfile,
)
from integrations.finance.statements.values import Control, Entry, Statement
from kernel.money import format_gr

MAX_ENTRIES = 500_000
"""In one file. Days of the largest cities stay far below, and the digests that tell equal payments apart stay small."""


@dataclass(frozen=True)
class StatementFile:
    """A file that was read to its end and is sound. `sha256` tells the very same file at a glance."""

    statements: tuple[Statement, ...]
    sha256: str
    _file: BinaryIO = field(repr=False)
    _profile: Profile = field(repr=False)
    _account_nrb: str = field(repr=False)

    def entries(self) -> Iterator[Entry]:
        """All entries in the order of the file, read anew each time; `Entry.statement` points into `statements`.

        Raises FileRefused("changed") when the file is not the one that was checked; then nothing was given yet.
        """
        if digest_of(self._file) != self.sha256:
            raise FileRefused("changed")
        for told in _walk(self._file, self._profile, self._account_nrb):
            if isinstance(told, Entry):
                yield told


def open_statements(
    file: BinaryIO, profile: Profile, *, account_nrb: str, control: Control | None = None
) -> StatementFile:
    """Read a whole file of one account and check it. The file must be seekable and stay as it is.

    `account_nrb` is the account that the profile is declared for: a file of another account is refused. `control` is
    asked of formats without balances, where a missing last line could not be seen otherwise. Raises FileRefused.
    """
    statements = tuple(told for told in _walk(file, profile, account_nrb) if isinstance(told, Statement))
    if not statements:
        raise FileRefused("no_statement")
    if control:
        _compare(
            control.entries,
            sum(one.entries for one in statements),
            "entries",
            statements[-1].line,
            is_money=False,
        )
        _compare(control.sum_gr, sum(one.sum_gr for one in statements), "sum", statements[-1].line)
    return StatementFile(statements, digest_of(file), file, profile, account_nrb)


def _events(file: BinaryIO, profile: Profile, account_nrb: str) -> Events:
    match profile:
        case Mt940Profile():
            return mt940.events(file, profile)
        case ElixirProfile():
            return elixir.events(file, profile, account_nrb)
        case CamtProfile():
            return camt.events(file, profile)
        case TableProfile():
            return tables.events(file, profile, account_nrb)


@dataclass
class _Walker:
    """One pass over a file: sums of the statement that is open, and what was closed before."""

    account_nrb: str
    index: int = -1
    opened: Opened | None = None
    entries: int = 0
    all_entries: int = 0
    credits_gr: int = 0
    debits_gr: int = 0
    last_closing_gr: int | None = None
    seen: Counter[tuple[str, date, int]] = field(default_factory=Counter)
    numbers: dict[tuple[str, date | None], int] = field(default_factory=dict)

    def open(self, opened: Opened) -> None:
        """Begin a statement. Raises FileRefused: other_account, twice, pages."""
        if opened.account_nrb != self.account_nrb:
            raise FileRefused("other_account", line=opened.line, found=opened.account_nrb)
        if opened.number and not opened.continues:
            first = self.numbers.setdefault((opened.number, opened.opened_on), opened.line)
            if first != opened.line:
                raise FileRefused("statement_twice", line=opened.line, number=opened.number, first=first)
        if opened.continues and self.last_closing_gr not in (None, opened.opening_gr):
            raise FileRefused("pages", line=opened.line)
        self.index += 1
        self.opened = opened
        self.entries = self.credits_gr = self.debits_gr = 0

    def add(self, entry: Entry) -> Entry:
        """The entry with its place: statement, ordinal among its equals. Raises FileRefused("too_many")."""
        assert self.opened, "a reader tells an entry before its statement"
        self.entries += 1
        self.all_entries += 1
        if self.all_entries > MAX_ENTRIES:
            raise FileRefused("too_many", line=entry.line, most=MAX_ENTRIES)
        if entry.amount_gr >= 0:
            self.credits_gr += entry.amount_gr
        else:
            self.debits_gr -= entry.amount_gr
        if max(self.credits_gr, self.debits_gr) > MAX_AMOUNT_GR:
            raise FileRefused("amount_too_big", line=entry.line, found=entry.amount_gr)
        placed = replace(
            entry,
            statement=self.index,
            statement_number=self.opened.number,
            account_nrb=self.opened.account_nrb,
        )
        # By the number, as fingerprints are: pages of one statement and statements without a number share theirs.
        key = (placed.statement_number, placed.booked_on, int(placed.likeness[:16], 16))
        self.seen[key] += 1
        return replace(placed, ordinal=self.seen[key] - 1) if self.seen[key] > 1 else placed

    def close(self, closed: Closed) -> Statement:
        """The finished statement. Raises FileRefused: balance, control_entries, control_sum."""
        opened = self.opened
        assert opened, "a reader ends a statement that it did not begin"
        sum_gr = self.credits_gr - self.debits_gr
        if closed.entries is not None:
            _compare(closed.entries, self.entries, "entries", closed.line, is_money=False)
        if closed.sum_gr is not None:
            _compare(closed.sum_gr, sum_gr, "sum", closed.line)
        if (
            opened.opening_gr is not None
            and closed.closing_gr is not None
            and opened.opening_gr + sum_gr != closed.closing_gr
        ):
            raise FileRefused(
                "balance",
                line=closed.line,
                expected=format_gr(closed.closing_gr),
                found=format_gr(opened.opening_gr + sum_gr),
            )
        self.opened = None
        self.last_closing_gr = closed.closing_gr
        return Statement(
            index=self.index,
            line=opened.line,
            account_nrb=opened.account_nrb,
            number=opened.number,
            opening_gr=opened.opening_gr,
            closing_gr=closed.closing_gr,
            opened_on=opened.opened_on,
            closed_on=closed.closed_on,
            entries=self.entries,
            credits_gr=self.credits_gr,
            debits_gr=self.debits_gr,
        )


def _walk(file: BinaryIO, profile: Profile, account_nrb: str) -> Iterator[Entry | Statement]:
    walker = _Walker(account_nrb)
    for event in _events(file, profile, account_nrb):
        match event:
            case Opened():
                walker.open(event)
            case Entry():
                yield walker.add(event)
            case Closed():
                yield walker.close(event)
    assert walker.opened is None, "a reader leaves a statement open"


def _compare(expected: int, found: int, what: str, line: int, *, is_money: bool = True) -> None:
    if expected != found:
        say = format_gr if is_money else str
        raise FileRefused(f"control_{what}", line=line, expected=say(expected), found=say(found))
