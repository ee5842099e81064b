"""docs/identity-test-list.md: every attack and every fault of the stand-ins, with the codes and the tests that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.integrations.identity.login_gov.attacks import ABOUT_THE_PERSON, BEFORE_THE_PERSON, BROKEN
from tests.integrations.identity.signatures.test_attacks_on_pdf import REFUSED as PDF
from tests.integrations.identity.signatures.test_attacks_on_xml import REFUSED as XML

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/identity-test-list.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
FOLDERS = {
    "pages": "tests/frontend/pages",
    "login_gov": "tests/integrations/identity/login_gov",
    "signatures": "tests/integrations/identity/signatures",
    "signing": "tests/services/signing",
    "races": "tests/races",
    "tests": "tests",
}
ATTACKS, REQUIRED = 46, 51
"""Sections of the page: those about attacks come first."""
EXEMPT = {35}
"""Secrets in logs: there the absent effect is the absent word."""
ABSENT = (
    "nobody_came_in(", "assert_refused(", "user_id is None", "counted() == people", "'_auth_user_id' not in",
)  # fmt: skip
"""How a test says that there is no session, no account and no proof afterwards."""


def path_of(short: str) -> Path:
    first, _, rest = short.partition("/")
    return ROOT / FOLDERS[first] / rest


@cache
def bodies_of(path: Path) -> dict[str, str]:
    """Source of each test that pytest collects from a file; one that is skipped shows nothing and is none of them."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {
        one.name: ast.unparse(one)
        for one in functions
        if one.name.startswith("test_")
        and not any("skip" in ast.unparse(mark) for mark in one.decorator_list)
    }


def sections() -> dict[int, str]:
    parts = re.split(r"^## (\d+)\. .*$", PAGE, flags=re.MULTILINE)[1:]
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


def cases(kind: str) -> dict[str, str]:
    """Fault -> reason code, as the page tells it for the node, XML or PDF."""
    found: dict[str, str] = {}
    for names, code in re.findall(rf"^- {kind}: (.*) → `([\w.]+)`$", PAGE, flags=re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            assert name not in found, name
            found[name] = code
    return found


@pytest.mark.parametrize(("short", "name"), sorted(set(NAMED)))
def test_every_test_that_the_page_names_exists(short: str, name: str) -> None:
    assert path_of(short).is_file(), short
    assert name in bodies_of(path_of(short))


def test_the_page_names_tests_in_one_way_only() -> None:
    assert len(NAMED) == PAGE.count("::")


def test_every_attack_and_every_required_case_has_a_section_with_a_test() -> None:
    assert list(sections()) == list(range(1, REQUIRED + 1))
    assert all("::" in text for text in sections().values())


def test_every_fault_of_the_stand_ins_is_on_the_page_with_its_code() -> None:
    node = {**BEFORE_THE_PERSON, **ABOUT_THE_PERSON, **BROKEN}
    assert cases("node") == {name: str(code) for name, code in node.items()}
    assert cases("XML") == {name: f"signatures.{code}" for name, code in XML.items()}
    assert cases("PDF") == {name: f"signatures.{code}" for name, code in PDF.items()}


@pytest.mark.parametrize("number", [number for number in range(1, ATTACKS + 1) if number not in EXEMPT])
def test_each_attack_has_a_test_through_the_portal_that_asserts_what_did_not_come_of_it(number: int) -> None:
    named = re.findall(r"`((?:pages|signing|races)/[\w/]+\.py)::(\w+)`", sections()[number])
    bodies = [bodies_of(path_of(short))[name] for short, name in named]
    assert any(sign in body for body in bodies for sign in ABSENT), number
