"""The rows themselves: complete, in order, and read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.requirements.rows import Row, last_line, markdown, read_rows


def test_all_109_and_110_rows_are_there_in_order() -> None:
    numbers = [row.number for row in read_rows()]

    assert numbers == [f"S{n}" for n in range(1, 110)] + [f"D{n}" for n in range(1, 111)]


def test_no_row_says_nothing_and_no_two_say_the_same() -> None:
    requirements = [row.requirement for row in read_rows()]

    assert all(len(requirement.split()) >= 3 for requirement in requirements)
    assert len(set(requirements)) == len(requirements)


def test_rows_keep_their_place_kind_and_polish_letters() -> None:
    rows = {row.number: row for row in read_rows()}

    assert rows["S1"].requirement.startswith("A tenant's regulation stores its legal act: annex no.")
    assert "Wójt" in rows["S1"].requirement
    assert (rows["D63"].source, rows["D63"].kind, rows["D63"].regulation) == ("§10.4", "F", "D")


@pytest.mark.parametrize(
    "line",
    ["S1\tHdr\tL", "X1\tHdr\tL\ttext", "S1\tHdr\tZ\ttext", "S1\tHdr\tL\ttext\tmore", ""],
    ids=["too few cells", "no such regulation", "no such kind", "too many cells", "empty"],
)
def test_a_malformed_line_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text(f"no\tsource\tkind\trequirement\nS1\tHdr\tL\tfine\n{line}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"rows\.tsv line 3"):
        read_rows(path)


def test_a_row_without_tests_does_not_count() -> None:
    rows = [Row("S1", "Hdr", "L", "one"), Row("S2", "Hdr", "C", "two")]

    assert last_line(rows, {"S1": [], "S2": ["tests/a.py::test_b"]}) == "covered 1 of 2"


def test_a_bar_in_a_requirement_does_not_break_the_table() -> None:
    page = markdown([Row("D1", "§1", "F", "this | that")], {})

    assert "| D1 | §1 | F | this \\| that | – |" in page
