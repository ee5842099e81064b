"""One transfer, told twice: by a bank statement and by a posting of the finance system. It must be booked once.

Both ways the same test: the same due, the same amount, days that are near. What is unsure is for a person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from services.accounts.models import Payer
from services.banking.domain.kinds import Target
from services.banking.domain.postings import Outcome
from services.banking.models import Match, PostingRow
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.liabilities.models import Liability

NEAR: Final = timedelta(days=5)
"""Between the day of a posting and the bank's day: a weekend, a holiday, and somebody who posts on Wednesday what came on
Friday."""
_CLAIMS: Final = (AccountKind.RECEIVABLE_PRINCIPAL, AccountKind.RECEIVABLE_INTEREST)


@dataclass(frozen=True)
class Told:
    """A line of a statement that told of the money of a posting. `is_of_due`: it was booked to the due of the posting, else
    to another due of the same payer."""

    match: Match
    is_of_due: bool


def line_of(row: PostingRow, due: Liability, earlier: QuerySet[PostingRow]) -> Told | None:
    """The booked line of a bank statement that is the money of this posting, the nearest day first.

    `earlier` are the rows that stand beside it: the money of a line is told by as many postings as it has grosze for.
    """
    assert row.posted_on is not None
    found = list(_matches_near(row.posted_on, due))
    found.sort(key=lambda one: (abs((one.line.booked_on - _day(row)).days), one.pk))
    told = {match.pk: _told_of(match, earlier) for match in found}
    together_gr = _together(row, due)
    for match in found:
        share_gr, line_gr = _share(match, due), match.line.amount_gr
        fits = row.amount_gr == share_gr or (share_gr > 0 and line_gr in (row.amount_gr, together_gr))
        is_free = told[match.pk] + row.amount_gr <= line_gr
        if fits and is_free and not earlier.filter(match=match, due=due).exists():
            return Told(match, is_of_due=True)
    for match in found:
        if not told[match.pk] and match.line.amount_gr == row.amount_gr:
            return Told(match, is_of_due=False)
    return None


def _day(row: PostingRow) -> date:
    assert row.posted_on is not None
    return row.posted_on


def _matches_near(day: date, due: Liability) -> QuerySet[Match]:
    near = (day - NEAR, day + NEAR)
    taken_back = Entry.objects.filter(code=EntryCode.REVERSAL, reference=OuterRef("entry__public_id"))
    rows = Match.objects.filter(
        Q(line__booked_on__range=near) | Q(line__value_on__range=near),
        target=Target.DUES.value,
        undone_at__isnull=True,
        payer__in=due.debtors.values("pk"),
    )
    return rows.exclude(Exists(taken_back)).select_related("line", "entry")


def _told_of(match: Match, earlier: QuerySet[PostingRow]) -> int:
    """Grosze of the line that other postings have told of already."""
    rows = earlier.filter(match=match, outcome=Outcome.RECOGNISED.value)
    return rows.aggregate(sum=Sum("amount_gr"))["sum"] or 0


def _share(match: Match, due: Liability) -> int:
    """Grosze that the line's entry has credited to the due."""
    rows = Posting.objects.filter(
        entry=match.entry_id, subject=due.public_id, account__in=_CLAIMS, amount_gr__lt=0
    )
    return -(rows.aggregate(sum=Sum("amount_gr"))["sum"] or 0)


def _together(row: PostingRow, due: Liability) -> int:
    """What the file posts on that day to dues of the same payers: a transfer that the finance system has divided."""
    dues = Liability.objects.filter(debtors__in=due.debtors.values("pk")).values("external_id")
    rows = PostingRow.objects.filter(
        run=row.run_id, posted_on=row.posted_on, reference="", amount_gr__gt=0, due_number__in=dues
    )
    return rows.aggregate(sum=Sum("amount_gr"))["sum"] or 0


def posted_to_dues(dues: Collection[Liability], amount_gr: int, days: Collection[date]) -> bool:
    """Whether a posting near these days has booked this amount to one of the dues, or to all of them together."""
    return _is_among(_posted(days).filter(due__in=[due.pk for due in dues]), amount_gr)


def posted_to_payers(payers: Collection[Payer], amount_gr: int, days: Collection[date]) -> bool:
    """The same of any due of these payers."""
    owing = Liability.objects.filter(debtors__in=[payer.pk for payer in payers]).values("pk")
    return _is_among(_posted(days).filter(due__in=owing), amount_gr)


def _posted(days: Collection[date]) -> QuerySet[PostingRow]:
    """Postings without a payment of the portal that are booked and stand."""
    rows = PostingRow.objects.filter(
        is_done=True,
        outcome=Outcome.BOOKED.value,
        reference="",
        taken_back_by__isnull=True,
        posted_on__range=(min(days) - NEAR, max(days) + NEAR),
    )
    taken_back = Entry.objects.filter(code=EntryCode.REVERSAL, reference=OuterRef("entry__public_id"))
    return rows.exclude(Exists(taken_back))


def _is_among(rows: QuerySet[PostingRow], amount_gr: int) -> bool:
    """Whether one of the postings, or all of one day, are the amount."""
    by_day: dict[date, int] = {}
    for day, posted_gr in rows.values_list("posted_on", "amount_gr"):
        if posted_gr == amount_gr:
            return True
        assert day is not None
        by_day[day] = by_day.get(day, 0) + posted_gr
    return amount_gr in by_day.values()
