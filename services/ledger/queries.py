"""Balances: sums of postings, nothing stored."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Sum

from services.ledger.models import AccountKind, Entry, Posting


def balances(subjects: Collection[UUID], account: AccountKind) -> Mapping[UUID, int]:
    """Balance in grosze of `account` for each subject that has postings; an asset is above zero."""
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
