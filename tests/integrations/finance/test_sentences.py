"""Every code that a reader of files can raise has its Polish sentence, with parameters that are really given."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.finance.errors import FileRefused
from integrations.finance.sentences import SENTENCES

ROOT = Path(__file__).parents[3] / "integrations/finance"


def raised() -> Iterator[tuple[str, set[str]]]:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("FileRefused", "InvalidInput")
                and node.args
            ):
                given = {word.arg or "" for word in node.keywords}
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield first.value if "." in first.value else f"finance_file.{first.value}", given


CODES = sorted({code for code, _ in raised()})


def test_every_code_has_a_sentence_and_every_sentence_its_code() -> None:
    elsewhere = {
        f"finance_file.{name}"
        for name in ("cells", "width", "control_entries", "control_sum", "not_mt940", "tag")
    }
    assert set(CODES) | elsewhere == set(SENTENCES)


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_uses_only_what_the_error_gives(code: str) -> None:
    for found, given in raised():
        if found == code:
            assert set(re.findall(r"%\((\w+)\)s", SENTENCES[code])) <= given | {"line"}, (code, given)


def test_an_error_survives_the_way_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(FileRefused("day", line=7, found="30.02.2026", form="DD.MM.YYYY")))  # noqa: S301
    assert (error.code, error.line, error.params["found"]) == ("finance_file.day", 7, "30.02.2026")
    assert "30.02" not in str(error)
