"""Cells of the exchange: from what a file holds to a value and back. Faults are FileRefused with line and field."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import Column, Kind, Record
from integrations.finance.exchange.values import Payment, Posting, Value
from integrations.finance.fields import DayForm, day, one_line
from kernel.errors import InvalidInput
from kernel.identifiers import is_valid_nrb, normalise_nrb
from kernel.money import parse_gr, to_decimal_text

_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "tak", "t", "true"), True),
    **dict.fromkeys(("0", "nie", "n", "false"), False),
}
_WHOLE = re.compile(r"[0-9]{1,6}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SEPARATORS = re.compile(r"[;|]")


def value_of(record: Record, cells: Mapping[str, Any], line: int) -> Value:
    """The value of one row. Cells of a table are texts; those of JSON may also be numbers, truth values and lists.

    Raises FileRefused with `line` and `field`: missing, not_text, characters, text_too_long, choice, amount,
    amount_too_big, amount_negative, day, instant, number, flag, nrb, not_list, list_too_long, period, unknown_field,
    amount_zero, parts_sum.
    """
    known = {column.name for column in record.columns} | {"record", "format_version"}
    for name, cell in cells.items():
        if name not in known and not _is_blank(cell):
            raise FileRefused("unknown_field", line=line, field=name)
    value = record.value(
        **{column.attribute: _read(column, cells.get(column.name), line) for column in record.columns}
    )
    if isinstance(value, Posting) and not value.amount_gr:
        raise FileRefused("amount_zero", line=line, field="amount")
    if (
        isinstance(value, Payment)
        and value.amount_gr != value.principal_gr + value.interest_gr + value.reminder_costs_gr
    ):
        raise FileRefused("parts_sum", line=line, field="amount", found=to_decimal_text(value.amount_gr))
    return value


def amount_of(cell: Any, line: int, field: str) -> int:
    """Signed grosze of “123.45”, “123,45”. A JSON number is refused: it would be a binary fraction."""
    if not isinstance(cell, str):
        raise FileRefused("not_text", line=line, field=field, found=cell)
    try:
        return parse_gr(cell)
    except InvalidInput:
        raise FileRefused("amount", line=line, field=field, found=cell) from None


def day_of(cell: Any, line: int, field: str) -> date:
    """The day of “2026-09-15” or “15.09.2026”."""
    text = cell.strip() if isinstance(cell, str) else ""
    try:
        return day(text, DayForm.POLISH if "." in text else DayForm.ISO, line)
    except FileRefused:
        raise FileRefused("day", line=line, field=field, found=cell, form=DayForm.ISO) from None


def text_of(column: Column, value: Any) -> str:
    """How a table holds a field of a value."""
    if value is None:
        return ""
    match column.kind:
        case Kind.AMOUNT:
            return to_decimal_text(value)
        case Kind.DAY | Kind.INSTANT:
            return str(value.isoformat())
        case Kind.FLAG:
            return "tak" if value else "nie"
        case Kind.LIST:
            return "|".join(value)
        case Kind.PERIODS:
            return "|".join(f"{first.isoformat()}/{last.isoformat()}" for first, last in value)
        case _:
            return str(value)


def json_of(column: Column, value: Any) -> Any:
    """How JSON holds a field of a value: amounts are texts, lists are lists."""
    match column.kind:
        case Kind.WHOLE | Kind.FLAG:
            return value
        case Kind.LIST:
            return list(value)
        case Kind.PERIODS:
            return [f"{first.isoformat()}/{last.isoformat()}" for first, last in value]
        case _:
            return text_of(column, value)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _read(column: Column, cell: Any, line: int) -> Any:
    if _is_blank(cell):
        if column.required:
            raise FileRefused("missing", line=line, field=column.name)
        return _blank(column)
    match column.kind:
        case Kind.TEXT:
            return _text(column.name, cell, line, column.most)
        case Kind.CHOICE:
            word = _text(column.name, cell, line, column.most).lower()
            if word not in column.choices:
                raise FileRefused("choice", line=line, field=column.name, found=cell)
            return word
        case Kind.AMOUNT:
            return _amount(column, cell, line)
        case Kind.DAY:
            return day_of(cell, line, column.name)
        case Kind.INSTANT:
            return _instant(column, cell, line)
        case Kind.WHOLE:
            text = str(cell).strip()
            if (
                isinstance(cell, bool)
                or not _WHOLE.fullmatch(text)
                or not column.least <= int(text) <= column.most
            ):
                raise FileRefused("number", line=line, field=column.name, found=cell)
            return int(text)
        case Kind.FLAG:
            found = cell if isinstance(cell, bool) else _FLAGS.get(str(cell).strip().lower())
            if found is None:
                raise FileRefused("flag", line=line, field=column.name, found=cell)
            return found
        case Kind.NRB:
            nrb = normalise_nrb(_text(column.name, cell, line, 60))
            if not is_valid_nrb(nrb):
                raise FileRefused("nrb", line=line, field=column.name, found=cell)
            return nrb
        case Kind.LIST:
            return tuple(_text(column.name, one, line, 80) for one in _several(column, cell, line))
        case Kind.PERIODS:
            return tuple(_period(column, one, line) for one in _several(column, cell, line))


def _blank(column: Column) -> Any:
    return {
        Kind.AMOUNT: 0,
        Kind.DAY: None,
        Kind.WHOLE: None,
        Kind.FLAG: False,
        Kind.LIST: (),
        Kind.PERIODS: (),
    }.get(column.kind, "")


def _text(name: str, cell: Any, line: int, most: int) -> str:
    if not isinstance(cell, str):
        raise FileRefused("not_text", line=line, field=name, found=cell)
    if _CONTROL.search(cell):
        raise FileRefused("characters", line=line, field=name)
    return one_line(cell, line, most=most)


def _amount(column: Column, cell: Any, line: int) -> int:
    found_gr = amount_of(cell, line, column.name)
    if found_gr < column.least:
        raise FileRefused("amount_negative", line=line, field=column.name, found=cell)
    if found_gr > column.most:
        raise FileRefused("amount_too_big", line=line, field=column.name, found=cell)
    return found_gr


def _instant(column: Column, cell: Any, line: int) -> datetime:
    """A moment with its offset: without one nobody can tell in which hour of an autumn night it was."""
    text = cell.strip() if isinstance(cell, str) else ""
    if _INSTANT.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
            day_of(text[:10], line, column.name)
        except (ValueError, FileRefused):
            pass
        else:
            return moment
    raise FileRefused("instant", line=line, field=column.name, found=cell)


def _several(column: Column, cell: Any, line: int) -> list[Any]:
    parts = [part for part in SEPARATORS.split(cell) if part.strip()] if isinstance(cell, str) else cell
    if not isinstance(parts, list) or (column.required and not parts):
        raise FileRefused("not_list", line=line, field=column.name, found=cell)
    if len(parts) > column.most:
        raise FileRefused("list_too_long", line=line, field=column.name, most=column.most)
    if any(not isinstance(part, str) or not part.strip() or SEPARATORS.search(part) for part in parts):
        raise FileRefused("not_list", line=line, field=column.name, found=cell)
    return parts


def _period(column: Column, text: str, line: int) -> tuple[date, date]:
    first, _, last = text.partition("/")
    period = day_of(first, line, column.name), day_of(last, line, column.name)
    if period[0] > period[1]:
        raise FileRefused("period", line=line, field=column.name, found=text)
    return period
