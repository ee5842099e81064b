"""Proof that the audit log stands as it was written: digests of entries, and the text that a seal covers.

Values only. A seal lists each entry with its id, the digest of all its fields and a short mark of each field; the marks only
name the field that was changed. Nothing of it is kept with the entry, so entries from before the seals are taken in as they
are.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from kernel.fields import UNREADABLE, readable

FIELDS: Final = (
    "public_id",
    "at",
    "actor_kind",
    "actor_ref",
    "role",
    "action",
    "subject_type",
    "subject_ref",
    "details",
    "address",
    "outcome",
)
MARK_BYTES: Final = 4
FIRST_PREVIOUS: Final = bytes(32)
"""What the first seal takes in instead of a seal before it."""

_MEMBER: Final = struct.Struct(f">Q32s{MARK_BYTES * len(FIELDS)}s")
MEMBER_BYTES: Final = _MEMBER.size


@dataclass(frozen=True, slots=True)
class Member:
    """One entry in a seal: its id, the digest of its fields and id, and the marks of its fields."""

    entry_id: int
    digest: bytes
    marks: bytes


def texts_of(entry: Any) -> tuple[str, ...]:
    """The entry's fields in the order of FIELDS, each written in one way only."""
    return tuple(_text(readable(entry, name)) for name in FIELDS)


def digest_of(entry_id: int, texts: tuple[str, ...]) -> bytes:
    """32 bytes over the id and all fields: contents that are swapped between two rows are changed in both."""
    text = json.dumps([1, entry_id, *texts], ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).digest()


def member_of(entry: Any) -> Member:
    """What a seal says of the entry."""
    texts = texts_of(entry)
    return Member(entry.pk, digest_of(entry.pk, texts), b"".join(map(_mark, FIELDS, texts)))


def changed_fields(member: Member, texts: tuple[str, ...]) -> list[str]:
    """Names of the fields that are no longer what was sealed; empty when the entry stands."""
    if digest_of(member.entry_id, texts) == member.digest:
        return []
    sealed = [member.marks[start : start + MARK_BYTES] for start in range(0, len(member.marks), MARK_BYTES)]
    now = map(_mark, FIELDS, texts)
    changed = [name for name, mine, kept in zip(FIELDS, now, sealed, strict=True) if mine != kept]
    if (
        "public_id" in changed
    ):  # an encrypted field opens only under the id of its row, so nothing is known of it
        changed = [name for name in changed if texts[FIELDS.index(name)] != UNREADABLE]
    return changed or ["id"]


def pack(members: Iterable[Member]) -> bytes:
    """Members one after the other, MEMBER_BYTES each."""
    return b"".join(_MEMBER.pack(member.entry_id, member.digest, member.marks) for member in members)


def unpack(packed: bytes) -> Iterator[Member]:
    """Members back from their bytes; a broken tail is left out (the seal's own code tells of it)."""
    whole = len(packed) - len(packed) % MEMBER_BYTES
    return (Member(*parts) for parts in _MEMBER.iter_unpack(packed[:whole]))


def seal_text(seal: Any) -> bytes:
    """Everything that a seal says, without its own code."""
    head = (
        seal.number,
        bytes(seal.previous).hex(),
        seal.entries,
        seal.last_id,
        _text(seal.newest_at),
        seal.is_old,
        _text(seal.sealed_at),
    )
    return "|".join(map(str, head)).encode() + b"|" + bytes(seal.members)


def anchor_text(anchor: Any) -> bytes:
    """Everything that an anchor says, without its own code."""
    parts = (anchor.number, bytes(anchor.seal_mac).hex(), anchor.entries, _text(anchor.purged_at))
    return "|".join(map(str, parts)).encode()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "" if value is None else str(value)


def _mark(name: str, text: str) -> bytes:
    return sha256(f"{name}\x00{text}".encode()).digest()[:MARK_BYTES]
