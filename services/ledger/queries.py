"""Balances: sums of postings, nothing stored."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from services.ledger.models import AccountKind, Entry, EntryCode, Posting


def balances(subjects: Collection[UUID] | QuerySet[Any, Any], account: AccountKind) -> Mapping[UUID, int]:
    """Balance in grosze of `account` for each subject that has postings; an asset is above zero.

    `subjects` may be a query of their public ids: for many of them a join is much faster than a list.
    """
    rows = (
        Posting.objects.filter(subject__in=subjects, account=account)
        .values_list("subject")
        .annotate(total=Sum("amount_gr"))
    )
    return {subject: total for subject, total in rows if subject is not None}


def entries_about(subject: UUID) -> list[Entry]:
    """Entries that touch the subject, oldest first, with their postings."""
    return list(
        Entry.objects.filter(postings__subject=subject).prefetch_related("postings").order_by("id").distinct()
    )


def entries_of(reference: UUID) -> list[Entry]:
    """Entries that one payment, receipt or assessment made, the reversals of these and what was booked anew after them,
    oldest first, with postings."""
    rows = Entry.objects.filter(pk__in=[entry.pk for entry in _chains([reference])[reference]])
    return list(rows.prefetch_related("postings").order_by("id"))


def standing_entries(references: Collection[UUID]) -> Mapping[UUID, list[Entry]]:
    """For each reference the entries of `entries_of` that nobody has taken back, without the reversals themselves."""
    found = {}
    for reference, entries in _chains(references).items():
        gone = {entry.reference for entry in entries if entry.code == EntryCode.REVERSAL}
        found[reference] = [
            entry for entry in entries if entry.code != EntryCode.REVERSAL and entry.public_id not in gone
        ]
    return found


def _chains(references: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """A reversal refers to its entry, and what is booked after it refers to the reversal: one query for each such step."""
    chains: dict[UUID, list[Entry]] = {reference: [] for reference in references}
    origin = {reference: reference for reference in references}
    asked = set(origin)
    while asked:
        entries = list(Entry.objects.filter(reference__in=asked).order_by("id"))
        asked = {entry.public_id for entry in entries}
        for entry in entries:
            origin[entry.public_id] = origin[entry.reference]
            chains[origin[entry.reference]].append(entry)
    return chains


def next_reference(reference: UUID) -> UUID:
    """Under which reference a thing is booked now: its own the first time, then the id of the reversal that took the last
    booking back. So each reversal allows one booking more, and a second call books nothing."""
    entries = entries_of(reference)
    last = entries[-1] if entries else None
    return last.public_id if last is not None and last.code == EntryCode.REVERSAL else reference


def origin_of(entry: Entry) -> UUID:
    """Reference of the first entry of the chain: the payment itself, however often it was booked anew."""
    reference = entry.reference
    while before := Entry.objects.filter(public_id=reference).first():
        reference = before.reference
    return reference


def reversal_of(entry: Entry) -> Entry | None:
    """The entry that took this one back, if there is one."""
    return Entry.objects.filter(code=EntryCode.REVERSAL, reference=entry.public_id).first()
