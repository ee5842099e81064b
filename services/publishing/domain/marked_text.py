"""The few marks that a text of the office may carry: paragraphs, headings, lists, bold words, links. Pure.

A subset of Markdown. Everything else stays the letters that it is: there is no way to write HTML, an image or a script, and
a link leads to https, to a telephone, to an e-mail address or to a page of the portal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

_HEADING: Final = re.compile(r"#{1,4}\s+(.+)")
_BULLET: Final = re.compile(r"[-*•]\s+(.+)")
_NUMBER: Final = re.compile(r"\d{1,3}[.)]\s+(.+)")
_MARK: Final = re.compile(
    r"\*\*(?P<strong>[^*\n]+)\*\*"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<target>[^)\s]+)\)"
    r"|(?P<bare>https://[^\s<>()]*[^\s<>().,;:!?\"'”])"
)
_SAFE: Final = re.compile(r"https://[^/\s]|mailto:[^\s]+@|tel:\+?[\d -]+$|/(?![/\\])")
"""How a target of a link may begin. "//host" and "/\\host" would leave the portal."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some words: plain, bold, or a link when `target` is given."""

    text: str
    is_strong: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or a heading with its `runs`, or a list with its `items`."""

    kind: Literal["paragraph", "heading", "bullets", "numbers"]
    runs: tuple[Run, ...] = ()
    items: tuple[tuple[Run, ...], ...] = ()


@dataclass(slots=True)
class _Reading:
    """What stands above the line that is being read."""

    pieces: list[Piece] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    list_kind: Literal["bullets", "numbers"] = "bullets"

    def close(self) -> None:
        """End the paragraph or list that is open."""
        if self.words:
            self.pieces.append(Piece("paragraph", runs=runs(" ".join(self.words))))
        if self.items:
            self.pieces.append(Piece(self.list_kind, items=tuple(runs(item) for item in self.items)))
        self.words, self.items = [], []

    def add_item(self, kind: Literal["bullets", "numbers"], text: str) -> None:
        """One more item; a list of the other kind ends before it."""
        if self.words or (self.items and self.list_kind != kind):
            self.close()
        self.list_kind = kind
        self.items.append(text)


def read(text: str) -> tuple[Piece, ...]:
    """The text as pieces, in order."""
    reading = _Reading()
    for line in map(str.strip, text.splitlines()):
        if not line:
            reading.close()
        elif found := _HEADING.fullmatch(line):
            reading.close()
            reading.pieces.append(Piece("heading", runs=runs(found.group(1))))
        elif found := _BULLET.fullmatch(line):
            reading.add_item("bullets", found.group(1))
        elif found := _NUMBER.fullmatch(line):
            reading.add_item("numbers", found.group(1))
        elif reading.items:
            reading.items[-1] += f" {line}"
        else:
            reading.words.append(line)
    reading.close()
    return tuple(reading.pieces)


def runs(line: str) -> tuple[Run, ...]:
    """The words of one line with their marks."""
    return tuple(_runs(line))


def _runs(line: str) -> Iterator[Run]:
    at = 0
    for found in _MARK.finditer(line):
        if found.group("label") and not _SAFE.match(found.group("target")):
            continue
        if found.start() > at:
            yield Run(line[at : found.start()])
        if found.group("strong"):
            yield Run(found.group("strong"), is_strong=True)
        elif found.group("label"):
            yield Run(found.group("label"), target=found.group("target"))
        else:
            yield Run(found.group("bare"), target=found.group("bare"))
        at = found.end()
    if at < len(line):
        yield Run(line[at:])
