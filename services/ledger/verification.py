"""Whether the ledger stands as it was written, and if not, where."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Prefetch, Q

from kernel.fields import readable
from services.ledger.domain import (
    ENTRY_FIELDS,
    FIRST_PREVIOUS,
    LINE_FIELDS,
    Member,
    Proof,
    Texts,
    canonical,
    differences,
    seal_digest,
    texts,
    unpack,
)
from services.ledger.models import Entry, Posting, Seal

BATCH = 2000


@dataclass(frozen=True)
class Finding:
    """One place that is wrong. `what` says how: changed, missing, added, unbalanced, unproved, broken_chain.

    Empty `field` and None ids where they do not apply; `now` is what stands there today, for changed fields.
    """

    what: str
    entry_id: int | None = None
    posting_id: int | None = None
    line: int | None = None
    field: str = ""
    seal: int | None = None
    now: str = ""

    def __str__(self) -> str:
        """The place in one line, for a terminal."""
        parts = [
            f"seal {self.seal}" if self.seal is not None else "",
            f"entry {self.entry_id}" if self.entry_id is not None else "",
            f"posting {self.posting_id}" if self.posting_id is not None else "",
            f"line {self.line}" if self.line is not None else "",
            f"field {self.field}" if self.field else "",
        ]
        place = ", ".join(part for part in parts if part)
        return f"{place}: {self.what}" + (f" (now {self.now!r})" if self.now else "")


@dataclass(frozen=True)
class Verified:
    """Outcome of a verification. `head` is the digest of the last seal: keep it elsewhere and compare it later."""

    entries: int
    unsealed: int
    seals: int
    head: str
    findings: tuple[Finding, ...]


def verify(kept_head: tuple[int, str] | None = None) -> Verified:
    """Read the whole ledger of the gmina and check every entry, every seal and the chain. Nothing is written.

    `kept_head` is (number, digest in hex) of a seal that was noted down outside the database. Only with it the loss of the
    end of the chain, or a chain that was made anew as a whole, can be told.
    """
    findings: list[Finding] = []
    entries = 0
    for entry in _entries():
        entries += 1
        findings += _check_entry(entry)
    seals, sealed, head = 0, 0, FIRST_PREVIOUS
    last: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        findings += _check_link(seal, last)
        count, wrong = _check_members(seal, last)
        findings += wrong
        seals, sealed, head, last = seals + 1, sealed + count, bytes(seal.digest), seal
    if kept_head is not None:
        findings += _check_head(*kept_head)
    return Verified(entries, max(0, entries - sealed), seals, head.hex() if seals else "", tuple(findings))


def _entries() -> Iterator[Entry]:
    postings = Prefetch("postings", Posting.objects.order_by("line", "id"))
    last = 0
    while batch := list(Entry.objects.filter(id__gt=last).order_by("id").prefetch_related(postings)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _check_entry(entry: Entry) -> list[Finding]:
    postings = list(entry.postings.all())
    findings = _stray_lines(entry, postings)
    now = texts(
        [readable(entry, field) for field in ENTRY_FIELDS],
        [[getattr(posting, field) for field in LINE_FIELDS] for posting in postings],
    )
    if not entry.digest:
        findings.append(Finding("unproved", entry.pk))
    elif not findings:
        findings = _compared(entry, postings, now)
    if sum(posting.amount_gr for posting in postings) != 0:
        findings.append(Finding("unbalanced", entry.pk))
    return findings


def _stray_lines(entry: Entry, postings: list[Posting]) -> list[Finding]:
    """Lines whose numbers do not run 1, 2, 3: one was taken out, put in or renumbered."""
    if not entry.digest:
        return []
    numbers = [posting.line for posting in postings]
    expected = set(range(1, _lines_written(entry) + 1))
    missing = [Finding("missing", entry.pk, line=line) for line in sorted(expected - set(numbers))]
    doubled = {posting.pk for before, posting in pairwise(postings) if before.line == posting.line}
    return missing + [
        Finding("added", entry.pk, posting.pk, posting.line)
        for posting in postings
        if posting.line not in expected or posting.pk in doubled
    ]


def _lines_written(entry: Entry) -> int:
    per_mark = len(bytes(entry.marks)) // 4
    return max(0, per_mark - len(ENTRY_FIELDS)) // len(LINE_FIELDS)


def _compared(entry: Entry, postings: list[Posting], now: Texts) -> list[Finding]:
    findings = []
    for difference in differences(now, Proof(bytes(entry.digest), bytes(entry.marks))):
        owner = entry if difference.line is None else postings[difference.line - 1]
        findings.append(
            Finding(
                "changed",
                entry.pk,
                posting_id=None if difference.line is None else owner.pk,
                line=difference.line,
                field=difference.field,
                now="" if difference.field == "digest" else canonical(readable(owner, difference.field)),
            )
        )
    return findings


def _check_head(number: int, digest: str) -> list[Finding]:
    seal = Seal.objects.filter(number=number).first()
    if seal is None:
        return [Finding("missing", seal=number)]
    return (
        []
        if bytes(seal.digest).hex() == digest.lower()
        else [Finding("changed", seal=number, field="digest")]
    )


def _check_link(seal: Seal, last: Seal | None) -> list[Finding]:
    """Whether the seal follows the one before it and is itself as it was made."""
    number, previous = (last.number + 1, bytes(last.digest)) if last else (1, FIRST_PREVIOUS)
    findings = []
    if seal.number != number:
        findings.append(Finding("missing", seal=number))
    elif bytes(seal.previous) != previous:
        findings.append(Finding("broken_chain", seal=seal.number, field="previous"))
    members = bytes(seal.members)
    if bytes(seal.digest) != seal_digest(seal.number, bytes(seal.previous), members, seal.sealed_at):
        findings.append(Finding("changed", seal=seal.number))
    return findings


def _check_members(seal: Seal, last: Seal | None) -> tuple[int, list[Finding]]:
    """How many entries the seal lists, and where they differ from what stands in the ledger."""
    members = list(unpack(bytes(seal.members)))
    listed = {member.entry_id: member for member in members}
    found = {
        pk: Member(xid, pk, bytes(digest))
        for pk, xid, digest in Entry.objects.filter(pk__in=listed).values_list("pk", "xid", "digest")
    }
    findings = [Finding("missing", pk, seal=seal.number) for pk in listed if pk not in found]
    for pk, member in found.items():
        if member.digest != listed[pk].digest:
            findings.append(Finding("changed", pk, field="digest", seal=seal.number))
        elif member.xid != listed[pk].xid:
            findings.append(Finding("changed", pk, field="xid", seal=seal.number, now=str(member.xid)))
    stretch = Entry.objects.filter(Q(xid__lt=seal.last_xid) | Q(xid=seal.last_xid, id__lte=seal.last_id))
    if last is not None:
        stretch = stretch.filter(Q(xid__gt=last.last_xid) | Q(xid=last.last_xid, id__gt=last.last_id))
    strangers = stretch.exclude(pk__in=listed).order_by("pk").values_list("pk", flat=True)
    findings += [Finding("added", pk, seal=seal.number) for pk in strangers]
    return len(members), findings
