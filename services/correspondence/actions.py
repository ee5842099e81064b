"""Writing a message about a due, answering it, having read the answer. Letters say that there is one, never what it says."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.correspondence.models import DueMessage, DueThread
from services.correspondence.queries import own_liability, own_thread
from services.notices.actions import write_message
from services.users.domain import Verb
from services.users.queries import account_of
from tenants.configuration.queries import office

LONGEST = 4000
"""Characters of one message."""
MOST_IN_A_DAY = 20
"""Messages of one resident in 24 hours: a conversation, not a flood."""


@transaction.atomic(durable=True)
def ask_about_due(*, liability_id: UUID, body: str, key: UUID, actor: Actor) -> DueMessage:
    """A resident writes to the office about a due of somebody for whom he or she acts. `key` is the form's own number and
    becomes the message's: the same form twice is one message.

    Raises NotFound("liability.unknown") for any other due, InvalidInput("due_message.empty"), ("due_message.too_long"),
    ("due_message.too_many"), Conflict("due_message.key_taken") for the number of a message that is not this one.
    """
    actor = require(actor, Verb.OWN_DUES)
    now = timezone.now()
    resident, row = own_liability(actor, liability_id, warsaw_day(now))
    text = _checked(body)
    DueThread.objects.get_or_create(resident=resident, liability=row, defaults={"last_at": now})
    thread = DueThread.objects.select_for_update().get(resident=resident, liability=row)
    known = DueMessage.objects.filter(public_id=key).first()
    if known is not None:
        if (known.thread_id, known.author_id) != (thread.pk, resident.user_id):
            raise Conflict("due_message.key_taken")
        return known
    today = DueMessage.objects.filter(author_id=resident.user_id, written_at__gte=now - timedelta(days=1))
    if today.count() >= MOST_IN_A_DAY:
        raise InvalidInput("due_message.too_many", field="body", most=MOST_IN_A_DAY)
    is_first = thread.waits_since is None
    message = DueMessage.objects.create(
        public_id=key, thread=thread, author=resident.user, is_from_office=False, body=text, written_at=now
    )
    thread.waits_since, thread.last_at, thread.is_read = thread.waits_since or now, now, True
    thread.save()
    record("due_message.asked", thread, actor=actor)
    if is_first:
        place = office()
        context: dict[str, object] = {
            "portal": place.portal_name,
            "liability_type": row.liability_type.name,
            "department": row.liability_type.department.name,
            "path": f"/urzad/wiadomosci/{thread.public_id}/",
        }
        write_message(
            kind="due_message_asked",
            recipient=place.email,
            context=context,
            related_ref=str(thread.public_id),
        )
    return message


@transaction.atomic(durable=True)
def answer_about_due(*, thread_id: UUID, body: str, seen: int, actor: Actor) -> DueMessage:
    """A clerk who handles the due's type answers; `seen` is how many messages stood on the page.

    Raises NotFound("due_thread.unknown"), ("access.foreign"), Conflict("due_message.stale") when there are more by now,
    InvalidInput as `ask_about_due`.
    """
    thread = DueThread.objects.select_for_update(of=("self",)).filter(public_id=thread_id).first()
    if thread is None:
        raise NotFound("due_thread.unknown")
    actor = require(actor, Verb.ANSWER_MESSAGES, thread)
    text = _checked(body)
    if thread.messages.count() != seen:
        raise Conflict("due_message.stale")
    now = timezone.now()
    message = DueMessage.objects.create(
        thread=thread, author=account_of(actor).get(), is_from_office=True, body=text, written_at=now
    )
    thread.waits_since, thread.last_at, thread.is_read = None, now, False
    thread.save()
    record("due_message.answered", thread, actor=actor)
    user = thread.resident.user
    if user.email:
        write_message(
            kind="due_message_answered",
            recipient=user.email,
            context={
                "portal": office().portal_name,
                "path": f"/naleznosci/{thread.liability.public_id}/wiadomosci/",
            },
            related_ref=str(thread.public_id),
        )
    return message


@transaction.atomic(durable=True)
def note_read(*, liability_id: UUID, actor: Actor) -> None:
    """The resident has opened the thread. Raises NotFound("liability.unknown")."""
    actor = require(actor, Verb.OWN_DUES)
    found = own_thread(actor, liability_id, warsaw_day(timezone.now()))
    if found is not None and not found.is_read:
        DueThread.objects.filter(pk=found.pk).update(is_read=True)


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise InvalidInput("due_message.empty", field="body")
    if len(text) > LONGEST:
        raise InvalidInput("due_message.too_long", field="body", most=LONGEST)
    return text
