"""Writing files of the exchange: rows as they come, control sums at the end; memory stays at one row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.exchange import csv_form, json_form, xlsx_form
from integrations.finance.exchange.cells import SEPARATORS, json_of, text_of
from integrations.finance.exchange.formats import CONTROL, FILE, MODES, Column, Format, Kind, column_names
from integrations.finance.exchange.reading import Shape
from integrations.finance.exchange.values import Head, Value
from integrations.finance.fields import one_line
from kernel.money import to_decimal_text

_NUMBERS = frozenset(("control_sum",))


def write_exchange(file: BinaryIO, shape: Shape, form: Format, head: Head, values: Iterable[Value]) -> None:
    """Write a complete file. Texts get single spaces; what is too long for the format raises FileRefused (line: which row),
    for a cut name or title would be somebody else's."""
    told = _Telling(form, head)
    match shape:
        case Shape.JSON:
            json_form.write(file, told.head(), told.objects(values), told.controls())
        case Shape.CSV:
            csv_form.write_rows(file, form, told.table(values))
        case Shape.XLSX:
            xlsx_form.write_rows(file, form, told.table(values))


class _Telling:
    """One file being written, with what its rows add up to so far."""

    def __init__(self, form: Format, head: Head) -> None:
        self._form = form
        self._head = head
        self._counts: Counter[str] = Counter()
        self._sums_gr: Counter[str] = Counter()

    def head(self) -> dict[str, Any]:
        """What the file says of itself."""
        return {
            "format": f"skarbnik.{self._form.name}",
            "format_version": self._head.format_version,
            "mode": MODES[0] if self._head.is_full else MODES[1],
            "as_of": self._head.as_of.isoformat(),
        }

    def objects(self, values: Iterable[Value]) -> Iterator[Mapping[str, Any]]:
        """Rows for JSON: fields that say nothing are left out."""
        for name, columns, cells in self._told(values):
            row = {
                column.name: json_of(column, cell)
                for column, cell in zip(columns, cells, strict=True)
                if column.required or cell not in (None, "", ())
            }
            yield {"record": name, **row}

    def controls(self) -> Iterator[Mapping[str, Any]]:
        """Control sums, once all rows are written."""
        for name in self._form.records:
            yield {"of": name, "count": self._counts[name], "sum": to_decimal_text(self._sums_gr[name])}

    def table(self, values: Iterable[Value]) -> Iterator[Sequence[tuple[str, bool]]]:
        """Rows for a table, in the order of `column_names`: texts, and whether they are numbers."""
        names = column_names(self._form)
        amounts = _NUMBERS | {
            column.name
            for record in self._form.records.values()
            for column in record.columns
            if column.kind == Kind.AMOUNT
        }

        def ordered(row: Mapping[str, Any]) -> Sequence[tuple[str, bool]]:
            return [(str(row.get(name, "")), name in amounts and bool(row.get(name))) for name in names]

        yield ordered({"record": FILE, **self.head()})
        for name, columns, cells in self._told(values):
            told = {column.name: text_of(column, cell) for column, cell in zip(columns, cells, strict=True)}
            yield ordered({"record": name, **told})
        for control in self.controls():
            yield ordered({"record": CONTROL, **{f"control_{name}": cell for name, cell in control.items()}})

    def _told(self, values: Iterable[Value]) -> Iterator[tuple[str, Sequence[Column], list[Any]]]:
        for place, value in enumerate(values, start=1):
            record = self._form.record_of(value)
            self._counts[record.name] += 1
            self._sums_gr[record.name] += getattr(value, f"{record.sum_of}_gr")
            cells = [_tidy(column, getattr(value, column.attribute), place) for column in record.columns]
            yield record.name, record.columns, cells


def _tidy(column: Column, cell: Any, place: int) -> Any:
    match column.kind:
        case Kind.TEXT:
            return one_line(cell, place, most=column.most)
        case Kind.LIST:
            if any(SEPARATORS.search(element) for element in cell):
                raise FileRefused("not_list", line=place, field=column.name)
            return tuple(one_line(element, place, most=80) for element in cell)
        case _:
            return cell
