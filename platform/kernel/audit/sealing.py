"""Seals: committed entries are chained afterwards, so that people who write to the log never wait for each other.

Which entries wait is kept by a trigger in a table of its own. Whatever is visible there is committed, however late it was
and whatever its id: so there is no place in the chain that a slow transaction could miss, and the chain needs no numbers of
transactions, which another server would not understand.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import Min, QuerySet, Subquery
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import Anchor, AuditEntry, Seal, Waiting
from kernel.audit.proof import FIRST_PREVIOUS, member_of, pack, seal_text
from kernel.budget import is_time_up
from kernel.crypto import keyring

log = structlog.get_logger(__name__)

MOST_IN_A_SEAL: Final = 2000
PURPOSE: Final = "audit.seal"
HAS_WORK: Final = """
SELECT EXISTS (SELECT FROM audit_waiting)
    OR coalesce((SELECT is_old FROM audit_seal ORDER BY number DESC LIMIT 1),
                EXISTS (SELECT FROM audit_auditentry))
"""


def seal() -> int:
    """Seal every committed entry of the open schema; how many they were.

    Harmless to repeat and to run twice at once: the second finds the first at work and leaves it to it. The code of each
    seal also goes to the program's log, which is kept outside the database.
    """
    sealed = 0
    while (done := _seal_some()) > 0:
        sealed += done
        if is_time_up():
            break
    return sealed


def has_work() -> bool:
    """Whether `seal` may find something, in one small query: most gminas have nothing to seal most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(HAS_WORK)
        return bool(cursor.fetchone()[0])


def count_unsealed() -> int:
    """How many entries wait for a seal."""
    return Waiting.objects.count() + _from_before(Seal.objects.order_by("number").last()).count()


def oldest_waiting() -> datetime | None:
    """Time of the oldest entry that waits for a seal."""
    rows = AuditEntry.objects.filter(pk__in=Waiting.objects.values("entry_id"))
    first: datetime | None = rows.aggregate(first=Min("at"))["first"]
    return first


@transaction.atomic(durable=True)
def _seal_some() -> int:
    if not is_alone():
        return 0
    last = Seal.objects.order_by("number").last()
    old = list(_from_before(last)[:MOST_IN_A_SEAL])
    entries = old or list(AuditEntry.objects.filter(pk__in=_next_waiting()).order_by("pk"))
    if not entries:
        return 0
    made = _make(last, entries, is_old=bool(old))
    Waiting.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    transaction.on_commit(lambda: _tell(made), robust=True)
    return len(entries)


def _tell(made: Seal) -> None:
    log.info("audit.sealed", number=made.number, mac=bytes(made.mac).hex(), entries=made.entries)


def _from_before(last: Seal | None) -> QuerySet[AuditEntry]:
    """Entries from before the log had seals that are not taken in yet: nobody put them into the waiting table."""
    if last is not None and not last.is_old:
        return AuditEntry.objects.none()
    rows = AuditEntry.objects.exclude(pk__in=Waiting.objects.values("entry_id"))
    return rows.filter(pk__gt=last.last_id if last else 0).order_by("pk")


def _next_waiting() -> Subquery:
    return Subquery(Waiting.objects.order_by("pk").values("entry_id")[:MOST_IN_A_SEAL])


def _make(last: Seal | None, entries: Iterable[AuditEntry], *, is_old: bool) -> Seal:
    rows = list(entries)
    number, previous = _end_of_chain(last)
    made = Seal(
        number=number + 1,
        previous=previous,
        members=pack(map(member_of, rows)),
        entries=len(rows),
        last_id=max(row.pk for row in rows),
        newest_at=max(row.at for row in rows),
        is_old=is_old,
        sealed_at=timezone.now(),
    )
    made.key_id, made.mac = keyring().mac(seal_text(made), PURPOSE)
    made.save(force_insert=True)
    return made


def _end_of_chain(last: Seal | None) -> tuple[int, bytes]:
    if last is not None:
        return last.number, bytes(last.mac)
    anchor = Anchor.objects.order_by("number").last()
    return (anchor.number, bytes(anchor.seal_mac)) if anchor else (0, FIRST_PREVIOUS)


def is_alone() -> bool:
    """Take the right to change the chain until the end of the transaction; False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"audit chain|{tenancy.current().schema_name}"],
        )
        return bool(cursor.fetchone()[0])
