"""Balances: sums of postings, nothing stored."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

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
    """Entries that one payment, receipt or assessment made and the reversals of these, oldest first, with postings."""
    own = Entry.objects.filter(reference=reference).values("public_id")
    found = Entry.objects.filter(Q(reference=reference) | Q(code=EntryCode.REVERSAL, reference__in=own))
    return list(found.prefetch_related("postings").order_by("id"))


def reversal_of(entry: Entry) -> Entry | None:
    """The entry that took this one back, if there is one."""
    return Entry.objects.filter(code=EntryCode.REVERSAL, reference=entry.public_id).first()
