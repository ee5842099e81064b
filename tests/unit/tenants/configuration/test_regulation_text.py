"""The two seed regulations become structure in full: not a word lost, none invented."""

from pathlib import Path

import pytest

from tenants.configuration.domain_regulation import Regulation, Section, parse

PRESETS = Path(__file__).parents[4] / "tenants" / "directory" / "presets"
BORKI_HEADINGS = [
    "Postanowienia ogólne",
    "Definicje",
    "Cele",
    "Organizacja pracy i kierowania",
    "Zasady funkcjonowania",
    "Rejestracja konta Uczestnika",
    "Zasady korzystania z Portalu eNALEŻNOŚCI",
    "Polityka prywatności",
    "Globalna polityka prywatności",
    "Zgoda Uczestnika",
    "Ograniczenia przetwarzania danych osobowych",
    "Zbieranie danych osobowych",
    "Udostępnianie danych osobowych",
    "Bezpieczeństwo danych osobowych",
]
DABROWA_HEADINGS = [
    "Postanowienia wstępne",
    "Stosowane definicje",
    "Warunki korzystania z portalu",
    "Złożenie wniosku",
    "Uwierzytelnianie do portalu",
    "Prawa i obowiązki klienta portalu",
    "Prawa i obowiązki administratora portalu",
    "Zobowiązania",
    "Niezgodność w wysokości zobowiązania",
    "Realizacja płatności za pośrednictwem portalu",
    "Reklamacje",
    "Ochrona danych osobowych",
    "Postanowienia końcowe",
]


def source(gmina: str) -> str:
    return (PRESETS / gmina / "regulation.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def borki() -> Regulation:
    return parse(source("borki"))


@pytest.fixture(scope="module")
def dabrowa() -> Regulation:
    return parse(source("dabrowa-gornicza"))


def section(regulation: Regulation, name: str) -> Section:
    return next(one for one in regulation.sections if name in (one.number, one.heading))


def outline(one: Section) -> list[tuple[int, str]]:
    return [(block.level, block.marker) for block in one.blocks]


def without_printed_contents(text: str) -> str:
    """The seed as it is printed, less the lines from "Spis treści:" to the last entry with a page number."""
    kept, inside = [], False
    for line in text.splitlines():
        inside = inside or line.startswith("Spis treści")
        if not inside:
            kept.append(line)
        if inside and line.startswith("Bezpieczeństwo"):
            inside = False
    return "\n".join(kept)


def test_every_word_and_marker_of_borki_stands_in_its_place(borki: Regulation) -> None:
    seed = without_printed_contents(source("borki"))
    assert len(seed.split()) == 1893
    assert borki.plain_text().split() == seed.split()


def test_every_word_and_marker_of_dabrowa_stands_in_its_place(dabrowa: Regulation) -> None:
    seed = source("dabrowa-gornicza")
    assert len(seed.split()) == 1678
    assert dabrowa.plain_text().split() == seed.split()


@pytest.mark.parametrize("gmina", ["borki", "dabrowa-gornicza"])
def test_white_space_is_plain_and_single(gmina: str) -> None:
    regulation = parse(source(gmina))
    texts = [regulation.title, *(block.text for one in regulation.sections for block in one.blocks)]
    assert all(text == " ".join(text.split()) for text in texts)
    assert "\xa0" in source(gmina)


def test_borki_has_the_headings_of_its_own_table_of_contents(borki: Regulation) -> None:
    assert [one.heading for one in borki.sections] == BORKI_HEADINGS
    assert {one.number for one in borki.sections} == {""}


def test_dabrowa_has_paragraphs_1_to_13(dabrowa: Regulation) -> None:
    assert [one.number for one in dabrowa.sections] == [f"§ {n}" for n in range(1, 14)]
    assert [one.heading for one in dabrowa.sections] == DABROWA_HEADINGS


def test_the_title_of_borki_is_its_two_lines_of_capitals(borki: Regulation) -> None:
    assert borki.title == "REGULAMIN FUNKCJONOWANIA ELEKTRONICZNEGO SYSTEMU PORTAL eNALEŻNOŚCI"
    assert [block.text for block in borki.preamble] == [
        "Regulamin serwisu",
        "Załącznik Nr 1 do Zarządzenia nr 17 Wójta Gminy Borki z dnia 28 stycznia 2020 r.",
    ]
    assert borki.closing == ()


def test_dabrowa_begins_with_its_act_and_ends_with_the_signature(dabrowa: Regulation) -> None:
    assert dabrowa.title == "Regulamin świadczenia usług w ramach portalu płatniczego „eKasa”"
    assert dabrowa.preamble[-1].text == "Załącznik do Zarządzenia Nr 2230.2022 z dnia 13.01.2022 r."
    assert [block.text for block in dabrowa.closing] == ["Prezydent Miasta", "Marcin Bazylak"]


def test_the_21_definitions_of_borki_are_bullets(borki: Regulation) -> None:
    assert outline(section(borki, "Definicje")) == [(1, "•")] * 21


def test_the_three_roles_of_borki_stand_under_their_point(borki: Regulation) -> None:
    assert outline(section(borki, "Organizacja pracy i kierowania")) == [
        (1, "1."),
        (1, "2."),
        (2, "1."),
        (2, "2."),
        (2, "3."),
        (1, "1."),  # as printed: the office numbered from 1 again
        (1, "2."),
    ]


def test_deeper_indentation_nests_an_item(borki: Regulation) -> None:
    registration = outline(section(borki, "Rejestracja konta Uczestnika"))
    assert registration[-4:] == [(1, "4."), (2, "1."), (2, "2."), (2, "3.")]


def test_another_kind_of_numbering_nests_an_item(borki: Regulation, dabrowa: Regulation) -> None:
    rules = outline(section(borki, "Zasady korzystania z Portalu eNALEŻNOŚCI"))
    assert rules == [(1, "1."), (1, "2."), (1, "3."), (2, "1)"), (2, "2)"), (2, "3)")]
    liabilities = outline(section(dabrowa, "§ 8"))
    assert liabilities == [(1, "1."), *[(2, f"{n})") for n in range(1, 6)], (1, "2."), (1, "3.")]


@pytest.mark.parametrize(
    ("paragraph", "items"),
    [(1, 5), (3, 2), (6, 2), (7, 3), (9, 2), (10, 9), (11, 7), (12, 11), (13, 7)],
)
def test_each_paragraph_of_dabrowa_has_all_its_points(
    dabrowa: Regulation, paragraph: int, items: int
) -> None:
    assert outline(section(dabrowa, f"§ {paragraph}")) == [(1, f"{n}.") for n in range(1, items + 1)]


def test_a_line_broken_in_the_middle_is_one_block(borki: Regulation, dabrowa: Regulation) -> None:
    assert [block.text for block in section(borki, "Postanowienia ogólne").blocks] == [
        "Niniejszy regulamin opisuje zasady korzystania z elektronicznego systemu e-należności "
        "w Urzędzie Gminy w Borkach"
    ]
    posting = section(dabrowa, "§ 10").blocks[3].text
    assert "zostaje odnotowana w portalu po jej zaksięgowaniu w Urzędzie." in posting


def test_a_reference_to_a_paragraph_is_no_heading(dabrowa: Regulation) -> None:
    assert "o których mowa w § 8 ust. 1, wraz z" in section(dabrowa, "§ 1").blocks[-1].text


def test_anchors_are_ascii_and_unique(borki: Regulation, dabrowa: Regulation) -> None:
    assert [one.anchor for one in dabrowa.sections] == [f"par-{n}" for n in range(1, 14)]
    anchors = [one.anchor for one in borki.sections]
    assert anchors[8] == "globalna-polityka-prywatnosci"
    assert len(set(anchors)) == 14
    assert all(anchor.isascii() for anchor in anchors)
