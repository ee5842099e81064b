"""The one door to files of the exchange: check the whole file first, then give its rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.exchange import csv_form, json_form, xlsx_form
from integrations.finance.exchange.cells import amount_of, day_of, value_of
from integrations.finance.exchange.formats import CONTROL, FILE, FORMAT_VERSION, MODES, Format, Record
from integrations.finance.exchange.rows import Row
from integrations.finance.exchange.values import Head, Sum, Value
from integrations.finance.lines import digest_of
from kernel.money import format_gr

MAX_ROWS = 2_000_000
_FILE_FIELDS = frozenset(("record", "format", "format_version", "mode", "as_of"))
_CONTROL_FIELDS = frozenset(("record", "format_version", "control_of", "control_count", "control_sum"))


class Shape(StrEnum):
    """The three shapes of a file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


_READERS = {Shape.CSV: csv_form.read_rows, Shape.XLSX: xlsx_form.read_rows, Shape.JSON: json_form.read_rows}


@dataclass(frozen=True)
class ExchangeFile:
    """A file that was read to its end and is sound. `head` is None only for dues of the first version."""

    head: Head | None
    sums: tuple[Sum, ...]
    """What its rows add up to, of every kind of record that it holds; equal to its control sums where it has them."""
    sha256: str
    _file: BinaryIO = field(repr=False)
    _shape: Shape
    _format: Format

    def rows(self) -> Iterator[tuple[Record, Row]]:
        """All rows with their kind, as they stand in the file: for an import that judges and reports row by row.

        Raises FileRefused("changed") when the file is not the one that was checked.
        """
        if digest_of(self._file) != self.sha256:
            raise FileRefused("changed")
        for row in _READERS[self._shape](self._file, self._format):
            record = _record_of(row, self._format)
            if record:
                yield record, row

    def values(self) -> Iterator[tuple[int, Value]]:
        """All rows with their lines, as values. Raises as `rows`, and as `value_of` when rows were not checked before."""
        for record, row in self.rows():
            yield row.line, value_of(record, row.values, row.line)


def open_exchange(file: BinaryIO, shape: Shape, form: Format, *, check_rows: bool = True) -> ExchangeFile:
    """Read a whole file and check it: form, columns, control sums, no id twice. The file must be seekable.

    With `check_rows` one faulty row refuses the file; without, `ExchangeFile.rows` leaves the judgement of each row to
    the caller. Control sums are compared in both cases. Raises FileRefused with the line and the field.
    """
    pass_ = _Pass(form, check_rows)
    for row in _READERS[shape](file, form):
        pass_.take(row)
    pass_.finish()
    sums = tuple(
        Sum(name, pass_.counts[name], pass_.sums_gr[name]) for name in form.records if pass_.counts[name]
    )
    return ExchangeFile(pass_.head, sums, digest_of(file), file, shape, form)


def is_of_format(file: BinaryIO, shape: Shape, form: Format) -> bool:
    """Whether the head of a file says that it is of this format. The file stands at its beginning afterwards.

    What cannot be read is of no format: whoever reads it as what it should be finds the reason.
    """
    try:
        for row in _READERS[shape](file, form):
            return bool(row.values.get("format") == f"skarbnik.{form.name}")
    except FileRefused:
        return False
    finally:
        file.seek(0)
    return False


class Passing:
    """A file that is read once, row by row: for imports too large to be read twice.

    Whoever takes the rows must not use any of them before the last: what is wrong with the file as a whole (its form, its
    control sums) may show at the end only, as FileRefused. Rows are not judged.
    """

    def __init__(self, file: BinaryIO, shape: Shape, form: Format) -> None:
        self._file, self._shape, self._form = file, shape, form
        self._pass = _Pass(form, check_rows=False)

    @property
    def head(self) -> Head | None:
        """What the file says of itself, once it has said so."""
        return self._pass.head

    def rows(self) -> Iterator[tuple[Record, Row]]:
        """All rows with their kind. Raises FileRefused with the line and the field."""
        for row in _READERS[self._shape](self._file, self._form):
            self._pass.take(row)
            record = _record_of(row, self._form)
            if record:
                yield record, row
        self._pass.finish()


@dataclass
class _Pass:
    """The first pass over the rows of a file."""

    form: Format
    check_rows: bool
    head: Head | None = None
    counts: Counter[str] = field(default_factory=Counter)
    sums_gr: Counter[str] = field(default_factory=Counter)
    seen: dict[int, int] = field(default_factory=dict)
    controls: dict[str, tuple[int, Sum]] = field(default_factory=dict)
    unread: FileRefused | None = None
    """The first amount that could not be read, which refuses the file once a control sum is to be compared."""
    last: int = 1

    def take(self, row: Row) -> None:
        """Count one row. Raises FileRefused."""
        self.last = row.line
        record = _record_of(row, self.form)
        if record is None:
            (self._file if str(row.values["record"]).strip().lower() == FILE else self._control)(row)
            return
        if self.controls:
            raise FileRefused("after_end", line=row.line)
        if self.form.needs_head and not self.head:
            raise FileRefused("head_missing", line=row.line)
        if row.values.get("format_version"):
            _version(row)
        self.counts[record.name] += 1
        if self.counts.total() > MAX_ROWS:
            raise FileRefused("too_many", line=row.line, most=MAX_ROWS)
        self._add(record, row)

    def finish(self) -> None:
        """Compare what the file says of itself. Raises FileRefused."""
        if self.form.needs_head and not self.head:
            raise FileRefused("head_missing", line=self.last)
        if not self.head:
            if not self.counts:
                raise FileRefused("no_entries", line=self.last)
        elif missing := [
            name for name in self.form.records if name not in self.controls and self.counts[name]
        ]:
            raise FileRefused("control_missing", line=self.last, record=missing[0])
        elif not self.controls:
            raise FileRefused("control_missing", line=self.last, record=self.form.default.name)
        if self.controls and self.unread:
            raise self.unread
        for name, (line, control) in self.controls.items():
            if control.count != self.counts[name]:
                raise FileRefused(
                    "control_entries", line=line, expected=control.count, found=self.counts[name]
                )
            if control.sum_gr != self.sums_gr[name]:
                raise FileRefused(
                    "control_sum",
                    line=line,
                    expected=format_gr(control.sum_gr),
                    found=format_gr(self.sums_gr[name]),
                )

    def _add(self, record: Record, row: Row) -> None:
        if not self.check_rows:
            try:
                self.sums_gr[record.name] += amount_of(row.values.get(record.sum_of), row.line, record.sum_of)
            except FileRefused as error:
                self.unread = self.unread or error
            return
        value = value_of(record, row.values, row.line)
        self.sums_gr[record.name] += getattr(value, f"{record.sum_of}_gr")
        # Numbers of 64 bits instead of the texts: a million of them is all that this pass keeps.
        first = self.seen.setdefault(hash((record.name, value.external_id)), row.line)
        if first != row.line:
            raise FileRefused(
                "twice", line=row.line, field="external_id", found=value.external_id, first=first
            )

    def _file(self, row: Row) -> None:
        if self.head or self.counts or self.controls:
            raise FileRefused("order", line=row.line, found=FILE, expected=CONTROL)
        _refuse_fields(row, _FILE_FIELDS)
        if row.values.get("format") != f"skarbnik.{self.form.name}":
            raise FileRefused(
                "format", line=row.line, found=row.values.get("format", ""), expected=self.form.name
            )
        _version(row)
        mode = str(row.values.get("mode", "")).strip().lower()
        if mode not in MODES:
            raise FileRefused("choice", line=row.line, field="mode", found=mode)
        if row.values.get("as_of") in (None, ""):
            raise FileRefused("missing", line=row.line, field="as_of")
        self.head = Head(mode == MODES[0], day_of(row.values.get("as_of"), row.line, "as_of"))

    def _control(self, row: Row) -> None:
        _refuse_fields(row, _CONTROL_FIELDS)
        name = str(row.values.get("control_of", "")).strip()
        count = str(row.values.get("control_count", "")).strip()
        if name not in self.form.records or name in self.controls:
            raise FileRefused("choice", line=row.line, field="control_of", found=name)
        if not (count.isascii() and count.isdecimal() and len(count) <= 9):
            raise FileRefused("number", line=row.line, field="control_count", found=count)
        sum_gr = amount_of(row.values.get("control_sum"), row.line, "control_sum")
        self.controls[name] = row.line, Sum(name, int(count), sum_gr)


def _record_of(row: Row, form: Format) -> Record | None:
    """The kind of a row; None for those that speak of the file. Raises FileRefused("kind")."""
    told = row.values.get("record")
    name = str(told).strip().lower() if told is not None else ""
    if name in (FILE, CONTROL):
        return None
    if name and name not in form.records:
        raise FileRefused("kind", line=row.line, found=name, expected=", ".join(form.records))
    return form.records[name] if name else form.default


def _version(row: Row) -> None:
    version = str(row.values.get("format_version", "")).strip()
    if version != str(FORMAT_VERSION):
        raise FileRefused("version", line=row.line, found=version, expected=FORMAT_VERSION)


def _refuse_fields(row: Row, allowed: frozenset[str]) -> None:
    values: Mapping[str, Any] = row.values
    for name, cell in values.items():
        if name not in allowed and cell not in (None, ""):
            raise FileRefused("unknown_field", line=row.line, field=name)
