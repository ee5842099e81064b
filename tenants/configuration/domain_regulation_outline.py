"""The regulation's blocks as nested lists, as pages and documents want them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tenants.configuration.domain_regulation import Block


@dataclass
class Item:
    """A list item with its marker as printed in the act ("1)", "a)") and the items below it."""

    marker: str
    text: str
    children: list["Item"] = field(default_factory=list)


@dataclass
class Part:
    """A paragraph, or a whole list; the other one is empty."""

    paragraph: str = ""
    items: list[Item] = field(default_factory=list)


def parts(blocks: Iterable[Block]) -> list[Part]:
    """Paragraphs and lists in their order; an item stands below the last one of a lower level."""
    result: list[Part] = []
    path: list[tuple[int, Item]] = []
    for block in blocks:
        if block.kind == "paragraph":
            path = []
            result.append(Part(paragraph=block.text))
            continue
        item = Item(block.marker, block.text)
        while path and path[-1][0] >= block.level:
            path.pop()
        if path:
            path[-1][1].children.append(item)
        elif result and result[-1].items:
            result[-1].items.append(item)
        else:
            result.append(Part(items=[item]))
        path.append((block.level, item))
    return result
