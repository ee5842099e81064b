"""MT940 as Polish banks write it: SWIFT fields, and field 86 in the bank's own subfields, which the profile declares.

Our own reader and not the library mt-940: that one guesses the code page wrongly, splits neither `~` nor `<`, stops at a
second line of field 61 as PKO writes it, cuts a reference of 22 characters, knows no line numbers and holds the whole
file (payments.md 14.1). The tests read standard files with both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.fields import (
    AmountForm,
    DayForm,
    amount_gr,
    day,
    own_account,
    refuse_other_currency,
)
from integrations.finance.lines import lines_of
from integrations.finance.statements.events import Closed, Events, Opened
from integrations.finance.statements.mt940_details import NO_DETAILS, read_details
from integrations.finance.statements.profiles import Mt940Profile
from integrations.finance.statements.values import Entry

_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):")
_ENVELOPE = re.compile(r"\{[1-5]:.*|-|-\}.*")
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9,]+)")
_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<booked>[0-9]{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>[0-9]+,[0-9]*)(?P<code>[A-Z][A-Z0-9]{3})?(?P<reference>.*)"
)
_FUNDS_OF_PLN = "N"
_MOST_LINES = 200
_OPENING, _CLOSING = ("60F", "60M"), ("62F", "62M")
_KNOWN = frozenset(
    ("20", "21", "25", "28", "28C", "34F", "61", "86", "64", "65", "13", "13D", "NS", *_OPENING, *_CLOSING)
)


@dataclass
class _Field:
    """One SWIFT field: its tag, its lines and the number of its first line."""

    line: int
    tag: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.lines[0].strip()


@dataclass
class _Message:
    """What of the message is known so far; a message is one statement or one page of it."""

    line: int
    account_nrb: str = ""
    number: str = ""
    is_open: bool = False
    closed: Closed | None = None
    pending: Entry | None = None


def events(file: BinaryIO, profile: Mt940Profile) -> Events:
    """Statements of an MT940 file. Raises FileRefused with the line."""
    message: _Message | None = None
    last = 0
    for one in _fields(file, profile):
        last = one.line
        if one.tag == "20":
            if message:
                yield from _end(message, one.line)
            message = _Message(one.line)
        elif message is None:
            raise FileRefused("order", line=one.line, found=f":{one.tag}:", expected=":20:")
        else:
            yield from _told(message, one, profile)
    if message:
        yield from _end(message, last)


def _fields(file: BinaryIO, profile: Mt940Profile) -> Iterator[_Field]:
    current: _Field | None = None
    has_tag = False
    for number, text in lines_of(file, profile.encoding):
        found = _TAG.match(text)
        if found:
            if found[1] not in _KNOWN:
                raise FileRefused("tag", line=number, found=text)
            if current:
                yield current
            current, has_tag = _Field(number, found[1], [text[found.end() :]]), True
        elif not text.strip():
            continue
        elif _ENVELOPE.fullmatch(text):
            if current:
                yield current
            current = None
        elif current is None:
            raise FileRefused("not_mt940" if not has_tag else "tag", line=number, found=text)
        elif len(current.lines) == _MOST_LINES:
            raise FileRefused("too_many_lines", line=number, most=_MOST_LINES)
        else:
            current.lines.append(text)
    if current:
        yield current
    if not has_tag:
        raise FileRefused("not_mt940", line=1, found="")


def _told(message: _Message, one: _Field, profile: Mt940Profile) -> Events:
    if one.tag == "86":
        if message.pending:
            yield read_details(message.pending, one.lines, one.line, profile)
            message.pending = None
        return  # after the closing balance field 86 speaks of the whole statement
    yield from _flush(message)
    if message.closed and one.tag in ("61", *_OPENING, *_CLOSING):
        raise FileRefused("order", line=one.line, found=f":{one.tag}:", expected=":20:")
    if one.tag == "25":
        message.account_nrb = _account(one)
    elif one.tag in ("28", "28C"):
        message.number = one.text
    elif one.tag in _OPENING:
        yield _opened(message, one)
    elif one.tag == "61":
        if not message.is_open:
            raise FileRefused("order", line=one.line, found=":61:", expected=":60F:")
        message.pending = _entry(one, profile)
    elif one.tag in _CLOSING:
        if not message.is_open:
            raise FileRefused("order", line=one.line, found=f":{one.tag}:", expected=":60F:")
        closing_gr, closed_on = _balance(one)
        message.closed = Closed(one.line, closing_gr, closed_on)
        yield message.closed


def _flush(message: _Message) -> Events:
    """An entry that no field 86 followed: there is nothing more to say of it."""
    if message.pending:
        yield message.pending
        message.pending = None


def _end(message: _Message, line: int) -> Events:
    yield from _flush(message)
    if not message.closed:
        raise FileRefused("unfinished", line=line, expected=":62F:")


def _account(one: _Field) -> str:
    # “/PL<26>”, “PL<26>”, “<26>”, or “<8 digits of the bank>/<26>”; some banks put the currency behind.
    text = one.text.removesuffix("PLN").strip()
    return own_account(text.rsplit("/", 1)[-1], one.line)


def _opened(message: _Message, one: _Field) -> Opened:
    if message.is_open:
        raise FileRefused("order", line=one.line, found=f":{one.tag}:", expected=":61:")
    if not message.account_nrb:
        raise FileRefused("order", line=one.line, found=f":{one.tag}:", expected=":25:")
    message.is_open = True
    opening_gr, opened_on = _balance(one)
    return Opened(
        message.line, message.account_nrb, message.number, opening_gr, opened_on, continues=one.tag == "60M"
    )


def _balance(one: _Field) -> tuple[int, date]:
    """Signed grosze and day of a balance: “C260921PLN1234,56”."""
    found = _BALANCE.fullmatch(one.text)
    if not found:
        raise FileRefused("field", line=one.line, field=f":{one.tag}:", found=one.text)
    refuse_other_currency(found[3], one.line)
    sign = 1 if found[1] == "C" else -1
    return sign * amount_gr(found[4], AmountForm.SWIFT, one.line), day(found[2], DayForm.YYMMDD, one.line)


def _entry(one: _Field, profile: Mt940Profile) -> Entry:
    found = _LINE.fullmatch(one.text)
    if not found:
        raise FileRefused("field", line=one.line, field=":61:", found=one.text)
    if found["funds"] not in (None, _FUNDS_OF_PLN):
        raise FileRefused("currency", line=one.line, found=found["funds"])
    value_on = day(found["value"], DayForm.YYMMDD, one.line)
    # RC takes a credit back and RD a debit, so their signs are turned.
    sign = 1 if found["mark"] in ("C", "RD") else -1
    end_to_end, _, reference = found["reference"].partition("//")
    if profile.reference_length:
        end_to_end, reference = "", one.text[-profile.reference_length :]
    return Entry(
        line=one.line,
        booked_on=_booked_on(found["booked"], value_on, one.line),
        value_on=value_on,
        amount_gr=sign * amount_gr(found["amount"], AmountForm.SWIFT, one.line),
        reference=reference.strip(),
        end_to_end="" if end_to_end.strip() in NO_DETAILS else end_to_end.strip(),
        code=found["code"] or "",
    )


def _booked_on(month_day: str | None, value_on: date, line: int) -> date:
    """The entry date has no year: it is the one that is nearest to the value date, for years turn between the two."""
    if not month_day:
        return value_on
    years = [
        year for year in (value_on.year, value_on.year - 1, value_on.year + 1) if _exists(year, month_day)
    ]
    if not years:
        raise FileRefused("day", line=line, found=month_day, form="MMDD")
    days = [date(year, int(month_day[:2]), int(month_day[2:])) for year in years]
    return min(days, key=lambda one: abs((one - value_on).days))


def _exists(year: int, month_day: str) -> bool:
    try:
        date(year, int(month_day[:2]), int(month_day[2:]))
    except ValueError:
        return False
    return True
