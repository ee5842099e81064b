"""Keeping and dropping saved views, and noting that a list left the portal as a file."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, Refused
from services.accounts.access import require
from services.users.domain import Verb
from services.users.queries import account_of
from services.worklists.domain import LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS
from services.worklists.models import SavedView
from services.worklists.queries import own_view


@transaction.atomic(durable=True)
def save_view(
    *, queue: str, name: str, query: str, is_shared: bool, is_default: bool, now: datetime, actor: Actor
) -> SavedView:
    """Keep filters and order of a list under a name; the person's view of the same name is replaced.

    `query` is the part of the address after the question mark, made of fields that name nobody. Raises
    InvalidInput("view.name"), ("view.query") or ("view.too_many").
    """
    actor = require(actor, Verb.DESK)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput("view.name", field="name", most=LONGEST_NAME)
    if len(query) > LONGEST_QUERY:
        raise InvalidInput("view.query", field="name")
    # The account is the lock: two windows of one person do not make two default views.
    user = account_of(actor).select_for_update().get()
    own = list(SavedView.objects.filter(user=user, queue=queue))
    row = next((one for one in own if one.name.casefold() == name.casefold()), None)
    if row is None and len(own) >= MOST_VIEWS:
        raise InvalidInput("view.too_many", field="name", most=MOST_VIEWS)
    if is_default:
        SavedView.objects.filter(user=user, queue=queue, is_default=True).update(is_default=False)
    row = row or SavedView(user=user, queue=queue)
    row.name, row.query, row.saved_at = name, query, now
    row.is_shared, row.is_default = is_shared, is_default
    row.save()
    record("view.saved", row, actor=actor, page=queue)
    return row


@transaction.atomic(durable=True)
def drop_view(*, view_id: UUID, actor: Actor) -> str:
    """Forget one of the person's own views; gives the code of its list. Raises NotFound("view.unknown")."""
    actor = require(actor, Verb.DESK)
    row = own_view(actor, view_id)
    record("view.dropped", row, actor=actor, page=row.queue)
    row.delete()
    return row.queue


@transaction.atomic(durable=True)
def note_export(*, queue: str, verb: Verb, count: int, form: str, narrowing: str, actor: Actor) -> None:
    """Write down who took which list away, how it was narrowed, how many rows it had and in which form (RODO art. 5
    ust. 2). Raises Refused("support.read_only") for the platform's support, which takes nothing away.
    """
    if actor.support:
        raise Refused("support.read_only")
    actor = require(actor, verb)
    record("list.exported", actor=actor, page=queue, lines=count, form=form, narrowing=narrowing)
