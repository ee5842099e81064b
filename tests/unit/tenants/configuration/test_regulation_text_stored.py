"""The stored form of a regulation: what goes into the JSON column comes out equal, the rest is refused."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tenants.configuration.domain_regulation import Regulation, RegulationTextError, parse

PRESETS = Path(__file__).parents[4] / "tenants" / "directory" / "presets"
TEXTS = [PRESETS / "borki" / "regulation.txt", PRESETS / "dabrowa-gornicza" / "regulation.txt"]
SMALL = parse("Regulamin portalu\n\n§ 1 Cele\n\nPortal służy płatnościom:\n1) podatków;\n2) opłat.")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_a_regulation_survives_json(path: Path) -> None:
    regulation = parse(path.read_text(encoding="utf-8"))
    assert Regulation.from_json(json.loads(json.dumps(regulation.to_json()))) == regulation


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_the_editor_text_of_a_published_regulation_gives_it_back(path: Path) -> None:
    regulation = parse(path.read_text(encoding="utf-8"))
    assert parse(regulation.source_text()) == regulation


def test_the_plain_text_reads_like_the_document() -> None:
    assert SMALL.plain_text() == (
        "Regulamin portalu\n\n§ 1 Cele\n\nPortal służy płatnościom:\n\n1) podatków;\n\n2) opłat.\n"
    )


def _broken() -> list[Any]:
    whole = SMALL.to_json()
    no_title = {key: value for key, value in whole.items() if key != "title"}
    extra = whole | {"script": "<b>"}
    cases: list[Any] = [None, [], "text", no_title, extra, whole | {"title": 3}, whole | {"sections": {}}]
    for change in (
        {"kind": "html"},
        {"level": "1"},
        {"level": True},
        {"level": 0},
        {"marker": ""},
        {"text": None},
    ):
        one = copy.deepcopy(whole)
        one["sections"][0]["blocks"][1] |= change
        cases.append(one)
    paragraph = copy.deepcopy(whole)
    paragraph["sections"][0]["blocks"][0]["level"] = 1
    return [*cases, paragraph]


@pytest.mark.parametrize("stored", _broken())
def test_any_other_shape_is_refused(stored: Any) -> None:
    with pytest.raises(RegulationTextError) as refusal:
        Regulation.from_json(stored)
    assert refusal.value.code == "regulation.malformed"
