"""Regulamin as a structure: preamble, title, sections of paragraphs and list items, signatures.

`parse` turns the text of any regulation into that structure, so that a page can print headings, a table of
contents and lists, and a stored version is data of the gmina. Not a word is lost or changed; numbering is
kept as printed, even where the office numbered oddly, because the text is a legal act.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tenants.configuration.domain_regulation_blocks import Block, read_blocks
from tenants.configuration.domain_regulation_headings import (
    Contents,
    find_contents,
    find_headings,
    looks_like_heading,
)
from tenants.configuration.domain_regulation_lines import (
    MAX_CHARACTERS,
    Line,
    RegulationTextError,
    read_lines,
)

__all__ = ["MAX_CHARACTERS", "Block", "Regulation", "RegulationTextError", "Section", "parse"]

UNTITLED: Final = "Regulamin"
WHOLE_TEXT: Final = "Treść regulaminu"
LEAD: Final = "Wstęp"
"""Headings that we supply where the text has none."""

_WRAPPED_AT: Final = 130
_SIGNATURE: Final = 80
_FRONT_BLOCKS: Final = 6


@dataclass(frozen=True, slots=True)
class Section:
    """One section; `number` is "" or "§ 1", `heading` may be "" under a number, `anchor` is unique ASCII."""

    number: str
    heading: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """Regulamin: what a gmina publishes and a resident accepts."""

    preamble: tuple[Block, ...]
    title: str
    sections: tuple[Section, ...]
    closing: tuple[Block, ...]

    def to_json(self) -> dict[str, Any]:
        """Lists, dicts, strings and integers only, for a JSON column."""
        return {
            "preamble": [_block_json(block) for block in self.preamble],
            "title": self.title,
            "sections": [
                {
                    "number": section.number,
                    "heading": section.heading,
                    "anchor": section.anchor,
                    "blocks": [_block_json(block) for block in section.blocks],
                }
                for section in self.sections
            ],
            "closing": [_block_json(block) for block in self.closing],
        }

    @classmethod
    def from_json(cls, stored: object) -> "Regulation":
        """The inverse of `to_json`. Raises RegulationTextError "regulation.malformed" on any other shape."""
        fields = _fields(stored, "preamble", "title", "sections", "closing")
        return cls(
            preamble=_blocks_from(fields["preamble"]),
            title=_string(fields["title"]),
            sections=tuple(_section_from(section) for section in _list(fields["sections"])),
            closing=_blocks_from(fields["closing"]),
        )

    def plain_text(self) -> str:
        """The whole text for an e-mail or a saved file: blank lines between blocks, items set in by level."""
        return self._text(heading_mark="")

    def source_text(self) -> str:
        """The text for an editor: as `plain_text`, with "## " before headings, so that `parse` finds them."""
        return self._text(heading_mark="## ")

    def _text(self, *, heading_mark: str) -> str:
        parts = [*(block.printed() for block in self.preamble), self.title]
        for section in self.sections:
            parts.append(heading_mark + f"{section.number} {section.heading}".strip())
            parts.extend(block.printed() for block in section.blocks)
        parts.extend(block.printed() for block in self.closing)
        return "\n\n".join(parts) + "\n"


def parse(text: str) -> Regulation:
    """The structure of a pasted regulation; a text without recognisable headings is one section.

    Raises RegulationTextError with the code "regulation.empty", "regulation.too_long" (over MAX_CHARACTERS)
    or "regulation.control_characters".
    """
    lines = read_lines(text)
    wrapped = max(len(line.text) for line in lines) <= _WRAPPED_AT
    contents = find_contents(lines)
    headings = find_headings(lines, contents)
    if contents and not headings:
        contents, headings = (
            None,
            find_headings(lines, None),
        )  # it was no table of contents: its words stay
    front = _front_lines(lines, contents, headings[0].start if headings else len(lines))
    preamble, title, lead = _split_front(read_blocks(front, wrapped=wrapped), whole=not headings)
    sections = [("", LEAD if headings else WHOLE_TEXT, lead)] if lead else []
    stops = [*(heading.start for heading in headings[1:]), len(lines)]
    for heading, stop in zip(headings, stops, strict=False):
        body = [Line(heading.rest)] if heading.rest else []
        blocks = read_blocks(body + lines[heading.stop : stop], wrapped=wrapped)
        sections.append((heading.number, heading.text, blocks))
    number, last_heading, blocks = sections[-1]
    blocks, closing = _split_closing(blocks)
    sections[-1] = (number, last_heading, blocks)
    return Regulation(tuple(preamble), title or UNTITLED, _with_anchors(sections), tuple(closing))


def _front_lines(lines: list[Line], contents: Contents | None, stop: int) -> list[Line]:
    """What stands before the first heading, without the printed table of contents."""
    if contents is None or contents.stop > stop:
        return lines[:stop]
    return [*lines[: contents.start], Line(""), *lines[contents.stop : stop]]


def _split_front(blocks: list[Block], *, whole: bool) -> tuple[list[Block], str, list[Block]]:
    """Preamble, title, what follows it; `whole`: there are no sections, so some text must stay for one."""
    places = [i for i, block in enumerate(blocks) if _is_title(block)]
    if whole:
        places = [i for i in places[:1] if i < min(_FRONT_BLOCKS, len(blocks) - 1)]
    if not places:
        return ([], "", blocks) if whole else (blocks, "", [])
    start = places[-1]
    stop = start + 1
    last = len(blocks) - 1 if whole else len(blocks)
    while stop < last and _shouts(blocks[start]) and _shouts(blocks[stop]):
        stop += 1
    return blocks[:start], " ".join(block.text for block in blocks[start:stop]), blocks[stop:]


def _is_title(block: Block) -> bool:
    starts = block.text.casefold().startswith("regulamin")
    return starts and block.kind == "paragraph" and looks_like_heading(block.text)


def _shouts(block: Block) -> bool:
    """A line mostly in capitals, as titles over several lines are printed."""
    letters = [character for character in block.text if character.isalpha()]
    loud = sum(character.isupper() for character in letters) * 2 > len(letters)
    return loud and block.kind == "paragraph" and looks_like_heading(block.text)


def _split_closing(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """Short lines without a full stop at the very end are the signature: office held, name."""
    start = len(blocks)
    while start > 1 and _signs(blocks[start - 1]):
        start -= 1
    return blocks[:start], blocks[start:]


def _signs(block: Block) -> bool:
    return block.kind == "paragraph" and len(block.text) <= _SIGNATURE and looks_like_heading(block.text)


def _with_anchors(sections: Iterable[tuple[str, str, list[Block]]]) -> tuple[Section, ...]:
    taken: dict[str, int] = {}
    result = []
    for number, heading, blocks in sections:
        base = _slug(number.replace("§", "par")) or _slug(heading) or "sekcja"
        taken[base] = taken.get(base, 0) + 1
        anchor = base if taken[base] == 1 else f"{base}--{taken[base]}"
        result.append(Section(number, heading, anchor, tuple(blocks)))
    return tuple(result)


def _slug(text: str) -> str:
    """ASCII words joined by single hyphens, at most 60 characters."""
    letters = unicodedata.normalize("NFKD", text.translate(str.maketrans("łŁ", "lL")))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only.lower()))[:60].strip("-")


def _block_json(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "level": block.level, "marker": block.marker, "text": block.text}


def _section_from(stored: object) -> Section:
    fields = _fields(stored, "number", "heading", "anchor", "blocks")
    number, heading, anchor = (_string(fields[name]) for name in ("number", "heading", "anchor"))
    return Section(number, heading, anchor, _blocks_from(fields["blocks"]))


def _blocks_from(stored: object) -> tuple[Block, ...]:
    return tuple(_block_from(block) for block in _list(stored))


def _block_from(stored: object) -> Block:
    fields = _fields(stored, "kind", "level", "marker", "text")
    kind, level, marker = fields["kind"], fields["level"], _string(fields["marker"])
    if kind == "paragraph" and level == 0 and not marker:
        return Block("paragraph", 0, "", _string(fields["text"]))
    if kind == "item" and type(level) is int and level > 0 and marker:
        return Block("item", level, marker, _string(fields["text"]))
    raise _malformed("a block is a paragraph of level 0 or an item of a level from 1 with a marker")


def _fields(stored: object, *names: str) -> Mapping[str, object]:
    if not isinstance(stored, dict) or set(stored) != set(names):
        raise _malformed(f"expected an object with {', '.join(names)}")
    return stored


def _list(stored: object) -> list[object]:
    if not isinstance(stored, list):
        raise _malformed("expected a list")
    return stored


def _string(stored: object) -> str:
    if not isinstance(stored, str):
        raise _malformed("expected a string")
    return stored


def _malformed(message: str) -> RegulationTextError:
    return RegulationTextError("regulation.malformed", message)
