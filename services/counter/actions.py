"""Opening a visit, what is done in it, and its end. Every act is in the audit log under the clerk, as of the counter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor, system
from kernel.audit.recording import record, record_each
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.actions.own_data import OwnData, correct_contact
from services.accounts.models import Payer
from services.counter.domain import IDLE, LONGEST_REQUEST, Act, Shown
from services.counter.models import CounterAct, Visit
from services.counter.queries import account_at, idle_visits, is_over, last_seen, payers_at
from services.users.domain import Verb
from services.users.queries import account_of

ENDING = system("counter.end_idle")


@transaction.atomic(durable=True)
def find_payers(*, identifier: str, actor: Actor) -> list[Payer]:
    """Payers with this number, as `queries.payers_at`. The log says whose files were found, or that there were none; never
    the number."""
    actor = require(actor, Verb.ASSIST_AT_COUNTER)
    found = payers_at(actor, identifier)
    record_each("counter.searched", [(payer, {"count": len(found)}) for payer in found], actor=actor)
    if not found:
        record("counter.searched", actor=actor, count=0)
    return found


@transaction.atomic(durable=True)
def open_visit(*, payer_id: UUID, shown: Shown, now: datetime, actor: Actor) -> Visit:
    """The clerk has recognised the person by a document. Raises NotFound("payer.unknown")."""
    actor = require(actor, Verb.ASSIST_AT_COUNTER)
    payer = Payer.objects.filter(public_id=payer_id).first()
    if payer is None:
        raise NotFound("payer.unknown")
    visit = Visit.objects.create(payer=payer, clerk=account_of(actor).get(), shown=shown.value, opened_at=now)
    record("counter.opened", payer, actor=actor, reason=shown.value)
    return visit


@transaction.atomic(durable=True)
def note_act(*, visit_id: UUID, act: Act, now: datetime, actor: Actor) -> CounterAct:
    """A statement or a slip was printed for the person. Raises NotFound("visit.unknown"), Conflict("visit.closed")."""
    visit, actor = _visit(visit_id, actor)
    row = CounterAct.objects.create(visit=visit, kind=act.value, done_at=now)
    record(f"counter.{act.value}", visit.payer, actor=actor)
    return row


@transaction.atomic(durable=True)
def record_request(*, visit_id: UUID, text: str, now: datetime, actor: Actor) -> CounterAct:
    """What the person asks the office for, in words that the clerk has read back. It waits on the start page.

    Raises as `note_act` does, and InvalidInput("counter.request") without words or with too many.
    """
    visit, actor = _visit(visit_id, actor)
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_REQUEST:
        raise InvalidInput("counter.request", field="text", most=LONGEST_REQUEST)
    row = CounterAct.objects.create(visit=visit, kind=Act.REQUEST.value, text=text, done_at=now)
    record("counter.request", visit.payer, actor=actor)
    return row


@transaction.atomic(durable=True)
def correct_contact_data(
    *, visit_id: UUID, address: str, phone: str, version: int, now: datetime, actor: Actor
) -> CounterAct:
    """Correct address and telephone of the person's account as the person says; the account's mailbox is told.

    Raises as `note_act` and `correct_contact` do, and NotFound("resident.unknown") for a person without an account.
    """
    visit, actor = _visit(visit_id, actor)
    resident = account_at(visit.payer)
    if resident is None:
        raise NotFound("resident.unknown")
    correct_contact(resident, OwnData(address=address, phone=phone), version=version, actor=actor)
    row = CounterAct.objects.create(visit=visit, kind=Act.CONTACT.value, done_at=now)
    record("counter.contact", visit.payer, actor=actor)
    return row


@transaction.atomic(durable=True)
def close_visit(*, visit_id: UUID, now: datetime, actor: Actor) -> Visit:
    """The person goes; from now on the visit is only read. A second call is the same call. One that nobody ends is over
    after `IDLE` (`end_idle_visits`)."""
    visit, actor = _visit(visit_id, actor, also_closed=True)
    if visit.closed_at is None:
        visit.closed_at = now
        visit.save(update_fields=["closed_at"])
        record("counter.closed", visit.payer, actor=actor, count=visit.acts.count())
    return visit


def end_idle_visits(now: datetime) -> int:
    """End the visits that nobody has ended, at the time at which they were over. How many there were."""
    ended = 0
    for found in idle_visits(now):
        with transaction.atomic(durable=True):
            visit = Visit.objects.select_for_update(of=("self",)).select_related("payer").get(pk=found.pk)
            if visit.closed_at is not None or not is_over(visit, now):
                continue
            visit.closed_at = last_seen(visit) + IDLE
            visit.save(update_fields=["closed_at"])
            record("counter.closed", visit.payer, actor=ENDING, count=visit.acts.count(), reason="idle")
            ended += 1
    return ended


@transaction.atomic(durable=True)
def settle_request(*, act_id: UUID, now: datetime, actor: Actor) -> CounterAct:
    """A request from the counter is settled. Raises NotFound("counter.unknown"), Conflict("counter.settled")."""
    actor = require(actor, Verb.ASSIST_AT_COUNTER)
    rows = CounterAct.objects.select_for_update(of=("self",)).select_related("visit__payer")
    row = rows.filter(public_id=act_id, kind=Act.REQUEST).first()
    if row is None:
        raise NotFound("counter.unknown")
    if row.settled_at is not None:
        raise Conflict("counter.settled")
    row.settled_at, row.settled_by = now, account_of(actor).get()
    row.save(update_fields=["settled_at", "settled_by"])
    record("counter.settled", row.visit.payer, actor=actor)
    return row


def _visit(visit_id: UUID, actor: Actor, *, also_closed: bool = False) -> tuple[Visit, Actor]:
    actor = require(actor, Verb.ASSIST_AT_COUNTER)
    rows = Visit.objects.select_for_update(of=("self",)).select_related("payer")
    visit = rows.filter(public_id=visit_id, clerk=actor.user_id or 0).first()
    if visit is None:
        raise NotFound("visit.unknown")
    if not also_closed and is_over(visit, timezone.now()):
        raise Conflict("visit.closed")
    return visit, actor
