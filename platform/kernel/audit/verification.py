"""Whether the audit log stands as it was written, and if not, where. Nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max

from kernel.audit import purging
from kernel.audit.models import Anchor, AuditEntry, Seal, Waiting
from kernel.audit.proof import FIRST_PREVIOUS, Member, changed_fields, seal_text, texts_of, unpack
from kernel.audit.sealing import PURPOSE, count_unsealed
from kernel.crypto import keyring

SEALS_AT_ONCE = 20
IDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that is wrong. `what` says how: changed, missing, added, broken_chain.

    `field` names the column of an entry, or what of a seal is wrong: previous, mac.
    """

    what: str
    entry_id: int | None = None
    seal: int | None = None
    field: str = ""

    def __str__(self) -> str:
        """The place in one line, for a terminal."""
        parts = [
            f"seal {self.seal}" if self.seal is not None else "",
            f"entry {self.entry_id}" if self.entry_id is not None else "",
            f"field {self.field}" if self.field else "",
        ]
        return f"{', '.join(part for part in parts if part)}: {self.what}"


@dataclass(frozen=True, slots=True)
class Head:
    """A seal that was noted down outside the log: its number and its code in hex."""

    number: int
    mac: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Outcome of a verification. `unsealed` entries wait for their seal: of them nothing is proved yet."""

    entries: int
    unsealed: int
    purged: int
    seals: int
    head: Head | None
    findings: tuple[Finding, ...]


def verify(kept: Head | None = None) -> Verified:
    """Read the whole log of the open schema and check every sealed entry, every seal and the chain.

    `kept` was noted down outside the schema: only with it the loss of the end of the chain can be told.
    """
    findings: list[Finding] = []
    seals = sealed = 0
    last: Seal | None = None
    for seal in seals_after(0):
        findings += check_seal(seal, last)
        seals, sealed, last = seals + 1, sealed + seal.entries, seal
    findings += strays()
    findings += check_head(kept)
    unsealed = count_unsealed()
    anchor = _anchor()
    return Verified(
        entries=sealed + unsealed,
        unsealed=unsealed,
        purged=anchor.entries if anchor else 0,
        seals=seals,
        head=Head(last.number, bytes(last.mac).hex()) if last else None,
        findings=tuple(findings),
    )


class State(StrEnum):
    """How one entry stands."""

    WAITING = "waiting"
    """No seal covers it yet."""
    STANDS = "stands"
    CHANGED = "changed"
    ADDED = "added"
    """No seal lists it, and it waits for none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one entry stands, and the seal that lists it."""

    state: State
    seal: Seal | None = None


def standing(entry: AuditEntry) -> Standing:
    """Whether the entry is what its seal says of it. Whether the seal itself is genuine counts too, its chain does not."""
    if Waiting.objects.filter(pk=entry.pk).exists():
        return Standing(State.WAITING)
    for seal in (
        Seal.objects.filter(last_id__gte=entry.pk).order_by("last_id", "number").iterator(SEALS_AT_ONCE)
    ):
        for member in unpack(bytes(seal.members)):
            if member.entry_id == entry.pk:
                is_whole = not changed_fields(member, texts_of(entry)) and not _check_code(seal)
                return Standing(State.STANDS if is_whole else State.CHANGED, seal)
    last = Seal.objects.order_by("number").last()
    return Standing(State.WAITING if last is None or last.is_old else State.ADDED)


def head() -> Head | None:
    """The newest seal, None while there is none."""
    last = Seal.objects.order_by("number").last()
    return Head(last.number, bytes(last.mac).hex()) if last else None


def seals_after(number: int) -> Iterator[Seal]:
    """The seals that follow this one, in the order of the chain."""
    while batch := list(Seal.objects.filter(number__gt=number).order_by("number")[:SEALS_AT_ONCE]):
        yield from batch
        number = batch[-1].number


def check_seal(seal: Seal, last: Seal | None) -> list[Finding]:
    """Whether the seal follows `last` (the anchor or nothing when None), is as it was made, and its entries stand."""
    return _check_link(seal, last) + _check_code(seal) + _check_members(seal)


def check_head(kept: Head | None) -> list[Finding]:
    """Whether a seal that was noted down still stands."""
    if kept is None:
        return []
    seal = Seal.objects.filter(number=kept.number).first()
    if seal is None:
        anchor = _anchor()
        is_purged = anchor is not None and anchor.number > kept.number
        return [] if is_purged else [Finding("missing", seal=kept.number)]
    is_same = bytes(seal.mac).hex() == kept.mac.lower()
    return [] if is_same else [Finding("changed", seal=kept.number, field="mac")]


def strays() -> list[Finding]:
    """Entries that no seal lists and that wait for none: somebody put them in past the log, or took them off the list.

    While the entries from before the seals are being taken in, those that are left do wait.
    """
    last = Seal.objects.order_by("number").last()
    if last is None:
        return []
    most = last.last_id if last.is_old else AuditEntry.objects.aggregate(most=Max("pk"))["most"] or 0
    listed = bytearray(most + 1)
    newest = _cross_off(listed, 0)
    suspects = [pk for pk in _ids(most) if not listed[pk]]
    waiting = set(Waiting.objects.filter(pk__in=suspects).values_list("pk", flat=True))
    _cross_off(listed, newest)  # what was sealed while this was reading
    return [Finding("added", pk) for pk in suspects if pk not in waiting and not listed[pk]]


def _cross_off(listed: bytearray, after: int) -> int:
    """Mark the ids that the seals after this one list; the number of the last."""
    for seal in seals_after(after):
        for member in unpack(bytes(seal.members)):
            if member.entry_id < len(listed):
                listed[member.entry_id] = 1
        after = seal.number
    return after


def _ids(most: int) -> Iterator[int]:
    """Ids of the entries in their order, up to `most`."""
    rows = AuditEntry.objects.filter(pk__lte=most).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:IDS_AT_ONCE]):
        yield from batch
        last = batch[-1]


def _check_link(seal: Seal, last: Seal | None) -> list[Finding]:
    findings = []
    if last is not None:
        number, previous = last.number, bytes(last.mac)
    elif anchor := _anchor():
        number, previous = anchor.number, bytes(anchor.seal_mac)
        if not purging.is_genuine(anchor):
            findings.append(Finding("changed", seal=number, field="anchor"))
    else:
        number, previous = 0, FIRST_PREVIOUS
    if seal.number != number + 1:
        return [*findings, Finding("missing", seal=number + 1)]
    if bytes(seal.previous) != previous:
        findings.append(Finding("broken_chain", seal=seal.number, field="previous"))
    return findings


def _check_code(seal: Seal) -> list[Finding]:
    is_ours = keyring().is_mac(bytes(seal.mac), seal_text(seal), PURPOSE, seal.key_id)
    return [] if is_ours else [Finding("changed", seal=seal.number, field="mac")]


def _check_members(seal: Seal) -> list[Finding]:
    listed: dict[int, Member] = {member.entry_id: member for member in unpack(bytes(seal.members))}
    found = AuditEntry.objects.in_bulk(list(listed))
    findings = []
    for entry_id, member in listed.items():
        if entry_id not in found:
            findings.append(Finding("missing", entry_id, seal.number))
            continue
        names = changed_fields(member, texts_of(found[entry_id]))
        findings += [Finding("changed", entry_id, seal.number, name) for name in names]
    return findings


def _anchor() -> Anchor | None:
    return Anchor.objects.order_by("number").last()
