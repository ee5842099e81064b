"""What earlier payments took off civil dues, read from the ledger.

A payment of a civil due goes to its interest first, or to its principal first (art. 451 § 1 KC): never to both in their
ratio, as a tax does (art. 55 § 2 O.p.). So what is left of it cannot be charged from the due date as if nothing had been
paid: interest ran on more until the payment, and what was paid of it is not owed again.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.liabilities.domain.interest import Settled
from services.liabilities.models import Liability

_PAYING = (EntryCode.PAYMENT, EntryCode.RECEIPT, EntryCode.OVERPAID_CREDIT)


def settled_before(liabilities: QuerySet[Liability]) -> Mapping[UUID, list[tuple[int, Settled]]]:
    """For each civil due of the query that was paid in part: (number of the ledger entry, what it took off), by day.

    Entries that were taken back do not count. One query.
    """
    civil = liabilities.order_by().filter(liability_type__allocation_regime="civil").values("public_id")
    rows = Posting.objects.filter(
        subject__in=civil,
        account__in=[AccountKind.RECEIVABLE_PRINCIPAL, AccountKind.RECEIVABLE_INTEREST],
        amount_gr__lt=0,  # interest arises and is settled in one entry: only its credit is a payment
        entry__code__in=_PAYING,
    ).exclude(entry__public_id__in=Entry.objects.filter(code=EntryCode.REVERSAL).values("reference"))
    found: dict[UUID, dict[tuple[date, int], dict[str, int]]] = defaultdict(dict)
    for subject, number, paid_on, account, amount_gr in rows.values_list(
        "subject", "entry_id", "entry__effective_on", "account", "amount_gr"
    ):
        if subject is not None:
            paid = found[subject].setdefault((paid_on, number), {})
            paid[account] = paid.get(account, 0) - amount_gr
    return {
        subject: [
            (
                number,
                Settled(
                    paid_on,
                    paid.get(AccountKind.RECEIVABLE_PRINCIPAL, 0),
                    paid.get(AccountKind.RECEIVABLE_INTEREST, 0),
                ),
            )
            for (paid_on, number), paid in sorted(entries.items())
        ]
        for subject, entries in found.items()
    }
