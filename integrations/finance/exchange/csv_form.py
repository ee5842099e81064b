"""The exchange as CSV: UTF-8, semicolons or commas, the first line names the columns; one row is in memory at a time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import Format, column_names
from integrations.finance.exchange.formulas import bare, is_formula, neutral
from integrations.finance.exchange.rows import MOST_CELL, Row, check_names
from integrations.finance.lines import Encoding, lines_of

_DELIMITERS = (";", ",")


def read_rows(file: BinaryIO, form: Format) -> Iterator[Row]:
    """Rows with the number of their first line. Raises FileRefused with the line."""
    records = _records(file, form)
    first = next(records, None)
    if first is None:
        raise FileRefused("empty", line=1)
    names = [cell.strip().lower() for cell in first[1]]
    while names and not names[-1]:
        names.pop()
    check_names(names, form, first[0])
    for line, cells in records:
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise FileRefused("cells", line=line, found=len(cells), expected=len(names))
        yield Row(line, {name: _cell(cell, line, name) for name, cell in zip(names, cells, strict=True)})


def write_rows(file: BinaryIO, form: Format, rows: Iterable[Sequence[tuple[str, bool]]]) -> None:
    """Write rows of (text, is a number), in the order of `column_names`: with a byte order mark, so that spreadsheets see
    the code page, and without any cell that they would run."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(column_names(form))
    for row in rows:
        writer.writerow([cell if is_number else neutral(cell) for cell, is_number in row])
    text.detach()


def _cell(cell: str, line: int, name: str) -> str:
    if is_formula(cell):
        raise FileRefused("formula", line=line, field=name, found=cell)
    if len(cell) > MOST_CELL:
        raise FileRefused("text_too_long", line=line, field=name, found=cell, most=MOST_CELL)
    return bare(cell)


def _records(file: BinaryIO, form: Format) -> Iterator[tuple[int, list[str]]]:
    last = 0
    delimiter = ""

    def numbered() -> Iterator[str]:
        nonlocal last, delimiter
        for number, text in lines_of(file, Encoding.UTF_8):
            last = number
            yield text + "\n"

    lines = numbered()
    header = next((text for text in lines if text.strip()), None)
    if header is None:
        return
    known = column_names(form)

    def columns(sign: str) -> int:
        return sum(cell.strip(' "\n').lower() in known for cell in header.split(sign))

    reader = csv.reader(_again(header, lines), delimiter=max(_DELIMITERS, key=columns), strict=True)
    while True:
        begins = last + 1 if reader.line_num else last
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileRefused("quotes", line=begins) from None
        if cells:
            yield begins, cells


def _again(header: str, lines: Iterator[str]) -> Iterator[str]:
    yield header
    yield from lines
