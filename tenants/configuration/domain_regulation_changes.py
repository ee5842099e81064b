"""What a new version of a regulation changes, article by article and word by word, so that a resident need not compare."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from tenants.configuration.domain_regulation import Regulation, Section

_WORD: Final = re.compile(r"\S+|\n")


class Kind(StrEnum):
    """What became of an article or of a run of words."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words (with line ends between blocks) that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One article of the old or the new version; `label` is "§ 3 Opłaty", empty for what stands around the articles."""

    kind: Kind
    label: str
    pieces: tuple[Piece, ...]


def changes(old: Regulation, new: Regulation) -> tuple[ArticleChange, ...]:
    """All articles in the order of the new version, the removed ones where they stood; SAME ones have no pieces."""
    found = [_compared("", _around(old), _around(new))]
    matcher = SequenceMatcher(
        a=[_key(one) for one in old.sections], b=[_key(one) for one in new.sections], autojunk=False
    )
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(old.sections[a:a_end], new.sections[b:b_end], strict=True)
            found += [_compared(_label(after), _text(before), _text(after)) for before, after in pairs]
            continue
        found += [_whole(Kind.REMOVED, one) for one in old.sections[a:a_end]]
        found += [_whole(Kind.ADDED, one) for one in new.sections[b:b_end]]
    return tuple(found)


def _key(section: Section) -> str:
    """Articles are told by their heading, for numbers move when one is put in; without a heading by the number."""
    return (section.heading or section.number).casefold().strip(" .:")


def _label(section: Section) -> str:
    return f"{section.number} {section.heading}".strip()


def _text(section: Section) -> str:
    return "\n".join([_label(section), *(block.printed().strip() for block in section.blocks)])


def _around(regulation: Regulation) -> str:
    blocks = [*regulation.preamble, *regulation.closing]
    return "\n".join([regulation.title, *(block.printed().strip() for block in blocks)])


def _whole(kind: Kind, section: Section) -> ArticleChange:
    return ArticleChange(kind, _label(section), (Piece(kind, _text(section)),))


def _compared(label: str, before: str, after: str) -> ArticleChange:
    if before == after:
        return ArticleChange(Kind.SAME, label, ())
    return ArticleChange(Kind.CHANGED, label, tuple(_pieces(_WORD.findall(before), _WORD.findall(after))))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterable[Piece]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, _joined(after[b:b_end]))
            continue
        if a_end > a:
            yield Piece(Kind.REMOVED, _joined(before[a:a_end]))
        if b_end > b:
            yield Piece(Kind.ADDED, _joined(after[b:b_end]))


def _joined(words: Sequence[str]) -> str:
    return " ".join(words).replace(" \n ", "\n").replace("\n ", "\n").replace(" \n", "\n")
