"""CSV files as offices really send them, and as nobody should."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from services.liabilities.domain.dues_file import MAX_BYTES, read_csv, write_csv
from services.liabilities.sentences import ERRORS
from tests.services.liabilities.rows import cost, due

HEADER = "external_id;payer_external_id;payer_kind;payer_name;liability_type;title;year;due_on;principal"
LINE = "N-1;P-1;person;Zażółć Gęślą;property_tax;Podatek;2026;2026-09-15;300"


def file(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def refusal(content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_csv(content)
    error = caught.value
    assert error.params["field"] == "file"
    assert "%(" not in str(ERRORS[error.code]) % error.params
    return error


def test_a_file_is_read_with_the_number_of_each_line():
    rows = read_csv(file(LINE, "", LINE.replace("N-1", "N-2")))
    assert [(row.line, row.values["external_id"]) for row in rows] == [(2, "N-1"), (4, "N-2")]
    assert rows[0].values["payer_name"] == "Zażółć Gęślą"


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter():
    assert (
        read_csv(b"\xef\xbb\xbf" + file(LINE).replace(b"\n", b"\r\n"))[0].values
        == read_csv(file(LINE))[0].values
    )


def test_commas_separate_as_well_as_semicolons():
    rows = read_csv(file(LINE.replace(";", ","), header=HEADER.replace(";", ",")))
    assert rows[0].values == read_csv(file(LINE))[0].values


def test_a_quoted_cell_may_hold_separators_and_line_breaks():
    rows = read_csv(file(LINE.replace("Podatek", '"Podatek; rata\n""trzecia"""'), LINE))
    assert rows[0].values["title"] == 'Podatek; rata\n"trzecia"'
    assert [row.line for row in rows] == [2, 4]


def test_the_order_and_the_letter_case_of_columns_do_not_matter():
    names = HEADER.upper().split(";")
    swapped = ";".join([names[-1], *names[:-1]])
    cells = LINE.split(";")
    rows = read_csv(file(";".join([cells[-1], *cells[:-1]]), header=swapped))
    assert rows[0].values == read_csv(file(LINE))[0].values


def test_empty_columns_at_the_end_are_left_over_by_spreadsheets_and_forgiven():
    assert read_csv(file(LINE + ";;", header=HEADER + ";;"))[0].fault is None


@pytest.mark.parametrize("line", [LINE + ";więcej", LINE.rsplit(";", 1)[0]])
def test_a_line_with_too_many_or_too_few_cells_is_a_fault_of_that_line_only(line):
    rows = read_csv(file(line, LINE))
    assert rows[0].fault is not None
    assert rows[0].fault.code == "dues.cells"
    assert rows[1].fault is None


def test_a_file_in_windows_1250_is_refused_with_the_place_of_the_first_wrong_byte():
    content = file(LINE.replace("Zażółć Gęślą", "Jan"), LINE).decode().encode("cp1250")
    error = refusal(content)
    assert error.code == "dues_file.cp1250"
    line = content.split(b"\n")[error.params["line"] - 1]
    assert error.params["line"] == 3
    assert error.params["byte"] == f"0x{line[error.params['position'] - 1]:02X}" == "0xBF"


def test_the_place_is_right_after_a_byte_order_mark_too():
    error = refusal(b"\xef\xbb\xbfexternal_id\n\xb9")
    assert (error.params["line"], error.params["position"], error.params["byte"]) == (2, 1, "0xB9")


def test_bytes_that_are_no_text_at_all_are_refused():
    assert refusal(b"external_id\n\x81\x98").code == "dues_file.encoding"
    assert refusal(b"external_id\nN-1\x00").code == "dues_file.binary"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "dues_file.empty"),
        (b"\xef\xbb\xbf \n \n", "dues_file.empty"),
        (HEADER.encode(), "dues_file.no_rows"),
        ((HEADER + "\n\n;;;;;;;;\n").encode(), "dues_file.no_rows"),
        (b"PK\x03\x04arkusz", "dues_file.spreadsheet"),
        (HEADER.encode("utf-16"), "dues_file.utf16"),
        (b"x" * (MAX_BYTES + 1), "dues_file.too_big"),
        (file('N-1;"P-1;person'), "dues_file.quotes"),
        (file(LINE, header=HEADER + ";external_id"), "dues_file.column_twice"),
        (file(LINE + ";x", header=HEADER + ";kwota"), "dues_file.column_unknown"),
        (file(LINE + ";x;y", header=HEADER + ";;writ_number"), "dues_file.column_unknown"),
        (file("N-1;P-1", header="external_id;payer_external_id"), "dues_file.column_missing"),
        (file(LINE + ";2", header=HEADER + ";format_version"), "dues_file.version"),
    ],
)
def test_what_makes_the_whole_file_unreadable_is_told(content, code):
    assert refusal(content).code == code


def test_the_columns_in_question_are_named():
    assert refusal(file(LINE, header=HEADER + ";title;title;kwota")).params["columns"] == "title"
    assert refusal(file("N-1;x", header="external_id;kwota")).params["columns"] == "kwota"
    assert "principal" in refusal(file("N-1", header="external_id")).params["columns"]


def test_each_kind_of_record_needs_its_own_columns():
    whole = [*due(), *(name for name in cost() if name not in due())]
    both = write_csv(whole, [[{**due(), "record": "due"}.get(n, "") for n in whole]])
    assert read_csv(both)[0].values["record"] == "due"
    narrow = [name for name in whole if name != "amount"]
    costs = write_csv(narrow, [[cost().get(n, "") if n != "liabilities" else "N-1" for n in narrow]])
    assert refusal(costs).code == "dues_file.column_missing"


def test_a_cell_that_looks_like_a_formula_is_data_when_read_and_harmless_when_written():
    rows = read_csv(file(LINE.replace("Podatek", '"=HYPERLINK(""http://zly.example"")"')))
    assert rows[0].values["title"] == '=HYPERLINK("http://zly.example")'
    written = list(
        csv.reader(
            io.StringIO(write_csv(["a"], [[rows[0].values["title"]]]).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert written[1] == ['\'=HYPERLINK("http://zly.example")']


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_every_start_that_a_spreadsheet_runs_is_neutralised(start):
    written = write_csv(["a", "b"], [[f"{start}cmd|' /C calc'!A0", "zwykły tekst"]]).decode("utf-8-sig")
    (cells,) = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))[1:]
    assert cells == [f"'{start}cmd|' /C calc'!A0", "zwykły tekst"]


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "'", "-", "@a", "zwykły 'tekst'"])
def test_what_was_written_so_is_read_again_as_it_was(text):
    names = list(due())
    written = write_csv(names, [[(due() | {"title": text}).get(name, "") for name in names]])
    assert read_csv(written)[0].values["title"] == text


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), min_size=9, max_size=9
    )
)
def test_any_text_survives_being_written_quoted_and_read_back(cells):
    if not any(cell.strip() for cell in cells):
        return
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [HEADER.split(";"), cells]
    )
    assert list(read_csv(target.getvalue().encode())[0].values.values()) == cells


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_anything_but_rows_or_a_told_refusal(content):
    rows, code = [], ""
    try:
        rows = read_csv(HEADER.encode() + b"\n" + content)
    except InvalidInput as error:
        code = error.code
    assert (code in ERRORS) is not bool(rows)
    assert all(row.line >= 2 for row in rows)
