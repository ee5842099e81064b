"""Looking back: who did what, from the audit log, and what an act did to the ledger (A11, S32)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kernel.actors import Actor
from kernel.audit import purging
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from kernel.audit.verification import Standing, standing
from kernel.dates import WARSAW
from kernel.errors import InvalidInput, NotFound
from services.accounts.access import require
from services.ledger.models import Entry
from services.ledger.queries import entries_of
from services.users.domain import Verb

MOST_EXPORTED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which entries: days in Warsaw (both whole), the act, who by kind, id and role, how it ended, and about which object.

    Everything may stay empty. `actor_ref` and `subject_ref` are public ids.
    """

    since: date | None = None
    until: date | None = None
    action: str = ""
    actor_kind: str = ""
    actor_ref: str = ""
    role: str = ""
    outcome: str = ""
    subject_ref: str = ""

    @property
    def given(self) -> dict[str, str]:
        """What is not empty, by name, as plain text."""
        return {one.name: str(value) for one in fields(self) if (value := getattr(self, one.name))}


def audit_entries(actor: Actor, narrowing: Narrowing) -> QuerySet[AuditEntry]:
    """Entries of the gmina's log, newest first. Raises Refused("access.denied")."""
    require(actor, Verb.VIEW_AUDIT)
    rows = AuditEntry.objects.order_by("-at", "-id")
    if narrowing.since is not None:
        rows = rows.filter(at__gte=_start_of(narrowing.since))
    if narrowing.until is not None:
        rows = rows.filter(at__lt=_start_of(narrowing.until + timedelta(days=1)))
    texts = {name: text for name, text in narrowing.given.items() if name not in ("since", "until")}
    return rows.filter(**texts)


def audit_entry(actor: Actor, public_id: UUID) -> tuple[AuditEntry, Standing]:
    """One entry, and whether it is what its seal says. Raises Refused("access.denied"), NotFound("audit.unknown")."""
    require(actor, Verb.VIEW_AUDIT)
    entry = AuditEntry.objects.filter(public_id=public_id).first()
    if entry is None:
        raise NotFound("audit.unknown")
    return entry, standing(entry)


@transaction.atomic(durable=True)
def export_audit(narrowing: Narrowing, *, form: str, actor: Actor) -> Sequence[AuditEntry]:
    """Entries that go out as a file ("csv" or "json"), newest first; that they went is an entry itself (L-06).

    Raises Refused("access.denied"), InvalidInput("audit.too_many") above MOST_EXPORTED: narrow the days then.
    """
    actor = require(actor, Verb.VIEW_AUDIT)
    rows = list(audit_entries(actor, narrowing)[: MOST_EXPORTED + 1])
    if len(rows) > MOST_EXPORTED:
        raise InvalidInput("audit.too_many", most=MOST_EXPORTED)
    record("audit.exported", actor=actor, form=form, rows=len(rows), narrowing=narrowing.given)
    return rows


def audit_months(actor: Actor) -> int:
    """How many months the gmina keeps its log. Raises Refused("access.denied")."""
    require(actor, Verb.VIEW_AUDIT)
    return purging.months()


def keep_audit_for(months: int, *, actor: Actor) -> None:
    """Keep the log for this many months. Raises Refused("access.denied"), InvalidInput("audit.months") outside 24 to 240."""
    purging.keep_for(months, actor=require(actor, Verb.CONFIGURE))


def ledger_entries_of(reference: UUID) -> list[Entry]:
    """Entries of the ledger that one payment, receipt or assessment made, and their reversals, oldest first.

    For code that has already passed the door to the object of that public id.
    """
    return entries_of(reference)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=WARSAW)
