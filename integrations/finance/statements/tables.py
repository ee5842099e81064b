"""Result files of mass payments, and any table that a profile describes: CSV or columns of fixed width.

No two banks share a layout (each is an annex of its contract), so the layout is data and its proof is a sample file.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from integrations.finance.errors import FileRefused
from integrations.finance.fields import (
    day,
    one_line,
    other_account,
    own_account,
    refuse_other_currency,
    signed_amount_gr,
    title_line,
)
from integrations.finance.lines import lines_of
from integrations.finance.statements.events import Closed, Events, Opened
from integrations.finance.statements.profiles import Place, TableProfile
from integrations.finance.statements.values import Entry
from integrations.finance.statements.virtual_accounts import is_virtual

_Row: TypeAlias = list[str] | str
_EMPTY: Mapping[str, Place] = {}


@dataclass
class _Table:
    """One pass over a table: the names of its columns, and which of its parts have been read."""

    profile: TableProfile
    account_nrb: str
    names: Mapping[str, int]
    widths: dict[str, int] = field(default_factory=dict)
    is_open: bool = False
    closed: Closed | None = None

    def opened(self, line: int, row: _Row | None = None) -> Opened:
        """The beginning of the statement, from the header line when there is one."""
        self.is_open = True
        places = self.profile.header_places or _EMPTY if row is not None else _EMPTY
        said = {name: self.cell(row or "", place, line) for name, place in places.items()}
        if "currency" in said:
            refuse_other_currency(said["currency"], line)
        return Opened(
            line,
            own_account(said["account"], line) if "account" in said else self.account_nrb,
            one_line(said.get("number", ""), line, most=80),
            self.amount(said["opening"], line) if "opening" in said else None,
            day(said["opened_on"], self.profile.day, line) if "opened_on" in said else None,
        )

    def closing(self, line: int, row: _Row) -> Closed:
        """The end of the statement with its sums, from the trailer line."""
        said = {
            name: self.cell(row, place, line)
            for name, place in (self.profile.trailer_places or _EMPTY).items()
        }
        if "entries" in said and not (said["entries"].isascii() and said["entries"].isdecimal()):
            raise FileRefused("field", line=line, field="entries", found=said["entries"])
        return Closed(
            line,
            self.amount(said["closing"], line) if "closing" in said else None,
            day(said["closed_on"], self.profile.day, line) if "closed_on" in said else None,
            int(said["entries"][:18]) if "entries" in said else None,
            self.amount(said["sum"], line) if "sum" in said else None,
        )

    def entry(self, line: int, row: _Row) -> Entry:
        """One line of an entry. Raises FileRefused with the line."""
        columns = self.profile.columns
        parts = {name: [self.cell(row, place, line) for place in places] for name, places in columns.items()}
        said = {name: "".join(texts) for name, texts in parts.items()}
        if "currency" in said:
            refuse_other_currency(said["currency"], line)
        if "account" in said and own_account(said["account"], line) != self.account_nrb:
            raise FileRefused("other_account", line=line, found=said["account"])
        booked_on = day(said["booked_on"], self.profile.day, line)
        amount_gr = self.amount(said["amount"], line) * self.sign(said.get("direction"), line)
        if not amount_gr:
            raise FileRefused("amount", line=line, found=said["amount"])
        return Entry(
            line=line,
            booked_on=booked_on,
            value_on=day(said["value_on"], self.profile.day, line) if said.get("value_on") else booked_on,
            amount_gr=amount_gr,
            payer_name=one_line(" ".join(parts.get("payer_name", [])), line),
            payer_account=other_account(said.get("payer_account", ""), line),
            title=tuple(title_line(text, line) for text in parts.get("title", []) if text),
            reference=one_line(said.get("reference", ""), line, most=80),
            end_to_end=one_line(said.get("end_to_end", ""), line, most=80),
            code=one_line(said.get("code", ""), line, most=40),
            virtual_account=self.virtual(said.get("virtual_account", ""), line),
        )

    def amount(self, text: str, line: int) -> int:
        """Signed grosze of a cell; amounts in grosze of fixed width are padded by zeros."""
        return signed_amount_gr(text, self.profile.amount, line)

    def sign(self, word: str | None, line: int) -> int:
        """1 for money that came, -1 for money that went, by the declared words."""
        if word is None or word in self.profile.credit_words:
            return 1
        if word in self.profile.debit_words:
            return -1
        raise FileRefused("field", line=line, field="direction", found=word)

    def virtual(self, text: str, line: int) -> str:
        """The account or payer's id of a mass payment; an account must be one of those that the bank gave us."""
        account = other_account(text, line)
        prefixes = self.profile.virtual_prefixes
        if prefixes and account and account != self.account_nrb and not is_virtual(account, prefixes):
            raise FileRefused("other_account", line=line, found=account)
        return "" if account == self.account_nrb else account

    def cell(self, row: _Row, place: Place, line: int) -> str:
        """The text of one cell without the spaces around it. Raises FileRefused("cells") when the line is too short."""
        match place, row:
            case (int(first), int(last)), str():
                if len(row) < first:
                    raise FileRefused("cells", line=line, found=len(row), expected=last)
                return row[first - 1 : last].strip()
            case str(), list():
                return row[self.names[place]].strip()
            case int(), list():
                if len(row) < place:
                    raise FileRefused("cells", line=line, found=len(row), expected=place)
                return row[place - 1].strip()
        raise AssertionError("profile_of lets no such place through")


def events(file: BinaryIO, profile: TableProfile, account_nrb: str) -> Events:
    """The table as one statement. Raises FileRefused with the line.

    Where no trailer line ends the file its last line must have its line break: nothing else would show a missing end.
    """
    table = _Table(profile, account_nrb, {})
    kinds = profile.records
    last = 1
    for line, text in lines_of(file, profile.encoding, final_break=not (kinds and kinds.trailer)):
        if line <= profile.skip_lines or not text.strip():
            continue
        row = _row(text, line, profile)
        if profile.has_names and not table.names:
            assert isinstance(row, list)
            table.names, table.widths[""] = _names(row, line, profile), len(row)
            continue
        if table.closed:
            raise FileRefused("after_end", line=line)
        last = line
        kind = table.cell(row, kinds.at, line) if kinds else ""
        _check_width(table, kind, row, line)
        if kinds and kind in kinds.header:
            if table.is_open:
                raise FileRefused("order", line=line, found=kind, expected=kinds.entry[0])
            yield table.opened(line, row)
        elif kinds and kind in kinds.trailer:
            if not table.is_open:
                yield _first(table, line)
            table.closed = table.closing(line, row)
            yield table.closed
        elif kinds and kind not in kinds.entry:
            raise FileRefused("kind", line=line, found=kind, expected=", ".join(kinds.entry))
        else:
            if not table.is_open:
                yield _first(table, line)
            yield table.entry(line, row)
    if not table.is_open:
        raise FileRefused("no_entries", line=last)
    if not table.closed:
        if kinds and kinds.trailer:
            raise FileRefused("unfinished", line=last, expected=kinds.trailer[0])
        yield Closed(last)


def _first(table: _Table, line: int) -> Opened:
    kinds = table.profile.records
    if kinds and kinds.header:
        raise FileRefused("order", line=line, found=kinds.entry[0], expected=kinds.header[0])
    return table.opened(line)


def _row(text: str, line: int, profile: TableProfile) -> _Row:
    if not profile.delimiter:
        return text
    if not profile.quote:
        return text.split(profile.delimiter)
    try:
        return next(csv.reader([text], delimiter=profile.delimiter, quotechar=profile.quote, strict=True))
    except csv.Error:
        raise FileRefused("quotes", line=line) from None


def _check_width(table: _Table, kind: str, row: _Row, line: int) -> None:
    """Lines of one kind are equally long: a shorter one has lost something, a longer one has a stray delimiter."""
    if isinstance(row, str):
        width, code = table.profile.width, "width"
    else:
        width, code = table.widths.setdefault(kind, len(row)), "cells"
    if width and len(row) != width:
        raise FileRefused(code, line=line, found=len(row), expected=width)


def _names(row: Sequence[str], line: int, profile: TableProfile) -> Mapping[str, int]:
    """Columns by their names. Raises FileRefused: column_twice, column_missing."""
    plain = [cell.strip() for cell in row]
    for name in plain:
        if name and plain.count(name) > 1:
            raise FileRefused("column_twice", line=line, columns=name)
    wanted = {place for places in profile.columns.values() for place in places if isinstance(place, str)}
    if profile.records and isinstance(profile.records.at, str):
        wanted.add(profile.records.at)
    missing = sorted(wanted - set(plain))
    if missing:
        raise FileRefused("column_missing", line=line, columns=", ".join(missing))
    return {name: at for at, name in enumerate(plain) if name}
