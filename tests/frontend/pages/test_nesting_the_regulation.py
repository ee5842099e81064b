"""Blocks of a regulation become nested lists without losing a word or an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration.domain_regulation import Block
from tenants.configuration.domain_regulation_outline import Item, parts


def item(level: int, marker: str) -> Block:
    return Block("item", level, marker, f"tekst {marker}")


def paragraph(text: str) -> Block:
    return Block("paragraph", 0, "", text)


def test_an_item_stands_below_the_last_one_of_a_lower_level():
    (part,) = parts([item(1, "1."), item(2, "1)"), item(3, "a)"), item(2, "2)"), item(1, "2.")])
    first, second = part.items
    assert [child.marker for child in first.children] == ["1)", "2)"]
    assert [child.marker for child in first.children[0].children] == ["a)"]
    assert (second.marker, second.children) == ("2.", [])


def test_a_paragraph_ends_a_list():
    found = parts([item(1, "1."), paragraph("a potem"), item(1, "1.")])
    assert [(part.paragraph, len(part.items)) for part in found] == [("", 1), ("a potem", 0), ("", 1)]


@pytest.mark.parametrize("levels", [[2, 1], [3, 2, 1], [2, 4, 3]])
def test_a_list_that_skips_levels_still_shows_every_item(levels):
    found = parts([item(level, str(position)) for position, level in enumerate(levels)])
    assert markers(found[0].items) == [str(position) for position in range(len(levels))]


blocks = st.lists(
    st.one_of(
        st.builds(paragraph, st.text(min_size=1)),
        st.builds(item, st.integers(1, 8), st.sampled_from(["1.", "a)", "•"])),
    )
)


@given(blocks)
def test_nothing_is_lost_and_the_order_stays(given_blocks):
    read = []
    for part in parts(given_blocks):
        read.extend([part.paragraph] if not part.items else texts(part.items))
    assert read == [block.text for block in given_blocks]


def markers(items: list[Item]) -> list[str]:
    return [marker for one in items for marker in [one.marker, *markers(one.children)]]


def texts(items: list[Item]) -> list[str]:
    return [text for one in items for text in [one.text, *texts(one.children)]]
