"""The end of an entry's time: whole seals from the beginning of the chain go, and an anchor says up to where.

PostgreSQL lets an entry go only when it is older than the least time and the transaction says that it purges.
"""

from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from kernel.actors import Actor, system
from kernel.audit.models import LEAST_MONTHS, Anchor, AuditEntry, Retention, Seal
from kernel.audit.proof import anchor_text, unpack
from kernel.audit.recording import record
from kernel.audit.sealing import is_alone
from kernel.crypto import keyring
from kernel.errors import InvalidInput

PURPOSE: Final = "audit.anchor"
SEALS_AT_ONCE: Final = 10
MOST_MONTHS: Final = 240
ACTOR: Final = system("audit.purge")


def months() -> int:
    """How long the entries of the open schema are kept, in months."""
    newest = Retention.objects.order_by("pk").last()
    return newest.months if newest else LEAST_MONTHS


@transaction.atomic(durable=True)
def keep_for(number: int, *, actor: Actor) -> None:
    """Keep the entries for this many months from now on. Raises InvalidInput("audit.months") outside 24 to 240.

    For code that has passed the door. A shorter time counts at once, never below what the law wants.
    """
    if not LEAST_MONTHS <= number <= MOST_MONTHS:
        raise InvalidInput("audit.months", field="months", least=LEAST_MONTHS, most=MOST_MONTHS)
    if number == months():
        return
    before = months()
    row = Retention.objects.create(months=number, set_at=timezone.now(), set_by=actor.ref)
    record("audit.retention_set", row, actor=actor, months=number, months_before=before)


def purge() -> int:
    """Remove what is older than the gmina keeps; how many entries went. The newest seal always stays.

    Call it only after the chain was verified: what was tampered with must not be tidied away.
    """
    removed = 0
    while (done := _purge_some()) > 0:
        removed += done
    return removed


def is_genuine(anchor: Anchor) -> bool:
    """Whether the anchor was made by the program."""
    return keyring().is_mac(bytes(anchor.mac), anchor_text(anchor), PURPOSE, anchor.key_id)


@transaction.atomic(durable=True)
def _purge_some() -> int:
    if not is_alone():
        return 0
    cutoff = _let_go()
    old = []
    for seal in Seal.objects.order_by("number")[: SEALS_AT_ONCE + 1]:
        if seal.newest_at >= cutoff:
            break
        old.append(seal)
    newest = Seal.objects.order_by("number").last()
    going = [seal for seal in old if newest is not None and seal.number != newest.number][:SEALS_AT_ONCE]
    if not going:
        return 0
    ids = [member.entry_id for seal in going for member in unpack(bytes(seal.members))]
    AuditEntry.objects.filter(pk__in=ids).delete()
    Seal.objects.filter(pk__in=[seal.pk for seal in going]).delete()
    _anchor(going[-1], len(ids))
    record(
        "audit.purged",
        actor=ACTOR,
        entries=len(ids),
        seal=going[-1].number,
        before_on=timezone.localdate(cutoff),
    )
    return len(ids)


def _let_go() -> datetime:
    """Tell PostgreSQL that this transaction purges; before which moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('skarbnik.audit_purge', 'on', true), now() - make_interval(months => %s)",
            [months()],
        )
        cutoff: datetime = cursor.fetchone()[1]
    return cutoff


def _anchor(last: Seal, entries: int) -> None:
    before = Anchor.objects.order_by("number").last()
    made = Anchor(
        number=last.number,
        seal_mac=bytes(last.mac),
        entries=entries + (before.entries if before else 0),
        purged_at=timezone.now(),
    )
    made.key_id, made.mac = keyring().mac(anchor_text(made), PURPOSE)
    made.save(force_insert=True)
