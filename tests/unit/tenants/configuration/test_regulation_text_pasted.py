"""Any other regulation that an administrator pastes: something readable comes out, or a clear refusal."""

import re
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration.domain_regulation import MAX_CHARACTERS, Regulation, RegulationTextError, parse

INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
SUPPLIED = {"Regulamin", "Treść regulaminu", "Wstęp"}
FRAGMENTS = [
    "Regulamin portalu",
    "REGULAMIN",
    "PORTAL PŁATNOŚCI",
    "Spis treści:",
    "Cele 3",
    "Cele",
    "§ 1 Postanowienia ogólne",
    "§ 2.",
    "§ 3. 1. Portal jest bezpłatny.",
    "§ 8 ust. 1 stosuje się odpowiednio.",
    "Rozdział 1",
    "Rozdział II. Opłaty",
    "I. Wstęp ogólny",
    "II. Opłaty",
    "## Reklamacje",
    "1. Pierwszy punkt:",
    "  1. punkt wcięty",
    "2. Drugi punkt.",
    "1) litera,",
    "a) tiret",
    "• wypunktowanie",
    "- tiret",
    "1.",
    "ciąg dalszy zdania",
    "Zdanie\xa0drugie jest   dłuższe i kończy się kropką.",
    "Prezydent Miasta",
    "",
    "   ",
]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def own_text(regulation: Regulation) -> str:
    """The regulation's text less the headings that the parser supplied itself."""
    parts = [f"{block.marker} {block.text}" for block in regulation.preamble]
    parts.append("" if regulation.title == "Regulamin" else regulation.title)
    for one in regulation.sections:
        heading = "" if one.number == "" and one.heading in SUPPLIED else one.heading
        parts += [one.number, heading, *(f"{block.marker} {block.text}" for block in one.blocks)]
    parts += [block.text for block in regulation.closing]
    return " ".join(parts)


@given(st.lists(st.sampled_from([one for one in FRAGMENTS if "Spis" not in one]), min_size=1, max_size=30))
def test_no_word_is_lost_or_invented(fragments: list[str]) -> None:
    text = "\n".join(fragments)
    if text.strip():
        assert words(own_text(parse(text))) == words(text)


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=30))
def test_nothing_but_a_table_of_contents_is_left_out(fragments: list[str]) -> None:
    text = "\n".join(fragments)
    if not text.strip():
        return
    kept = words(own_text(parse(text)))
    printed = iter(words(text))
    assert all(word in printed for word in kept), "the words that stay are in their order"
    if "Spis treści:" not in fragments:
        assert kept == words(text)


@given(st.text(min_size=1, max_size=400))
def test_any_text_is_read_or_refused_with_a_code(text: str) -> None:
    with suppress(RegulationTextError):
        regulation = parse(text)
        assert regulation.sections
        assert words(own_text(regulation)) == words(INVISIBLE.sub("", text))
        assert Regulation.from_json(regulation.to_json()) == regulation


def test_a_text_without_headings_is_one_section() -> None:
    regulation = parse("Portal jest bezpłatny.\n\n1. Każdy zakłada konto.\n2. Konto jest dobrowolne.")
    assert [(one.number, one.heading, one.anchor) for one in regulation.sections] == [
        ("", "Treść regulaminu", "tresc-regulaminu")
    ]
    assert [(block.level, block.marker, block.text) for block in regulation.sections[0].blocks] == [
        (0, "", "Portal jest bezpłatny."),
        (1, "1.", "Każdy zakłada konto."),
        (1, "2.", "Konto jest dobrowolne."),
    ]


def test_the_title_of_a_text_without_headings_is_found() -> None:
    regulation = parse("Regulamin portalu\n\nPortal jest bezpłatny.")
    assert regulation.title == "Regulamin portalu"
    assert [block.text for block in regulation.sections[0].blocks] == ["Portal jest bezpłatny."]


def test_a_title_alone_stays_a_section_so_that_there_is_something_to_read() -> None:
    regulation = parse("Regulamin portalu")
    assert [block.text for one in regulation.sections for block in one.blocks] == ["Regulamin portalu"]


def test_text_between_the_title_and_the_first_heading_becomes_a_section() -> None:
    regulation = parse("Regulamin\n\nNa podstawie art. 8 ustala się:\n\n§ 1 Cele\n\nPortal działa.")
    assert [(one.number, one.heading) for one in regulation.sections] == [("", "Wstęp"), ("§ 1", "Cele")]


def test_headings_marked_by_the_author_always_work() -> None:
    regulation = parse("Regulamin\n\n## Cele portalu.\nPortal działa.\n## § 2 Opłaty\nNie ma opłat.")
    assert [(one.number, one.heading) for one in regulation.sections] == [
        ("", "Cele portalu."),
        ("§ 2", "Opłaty"),
    ]


def test_a_number_above_its_heading_is_one_heading() -> None:
    regulation = parse("Regulamin\n\n§ 1.\n\nPostanowienia ogólne\n\n1. Tekst.\n\n§ 2.\n1. Dalszy tekst.")
    assert [(one.number, one.heading) for one in regulation.sections] == [
        ("§ 1", "Postanowienia ogólne"),
        ("§ 2", ""),
    ]
    assert regulation.sections[1].blocks[0].text == "Dalszy tekst."


def test_a_provision_behind_its_number_is_text_not_heading() -> None:
    regulation = parse(
        "Regulamin\n\n§ 1. 1. Portal jest bezpłatny.\n2. Konto jest dobrowolne.\n\n§ 2. Koniec."
    )
    first, second = regulation.sections
    assert (first.number, first.heading, [block.marker for block in first.blocks]) == (
        "§ 1",
        "",
        ["1.", "2."],
    )
    assert second.blocks[0].text == "Koniec."


def test_chapters_hold_paragraphs_as_items() -> None:
    regulation = parse(
        "Regulamin\n\nRozdział 1\nOgólne\n\n§ 1. Tekst.\n\n1) punkt\n\n§ 2. Tekst.\n\n"
        "Rozdział 2\nDane\n\n§ 3. Tekst."
    )
    assert [(one.number, one.heading) for one in regulation.sections] == [
        ("Rozdział 1", "Ogólne"),
        ("Rozdział 2", "Dane"),
    ]
    assert [(block.level, block.marker) for block in regulation.sections[0].blocks] == [
        (1, "§ 1."),
        (2, "1)"),
        (1, "§ 2."),
    ]


def test_roman_numerals_are_headings_from_the_second_on() -> None:
    regulation = parse("I. Ogólne\n\nTekst.\n\nII. Dane\n\nTekst.")
    assert [(one.number, one.heading) for one in regulation.sections] == [("I.", "Ogólne"), ("II.", "Dane")]
    assert parse("I. Nowak\n\nTekst.").sections[0].heading == "Treść regulaminu"


def test_a_table_of_contents_without_page_numbers_is_recognised() -> None:
    text = "Regulamin\n\nSpis treści\nCele\nDane\n\nCele\n\nTekst o celach.\n\nDane\n\nTekst o danych."
    regulation = parse(text)
    assert [one.heading for one in regulation.sections] == ["Cele", "Dane"]
    assert regulation.plain_text().count("Cele") == 1


def test_the_words_spis_tresci_alone_are_ordinary_text() -> None:
    assert "Spis treści" in parse("Spis treści\n\nTo zdanie niczego nie spisuje.").plain_text()


def test_equal_headings_get_different_anchors() -> None:
    regulation = parse("## Opłaty\nTekst.\n## Opłaty\nTekst.\n## !!!\nTekst.")
    assert [one.anchor for one in regulation.sections] == ["oplaty", "oplaty--2", "sekcja"]


def test_a_dash_or_a_number_in_a_broken_line_is_no_item() -> None:
    regulation = parse("Portal służy do zapłaty,\n– jak mówi § 8 ust.\n5. tego regulaminu – należności.")
    assert [block.kind for block in regulation.sections[0].blocks] == ["paragraph"]


def test_a_heading_right_below_the_title_is_found_without_a_blank_line() -> None:
    regulation = parse("Regulamin portalu\n§ 1 Cele\nPortal służy celom, o których mowa w\n§ 4.\n§ 2\nKoniec")
    assert regulation.title == "Regulamin portalu"
    assert [one.number for one in regulation.sections] == ["§ 1", "§ 2"]
    assert regulation.sections[0].blocks[0].text == "Portal służy celom, o których mowa w § 4."


def test_nesting_is_bounded() -> None:
    regulation = parse("\n".join(f"{' ' * n}1. poziom:" for n in range(40)))
    assert max(block.level for block in regulation.sections[0].blocks) == 8


@pytest.mark.parametrize("gmina_text", ["", "   \n\t\xa0\n", "\ufeff\u200b"])
def test_a_text_without_words_is_refused(gmina_text: str) -> None:
    with pytest.raises(RegulationTextError) as refusal:
        parse(gmina_text)
    assert refusal.value.code == "regulation.empty"


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(RegulationTextError) as refusal:
        parse("Regulamin\x00" * 1_000_000)
    assert refusal.value.code == "regulation.too_long"


def test_the_longest_allowed_text_is_read() -> None:
    sentence = "1. Portal jest bezpłatny.\n"
    regulation = parse(sentence * (MAX_CHARACTERS // len(sentence)))
    assert len(regulation.sections[0].blocks) == MAX_CHARACTERS // len(sentence)


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", chr(0xD800), "\ufffd"]
)
def test_characters_that_cannot_be_shown_are_refused_with_their_line(character: str) -> None:
    with pytest.raises(RegulationTextError) as refusal:
        parse(f"Regulamin\n\nPortal {character} jest bezpłatny.")
    assert refusal.value.code == "regulation.control_characters"
    assert refusal.value.line == 3


def test_page_and_line_breaks_of_a_word_processor_are_line_breaks() -> None:
    regulation = parse("Regulamin\x0c§ 1 Cele\r\n\r\nPortal służy\x0bpłatnościom.")
    assert regulation.sections[0].blocks[0].text == "Portal służy płatnościom."
