"""The exchange as a workbook with one sheet: texts as texts, amounts as numbers with two decimals, never a formula."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import Format, Kind, column_names
from integrations.finance.exchange.rows import MOST_CELL, Row, check_names
from integrations.finance.exchange.xlsx_guard import guard

MAX_ROWS = 100_000
_MOST_WIDTH = 200
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

_NOT_IN_NAMES = re.compile(r"[\\/?*\[\]:']")

_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_OFFICE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="2" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)  # fmt: skip
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_rows(file: BinaryIO, form: Format) -> Iterator[Row]:
    """Rows with their numbers in the sheet. Raises FileRefused; see `xlsx_guard.guard` for the file as a whole.

    Also: xlsx_sheets (more than one sheet holds something), cell_number (a number in a column of texts, where leading zeros
    are lost already), text_too_long, cell_error, amount (more than two decimals), too_many, cells.
    """
    guard(file)
    try:
        rows = list(_sheet_rows(file))
    except (CalamineError, ValueError, OSError):
        raise FileRefused("damaged") from None
    if not rows:
        raise FileRefused("empty", line=1)
    first, names = rows[0][0], [str(cell).strip().lower() for cell in rows[0][1]]
    while names and not names[-1]:
        names.pop()
    check_names(names, form, first)
    kinds = _kinds(form)
    for line, cells in rows[1:]:
        if any(cell not in ("", None) for cell in cells[len(names) :]):
            raise FileRefused("cells", line=line, found=len(cells), expected=len(names))
        yield Row(
            line,
            {name: _cell(cell, kinds[name], name, line) for name, cell in zip(names, cells, strict=False)},
        )


def write_rows(file: BinaryIO, form: Format, rows: Iterable[Sequence[tuple[str, bool]]]) -> None:
    """Write rows of (text, is a number), in the order of `column_names`; the same rows give the same bytes."""
    write_sheet(file, form.name, column_names(form), rows)


def write_sheet(
    file: BinaryIO, title: str, names: Iterable[str], rows: Iterable[Sequence[tuple[str, bool]]]
) -> None:
    """Write any table as a workbook with one sheet: `names` in the first row, then rows of (text, is a number)."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        office = f'<Relationship Id="rId1" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/>'
        inside = (
            f'<Relationship Id="rId1" Type="{_KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_KIND}/styles" Target="styles.xml"/>'
        )
        workbook = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}">'
            f'<sheets><sheet name="{_sheet_name(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        )
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS.format(office)),
            ("xl/workbook.xml", workbook),
            ("xl/_rels/workbook.xml.rels", _RELATIONS.format(inside)),
            ("xl/styles.xml", _STYLES),
        ):
            archive.writestr(_part(name), text)
        with archive.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
            )
            sheet.write(_row(1, [(name, False) for name in names]))
            for number, row in enumerate(rows, start=2):
                sheet.write(_row(number, row))
            sheet.write(b"</sheetData></worksheet>")


def _sheet_name(title: str) -> str:
    """A title as the name of a sheet: some signs are not allowed there, and 31 of them are the most."""
    return escape(_NOT_IN_NAMES.sub(" ", title)[:31].strip(), {'"': "&quot;"})


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, _EPOCH)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _row(number: int, cells: Sequence[tuple[str, bool]]) -> bytes:
    told = "".join(
        _written(f"{_letters(at)}{number}", text, is_number)
        for at, (text, is_number) in enumerate(cells)
        if text
    )
    return f'<row r="{number}">{told}</row>'.encode()


def _written(place: str, text: str, is_number: bool) -> str:
    if is_number:
        return f'<c r="{place}" s="1"><v>{text}</v></c>'
    # A text may look like the escape of a character, which readers would undo.
    plain = _ESCAPED.sub(lambda found: f"_x005F{found[0]}", _UNWRITABLE.sub(" ", text))
    return f'<c r="{place}" s="2" t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'


def _letters(at: int) -> str:
    letters = ""
    while at >= 0:
        at, rest = divmod(at, 26)
        letters = chr(ord("A") + rest) + letters
        at -= 1
    return letters


def _sheet_rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """Rows that are not empty, with their numbers, of the only sheet that holds something."""
    with CalamineWorkbook.from_object(file) as workbook:
        filled = []
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                raise FileRefused("xlsx_sheets", found=meta.name)
            sheet = workbook.get_sheet_by_name(meta.name)
            if sheet.height > MAX_ROWS:
                raise FileRefused("too_many", most=MAX_ROWS)
            if sheet.width > _MOST_WIDTH:
                raise FileRefused("cells", line=1, found=sheet.width, expected=_MOST_WIDTH)
            if sheet.height:
                filled.append(sheet)
        if len(filled) > 1:
            raise FileRefused("xlsx_sheets", found=filled[1].name)
        for sheet in filled:
            for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
                if any(cell not in ("", None) for cell in cells):
                    yield number, cells


def _kinds(form: Format) -> dict[str, Kind]:
    kinds = dict.fromkeys(column_names(form), Kind.TEXT)
    kinds.update((column.name, column.kind) for record in form.records.values() for column in record.columns)
    kinds.update(format_version=Kind.WHOLE, control_count=Kind.WHOLE, control_sum=Kind.AMOUNT, as_of=Kind.DAY)
    return kinds


def _cell(cell: Any, kind: Kind, name: str, line: int) -> str:
    """A cell as the text that CSV would hold. Numbers are taken only where nothing of them can be lost."""
    if isinstance(cell, str):
        if cell in _ERRORS:
            raise FileRefused("cell_error", line=line, field=name, found=cell)
        if len(cell) > MOST_CELL:
            raise FileRefused("text_too_long", line=line, field=name, found=cell, most=MOST_CELL)
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        if kind == Kind.FLAG:
            return "tak" if cell else "nie"
    elif isinstance(cell, datetime):
        if kind == Kind.DAY and not (cell.hour or cell.minute or cell.second or cell.microsecond):
            return cell.date().isoformat()
    elif isinstance(cell, date):
        if kind == Kind.DAY:
            return cell.isoformat()
    elif kind == Kind.AMOUNT:
        return _amount(Decimal(repr(cell)), name, line)
    elif kind in (Kind.WHOLE, Kind.FLAG) and cell == int(cell):
        return str(int(cell))
    raise FileRefused("cell_number", line=line, field=name, found=cell)


def _amount(number: Decimal, name: str, line: int) -> str:
    """A number of a cell as “123.45”: the shortest decimal of the stored binary number is what the person typed."""
    if not number.is_finite() or abs(number) >= 10**12 or number != number.quantize(Decimal("0.01")):
        raise FileRefused("amount", line=line, field=name, found=number)
    return f"{number:.2f}"
