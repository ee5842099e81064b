"""A text of the office is safe whatever is typed into it, and no word of it is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.pages.templatetags.told import first_words, marked
from services.publishing.domain.marked_text import Piece, Run, read

TEXT = """## Przerwa w płatnościach

W niedzielę **od 2:00 do 4:00** nie
zapłacisz przez internet.

- przelew działa,
- kasa w urzędzie
  też działa.

1. Poczekaj.
2. Zobacz [kontakt](/kontakt/).
"""


def test_headings_paragraphs_lists_bold_words_and_links_are_read():
    assert read(TEXT) == (
        Piece("heading", runs=(Run("Przerwa w płatnościach"),)),
        Piece(
            "paragraph",
            runs=(
                Run("W niedzielę "),
                Run("od 2:00 do 4:00", is_strong=True),
                Run(" nie zapłacisz przez internet."),
            ),
        ),
        Piece("bullets", items=((Run("przelew działa,"),), (Run("kasa w urzędzie też działa."),))),
        Piece(
            "numbers",
            items=((Run("Poczekaj."),), (Run("Zobacz "), Run("kontakt", target="/kontakt/"), Run("."))),
        ),
    )


@pytest.mark.parametrize(
    "target", ["https://bip.borki.example/1", "/pytania/", "mailto:urzad@borki.example", "tel:+48818574208"]
)
def test_a_link_may_lead_there(target):
    assert f'<a href="{target}">tutaj</a>' in marked(f"Zobacz [tutaj]({target}).")


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "http://obcy.example", "//obcy.example", "/\\obcy.example", "data:text/html,x", "ftp://x",
     "JaVaScRiPt:alert(1)", "vbscript:x", "mailto:", "https:///x"],
)  # fmt: skip
def test_a_link_may_not_lead_there_and_its_words_stay(target):
    shown = marked(f"Zobacz [tutaj]({target}).")
    assert "<a" not in shown
    assert "tutaj" in shown


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=1>', "**<b>x</b>**",
     '[<i>x</i>](https://x.example/"onmouseover="y)', "## <h1>x</h1>", "- <li>x"],
)  # fmt: skip
def test_html_stays_letters(typed):
    found = re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", marked(typed))
    assert {name for _, name, _ in found} <= {"p", "h2", "ul", "ol", "li", "a", "strong"}
    assert all(not rest or re.fullmatch(r' href="[^"]*"', rest) for _, _, rest in found)


@given(st.text(max_size=400))
def test_nothing_typed_makes_anything_but_our_few_tags(typed):
    test_html_stays_letters(typed)


@given(st.lists(st.text("abcąęł żz19 ", min_size=1, max_size=30), max_size=8))
def test_no_word_is_lost(lines):
    text = "\n".join(lines)
    shown = re.sub(r"<[^>]+>", " ", marked(text))
    assert shown.split() == text.split()


def test_the_beginning_for_a_list_has_no_marks():
    assert first_words(TEXT) == "W niedzielę od 2:00 do 4:00 nie zapłacisz przez internet."
    assert first_words("słowo " * 100, 20).endswith("…")
    assert first_words("") == ""
