"""What the platform promises: each row has a test that names it, `test_p6_…` or "P6: …" in its docstring."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = Path(__file__).with_name("product.tsv")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def rows() -> list[tuple[str, str, str]]:
    """(row, whether the platform promises it, what must be true); a malformed line raises ValueError."""
    found = []
    for line in ROWS.read_text(encoding="utf-8").splitlines()[1:]:
        number, due, requirement = line.split("\t")
        if due not in ("yes", "no"):
            raise ValueError(f"not yes or no: {line!r}")
        found.append((number, due, requirement))
    return found


DUE = [number for number, due, _ in rows() if due == "yes"]


def functions_of(tree: ast.Module) -> Iterator[Function]:
    """Functions that pytest runs; one that is skipped shows nothing and is none of them."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name.startswith("test_"):
            marks = " ".join(ast.unparse(one) for one in node.decorator_list)
            if "mark.skip" not in marks and "mark.xfail" not in marks:
                yield node


def named_by(test: Function) -> set[str]:
    """Rows that a test names."""
    in_name = re.match(r"test_p(\d+)_", test.name)
    in_words = re.findall(r"\bP(\d+)\b", ast.get_docstring(test) or "")
    return {f"P{number}" for number in [*in_words, *(in_name.groups() if in_name else ())]}


@cache
def coverage() -> dict[str, list[str]]:
    """Row -> tests that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for test in functions_of(ast.parse(path.read_text(encoding="utf-8"))):
            for row in named_by(test):
                found[row].append(f"{path.relative_to(TESTS)}::{test.name}")
    return found


def test_all_eighteen_rows_are_there_in_order() -> None:
    assert [number for number, _, _ in rows()] == [f"P{number}" for number in range(1, 19)]
    assert DUE == ["P1", "P2", "P3", "P4", "P5", "P6", "P8", "P10", "P11", "P13", "P15", "P16", "P18"]
    assert all(len(requirement.split()) >= 4 for _, _, requirement in rows())


@pytest.mark.parametrize("row", DUE)
def test_a_promised_row_has_a_test_that_names_it(row: str) -> None:
    assert coverage()[row], row


def test_no_test_names_a_row_that_does_not_exist() -> None:
    assert coverage().keys() <= {number for number, _, _ in rows()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_p6_a_drill(): ...", {"P6"}),
        ("def test_a_drill():\n    'P6, P15: what it keeps.'", {"P6", "P15"}),
        ("def test_p60_is_not_p6(): ...", {"P60"}),
        ("@pytest.mark.skip\ndef test_p6_a_drill(): ...", set()),
        ("def help_test_p6_a_drill(): ...", set()),
    ],
)
def test_a_row_is_named_by_name_or_docstring_and_not_by_what_never_runs(
    text: str, expected: set[str]
) -> None:
    assert {row for test in functions_of(ast.parse(text)) for row in named_by(test)} == expected
