"""Posting to the ledger. Nothing else writes there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kernel.actors import Actor
from services.ledger.domain import ENTRY_FIELDS, LINE_FIELDS, texts
from services.ledger.models import AccountKind, Entry, EntryCode, Posting

BATCH = 2000
"""Rows in one statement of `post_many`."""


@dataclass(frozen=True)
class Line:
    """One line of an entry: debit above zero, credit below, in grosze. `subject` is the public id of the due, cost,
    overpayment or operator account that the line is about; the office's own accounts have none."""

    account: AccountKind
    amount_gr: int
    subject: UUID | None = None


@dataclass(frozen=True)
class NewEntry:
    """An entry to be written by `post_many`; the fields mean what they mean in `post`."""

    code: EntryCode
    reference: UUID
    lines: tuple[Line, ...]
    effective_on: date
    reason: str = ""


def post(
    *,
    code: EntryCode,
    reference: UUID,
    lines: Iterable[Line],
    effective_on: date,
    actor: Actor,
    reason: str = "",
) -> Entry | None:
    """Write one entry inside the caller's transaction; with the same `(code, reference)` again it does nothing.

    Lines of zero are left out; an entry without lines is not written (None). Raises ValueError when debits and credits
    differ; PostgreSQL checks the same again at commit.
    """
    kept = [line for line in lines if line.amount_gr]
    if sum(line.amount_gr for line in kept) != 0:
        raise ValueError(f"debits and credits differ by {sum(line.amount_gr for line in kept)} gr")
    if not kept:
        return None
    with connection.cursor() as cursor:
        # A second call waits for the first one's transaction instead of failing on the unique constraint.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{code}|{reference}"])
    known = Entry.objects.filter(code=code, reference=reference).first()
    if known:
        return known
    entry = _signed(NewEntry(code, reference, tuple(kept), effective_on, reason), actor)
    entry.save(force_insert=True)
    Posting.objects.bulk_create(_postings(entry.pk, kept))
    return entry


def post_many(entries: Sequence[NewEntry], *, actor: Actor) -> int:
    """Write many entries inside the caller's transaction by the rules of `post`; how many of them were new.

    Meant for imports: an advisory lock for each of 10,000 entries would not fit into PostgreSQL's lock table, so the
    unique constraint decides: what is there already, or comes twice, is left out with its postings. Raises ValueError as
    `post` does.
    """
    kept: dict[UUID, tuple[Entry, list[Line]]] = {}
    for new in entries:
        lines = [line for line in new.lines if line.amount_gr]
        if sum(line.amount_gr for line in lines) != 0:
            raise ValueError(f"debits and credits differ by {sum(line.amount_gr for line in lines)} gr")
        if lines:
            entry = _signed(replace(new, lines=tuple(lines)), actor)
            kept[entry.public_id] = (entry, lines)
    Entry.objects.bulk_create([entry for entry, _ in kept.values()], batch_size=BATCH, ignore_conflicts=True)
    written: dict[UUID, int] = {}
    for batch in _batches(list(kept)):
        written.update(Entry.objects.filter(public_id__in=batch).values_list("public_id", "pk"))
    Posting.objects.bulk_create(
        [posting for public_id, pk in written.items() for posting in _postings(pk, kept[public_id][1])],
        batch_size=BATCH,
    )
    return len(written)


def post_new(entries: Sequence[NewEntry], *, actor: Actor) -> None:
    """Write many entries that cannot be there yet by COPY, inside the caller's transaction, by the rules of `post`.

    For the assessments of new dues of a large file. What is there already makes PostgreSQL refuse the transaction; a line of
    zero is the caller's fault. Raises ValueError as `post` does.
    """
    for new in entries:
        if not new.lines or sum(line.amount_gr for line in new.lines) != 0:
            raise ValueError("an entry needs lines that sum to zero")
    reason = Entry._meta.get_field("reason")
    columns = ("id", *(name for name in ENTRY_FIELDS if name != "reason"), "reason", "digest", "marks")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, %s)",
            [len(entries)],
        )
        ids = [row[0] for row in cursor.fetchall()]
        with cursor.copy(_copy("ledger_entry", columns)) as copy:
            for pk, new in zip(ids, entries, strict=True):
                entry = _signed(new, actor)
                entry.pk = pk
                values = [getattr(entry, name) for name in columns]
                values[columns.index("reason")] = bytes(reason.pre_save(entry, True))
                copy.write_row(values)
        with cursor.copy(_copy("ledger_posting", ("entry_id", *LINE_FIELDS, "line"))) as copy:
            for pk, new in zip(ids, entries, strict=True):
                for number, line in enumerate(new.lines, 1):
                    copy.write_row((pk, line.account.value, line.subject, line.amount_gr, number))


def _copy(table: str, columns: Sequence[str]) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


def reverse(*, entry: Entry, reason: str, effective_on: date, actor: Actor) -> Entry:
    """Storno: write the entry's lines once more with the opposite sign, inside the caller's transaction.

    The reversal refers to the entry's public id, so it can happen only once; a second call returns the first one. Raises
    ValueError without a reason: a correction that cannot say why is none.
    """
    if not reason.strip():
        raise ValueError("a reversal needs a reason")
    lines = [
        Line(AccountKind(posting.account), -posting.amount_gr, posting.subject)
        for posting in entry.postings.order_by("line", "id")
    ]
    reversal = post(
        code=EntryCode.REVERSAL,
        reference=entry.public_id,
        lines=lines,
        effective_on=effective_on,
        actor=actor,
        reason=reason.strip(),
    )
    assert reversal is not None  # an entry always has lines
    return reversal


def _signed(new: NewEntry, actor: Actor) -> Entry:
    """The entry with the proof of itself and of the lines that it will get; nothing is written yet."""
    entry = Entry(
        code=new.code.value,
        reference=new.reference,
        effective_on=new.effective_on,
        recorded_at=timezone.now(),
        actor_ref=actor.ref,
        reason=new.reason,
    )
    lines = [[getattr(line, field) for field in LINE_FIELDS] for line in new.lines]
    proof = texts([getattr(entry, field) for field in ENTRY_FIELDS], lines).proof()
    entry.digest, entry.marks = proof.digest, proof.marks
    return entry


def _postings(entry_id: int, lines: Iterable[Line]) -> list[Posting]:
    return [
        Posting(
            entry_id=entry_id,
            account=line.account,
            subject=line.subject,
            amount_gr=line.amount_gr,
            line=number,
        )
        for number, line in enumerate(lines, 1)
    ]


def _batches(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
