"""Reading the text of a regulation line by line: cleaning, limits, list markers.

The texts come from word processors and web pages: no-break spaces, odd runs of spaces, lines broken anywhere.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_CHARACTERS: Final = 500_000
"""About 250 printed pages; the longest regulation we have seen has 17,000 characters."""

_INVISIBLE: Final = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; tab, line and page breaks may stay
    "\u202a-\u202e\u2066-\u2069"  # direction overrides: the text would not read as it is stored
    "\ud800-\udfff\ufffd]"  # halves of characters, and the mark of a wrongly decoded file
)
_ABBREVIATION: Final = re.compile(r"\b(?:art|lit|np|nr|pkt|poz|tj|ul|ust|zob)\.$", re.IGNORECASE)
_MARKERS: Final = (
    ("sign", re.compile(r"(§ ?(\d{1,4})([a-z]?)\.?)(?= (?![a-ząćęłńóśźż])|$)")),  # but not "§ 8 ust. 1"
    ("dot", re.compile(r"((\d{1,3})([a-z]?)\.)(?=\s|$)")),
    ("paren", re.compile(r"((\d{1,3})([a-z]?)\))")),
    ("letter", re.compile(r"(()([a-z]{1,2})\))(?=\s|$)")),
    ("bullet", re.compile(r"(([•●▪◦‣·]))(?=\s|$)")),
    ("dash", re.compile(r"(([-–—*]))(?=\s)")),
)
STYLES: Final = tuple(style for style, _ in _MARKERS)
"""From the outermost kind of list to the innermost, as Polish legal drafting nests them."""


class RegulationTextError(ValueError):
    """The text or the stored form of a regulation cannot be used.

    `code` is stable; `line` counts from 1 where one line is to blame; the message is for developers.
    """

    def __init__(self, code: str, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line with single spaces; `indent` counts the blanks in front of it, a tab as four."""

    text: str
    indent: int = 0

    @property
    def complete(self) -> bool:
        """Whether a sentence or clause ends here, so that the next line may start something new."""
        return self.text.endswith((".", ";", ":", "!", "?")) and not _ABBREVIATION.search(self.text)


@dataclass(frozen=True, slots=True)
class Marker:
    """The printed sign of a list item: `text` "5a)", `style` one of STYLES, `number` 5, `suffix` "a"."""

    text: str
    style: str
    number: int | None
    suffix: str


def read_lines(text: str) -> list[Line]:
    """Clean lines of a pasted text; at least one has words.

    Raises RegulationTextError "regulation.too_long", "regulation.control_characters" or "regulation.empty".
    """
    if len(text) > MAX_CHARACTERS:
        message = f"{len(text)} characters, the limit is {MAX_CHARACTERS}"
        raise RegulationTextError("regulation.too_long", message)
    if bad := _FORBIDDEN.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        message = f"character U+{ord(bad.group()):04X} in line {line} cannot be part of a regulation"
        raise RegulationTextError("regulation.control_characters", message, line=line)
    lines = [_clean(raw) for raw in unicodedata.normalize("NFC", text).translate(_INVISIBLE).splitlines()]
    if not any(line.text for line in lines):
        raise RegulationTextError("regulation.empty", "the text has no words")
    return lines


def _clean(raw: str) -> Line:
    blanks = raw[: len(raw) - len(raw.lstrip())]
    return Line(" ".join(raw.split()), len(blanks.expandtabs(4)))


def marker_of(text: str) -> Marker | None:
    """The list marker at the front of a line, or None."""
    for style, pattern in _MARKERS:
        if not (found := pattern.match(text)):
            continue
        if style in ("bullet", "dash"):
            return Marker(found.group(1), style, None, "")
        if style == "letter":
            letter = found.group(3)
            return Marker(found.group(1), style, ord(letter) - ord("a") + 1 if len(letter) == 1 else None, "")
        return Marker(found.group(1), style, int(found.group(2)), found.group(3))
    return None
