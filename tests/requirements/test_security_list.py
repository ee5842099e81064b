"""docs/security.md and docs/duties.md answer every row of their lists once, and name only what exists."""

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECURITY, DUTIES = (ROOT / "docs" / name for name in ("security.md", "duties.md"))
SECTIONS = Path(__file__).with_name("asvs.txt").read_text(encoding="utf-8").splitlines()
"""`section number`: how many items of levels 1 and 2 a section of ASVS 5.0.0 has; they are its first ones."""


def items() -> list[str]:
    found = []
    for line in SECTIONS:
        section, count = line.split()
        found += [f"{section}.{number}" for number in range(1, int(count) + 1)]
    return found


def answered(text: str, pattern: str) -> Counter[str]:
    """Rows by how often the first column, or a list of what is not applicable, names them."""
    text = text.partition("## V1 ")[2] if "## V1 " in text else text
    cells = re.findall(rf"^\| ((?:{pattern}(?:, )?)+) \|", text, re.MULTILINE)
    lists = re.findall(
        rf"^(?:n\.a\.: |Neither client nor server: )((?:{pattern}[,.]?\s+)+)", text, re.MULTILINE
    )
    return Counter(re.findall(pattern, " ".join([*cells, *lists])))


def test_every_item_of_the_standard_is_answered_once():
    assert len(items()) == 253
    assert answered(SECURITY.read_text(encoding="utf-8"), r"V\d+\.\d+\.\d+") == Counter(items())


@pytest.mark.parametrize(("page", "letter", "last"), [(SECURITY, "T", 46), (DUTIES, "L", 34)])
def test_every_row_of_our_own_lists_is_answered_once(page, letter, last):
    expected = Counter(f"{letter}-{number:02}" for number in range(1, last + 1))
    assert answered(page.read_text(encoding="utf-8"), rf"{letter}-\d\d") == expected


@pytest.mark.parametrize("page", [SECURITY, DUTIES], ids=lambda page: page.name)
def test_what_the_pages_name_exists(page):
    text = page.read_text(encoding="utf-8")
    paths = re.findall(
        r"`((?:tests|frontend|services|tenants|platform|integrations|helm|docs|benchmarks)/[\w./-]+)`", text
    )
    links = re.findall(r"\]\(([\w./-]+?)(?:#[\w-]+)?\)", text)
    classes = re.findall(r"`(portal\.[a-z_.]+\.[A-Z]\w+)`", text)
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [link for link in links if not (page.parent / link).exists()] == []
    for name in classes:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_whoever_says_partly_or_no_says_what_is_missing():
    text = SECURITY.read_text(encoding="utf-8")
    gaps = set(re.findall(r"V\d+\.\d+\.\d+", text.partition("## The honest gaps")[2].partition("## V1 ")[0]))
    rows = re.findall(r"^\| (V\d+\.\d+\.\d+) \|[^|]*\| (partly|no)\b([^|]*)\|", text, re.MULTILINE)
    assert rows
    for item, _, said in rows:
        assert item in gaps or len(said.strip(" :")) > 20, item
