"""Visits of a clerk, what a person at the counter may be shown, and requests that wait."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import require, types_handled
from services.accounts.models import Payer, Resident
from services.accounts.queries import person_index
from services.counter.domain import IDLE, Act
from services.counter.models import CounterAct, Visit
from services.liabilities.queries import statement
from services.liabilities.statements import Statement
from services.users.domain import Verb


def payers_at(actor: Actor, identifier: str) -> list[Payer]:
    """Payers with this PESEL or NIP number or this number of the finance system. Raises Refused("access.denied")."""
    require(actor, Verb.ASSIST_AT_COUNTER)
    identifier = identifier.strip()
    by_person = Payer.objects.filter(identifier_index=person_index(identifier))
    return list((by_person | Payer.objects.filter(external_id=identifier)).order_by("external_id"))


def open_visits(actor: Actor) -> QuerySet[Visit]:
    """The clerk's own visits that have no end yet."""
    require(actor, Verb.ASSIST_AT_COUNTER)
    return (
        Visit.objects.filter(clerk=actor.user_id or 0, closed_at__isnull=True)
        .select_related("payer")
        .prefetch_related("acts")
    )


def visit_of(actor: Actor, visit_id: UUID) -> Visit:
    """One visit of this very clerk. Raises NotFound("visit.unknown") for one of a colleague's."""
    require(actor, Verb.ASSIST_AT_COUNTER)
    rows = Visit.objects.select_related("payer", "clerk").prefetch_related("acts")
    row = rows.filter(public_id=visit_id, clerk=actor.user_id or 0).first()
    if row is None:
        raise NotFound("visit.unknown")
    return row


def last_seen(visit: Visit) -> datetime:
    """When something was last done in a visit."""
    return max([visit.opened_at, *(act.done_at for act in visit.acts.all())])


def is_over(visit: Visit, now: datetime) -> bool:
    """Whether a visit has an end: the clerk has closed it, or nothing was done in it for `IDLE`."""
    return visit.closed_at is not None or last_seen(visit) <= now - IDLE


def idle_visits(now: datetime) -> QuerySet[Visit]:
    """Visits without an end in which nothing was done for `IDLE`."""
    rows = Visit.objects.filter(closed_at__isnull=True, opened_at__lte=now - IDLE)
    recent = CounterAct.objects.filter(visit=OuterRef("pk"), done_at__gt=now - IDLE)
    return rows.exclude(Exists(recent))


def dues_at_counter(actor: Actor, payer: Payer, as_of: date) -> Statement:
    """What the payer owes on the day, of the liability types that the clerk handles: of other departments nothing."""
    types = set(types_handled(actor).values_list("code", flat=True))
    return statement(payer, as_of, types)


def account_at(payer: Payer) -> Resident | None:
    """The open account of the person whose own file this is, for correcting contact data; None without one."""
    rows = Resident.objects.filter(
        representations__payer=payer, representations__is_self=True, representations__revoked_at__isnull=True
    )
    return rows.filter(state="active").select_related("user").first()


def requests_waiting(actor: Actor) -> QuerySet[CounterAct]:
    """Requests written down at the counter that nobody has settled, the oldest first."""
    require(actor, Verb.ASSIST_AT_COUNTER)
    rows = CounterAct.objects.filter(kind=Act.REQUEST, settled_at__isnull=True)
    return rows.select_related("visit__payer", "visit__clerk").order_by("done_at", "id")


def request_at(actor: Actor, act_id: UUID) -> CounterAct:
    """One request, settled or not. Raises NotFound("counter.unknown")."""
    require(actor, Verb.ASSIST_AT_COUNTER)
    rows = CounterAct.objects.filter(kind=Act.REQUEST, public_id=act_id)
    row = rows.select_related("visit__payer", "visit__clerk", "settled_by").first()
    if row is None:
        raise NotFound("counter.unknown")
    return row


def visits_about(payers: Iterable[Payer]) -> QuerySet[Visit]:
    """Visits of these payers with what was done in them, the oldest first: for the copy of a person's data."""
    rows = Visit.objects.filter(payer__in=[payer.pk for payer in payers])
    return rows.prefetch_related("acts").order_by("opened_at", "pk")
