"""Profiles are data that people write: each mistake is named, nothing that decides about letters or amounts is guessed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import integrations.finance.statements.banks as banks
from integrations.finance.eplatnosci.profile import DEFAULT, settlement_profile_of
from integrations.finance.sentences import SENTENCES
from integrations.finance.statements.profiles import profile_of
from kernel.errors import InvalidInput

FOLDER = Path(banks.__file__).parent


def told(code: str) -> dict[str, Any]:
    return json.loads((FOLDER / code / "profile.json").read_text(encoding="utf-8"))


WRONG: list[tuple[str, tuple[str, ...], Any, str, str]] = [
    ("pko_mt940", ("format",), "mt942", "wrong", "format"),
    ("pko_mt940", ("encoding",), "latin-1", "wrong", "encoding"),
    ("pko_mt940", ("encoding",), None, "missing", "encoding"),
    ("pko_mt940", ("sign",), "#", "wrong", "sign"),
    ("pko_mt940", ("sign",), None, "missing", "sign"),
    ("pko_mt940", ("title",), ["2"], "wrong", "title"),
    ("pko_mt940", ("title",), ["20", "20"], "wrong", "title"),
    ("pko_mt940", ("title",), "20", "wrong", "title"),
    ("pko_mt940", ("reference_length",), True, "wrong", "reference_length"),
    ("pko_mt940", ("reference_length",), 4000, "wrong", "reference_length"),
    ("pko_mt940", ("one_per_line",), "tak", "wrong", "one_per_line"),
    ("pko_mt940", ("tytul",), ["20"], "unknown", "tytul"),
    ("pko_elixir", ("virtual_prefixes",), ["abc"], "wrong", "virtual_prefixes"),
    ("pko_elixir", ("sign",), "~", "unknown", "sign"),
    ("camt053", ("encoding",), "utf-8", "unknown", "encoding"),
    ("mass_csv", ("columns", "amount"), None, "missing", "columns.amount"),
    ("mass_csv", ("columns", "amount"), 0, "wrong", "columns.amount"),
    ("mass_csv", ("columns", "amount"), "Kwota", "wrong", "columns.amount"),
    ("mass_csv", ("columns", "amount"), [1, 2], "wrong", "columns.amount"),
    ("mass_csv", ("columns", "title"), {"join": []}, "wrong", "columns.title"),
    ("mass_csv", ("columns", "kwota"), 4, "unknown", "columns.kwota"),
    ("mass_csv", ("columns",), [], "wrong", "columns"),
    ("mass_csv", ("amount",), "float", "wrong", "amount"),
    ("mass_csv", ("day",), None, "missing", "day"),
    ("mass_csv", ("records", "entry"), [], "wrong", "records.entry"),
    ("mass_csv", ("records", "header"), None, "wrong", "header_places"),
    ("mass_csv", ("records", "trailer"), None, "wrong", "trailer_places"),
    ("mass_csv", ("trailer_places", "suma"), 3, "unknown", "trailer_places.suma"),
    ("mass_csv", ("credit_words",), ["C"], "wrong", "credit_words"),
    ("mass_fixed", ("columns", "amount"), 10, "wrong", "columns.amount"),
    ("mass_fixed", ("columns", "amount"), [24, 10], "wrong", "columns.amount"),
    ("mass_fixed", ("columns", "amount"), [1, 99_999], "wrong", "columns.amount"),
    ("mass_fixed", ("has_names",), True, "wrong", "has_names"),
]


def changed(settings: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    settings = copy.deepcopy(settings)
    inner = settings
    for name in path[:-1]:
        inner = inner[name]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return settings


@pytest.mark.parametrize(("code", "path", "value", "fault", "field"), WRONG)
def test_a_wrong_profile_is_refused_with_the_name_of_the_field(
    code: str, path: tuple[str, ...], value: Any, fault: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_of(changed(told(code), path, value))
    assert (caught.value.code, caught.value.params["field"]) == (f"bank_profile.{fault}", field)
    assert caught.value.code in SENTENCES


@pytest.mark.parametrize("settings", [None, [], "mt940", {1: 2}, {}])
def test_what_is_no_profile_at_all_is_refused(settings: Any) -> None:
    with pytest.raises(InvalidInput):
        profile_of(settings)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("columns", "amount"), None, "columns.amount"),
        (("columns", "kwota"), "Kwota", "columns.kwota"),
        (("settled_words",), [], "settled_words"),
        (("other_words",), ["ROZLICZONA"], "other_words"),
        (("delimiter",), "::", "delimiter"),
        (("kodowanie",), "utf-8", "kodowanie"),
    ],
)
def test_a_wrong_profile_of_eplatnosci_is_refused(path: tuple[str, ...], value: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        settlement_profile_of(changed(dict(DEFAULT), path, value))
    assert caught.value.params["field"] == field
