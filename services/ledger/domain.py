"""Proof that the ledger stands as it was written: digests of entries, and seals that chain them.

Pure values. The digest of an entry covers a canonical text of the entry and all its lines; short marks beside it tell which
field is no longer what it was. A seal lists the entries of a stretch with their digests and takes in the seal before it.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

ENTRY_FIELDS = ("public_id", "code", "reference", "effective_on", "recorded_at", "actor_ref", "reason")
LINE_FIELDS = ("account", "subject", "amount_gr")
MARK_BYTES = 4
"""Length of a mark. It only names the place; what proves the entry is its whole digest."""

_MEMBER = struct.Struct(">QQ32s")
UNREADABLE = "\x00"
"""Text of a field that does not open (`kernel.fields.UNREADABLE`)."""
FIRST_PREVIOUS = bytes(32)
"""What the first seal of a gmina takes in instead of a seal before it."""


@dataclass(frozen=True)
class Proof:
    """What an entry carries about itself."""

    digest: bytes
    marks: bytes


@dataclass(frozen=True)
class Texts:
    """Canonical texts of an entry: its own fields in the order of ENTRY_FIELDS, its lines in that of LINE_FIELDS."""

    entry: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def proof(self) -> Proof:
        """Digest over everything, and a mark for each field."""
        text = json.dumps([1, self.entry, self.lines], ensure_ascii=False, separators=(",", ":"))
        fields = [*zip(ENTRY_FIELDS, self.entry, strict=True)]
        for number, line in enumerate(self.lines, 1):
            fields += [(f"{number}.{name}", value) for name, value in zip(LINE_FIELDS, line, strict=True)]
        return Proof(sha256(text.encode()).digest(), b"".join(_mark(*field) for field in fields))


def canonical(value: Any) -> str:
    """One way to write a value: instants in UTC to the microsecond, everything else as its plain text, nothing as ""."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return "" if value is None else str(value)


def texts(entry: Sequence[Any], lines: Iterable[Sequence[Any]]) -> Texts:
    """Canonical texts of raw values in the order of ENTRY_FIELDS and LINE_FIELDS."""
    return Texts(
        tuple(canonical(value) for value in entry),
        tuple(tuple(canonical(value) for value in line) for line in lines),
    )


@dataclass(frozen=True)
class Difference:
    """A place that is not as it was written. `line` is None for the entry itself; `field` names the column, or is
    "missing" or "added" for a whole line, or "digest" when the proof itself was changed."""

    line: int | None
    field: str


def differences(now: Texts, kept: Proof) -> list[Difference]:
    """Where an entry differs from what it was when it was written; empty when it stands."""
    proof = now.proof()
    if proof == kept:
        return []
    marks, written = _split(proof.marks), _split(kept.marks)
    found = _changed(None, ENTRY_FIELDS, marks, written)
    if any(
        one.field == "public_id" for one in found
    ):  # nothing opens under another row's id: not its own change
        closed = [name for name, text in zip(ENTRY_FIELDS, now.entry, strict=True) if text == UNREADABLE]
        found = [one for one in found if one.field not in closed]
    width, start = len(LINE_FIELDS), len(ENTRY_FIELDS)
    lines_then = max(0, len(written) - start) // width
    for number in range(1, max(len(now.lines), lines_then) + 1):
        place = slice(start + (number - 1) * width, start + number * width)
        if number > len(now.lines):
            found.append(Difference(number, "missing"))
        elif number > lines_then:
            found.append(Difference(number, "added"))
        else:
            found += _changed(number, LINE_FIELDS, marks[place], written[place])
    return found or [Difference(None, "digest")]


def _changed(
    line: int | None, names: Sequence[str], now: Sequence[bytes], then: Sequence[bytes]
) -> list[Difference]:
    return [
        Difference(line, name) for name, mine, theirs in zip(names, now, then, strict=False) if mine != theirs
    ]


def _mark(place: str, text: str) -> bytes:
    return sha256(f"{place}\x00{text}".encode()).digest()[:MARK_BYTES]


def _split(marks: bytes) -> list[bytes]:
    return [marks[start : start + MARK_BYTES] for start in range(0, len(marks), MARK_BYTES)]


@dataclass(frozen=True)
class Member:
    """One entry in a seal: the transaction that wrote it, its id, its digest."""

    xid: int
    entry_id: int
    digest: bytes


def pack(members: Iterable[Member]) -> bytes:
    """Members as 48 bytes each, in the order of the chain."""
    return b"".join(_MEMBER.pack(member.xid, member.entry_id, member.digest) for member in members)


def unpack(packed: bytes) -> Iterator[Member]:
    """Members back from their bytes; a broken tail is left out (the seal's own digest tells of it)."""
    whole = len(packed) - len(packed) % _MEMBER.size
    return (Member(*parts) for parts in _MEMBER.iter_unpack(packed[:whole]))


def seal_digest(number: int, previous: bytes, members: bytes, sealed_at: datetime) -> bytes:
    """Digest of a seal over the one before it, its own number and time, and its entries."""
    head = f"{number}|{previous.hex()}|{canonical(sealed_at)}|".encode()
    return sha256(head + members).digest()
