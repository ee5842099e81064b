"""Threads that a resident or a clerk may read. Every loader checks whose they are."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, require, types_handled
from services.accounts.models import Resident
from services.accounts.queries import resident_of
from services.accounts.queries_representation import authorities_of
from services.correspondence.models import DueMessage, DueThread
from services.liabilities.models import Liability
from services.liabilities.queries import liability
from services.users.domain import Verb


@liability_types_of.register
def _(subject: DueThread) -> Iterable[int]:
    return [subject.liability.liability_type_id]


def own_liability(actor: Actor, public_id: UUID, on: date) -> tuple[Resident, Liability]:
    """A due of somebody for whom the resident acts on the day, of a type that the authority covers.

    Raises NotFound("liability.unknown") for any other.
    """
    resident, row = resident_of(actor), liability(public_id)
    debtors = set(row.debtors.values_list("pk", flat=True))
    for right in authorities_of(resident, on):
        covers = right.types is None or row.liability_type.code in right.types
        if right.payer.pk in debtors and covers:
            return resident, row
    raise NotFound("liability.unknown")


def own_thread(actor: Actor, liability_id: UUID, on: date) -> DueThread | None:
    """The resident's own thread about a due, or None before the first message. Raises NotFound as `own_liability`."""
    resident, row = own_liability(actor, liability_id, on)
    return DueThread.objects.filter(resident=resident, liability=row).first()


def unread_of(actor: Actor) -> list[DueThread]:
    """Threads in which the office has answered and the resident has not looked yet."""
    rows = DueThread.objects.select_related("liability")
    return list(rows.filter(resident=resident_of(actor), is_read=False))


def threads(actor: Actor) -> QuerySet[DueThread]:
    """Threads about dues of the types that the clerk handles: those that wait longest first."""
    require(actor, Verb.ANSWER_MESSAGES)
    rows = DueThread.objects.filter(liability__liability_type__in=types_handled(actor))
    rows = rows.select_related("liability__liability_type", "resident__user")
    return rows.order_by(F("waits_since").asc(nulls_last=True), "-last_at", "-id")


def waiting(actor: Actor) -> int:
    """How many residents wait for an answer of somebody like this clerk."""
    return threads(actor).filter(waits_since__isnull=False).count()


def thread(actor: Actor, public_id: UUID) -> DueThread:
    """One thread for a clerk who handles the type of its due. Raises NotFound for any other."""
    rows = DueThread.objects.select_related("liability__liability_type", "resident__user")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("due_thread.unknown")
    require(actor, Verb.ANSWER_MESSAGES, row)
    return row


def threads_about(actor: Actor, liability_id: UUID) -> list[DueThread]:
    """Threads about one due, for a clerk who handles its type."""
    return list(threads(actor).filter(liability__public_id=liability_id))


def messages_of(row: DueThread) -> QuerySet[DueMessage]:
    """All messages of a thread, the oldest first."""
    return row.messages.select_related("author")
