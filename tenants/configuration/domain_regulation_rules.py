"""What the review of a regulation is made of: kinds of rules, what they find, and where. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from tenants.configuration.domain_regulation import Regulation, Section
from tenants.configuration.domain_regulation_blocks import Block

LONGEST_QUOTE: Final = 160


class Weight(StrEnum):
    """How much a finding weighs: a part that the law wants is missing, the text breaks a rule or itself, advice."""

    MISSING = "missing"
    CONFLICT = "conflict"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text a finding is: anchor and name of the section, the words in question."""

    anchor: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `code` is stable, `article` the rule, `why` the reason, `suggestion` a sentence to paste, or ""
    where the office must only decide; `place` is None for what is missing."""

    code: str
    weight: Weight
    article: str
    title: str
    why: str
    suggestion: str
    place: Place | None = None


@dataclass(frozen=True)
class Text:
    """A regulation as the rules read it."""

    regulation: Regulation

    @cached_property
    def whole(self) -> str:
        """All words, one block a line."""
        return self.regulation.plain_text()

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with the section in which it stands."""
        for section in self.regulation.sections:
            for block in section.blocks:
                yield section, block


Finder = Callable[[Text], Place | None]


@dataclass(frozen=True)
class Wanted:
    """A part that must stand in the text; `pattern` recognises it. `within`: asked only where this is found too."""

    code: str
    pattern: str
    article: str
    title: str
    why: str
    suggestion: str
    within: str = ""
    weight: Weight = Weight.MISSING


@dataclass(frozen=True)
class Unwanted:
    """Words that should not stand there, or not so; `find` tells where they do."""

    code: str
    find: Finder
    article: str
    title: str
    why: str
    suggestion: str = ""
    weight: Weight = Weight.CONFLICT


def saying(pattern: str, *, unless: str = "") -> Finder:
    """Finds the first block that says it, if the text does not say `unless` anywhere."""

    def find(text: Text) -> Place | None:
        if unless and matches(unless, text.whole):
            return None
        for section, block in text.blocks():
            if found := re.search(pattern, block.text, re.IGNORECASE):
                return place(section, block.text, found.start())
        return None

    return find


def matches(pattern: str, text: str) -> bool:
    """Whether the words stand somewhere in the text, in capitals or not."""
    return re.search(pattern, text, re.IGNORECASE) is not None


def place(section: Section, words: str, start: int = 0) -> Place:
    """A place in a section, with the words from `start` on as far as they are worth quoting."""
    quote = words[start : start + LONGEST_QUOTE]
    marks = ("… " if start else "", " …" if start + LONGEST_QUOTE < len(words) else "")
    name = f"{section.number} {section.heading}".strip()
    return Place(section.anchor, name, f"{marks[0]}{quote.strip()}{marks[1]}")
