"""The regulation that a new gmina begins from: lawful parts, its own names, nothing left to fill."""

import pytest

from tenants.configuration.domain_regulation import parse
from tenants.directory.presets import TEMPLATE_FIELDS, PresetError, template_regulation


def _template() -> str:
    return template_regulation({field: f"<{field}>" for field in TEMPLATE_FIELDS})


def test_the_template_regulation_names_everything_that_it_is_given() -> None:
    text = _template()
    assert all(f"<{field}>" in text for field in TEMPLATE_FIELDS)
    assert "{" not in text


def test_the_template_regulation_has_the_parts_that_the_act_requires() -> None:
    regulation = parse(_template())
    assert [one.number for one in regulation.sections] == [f"§ {n}" for n in range(1, 14)]
    headings = {one.heading for one in regulation.sections}
    assert {"Rodzaje i zakres usług", "Wymagania techniczne", "Reklamacje"} <= headings
    assert {"Założenie konta i zawarcie umowy", "Zablokowanie konta i rozwiązanie umowy"} <= headings
    text = regulation.plain_text()
    for words in (
        "treści o charakterze bezprawnym",
        "w ciągu 14 dni roboczych",
        "w ciągu 7 dni od otrzymania wyniku",
        "w ciągu 5 dni roboczych",
        "Saldo zmienia się dopiero po zaksięgowaniu",
        "należność jest zablokowana",
        "Administratorem danych osobowych jest <controller_name>",
        "inspektora ochrony danych: <dpo_email>",
    ):
        assert words in text
    assert "epuap" not in text.casefold()


@pytest.mark.parametrize("value", ["", "  \n"])
def test_the_template_regulation_is_refused_without_a_name(value: str) -> None:
    values = dict.fromkeys(TEMPLATE_FIELDS, "x") | {"office_name": value}
    with pytest.raises(PresetError, match="office_name is missing"):
        template_regulation(values)


def test_braces_in_a_name_are_not_filled_again() -> None:
    values = dict.fromkeys(TEMPLATE_FIELDS, "x") | {
        "office_name": "{dpo_email}",
        "dpo_email": "iod@a.example",
    }
    assert "prowadzi {dpo_email}," in template_regulation(values)
