"""The neutral exchange (docs/exchange.md): what is written is read back to the last grosz, and no cell is ever run."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import FORMATS
from integrations.finance.exchange.formulas import bare, neutral
from integrations.finance.exchange.reading import Shape
from integrations.finance.exchange.schema import json_schema
from integrations.finance.exchange.values import Due, Head, Sum
from services.liabilities.domain.dues_file import read_csv
from services.liabilities.domain.dues_rows import FIELDS
from tests.integrations.finance.exchanging import ANY_VALUES, EXAMPLES, HEAD, HEADS, opened, written

DOCS = Path(__file__).parents[3] / "docs/exchange"
SHAPES = list(Shape)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'=1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_are_read_back(name: str, shape: Shape) -> None:
    file = opened(name, shape, written(name, shape))
    assert file.head == HEAD
    assert [value for _, value in file.values()] == list(EXAMPLES[name][1])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_writing_then_reading_is_the_identity(name: str, shape: Shape, data: st.DataObject) -> None:
    values, head = data.draw(ANY_VALUES[name]), data.draw(HEADS)
    file = opened(name, shape, written(name, shape, values, head))
    assert file.head == head
    assert tuple(value for _, value in file.values()) == values


@given(st.text(st.sampled_from("=+-@'ab1 "), max_size=6))
def test_a_neutral_cell_is_never_a_formula_and_keeps_its_text(text: str) -> None:
    assert bare(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_sums_of_a_file_are_told(shape: Shape) -> None:
    assert opened("dues", shape, written("dues", shape)).sums == (
        Sum("due", 2, 36_450),
        Sum("reminder_cost", 1, 1_600),
    )
    assert opened("postings", shape, written("postings", shape)).sums == (Sum("posting", 2, 23_550),)


@pytest.mark.parametrize("title", FORMULAS)
def test_no_spreadsheet_runs_what_is_written(title: str) -> None:
    due = EXAMPLES["dues"][1][1]
    assert isinstance(due, Due)
    values = (replace(due, title=title),)
    table = list(
        csv.reader(io.StringIO(written("dues", Shape.CSV, values).decode("utf-8-sig")), delimiter=";")
    )
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]
    with zipfile.ZipFile(BytesIO(written("dues", Shape.XLSX, values))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[\s>]", sheet)
    for shape in (Shape.CSV, Shape.XLSX):
        ((_, read),) = opened("dues", shape, written("dues", shape, values)).values()
        assert read == values[0]


def test_amounts_of_a_workbook_are_numbers_that_can_be_added_up() -> None:
    workbook = CalamineWorkbook.from_object(BytesIO(written("postings", Shape.XLSX)))
    rows = workbook.get_sheet_by_index(0).to_python()
    assert [row[rows[0].index("amount")] for row in rows[2:4]] == [300.0, -64.5]


def test_the_same_values_give_the_same_bytes() -> None:
    for shape in SHAPES:
        assert written("payments", shape) == written("payments", shape)


def test_an_export_without_rows_is_a_file() -> None:
    for shape in SHAPES:
        file = opened("payments", shape, written("payments", shape, ()))
        assert (file.sums, list(file.values())) == ((), [])


def test_dues_of_the_first_version_need_neither_head_nor_sums() -> None:
    content = (Path(__file__).parents[3] / "docs/exchange.md").read_text(encoding="utf-8")
    sample = re.search(r"```csv\n(record;.*?)```", content, re.DOTALL)
    assert sample
    file = opened("dues", Shape.CSV, sample[1].encode())
    assert file.head is None
    assert [line for line, _ in file.values()] == [2, 3, 4]


def test_the_columns_of_dues_are_those_of_the_import() -> None:
    for name, record in FORMATS["dues"].records.items():
        assert {column.name for column in record.columns} | {"record", "format_version"} == FIELDS[name]


def test_the_import_of_dues_may_judge_each_row_by_itself() -> None:
    content = written("dues", Shape.CSV).replace(b"property_tax", b"").replace(b"2026-09-30", b"2026-02-30")
    file = opened("dues", Shape.CSV, content, check_rows=False)
    rows = list(file.rows())
    assert [(record.name, row.line) for record, row in rows] == [("due", 3), ("due", 4), ("reminder_cost", 5)]
    assert rows[1][1].values["due_on"] == "2026-02-30"
    with pytest.raises(FileRefused):
        opened("dues", Shape.CSV, content)


def test_a_file_without_head_and_sums_is_read_by_both_readers_alike() -> None:
    table = written("dues", Shape.CSV).decode("utf-8-sig").splitlines()
    drop = 7  # the columns of the head and the sums are the last ones
    plain = "\n".join(";".join(line.split(";")[:-drop]) for line in (table[0], *table[2:-2]))
    ours = [dict(row.values) for _, row in opened("dues", Shape.CSV, plain.encode()).rows()]
    assert ours == [dict(row.values) for row in read_csv(plain.encode())]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_documents_are_those_of_the_code(name: str) -> None:
    schema = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert schema == json_schema(FORMATS[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    for shape in (Shape.CSV, Shape.JSON):
        assert (DOCS / f"{name}.example.{shape}").read_bytes() == written(name, shape)
    jsonschema.validate(json.loads(written(name, Shape.JSON)), schema)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_whatever_is_written_as_json_keeps_the_schema(name: str, data: st.DataObject) -> None:
    jsonschema.validate(
        json.loads(written(name, Shape.JSON, data.draw(ANY_VALUES[name]))), json_schema(FORMATS[name])
    )


def test_a_full_export_says_so() -> None:
    head = Head(is_full=True, as_of=date(2026, 12, 31))
    assert opened("dues", Shape.JSON, written("dues", Shape.JSON, head=head)).head == head
