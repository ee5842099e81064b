"""Elixir-O as a report of incoming (and outgoing) transfers: no header, no balances, one transfer a line.

Fields (payments.md 14.1): 1 kind, 2 day, 3 grosze, 4 sort code of the sender, 6 account of the sender, 7 of the receiver,
8 and 9 their names, 11 sort code of the receiver, 12 title (four parts by `|`), 15 class, 16 reference.
"""

import csv
import re
from typing import BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.fields import (
    AmountForm,
    DayForm,
    amount_gr,
    day,
    one_line,
    other_account,
    own_account,
    title_line,
)
from integrations.finance.lines import lines_of
from integrations.finance.statements.events import Closed, Events, Opened
from integrations.finance.statements.profiles import ElixirProfile
from integrations.finance.statements.values import Entry
from integrations.finance.statements.virtual_accounts import is_virtual

_KINDS = ("110",)
_FIELDS = (15, 16)
_PART_LENGTH, _MOST_PARTS = 35, 4
_QUOTED = re.compile(r'(?:"[^"]*"|[^",]*)(?:,(?:"[^"]*"|[^",]*))*')
_CLASS = re.compile(r"[0-9]{0,2}")


def events(file: BinaryIO, profile: ElixirProfile, account_nrb: str) -> Events:
    """Transfers of an Elixir-O file as one statement without balances. Raises FileRefused with the line.

    The last line must end with a line break: nothing else would show that the rest of it is missing.
    """
    is_open, last = False, 1
    for number, text in lines_of(file, profile.encoding, final_break=True):
        if not text.strip():
            continue
        entry = _entry(text, number, profile, account_nrb)
        if not is_open:
            is_open = True
            yield Opened(number, account_nrb, "")
        last = number
        yield entry
    if not is_open:
        raise FileRefused("no_entries", line=1)
    yield Closed(last)


def _entry(text: str, line: int, profile: ElixirProfile, account_nrb: str) -> Entry:
    cells = _cells(text, line, profile)
    if len(cells) not in _FIELDS:
        raise FileRefused("cells", line=line, found=len(cells), expected="15–16")
    if cells[0] not in _KINDS:
        raise FileRefused("kind", line=line, found=cells[0], expected=_KINDS[0])
    if not _CLASS.fullmatch(cells[14]):
        raise FileRefused("field", line=line, field="15", found=cells[14])
    sender, receiver = other_account(cells[5], line), own_account(cells[6], line)
    is_ours = receiver == account_nrb or is_virtual(receiver, profile.virtual_prefixes)
    if is_ours == (sender == account_nrb):
        raise FileRefused("other_account", line=line, found=receiver)
    booked_on = day(cells[1], DayForm.YYYYMMDD, line)
    moved_gr = amount_gr(cells[2], AmountForm.GROSZE, line)
    if not moved_gr:
        raise FileRefused("amount", line=line, found=cells[2])
    return Entry(
        line=line,
        booked_on=booked_on,
        value_on=booked_on,
        amount_gr=moved_gr if is_ours else -moved_gr,
        payer_name=one_line(" ".join(_parts(cells[7 if is_ours else 8], line)), line),
        payer_account=sender if is_ours else receiver,
        title=tuple(title_line(part, line) for part in _parts(cells[11], line)),
        reference=_reference(cells[15] if len(cells) == 16 else "", line, profile),
        code=cells[14],
        virtual_account=receiver if is_ours and receiver != account_nrb else "",
    )


def _cells(text: str, line: int, profile: ElixirProfile) -> list[str]:
    """Cells of a line. The declared way of quoting must be the one used, for a comma in a name would move all fields."""
    if not profile.quoted:
        cells = [cell.strip() for cell in text.split(",")]
        if any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells):
            raise FileRefused("quotes", line=line)
        return cells
    if not _QUOTED.fullmatch(text):
        raise FileRefused("quotes", line=line)
    return [cell.strip() for cell in next(csv.reader([text]))]


def _parts(cell: str, line: int) -> list[str]:
    parts = cell.split("|")
    if len(parts) > _MOST_PARTS or any(len(part) > _PART_LENGTH for part in parts):
        raise FileRefused("parts", line=line, found=cell)
    return [part for part in parts if part.strip()]


def _reference(cell: str, line: int, profile: ElixirProfile) -> str:
    sign = profile.reference_sign
    if sign and cell:
        if not (cell.startswith(sign) and cell.endswith(sign) and len(cell) > 2 * len(sign)):
            raise FileRefused("field", line=line, field="16", found=cell)
        cell = cell.removeprefix(sign).removesuffix(sign)
    return one_line(cell, line, most=80)
