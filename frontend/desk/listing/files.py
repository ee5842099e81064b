"""A list as a file for a spreadsheet: what the page shows, masked as there, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import Cell, Queue
from frontend.guards import Request
from integrations.finance.exchange.formulas import neutral
from integrations.finance.exchange.xlsx_form import write_sheet
from kernel.errors import InvalidInput
from kernel.money import to_decimal_text

CHUNK = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def cells_of(request: Request, queue: Queue, form: ListForm) -> list[list[Cell]]:
    """All rows of the narrowed list, column by column. Raises InvalidInput("list.too_long")."""
    rows = form.ordered(form.narrow(queue.rows(request)))
    found = list(rows[: queue.most_in_file + 1])
    if len(found) > queue.most_in_file:
        raise InvalidInput("list.too_long", most=queue.most_in_file)
    cells: list[list[Cell]] = []
    for start in range(0, len(found), CHUNK):
        for item in queue.shown(request, found[start : start + CHUNK]):
            cells.append([column.value(item) for column in queue.columns])
    return cells


@dataclass(frozen=True)
class Head:
    """Heading of a column of a file; with unit "gr" its cells are whole grosze."""

    label: str | Promise
    unit: str = ""


def heads_of(queue: Queue) -> tuple[Head, ...]:
    """Headings of a list's file."""
    return tuple(Head(column.label, column.unit) for column in queue.columns)


def csv_file(heads: Sequence[Head], cells: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, semicolons and decimal commas: as a Polish spreadsheet opens it by a double click."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";")
    writer.writerow([neutral(str(head.label)) for head in heads])
    for row in cells:
        writer.writerow([_csv_cell(head, cell) for head, cell in zip(heads, row, strict=True)])
    return target.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, heads: Sequence[Head], cells: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet: amounts are numbers, everything else is text, nothing is a formula."""
    target = io.BytesIO()
    rows = ([_xlsx_cell(head, cell) for head, cell in zip(heads, row, strict=True)] for row in cells)
    write_sheet(target, title, [str(head.label) for head in heads], rows)
    return target.getvalue()


def answer(
    name: str, kind: str, title: str, heads: Sequence[Head], cells: Sequence[Sequence[Cell]]
) -> HttpResponse:
    """The file as an answer: always a download, kept by no cache on the way."""
    content = csv_file(heads, cells) if kind == "csv" else xlsx_file(title, heads, cells)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


def _csv_cell(head: Head, cell: Cell) -> str:
    if head.unit == "gr" and isinstance(cell, int):
        return to_decimal_text(cell).replace(".", ",")
    return neutral(_text(cell))


def _xlsx_cell(head: Head, cell: Cell) -> tuple[str, bool]:
    if head.unit == "gr" and isinstance(cell, int):
        return to_decimal_text(cell), True
    return _text(cell), False


def _text(cell: Cell) -> str:
    """A cell as text; days as 2026-03-15, which every spreadsheet orders rightly."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("tak") if cell else _("nie")
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
