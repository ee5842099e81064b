"""Paragraphs and list items of a regulation: which of its lines belong together, how deep an item stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from tenants.configuration.domain_regulation_lines import STYLES, Line, Marker, marker_of

MAX_LEVEL: Final = 8
"""Polish drafting knows five levels (§, ustęp, punkt, litera, tiret); deeper is an accident of copying."""

BlockKind = Literal["paragraph", "item"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (level 0, no marker) or a list item (level from 1, `marker` as printed: "1)", "•")."""

    kind: BlockKind
    level: int
    marker: str
    text: str

    def printed(self) -> str:
        """The block as a line of text, set in by level."""
        return f"{'  ' * (self.level - 1)}{self.marker} {self.text}".rstrip() if self.marker else self.text


@dataclass(slots=True)
class _Draft:
    """A block while lines are still added to it; parts are joined once, at the end."""

    level: int
    marker: str
    parts: list[str]

    @property
    def end(self) -> str:
        return self.parts[-1][-1:] if self.parts else ""

    def block(self) -> Block:
        return Block("item" if self.marker else "paragraph", self.level, self.marker, " ".join(self.parts))


@dataclass(slots=True)
class _OpenList:
    style: str
    glyph: str
    indent: int
    last: int

    def continued_by(self, marker: Marker) -> bool:
        """Whether the marker is the next of this list: "3." or "2a." after "2.", a bullet after its like."""
        if self.style != marker.style:
            return False
        if marker.number is None:
            return self.glyph == marker.text or marker.style == "letter"
        return marker.number == self.last + 1 or bool(marker.suffix and marker.number == self.last)


@dataclass(slots=True)
class _Outline:
    """The lists that are open at a line, outermost first; it decides how deep an item stands."""

    lists: list[_OpenList] = field(default_factory=list)

    def expects(self, marker: Marker) -> bool:
        """Whether an item may start here although the line above it is unfinished."""
        starts = marker.style == "bullet" or marker.number == 1
        return starts or any(one.continued_by(marker) for one in self.lists)

    def place(self, marker: Marker, indent: int, *, after_colon: bool) -> int:
        """The level of an item, from 1."""
        at = self._continued(marker, indent)
        if at is not None:
            del self.lists[at + 1 :]
            self.lists[at].last = marker.number or 0
            return at + 1
        deeper = bool(self.lists) and indent > self.lists[-1].indent
        if not after_colon and not deeper:
            rank = STYLES.index(marker.style)
            while self.lists and STYLES.index(self.lists[-1].style) >= rank:
                self.lists.pop()
        del self.lists[MAX_LEVEL - 1 :]
        self.lists.append(_OpenList(marker.style, marker.text, indent, marker.number or 0))
        return len(self.lists)

    def _continued(self, marker: Marker, indent: int) -> int | None:
        """Which open list goes on: the same indentation decides, then the innermost.

        A bullet set deeper than its like opens a new list; a number does so only when it is 1.
        """
        fits = [i for i, one in enumerate(self.lists) if one.continued_by(marker)]
        if not fits and marker.number not in (None, 1):
            fits = [
                i for i, one in enumerate(self.lists) if one.style == marker.style
            ]  # a gap in the numbers
        even = [i for i in fits if self.lists[i].indent == indent]
        if fits and not even and marker.number is None and indent > self.lists[-1].indent:
            return None
        return max(even or fits, default=None)


def read_blocks(lines: Iterable[Line], *, wrapped: bool) -> list[Block]:
    """Paragraphs and items, broken lines joined. `wrapped`: all lines are short, none is a paragraph."""
    drafts: list[_Draft] = []
    outline = _Outline()
    above = Line("")
    for line in lines:
        if line.text:
            _add_line(drafts, outline, line, above, wrapped)
        above = line
    return [draft.block() for draft in drafts]


def _add_line(drafts: list[_Draft], outline: _Outline, line: Line, above: Line, wrapped: bool) -> None:
    marker = marker_of(line.text)
    end = drafts[-1].end if drafts else ""
    if marker and (not above.text or above.complete or outline.expects(marker)):
        level = outline.place(marker, line.indent, after_colon=end == ":")
        rest = line.text[len(marker.text) :].strip()
        drafts.append(_Draft(level, marker.text, [rest] if rest else []))
    elif drafts and _goes_on(drafts[-1], line, above, wrapped):
        drafts[-1].parts.append(line.text)
    else:
        drafts.append(_Draft(0, "", [line.text]))


def _goes_on(draft: _Draft, line: Line, above: Line, wrapped: bool) -> bool:
    """Whether the line continues the block above it."""
    if not draft.parts:
        return True
    unfinished = draft.end not in ".;:!?"
    if not above.text:
        return unfinished and line.text[0].islower()
    return wrapped or unfinished or not line.text[0].isupper()
