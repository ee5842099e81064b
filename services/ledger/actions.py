"""Posting to the ledger. Nothing else writes there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from kernel.actors import Actor
from services.ledger.models import AccountKind, Entry, EntryCode, Posting


@dataclass(frozen=True)
class Line:
    """One line of an entry: debit above zero, credit below, in grosze. `subject` is the public id of the due, cost,
    overpayment or operator account that the line is about; the office's own accounts have none."""

    account: AccountKind
    amount_gr: int
    subject: UUID | None = None


def post(
    *, code: EntryCode, reference: UUID, lines: Iterable[Line], effective_on: date, actor: Actor
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
    entry = Entry.objects.create(
        code=code, reference=reference, effective_on=effective_on, actor_ref=actor.ref
    )
    Posting.objects.bulk_create(
        Posting(entry=entry, account=line.account, subject=line.subject, amount_gr=line.amount_gr)
        for line in kept
    )
    return entry
