"""Where the sections of a regulation begin: the printed table of contents and the headings.

The printed table of contents is the only thing left out of a regulation: the page generates its own.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tenants.configuration.domain_regulation_lines import Line, marker_of

MAX_HEADING: Final = 160
"""Characters; a longer line is a sentence, not a heading."""

_SHORT: Final = 60
_SIGN: Final = re.compile(r"§ ?(\d{1,4}[a-z]?)\.?(?=\s|$)")
_CHAPTER: Final = re.compile(r"((?:rozdział|dział) (?:[ivxlc]+|\d{1,3}[a-z]?))\.?(?=\s|$)", re.IGNORECASE)
_ROMAN: Final = re.compile(r"([IVX]+\.)(?=\s)")
_NUMERALS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MARKED: Final = re.compile(r"## (?=\S)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on the lines `start` to `stop` (exclusive); `rest` is body text printed behind the number."""

    start: int
    stop: int
    number: str
    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A printed table of contents: its lines and, per entry, the keys under which the heading may appear."""

    start: int
    stop: int
    entries: tuple[frozenset[str], ...]


def looks_like_heading(text: str) -> bool:
    """A short line that is no sentence and no list item."""
    if not 0 < len(text) <= MAX_HEADING or text[0].islower() or text[-1] in ".;:,!?":
        return False
    return marker_of(text) is None


def find_contents(lines: list[Line]) -> Contents | None:
    """The printed table of contents: from "Spis treści" to where its first entry comes back as a heading."""
    start = next((i for i, line in enumerate(lines) if _key(line.text) == "spis treści"), len(lines))
    listed = [i for i in range(start + 1, len(lines)) if lines[i].text]
    if not listed:
        return None
    first = _entry_keys(lines[listed[0]].text)
    again = next((n for n, i in enumerate(listed) if n and _key(lines[i].text) in first), None)
    if again is None:  # then as far as lines end in a page number
        again = next((n for n, i in enumerate(listed) if not _ends_in_page(lines[i])), len(listed))
    inside = listed[:again]
    if not inside:
        return None
    contents = Contents(start, inside[-1] + 1, tuple(_entry_keys(lines[i].text) for i in inside))
    below = {_key(line.text) for line in lines[contents.stop :]}
    if all(_ends_in_page(lines[i]) or _entry_keys(lines[i].text) & below for i in inside):
        return contents
    return None


def _ends_in_page(line: Line) -> bool:
    return line.text[-1].isdigit()


def _key(text: str) -> str:
    return text.casefold().rstrip(" .:…")


def _entry_keys(text: str) -> frozenset[str]:
    """An entry may end in dots and a page number; a heading may itself end in a number ("Rozdział 1")."""
    return frozenset({_key(text), _key(text.rstrip("0123456789"))} - {""})


def find_headings(lines: list[Line], contents: Contents | None) -> list[Heading]:
    """Headings in order: those marked "## ", else those the contents name, else chapters, numerals, §§."""
    body = contents.stop if contents else 0
    return (
        _marked_headings(lines)
        or (_listed_headings(lines, contents) if contents else [])
        or _numbered_headings(lines, body, _CHAPTER)
        or _roman_headings(lines, body)
        or _numbered_headings(lines, body, _SIGN)
    )


def _marked_headings(lines: list[Line]) -> list[Heading]:
    """Headings that the author marked as such: the way that always works."""
    marks = ((i, _MARKED.match(line.text)) for i, line in enumerate(lines))
    return [Heading(i, i + 1, *_split(lines[i].text[mark.end() :])) for i, mark in marks if mark]


def _listed_headings(lines: list[Line], contents: Contents) -> list[Heading]:
    """Headings that the printed table of contents names, each below the one before it."""
    places: dict[str, list[int]] = {}
    for i, line in _from(lines, contents.stop):
        places.setdefault(_key(line.text), []).append(i)
    headings: list[Heading] = []
    for keys in contents.entries:
        after = headings[-1].stop if headings else contents.stop
        found = [at[n] for key in keys if (at := places.get(key)) and (n := bisect_left(at, after)) < len(at)]
        if found:
            headings.append(Heading(min(found), min(found) + 1, *_split(lines[min(found)].text)))
    return headings


def _numbered_headings(lines: list[Line], body: int, pattern: re.Pattern[str]) -> list[Heading]:
    """§ or chapter: number and heading in one line, the number above its heading, "§ 1. Text" without one."""
    headings: list[Heading] = []
    for i, line in _from(lines, body):
        found = pattern.match(line.text)
        if not found:
            continue
        rest = line.text[found.end() :].strip()
        alone = not rest or (looks_like_heading(rest) and _ends_paragraph(lines, i))
        broken = i > body and bool(lines[i - 1].text) and not lines[i - 1].complete
        if broken and not (alone and _follows(found, headings)):
            continue  # "§ 8" at the front of a broken line is a reference
        if not rest:
            headings.append(_bare_heading(lines, i, found))
        elif alone:
            headings.append(Heading(i, i + 1, _number(found), rest))
        elif pattern is _SIGN and not rest[0].islower():
            headings.append(Heading(i, i + 1, _number(found), "", rest))
    return headings


def _follows(found: re.Match[str], headings: list[Heading]) -> bool:
    """Whether the § is the next one; chapters, which nobody refers to by a line of their own, always are."""
    return found.re is _CHAPTER or _number(found) == f"§ {len(headings) + 1}"


def _bare_heading(lines: list[Line], at: int, found: re.Match[str]) -> Heading:
    """A number alone in its line: the heading, if there is one, is the one-line paragraph below it."""
    below = next((i for i, line in _from(lines, at + 1) if line.text), None)
    if below is None or not looks_like_heading(lines[below].text) or found.re.match(lines[below].text):
        return Heading(at, at + 1, _number(found), "")
    if not _ends_paragraph(lines, below):
        return Heading(at, at + 1, _number(found), "")
    return Heading(at, below + 1, _number(found), lines[below].text)


def _roman_headings(lines: list[Line], body: int) -> list[Heading]:
    """Headings "I. …", "II. …": at least two, counted from one, so that an initial is no heading."""
    headings: list[Heading] = []
    for i, line in _from(lines, body):
        number, rest = _split(line.text)
        expected = len(headings) < len(_NUMERALS) and number == f"{_NUMERALS[len(headings)]}."
        if expected and looks_like_heading(rest) and _ends_paragraph(lines, i):
            headings.append(Heading(i, i + 1, number, rest))
    return headings if len(headings) > 1 else []


def _split(text: str) -> tuple[str, str]:
    """Number and text of a heading printed in one line."""
    for pattern in (_SIGN, _CHAPTER, _ROMAN):
        if found := pattern.match(text):
            return _number(found), text[found.end() :].strip()
    return "", text


def _number(found: re.Match[str]) -> str:
    return f"§ {found.group(1)}" if found.re is _SIGN else found.group(1)


def _ends_paragraph(lines: list[Line], at: int) -> bool:
    """Whether nothing, a blank line, an item or, if the line is too short to be broken, a capital follows."""
    below = lines[at + 1].text if at + 1 < len(lines) else ""
    if not below or marker_of(below) is not None:
        return True
    return len(lines[at].text) <= _SHORT and below[0].isupper()


def _from(lines: list[Line], start: int) -> Iterator[tuple[int, Line]]:
    return ((i, lines[i]) for i in range(start, len(lines)))
