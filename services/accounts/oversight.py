"""Looking back: who did what, from the audit log, and what an act did to the ledger (A11, S32)."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from kernel.actors import Actor
from kernel.audit.models import AuditEntry
from kernel.dates import WARSAW
from services.accounts.access import require
from services.ledger.models import Entry
from services.ledger.queries import entries_of
from services.users.domain import Verb


def audit_entries(
    actor: Actor, *, on: date | None = None, action: str = "", actor_kind: str = "", actor_ref: str = ""
) -> QuerySet[AuditEntry]:
    """Entries of the log, newest first, narrowed to a day in Warsaw, an act, a kind of actor or one actor.

    Raises Refused("access.denied").
    """
    require(actor, Verb.VIEW_AUDIT)
    rows = AuditEntry.objects.order_by("-at", "-id")
    if on is not None:
        start = datetime.combine(on, time.min, tzinfo=WARSAW)
        rows = rows.filter(
            at__gte=start, at__lt=datetime.combine(on + timedelta(days=1), time.min, tzinfo=WARSAW)
        )
    if action:
        rows = rows.filter(action=action)
    if actor_kind:
        rows = rows.filter(actor_kind=actor_kind)
    if actor_ref:
        rows = rows.filter(actor_ref=actor_ref)
    return rows


def ledger_entries_of(reference: UUID) -> list[Entry]:
    """Entries of the ledger that one payment, receipt or assessment made, and their reversals, oldest first.

    For code that has already passed the door to the object of that public id.
    """
    return entries_of(reference)
