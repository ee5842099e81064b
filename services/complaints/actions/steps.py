"""What all acts about complaints share: the locked row, one step of its life, and the letter about it."""

from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone

from kernel.actors import Actor
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound
from services.complaints.domain.clock import answer_due_on, completion_due_on
from services.complaints.domain.states import CLOSED, Event, Kind, State, next_state
from services.complaints.models import Complaint, ComplaintStep
from services.complaints.queries import history_of, require_clerk
from services.notices.actions import write_message
from services.notices.models import Message
from tenants.configuration.queries import office

LONGEST_TEXT: Final = 4000


def text_of(text: str, field: str = "text") -> str:
    """A text as it is kept. Raises InvalidInput("complaint.text_missing") and ("complaint.text_long") above LONGEST_TEXT."""
    kept = text.strip()
    if not kept:
        raise InvalidInput("complaint.text_missing", field=field)
    if len(kept) > LONGEST_TEXT:
        raise InvalidInput("complaint.text_long", field=field, most=LONGEST_TEXT)
    return kept


def locked(complaint_id: UUID) -> Complaint:
    """The row, locked. Raises NotFound("complaint.unknown")."""
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("resident__user")
    row = rows.filter(public_id=complaint_id).first()
    if row is None:
        raise NotFound("complaint.unknown")
    return row


def locked_for_clerk(complaint_id: UUID, actor: Actor) -> tuple[Complaint, Actor]:
    """The locked row, if the clerk may deal with it, and the actor in the role. Raises NotFound and as `require_clerk`."""
    row = locked(complaint_id)
    return row, require_clerk(actor, row)


def is_again(row: Complaint, event: Event, text: str, version: int, actor: Actor) -> bool:
    """Whether the same person has just sent the very same act: a second click, not a second act.

    Raises Conflict("complaint.stale") when the page showed an older version for any other reason.
    """
    if row.version == version:
        return False
    last = row.steps.last()
    sent = (event, actor.ref, text)
    if last is None or row.version != version + 1 or (last.event, last.actor_ref, last.text) != sent:
        raise Conflict("complaint.stale")
    return True


def advance(
    row: Complaint, event: Event, *, actor: Actor, text: str = "", on: date | None = None
) -> ComplaintStep:
    """Let one thing happen to the locked complaint, and set its clock anew. `on` is the day that counts, else today.

    Raises Conflict as `domain.states.next_state` does.
    """
    now = timezone.now()
    row.state = next_state(State(row.state), event, Kind(row.kind))
    step = ComplaintStep.objects.create(
        complaint=row,
        event=event,
        on=on or warsaw_day(now),
        at=now,
        text=text,
        actor_kind=actor.kind,
        actor_ref=actor.ref,
    )
    if row.state in CLOSED:
        row.closed_at = now
    else:
        row.due_on = answer_due_on(warsaw_day(row.submitted_at), history_of(row))
    row.completion_due_on = completion_due_on(step.on) if row.state == State.INCOMPLETE else None
    row.warned_on = None
    row.version += 1
    row.save()
    return step


def tell(row: Complaint, kind: str, **details: object) -> Message:
    """Write the resident the letter `notices/<kind>.txt`, to the address of the account (§ 11 ust. 5)."""
    return write_message(
        kind=kind,
        recipient=row.resident.user.email,
        context={
            "portal": office().portal_name,
            "reference": row.reference,
            "subject": row.subject,
            "due_on": row.due_on,
            "path": f"/konto/reklamacje/{row.public_id}/",
            **details,
        },
        related_ref=str(row.public_id),
    )
