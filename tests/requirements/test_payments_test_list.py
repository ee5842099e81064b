"""docs/payments-test-list.md: all thirty classes, and no name that no test has."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/payments-test-list.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
OPERATORS = ("autopay", "imoje", "payu", "przelewy24", "tpay")


def path_of(short: str) -> Path:
    """The file that a shortened path of the page means."""
    first, _, rest = short.partition("/")
    if first == "contract":
        return ROOT / f"tests/integrations/payments/test_contract_{rest}"
    if first in OPERATORS:
        return ROOT / "tests/integrations/payments" / short
    if first == "services":
        return ROOT / "tests/services/payments" / rest
    return ROOT / "tests" / short


@cache
def collected_from(path: Path) -> frozenset[str]:
    """Names of the tests that pytest collects from a file; one that is skipped shows nothing and is none of them."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return frozenset(
        one.name
        for one in functions
        if one.name.startswith("test_")
        and not any("skip" in ast.unparse(mark) for mark in one.decorator_list)
    )


@pytest.mark.parametrize(("short", "name"), sorted(set(NAMED)))
def test_every_test_that_the_page_names_exists(short: str, name: str) -> None:
    assert path_of(short).is_file(), short
    assert name in collected_from(path_of(short))


def test_the_page_names_tests_in_one_way_only() -> None:
    assert len(NAMED) == PAGE.count("::")


def test_each_of_the_thirty_classes_has_a_test() -> None:
    parts = re.split(r"^## (\d+)\. .*$", PAGE, flags=re.MULTILINE)[1:]
    assert [int(number) for number in parts[::2]] == list(range(1, 31))
    assert all("::" in part for part in parts[1::2])
