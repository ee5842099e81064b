"""Reading a CSV file of neutral rows. Pure: bytes in, raw rows out. What makes the file as a whole unreadable is raised.

Nothing is guessed where a guess can be wrong in silence: the code page is UTF-8 or the file is refused with the place
of the first wrong byte, and every column must be known. A cell that looks like a formula is data like any other.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from integrations.finance.exchange.formulas import bare, neutral
from kernel.errors import InvalidInput
from services.liabilities.domain.dues_fields import Fault, RawRow, excerpt_of
from services.liabilities.domain.dues_rows import DUE, FIELDS, FORMAT_VERSION, REMINDER_COST, REQUIRED

MAX_BYTES = 12 * 1024 * 1024
DELIMITERS = (";", ",")
ALL_FIELDS = FIELDS[DUE] | FIELDS[REMINDER_COST]


def read_csv(content: bytes) -> list[RawRow]:
    """Rows of the file in order; a row with too few or too many cells carries its fault.

    Raises InvalidInput("dues_file.…") with `line`, `byte` or `columns` where they help: too_big, empty, spreadsheet,
    utf16, cp1250, encoding, binary, quotes, column_twice, column_unknown, column_missing, no_rows, version.
    """
    text = decode(content)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    first = next(records, None)
    if first is None:
        raise _refused("dues_file.empty")
    names = [cell.strip().lower() for cell in first[1]]
    while names and not names[-1]:
        names.pop()
    _check_header(names)
    rows = [_row(line, cells, names) for line, cells in records if any(cell.strip() for cell in cells)]
    if not rows:
        raise _refused("dues_file.no_rows")
    _check_columns(names, rows)
    return rows


def decode(content: bytes) -> str:
    """The text of an UTF-8 file, with or without a byte order mark. Raises InvalidInput with the place of the fault."""
    if len(content) > MAX_BYTES:
        raise _refused("dues_file.too_big", megabytes=MAX_BYTES // (1024 * 1024))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused("dues_file.spreadsheet")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused("dues_file.utf16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_fault(content, error) from None
    if "\x00" in text:
        raise _refused("dues_file.binary", line=text[: text.index("\x00")].count("\n") + 1)
    if not text.strip():
        raise _refused("dues_file.empty")
    return text


def _refused(code: str, **place: Any) -> InvalidInput:
    """An error of the file as a whole, to be shown beside the form's field for it."""
    return InvalidInput(code, field="file", **place)


def _encoding_fault(content: bytes, error: UnicodeDecodeError) -> InvalidInput:
    # With a byte order mark the codec counts from after it.
    at = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
    before = content[:at]
    place: dict[str, Any] = {
        "line": before.count(b"\n") + 1,
        "position": at - (before.rfind(b"\n") + 1) + 1,
        "byte": f"0x{content[at]:02X}",
    }
    try:
        content.decode("cp1250")
    except UnicodeDecodeError:
        return _refused("dues_file.encoding", **place)
    return _refused("dues_file.cp1250", **place)


def _delimiter(text: str) -> str:
    """The one of the two that splits the header into more known columns."""
    header = text.lstrip().splitlines()[0]

    def known(delimiter: str) -> int:
        return sum(cell.strip(' "').lower() in ALL_FIELDS for cell in header.split(delimiter))

    return max(DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of their first line; a quoted cell may span several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _refused("dues_file.quotes", line=line) from None
        if cells:
            yield line, cells


def _check_header(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _refused("dues_file.column_twice", columns=_listed(twice))
    unknown = [name for name in names if name not in ALL_FIELDS]
    if unknown:
        raise _refused("dues_file.column_unknown", columns=_listed(unknown))


def _check_columns(names: Sequence[str], rows: Sequence[RawRow]) -> None:
    """Every kind of record in the file must have its required columns."""
    kinds = {str(row.values.get("record", "")).strip().lower() or DUE for row in rows if not row.fault} or {
        DUE
    }
    needed = {name for kind in kinds for name in REQUIRED.get(kind, ())}
    missing = sorted(needed - set(names))
    if missing:
        raise _refused("dues_file.column_missing", columns=_listed(missing))
    versions = {str(row.values.get("format_version", "")).strip() for row in rows} - {"", str(FORMAT_VERSION)}
    if versions:
        raise _refused("dues_file.version", version=_listed(sorted(versions)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(excerpt_of(name) or "—" for name in names[:10])


def _row(line: int, cells: list[str], names: Sequence[str]) -> RawRow:
    while len(cells) > len(names) and not cells[-1].strip():
        cells.pop()
    values = dict(zip(names, map(bare, cells), strict=False))
    if len(cells) == len(names):
        return RawRow(line, values)
    external_id = excerpt_of(values.get("external_id", "").strip())
    counts = f"{len(cells)} / {len(names)}"
    return RawRow(line, values, Fault(line, external_id, "", "dues.cells", counts))


def write_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV file for the office's spreadsheet: UTF-8 with a byte order mark, semicolons, no cell that would run (T-28)."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";")
    writer.writerow(header)
    writer.writerows([neutral(str(cell)) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")
