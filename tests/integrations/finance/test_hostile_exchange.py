"""Damaged and hostile files of the exchange: each is refused as a whole, with a code, the line and a sentence."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.exchange.formats import POSTINGS
from integrations.finance.exchange.reading import Shape, open_exchange
from tests.integrations.finance.exchanging import written
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

CSV = written("postings", Shape.CSV)
LINES = CSV.split(b"\r\n")
JSON = written("postings", Shape.JSON)
XLSX = written("postings", Shape.XLSX)
SHEET = "xl/worksheets/sheet1.xml"


def table(*lines: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n"


CUT = "head_missing|control_missing|cells|column_missing|version|choice|format|number|day|missing"

CSV_CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("only a mark", b"\xef\xbb\xbf", "empty"),
    Damaged("blank lines", b"\r\n\r\n", "empty"),
    Damaged("a text", b"Dzien dobry\r\n", "column_unknown", 1),
    Damaged("a page", b"<html></html>\r\n", "column_unknown", 1),
    Damaged("a workbook", XLSX, "other_kind"),
    Damaged("a PDF", b"%PDF-1.4\r\n", "other_kind"),
    Damaged("packed", b"\x1f\x8b\x08\x00", "other_kind"),
    Damaged("UTF-16", CSV.decode("utf-8-sig").encode("utf-16"), "other_kind"),
    Damaged("UTF-16 without mark", CSV.decode("utf-8-sig").encode("utf-16-le"), "binary", 1),
    Damaged("Windows-1250", at(CSV, "K7Q2M9X4", b"\xa3"), "encoding", 3),
    Damaged("ISO 8859-2", at(CSV, "K7Q2M9X4", b"\xb1"), "encoding", 3),
    Damaged("cut letter", at(CSV, "K7Q2M9X4", b"\xc5"), "encoding", 3),
    Damaged("NUL", at(CSV, "K7Q2M9X4", b"a\x00b"), "binary", 3),
    Damaged("escape character", at(CSV, "K7Q2M9X4", b"a\x1bb"), "characters", 3),
    Damaged("only CR", CSV.replace(b"\r\n", b"\r"), "line_break", 1),
    Damaged("dues instead of postings", written("dues", Shape.CSV), "column_unknown", 1),
    Damaged("payments instead of postings", written("payments", Shape.CSV), "column_unknown", 1),
    Damaged("head of another format", at(CSV, "skarbnik.postings", "skarbnik.dues"), "format", 2),
    Damaged("no head", table(LINES[0], *LINES[2:5]), "head_missing", 2),
    Damaged("two heads", table(*LINES[:2], *LINES[1:5]), "order", 3),
    Damaged("head at the end", table(LINES[0], LINES[2], LINES[1]), "head_missing", 2),
    Damaged("only names", table(LINES[0]), "head_missing"),
    Damaged("only head", table(*LINES[:2]), "control_missing"),
    Damaged("version 2", at(CSV, "skarbnik.postings;1;", "skarbnik.postings;2;"), "version", 2),
    Damaged("no version", at(CSV, "skarbnik.postings;1;", "skarbnik.postings;;"), "version", 2),
    Damaged("unknown mode", at(CSV, ";incremental;", ";partial;"), "choice", 2),
    Damaged("as of 30 February", at(CSV, ";2026-09-21;", ";2026-02-30;"), "day", 2),
    Damaged("field of a row in the head", at(CSV, "file;", "file;X"), "unknown_field", 2),
    Damaged("no sum", table(*LINES[:4]), "control_missing", 4),
    Damaged("two sums", table(*LINES[:5], LINES[4]), "choice", 6),
    Damaged("row after the sum", table(*LINES[:5], LINES[2]), "after_end", 6),
    Damaged("sum of unknown records", at(CSV, ";posting;2;", ";due;2;"), "choice", 5),
    Damaged("wrong number", at(CSV, ";posting;2;", ";posting;3;"), "control_entries", 5),
    Damaged("number of letters", at(CSV, ";posting;2;", ";posting;dwa;"), "number", 5),
    Damaged("number below zero", at(CSV, ";posting;2;", ";posting;-2;"), "number", 5),
    Damaged("wrong sum", at(CSV, ";235.50", ";235.51"), "control_sum", 5),
    Damaged("sum of letters", at(CSV, ";235.50", ";suma"), "amount", 5),
    Damaged("a row less", table(*LINES[:3], LINES[4]), "control_entries"),
    Damaged("a row twice", table(*LINES[:3], *LINES[2:5]), "twice", 4),
    Damaged("another amount", at(CSV, ";300.00;", ";300.01;"), "control_sum", 5),
    Damaged("unknown record", at(CSV, "posting;DK-2026-900", "przelew;DK-2026-900"), "kind", 3),
    Damaged("unknown column", at(CSV, "reference", "referencja"), "column_unknown", 1),
    Damaged("column twice", at(CSV, "reference", "amount"), "column_twice", 1),
    Damaged("column without a name", at(CSV, ";reference;", ";;"), "column_unknown", 1),
    Damaged("no column of amounts", b"record;external_id;due_external_id;posted_on\r\n", "column_missing", 1),
    Damaged("a cell less", at(CSV, "DK-2026-900;", ""), "cells", 3),
    Damaged("a cell more", at(CSV, "K7Q2M9X4", "K7Q2M9X4" + ";x" * 12), "cells", 3),
    Damaged("quote not closed", at(CSV, "K7Q2M9X4", '"K7Q2M9X4'), "quotes", 3),
    Damaged("quote inside", at(CSV, "K7Q2M9X4", '"K7"Q2'), "quotes", 3),
    Damaged("endless quote", at(CSV, "K7Q2M9X4", '"' + "a\r\n" * 60_000), "quotes|text_too_long", 3),
    Damaged("huge cell", at(CSV, "K7Q2M9X4", "K" * 5_000), "text_too_long", 3),
    Damaged("huge line", at(CSV, "K7Q2M9X4", "K" * 20_000), "line_too_long", 3),
    Damaged("formula", at(CSV, "K7Q2M9X4", "=1+1"), "formula", 3),
    Damaged("formula of a program", at(CSV, "K7Q2M9X4", "=cmd|' /C calc'!A0"), "formula", 3),
    Damaged("formula with @", at(CSV, "K7Q2M9X4", "@SUM(A1:A9)"), "formula", 3),
    Damaged("formula with a minus", at(CSV, "K7Q2M9X4", "-1+cmd"), "formula", 3),
    Damaged("formula with a plus", at(CSV, "K7Q2M9X4", "+A1"), "formula", 3),
    Damaged("formula behind spaces", at(CSV, "K7Q2M9X4", "  =1"), "formula", 3),
    Damaged("formula behind a tabulator", at(CSV, "K7Q2M9X4", "\t=1"), "formula", 3),
    Damaged("formula as an amount", at(CSV, ";300.00;", ";=300;"), "formula", 3),
    Damaged("amount of letters", at(CSV, ";300.00;", ";trzysta;"), "amount", 3),
    Damaged("amount in two ways", at(CSV, ";300.00;", ";1,300.00;"), "amount", 3),
    Damaged("three decimals", at(CSV, ";300.00;", ";300.001;"), "amount", 3),
    Damaged("exponent", at(CSV, ";300.00;", ";3e2;"), "amount", 3),
    Damaged("not a number", at(CSV, ";300.00;", ";NaN;"), "amount", 3),
    Damaged("amount of zero", at(CSV, ";300.00;", ";0.00;"), "amount_zero", 3),
    Damaged("no amount", at(CSV, ";300.00;", ";;"), "missing", 3),
    Damaged("huge amount", at(CSV, ";300.00;", ";9999999999.00;"), "amount_too_big", 3),
    Damaged("huge debt", at(CSV, ";300.00;", ";-9999999999.00;"), "amount_negative", 3),
    Damaged("30 February", at(CSV, "2026-09-22", "2026-02-30"), "day", 3),
    Damaged("31.04.2026", at(CSV, "2026-09-22", "31.04.2026"), "day", 3),
    Damaged("American day", at(CSV, "2026-09-22", "09/22/2026"), "day", 3),
    Damaged("no day", at(CSV, "2026-09-22", ""), "missing", 3),
    Damaged("no id", at(CSV, "DK-2026-900", ""), "missing", 3),
    Damaged("long id", at(CSV, "DK-2026-900", "D" * 81), "text_too_long", 3),
    Damaged("long reference", at(CSV, "K7Q2M9X4", "K" * 33), "text_too_long", 3),
    *cuts("line", CSV[:-1], b"\r\n", "head_missing|control_missing"),
    *cuts("cell", CSV[:-20], b";", CUT),
]  # fmt: skip


def told(**changes: Any) -> bytes:
    whole = json.loads(JSON)
    whole.update(changes)
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


def row(**changes: Any) -> bytes:
    rows = json.loads(JSON)["rows"]
    rows[0].update(changes)
    return told(rows=[{name: value for name, value in rows[0].items() if value is not ...}, rows[1]])


CONTROL = json.loads(JSON)["control"]
JSON_CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("a space", b" ", "json", 1),
    Damaged("CSV", CSV, "json", 1),
    Damaged("a workbook", XLSX, "other_kind"),
    Damaged("UTF-16", JSON.decode().encode("utf-16"), "other_kind"),
    Damaged("UTF-16 without mark", JSON.decode().encode("utf-16-le"), "json"),
    Damaged("Windows-1250", at(JSON, "K7Q2M9X4", b"\xa3"), "encoding"),
    Damaged("NUL", at(JSON, "K7Q2M9X4", b"\x00"), "json"),
    Damaged("NUL escaped", at(JSON, "K7Q2M9X4", b"\\u0000"), "characters", 1),
    Damaged("half a character escaped", at(JSON, "K7Q2M9X4", b"\\ud800"), "characters", 1),
    Damaged("line break in a text", at(JSON, "K7Q2M9X4", b"a\nb"), "json"),
    Damaged("a list", b"[]", "json_shape"),
    Damaged("a number", b"1", "json_shape"),
    Damaged("null", b"null", "json_shape"),
    Damaged("no rows", told(rows=...), "json_shape"),
    Damaged("rows as an object", told(rows={}), "json_shape"),
    Damaged("a row as a text", told(rows=["a"]), "json_shape", 1),
    Damaged("unknown field", told(wiersze=[]), "unknown_field"),
    Damaged("field twice", at(JSON, '"mode": "incremental"', '"mode": "incremental", "mode": "full"'), "json_twice"),
    Damaged("field of a row twice", at(JSON, '"amount": "300.00"', '"amount": "1.00", "amount": "300.00"'), "json_twice"),
    Damaged("comment", b"// postings\n" + JSON, "json", 1),
    Damaged("comma at the end", at(JSON, "\n ],", ",\n ],"), "json"),
    Damaged("two objects", JSON + JSON, "json"),
    Damaged("very deep", b'{"rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "json_shape"),
    Damaged("very deep objects", b'{"rows": ' + b'{"a":' * 100_000, "json_shape"),
    Damaged("amount as a number", row(amount=300), "not_text", 1),
    Damaged("amount as a fraction", at(JSON, '"300.00"', "300.00"), "json_number"),
    Damaged("infinite amount", at(JSON, '"300.00"', "Infinity"), "json_number"),
    Damaged("not a number", at(JSON, '"300.00"', "NaN"), "json_number"),
    Damaged("exponent", at(JSON, '"300.00"', "3e2"), "json_number"),
    Damaged("absurd number", at(JSON, '"300.00"', "9" * 100_000), "json_number"),
    Damaged("amount as a truth value", row(amount=True), "not_text", 1),
    Damaged("amount as a list", row(amount=["300.00"]), "not_text", 1),
    Damaged("amount as null", row(amount=None), "missing", 1),
    Damaged("amount of letters", row(amount="trzysta"), "amount", 1),
    Damaged("amount of zero", row(amount="0.00"), "amount_zero", 1),
    Damaged("half a grosz", row(amount="300.005"), "amount", 1),
    Damaged("huge amount", row(amount="9999999999"), "amount_too_big", 1),
    Damaged("no amount", row(amount=...), "missing", 1),
    Damaged("30 February", row(posted_on="2026-02-30"), "day", 1),
    Damaged("day as a number", row(posted_on=20260921), "day", 1),
    Damaged("no id", row(external_id=...), "missing", 1),
    Damaged("id as a number", row(external_id=900), "not_text", 1),
    Damaged("empty id", row(external_id=" "), "missing", 1),
    Damaged("long id", row(external_id="D" * 81), "text_too_long", 1),
    Damaged("id twice", row(external_id="DK-2026-901"), "twice", 2),
    Damaged("unknown field of a row", row(kwota="1.00"), "unknown_field", 1),
    Damaged("currency of a row", row(currency="EUR"), "unknown_field", 1),
    Damaged("unknown record", row(record="due"), "kind", 1),
    Damaged("format of dues", told(format="skarbnik.dues"), "format"),
    Damaged("no format", told(format=...), "format"),
    Damaged("version 2", told(format_version=2), "version"),
    Damaged("version as a truth value", told(format_version=True), "version"),
    Damaged("unknown mode", told(mode="all"), "choice"),
    Damaged("no day of the data", told(as_of=...), "missing"),
    Damaged("no head", told(format=..., format_version=..., mode=..., as_of=...), "head_missing"),
    Damaged("no sums", told(control=...), "control_missing"),
    Damaged("empty sums", told(control=[]), "control_missing"),
    Damaged("sums as an object", told(control=CONTROL[0]), "json_shape"),
    Damaged("sum without number", told(control=[{"of": "posting", "sum": "235.50"}]), "json_shape"),
    Damaged("sum twice", told(control=CONTROL * 2), "choice"),
    Damaged("wrong number", told(control=[{**CONTROL[0], "count": 3}]), "control_entries"),
    Damaged("wrong sum", told(control=[{**CONTROL[0], "sum": "235.51"}]), "control_sum"),
    Damaged("sum as a number", told(control=[{**CONTROL[0], "sum": 235}]), "not_text"),
    Damaged("a row less", told(rows=json.loads(JSON)["rows"][:1]), "control_entries"),
    Damaged("too many rows", told(rows=[{}] * 50_001), "too_many"),
    *cuts("field", JSON[:-3], b",", "json"),
]  # fmt: skip


def packed(changes: dict[str, bytes | None] | None = None, more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with some of its parts changed, left out or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(BytesIO(XLSX)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = (changes or {}).get(name, source.read(name))
            if content is not None:
                archive.writestr(name, content)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


with zipfile.ZipFile(BytesIO(XLSX)) as _archive:
    PARTS = {name: _archive.read(name) for name in _archive.namelist()}


def sheet(old: str, new: str) -> bytes:
    return packed({SHEET: at(PARTS[SHEET], old, new)})


def lying() -> bytes:
    """A bomb whose directory says that it is small."""
    bomb = packed(more={"xl/bomb.xml": b"\x20" * (110 * 1024 * 1024)})
    size = (110 * 1024 * 1024).to_bytes(4, "little")
    return bomb.replace(size, (10).to_bytes(4, "little"))


def text(value: str) -> str:
    return f'preserve">{value}</t>'


SHEET_2 = {
    "xl/workbook.xml": PARTS["xl/workbook.xml"].replace(
        b"</sheets>", b'<sheet name="Inne" sheetId="2" r:id="rId9"/></sheets>'
    ),
    "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        b'Target="worksheets/sheet2.xml"/></Relationships>',
    ),
}
NO_ROWS = PARTS[SHEET][: PARTS[SHEET].index(b"<row")] + b"</sheetData></worksheet>"
TYPED = b'<!DOCTYPE a [<!ENTITY l "ha">]>' + PARTS["xl/workbook.xml"]
SERVER = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
INLINE = 't="inlineStr"><is><t xml:space="preserve">{}</t></is>'


with zipfile.ZipFile(BytesIO(XLSX)) as _archive:
    DATA = _archive.getinfo(SHEET).header_offset + 100


def turned(place: int) -> bytes:
    return XLSX[:place] + bytes([XLSX[place] ^ 0xFF]) + XLSX[place + 1 :]


XLSX_CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("CSV", CSV, "not_xlsx"),
    Damaged("JSON", JSON, "not_xlsx"),
    Damaged("old XLS", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "not_xlsx"),
    Damaged("only a signature", b"PK\x03\x04", "damaged"),
    Damaged("noise behind a signature", b"PK\x03\x04" + b"\xff" * 500, "damaged"),
    Damaged("empty archive", b"PK\x05\x06" + b"\x00" * 18, "not_xlsx"),
    Damaged("another archive", b"".join([packed(dict.fromkeys(PARTS), {"a.txt": b"a"})]), "not_xlsx"),
    Damaged("no workbook", packed({"xl/workbook.xml": None}), "not_xlsx"),
    Damaged("no sheet", packed({SHEET: None}), "damaged"),
    Damaged("empty sheet", packed({SHEET: b""}), "damaged|empty"),
    Damaged("sheet without rows", packed({SHEET: NO_ROWS}), "empty"),
    Damaged("bomb", packed(more={"xl/bomb.xml": b" " * (110 * 1024 * 1024)}), "xlsx_bomb"),
    Damaged("bomb in a picture", packed(more={"xl/media/image1.png": b"\x00" * (110 * 1024 * 1024)}), "xlsx_bomb"),
    Damaged("bomb that lies", lying(), "damaged|xlsx_bomb"),
    Damaged("many parts", packed(more={f"xl/{n}.xml": b"" for n in range(300)}), "xlsx_part"),
    Damaged("macro", packed(more={"xl/vbaProject.bin": b"Sub Auto_Open()"}), "xlsx_part"),
    Damaged("link to elsewhere", packed(more={"xl/externalLinks/externalLink1.xml": b"<a/>"}), "xlsx_part"),
    Damaged("connection", packed(more={"xl/connections.xml": b"<a/>"}), "xlsx_part"),
    Damaged("embedded object", packed(more={"xl/embeddings/oleObject1.bin": b"x"}), "xlsx_part"),
    Damaged("document type", packed({SHEET: b'<!DOCTYPE a [<!ENTITY x "y">]>' + PARTS[SHEET]}), "xml_document_type"),
    Damaged("billion laughs", packed({"xl/workbook.xml": TYPED}), "xml_document_type"),
    Damaged("file of the server", packed(more={"xl/sharedStrings.xml": SERVER}), "xml_document_type"),
    Damaged("UTF-16 sheet", packed({SHEET: PARTS[SHEET].decode().encode("utf-16")}), "xlsx_part"),
    Damaged("formula", sheet("<v>300.00</v>", "<f>1+1</f><v>300.00</v>"), "formula", 3),
    Damaged("formula with attributes", sheet("<v>300.00</v>", '<f t="shared" si="0">1+1</f><v>300.00</v>'), "formula", 3),
    Damaged("formula of a namespace", sheet("<v>300.00</v>", '<x:f>1+1</x:f><v>300.00</v>'), "formula", 3),
    Damaged("empty formula", sheet("<v>300.00</v>", '<f/><v>300.00</v>'), "formula", 3),
    Damaged("formula in a second sheet", packed(more={"xl/worksheets/sheet2.xml": b"<row><f>1</f></row>"}), "formula", 1),
    Damaged("sheet cut off", packed({SHEET: PARTS[SHEET][:-200]}), "damaged|control_missing"),
    Damaged("tags crossed", sheet("</is></c>", "</c></is>"), "damaged"),
    Damaged("not in UTF-8", packed({SHEET: at(PARTS[SHEET], "K7Q2M9X4", b"\xa3")}), "damaged"),
    Damaged("second sheet with data", packed(SHEET_2, {"xl/worksheets/sheet2.xml": PARTS[SHEET]}), "xlsx_sheets"),
    Damaged("error of the spreadsheet", sheet(text("K7Q2M9X4"), text("#REF!")), "cell_error", 3),
    Damaged("id as a number", sheet(INLINE.format("DK-2026-900"), "><v>900</v>"), "cell_number", 3),
    Damaged("amount of three decimals", sheet("<v>300.00</v>", "<v>300.005</v>"), "amount", 3),
    Damaged("amount of a long fraction", sheet("<v>300.00</v>", "<v>300.0000000001</v>"), "amount", 3),
    Damaged("huge amount", sheet("<v>300.00</v>", "<v>1e300</v>"), "amount", 3),
    Damaged("too big amount", sheet("<v>300.00</v>", "<v>9999999999</v>"), "amount_too_big", 3),
    Damaged("amount of zero", sheet("<v>300.00</v>", "<v>0</v>"), "amount_zero", 3),
    Damaged("amount as a truth value", sheet('s="1"><v>300.00</v>', 't="b"><v>1</v>'), "cell_number", 3),
    Damaged("amount of letters", sheet('s="1"><v>300.00</v>', 't="str"><v>trzysta</v>'), "amount", 3),
    Damaged("wrong sum", sheet("<v>235.50</v>", "<v>235.51</v>"), "control_sum", 5),
    Damaged("wrong number", sheet(text("2"), text("3")), "control_entries", 5),
    Damaged("another amount", sheet("<v>300.00</v>", "<v>300.01</v>"), "control_sum", 5),
    Damaged("30 February", sheet(text("2026-09-22"), text("2026-02-30")), "day", 3),
    Damaged("day as a number", sheet(INLINE.format("2026-09-22"), "><v>46287</v>"), "cell_number|day", 3),
    Damaged("unknown column", sheet(text("reference"), text("referencja")), "column_unknown", 1),
    Damaged("column twice", sheet(text("reference"), text("amount")), "column_twice", 1),
    Damaged("unknown record", sheet(text("posting"), text("due")), "kind", 3),
    Damaged("format of dues", sheet(text("skarbnik.postings"), text("skarbnik.dues")), "format", 2),
    Damaged("version 2", sheet(text("1"), text("2")), "version", 2),
    Damaged("unknown mode", sheet(text("incremental"), text("all")), "choice", 2),
    Damaged("id twice", sheet(text("DK-2026-901"), text("DK-2026-900")), "twice", 4),
    Damaged("long id", sheet(text("DK-2026-900"), text("D" * 81)), "text_too_long", 3),
    Damaged("huge cell", sheet(text("K7Q2M9X4"), text("K" * 40_000)), "text_too_long|damaged", 3),
    Damaged("dues", written("dues", Shape.XLSX), "column_unknown", 1),
    *[Damaged(f"cut at byte {place}", XLSX[:place], "damaged") for place in range(10, len(XLSX) - 1, 200)],
    *[
        Damaged(f"byte {place} changed", turned(place), "damaged")
        for place in range(DATA, DATA + 400, 40)
    ],
]  # fmt: skip


def reading(shape: Shape) -> Callable[[BinaryIO], Iterator[Any]]:
    def read(file: BinaryIO) -> Iterator[Any]:
        yield from open_exchange(file, shape, POSTINGS).values()

    return read


def test_there_are_enough_of_them() -> None:
    assert min(len(CSV_CASES), len(JSON_CASES), len(XLSX_CASES)) >= 50


@pytest.mark.parametrize("case", CSV_CASES, ids=lambda case: case.name)
def test_a_damaged_csv_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(reading(Shape.CSV), case)


@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case.name)
def test_a_damaged_json_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(reading(Shape.JSON), case)


@pytest.mark.parametrize("case", XLSX_CASES, ids=lambda case: case.name)
def test_a_damaged_workbook_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(reading(Shape.XLSX), case)
