"""What the office does with letters that did not arrive: send again, or settle another way."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record, record_each
from kernel.errors import Conflict
from kernel.tasks import enqueue
from services.accounts.access import require
from services.notices.models import BadAddress, Message, MessageState, Undelivered
from services.notices.queries import address_index, undelivered, undelivered_one
from services.users.domain import Verb

AT_ONCE = 500
"""Letters that one press of "send all again" takes; it says how many remain."""


@transaction.atomic(durable=True)
def retry_letter(*, letter_id: UUID, actor: Actor) -> None:
    """Put a letter that did not arrive back into the queue. Raises Refused, NotFound("letter.unknown"),
    Conflict("letter.settled") when somebody was faster."""
    actor = require(actor, Verb.HANDLE_LETTERS)
    row = _open(letter_id)
    _retry([row])
    record("letter.retried", row.message, actor=actor)


@transaction.atomic(durable=True)
def retry_all(*, actor: Actor) -> int:
    """Put all letters that did not arrive back into the queue, AT_ONCE at most; returns how many. Raises Refused."""
    actor = require(actor, Verb.HANDLE_LETTERS)
    rows = list(undelivered().select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    _retry(rows)
    record_each("letter.retried", [(row.message, {}) for row in rows], actor=actor)
    return len(rows)


@transaction.atomic(durable=True)
def settle_letter(*, letter_id: UUID, actor: Actor) -> None:
    """The person was reached another way, or need not be. Raises Refused, NotFound("letter.unknown"),
    Conflict("letter.settled")."""
    actor = require(actor, Verb.HANDLE_LETTERS)
    row = _open(letter_id)
    row.settled_at, row.settled_by = timezone.now(), actor.ref
    row.save()
    record("letter.settled", row.message, actor=actor)


def _open(letter_id: UUID) -> Undelivered:
    row = Undelivered.objects.select_for_update().get(pk=undelivered_one(letter_id).pk)
    if row.settled_at is not None or row.message.state == MessageState.WAITING:
        raise Conflict("letter.settled")
    return row


def _retry(rows: list[Undelivered]) -> None:
    """Back into the queue as if never tried; what is known against the addresses is forgotten, since somebody thinks that
    they work."""
    addresses = {address_index(row.message.recipient) for row in rows}
    BadAddress.objects.filter(address_index__in=addresses).delete()
    Message.objects.filter(pk__in=[row.message_id for row in rows]).update(
        state=MessageState.WAITING,
        attempts=0,
        doubts=0,
        handed_at=None,
        claim=None,
        sent_at=None,
        last_error="",
        next_attempt_at=timezone.now(),
    )
    Undelivered.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if rows:
        enqueue("notices.deliver_due")
