"""Seals: committed entries are chained afterwards, so that postings to different payers never wait for each other.

The order of the chain is (transaction, id). Ids alone would not do: an entry may get a smaller id and be committed later.
Transactions older than every running one are over for good, so nothing can appear before the place that is sealed.
"""

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kernel import tenancy
from services.ledger.domain import FIRST_PREVIOUS, Member, pack, seal_digest
from services.ledger.models import Entry, Seal

log = structlog.get_logger(__name__)

MOST_IN_A_SEAL = 5000

RAISED = r"""
SELECT coalesce(max(substring(pg_get_expr(adbin, adrelid) FROM '\+ ''?(\d+)')::bigint), 0)
FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
WHERE adrelid = 'ledger_entry'::regclass AND attname = 'xid'
"""
"""By how much this gmina's numbers of transactions are raised above the server's: a gmina that came from an older server
(`tenants.archive.loading`) has it in the default of the column; everywhere else it is nothing."""


def seal() -> int:
    """Seal every entry of the gmina that no running transaction can precede any more; how many they were.

    Harmless to repeat and to run twice at once: the second finds the first at work and leaves it to it. The digest of
    each seal also goes to the log, which is kept outside the database: whoever rewrites the whole chain cannot reach it.
    """
    sealed = 0
    while (done := _seal_some()) > 0:
        sealed += done
        if done < MOST_IN_A_SEAL:
            break
    return sealed


@transaction.atomic(durable=True)
def _seal_some() -> int:
    if not _is_alone():
        return 0
    last = Seal.objects.order_by("number").last()
    members = _waiting(last)
    if not members:
        return 0
    number, previous = (last.number + 1, bytes(last.digest)) if last else (1, FIRST_PREVIOUS)
    packed, now = pack(members), timezone.now()
    made = Seal.objects.create(
        number=number,
        previous=previous,
        members=packed,
        last_xid=members[-1].xid,
        last_id=members[-1].entry_id,
        sealed_at=now,
        digest=seal_digest(number, previous, packed, now),
    )
    log.info("ledger.sealed", number=number, digest=made.digest.hex())
    return len(members)


def _waiting(last: Seal | None) -> list[Member]:
    """Entries after the last seal whose transactions are older than every running one, in the order of the chain."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ({RAISED})")
        oldest_running = cursor.fetchone()[0]
    rows = Entry.objects.filter(xid__lt=oldest_running)
    if last is not None:
        rows = rows.filter(Q(xid__gt=last.last_xid) | Q(xid=last.last_xid, id__gt=last.last_id))
    rows = rows.order_by("xid", "id")[:MOST_IN_A_SEAL]
    return [Member(xid, pk, bytes(digest)) for xid, pk, digest in rows.values_list("xid", "id", "digest")]


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"ledger seal|{tenancy.current().schema_name}"],
        )
        return bool(cursor.fetchone()[0])
