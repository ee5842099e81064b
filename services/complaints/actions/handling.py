"""What the office does: ask for what is missing, pass on to the operator, note its answer, decide, move (eKasa § 11)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound
from services.complaints.actions.steps import advance, is_again, locked_for_clerk, tell, text_of
from services.complaints.domain.clock import completion_due_on
from services.complaints.domain.states import CLOSED, Event, Outcome, State
from services.complaints.models import Complaint, ComplaintDocument
from services.complaints.queries import require_clerk
from tenants.configuration.models import LiabilityType


@transaction.atomic(durable=True)
def request_data(*, complaint_id: UUID, text: str, version: int, actor: Actor) -> Complaint:
    """Wezwanie do uzupełnienia: the resident is written what is missing, and the clock stands (§ 11 ust. 6).

    Raises NotFound, Refused, InvalidInput("complaint.text_missing"), Conflict("complaint.stale"),
    Conflict("complaint.no_such_step"). The same act sent twice is one.
    """
    row, actor = locked_for_clerk(complaint_id, actor)
    text = text_of(text)
    if is_again(row, Event.DATA_REQUESTED, text, version, actor):
        return row
    step = advance(row, Event.DATA_REQUESTED, actor=actor, text=text)
    record("complaint.data_requested", row, actor=actor, due_on=row.completion_due_on)
    letter = tell(row, "complaint_data_requested", missing=text, until=completion_due_on(step.on))
    step.letter_id = letter.public_id
    step.save()
    return row


@transaction.atomic(durable=True)
def pass_complaint_on(*, complaint_id: UUID, text: str = "", version: int, actor: Actor) -> Complaint:
    """Przekazanie operatorowi płatności, with the time at which it was done; the operator's own rules count now (ust. 3).

    `text` is what the office wants to keep about it, for instance the operator's number of the case. Raises as
    `request_data` does, and Conflict("complaint.not_a_transaction").
    """
    row, actor = locked_for_clerk(complaint_id, actor)
    text = text_of(text) if text.strip() else ""
    if is_again(row, Event.PASSED_ON, text, version, actor):
        return row
    row.passed_on_at = timezone.now()
    advance(row, Event.PASSED_ON, actor=actor, text=text)
    record("complaint.passed_on", row, actor=actor)
    tell(row, "complaint_passed_on")
    return row


@transaction.atomic(durable=True)
def note_operator_answer(
    *, complaint_id: UUID, text: str, received_on: date, version: int, actor: Actor
) -> Complaint:
    """Zapisanie odpowiedzi operatora: from the day on which it came there are seven days for ours (ust. 5).

    Raises as `request_data` does, and InvalidInput("complaint.operator_day") for a day before the complaint was passed on
    or after today.
    """
    row, actor = locked_for_clerk(complaint_id, actor)
    text = text_of(text)
    if is_again(row, Event.OPERATOR_ANSWERED, text, version, actor):
        return row
    first = warsaw_day(row.passed_on_at) if row.passed_on_at else received_on
    if not first <= received_on <= warsaw_day(timezone.now()):
        raise InvalidInput("complaint.operator_day", field="received_on")
    advance(row, Event.OPERATOR_ANSWERED, actor=actor, text=text, on=received_on)
    record("complaint.operator_answered", row, actor=actor, due_on=row.due_on)
    return row


@transaction.atomic(durable=True)
def answer_complaint(
    *, complaint_id: UUID, outcome: Outcome, text: str, version: int, actor: Actor
) -> Complaint:
    """Rozpatrzenie: the decision with its reasons goes to the address of the account (ust. 5). Raises as `request_data`."""
    row, actor = locked_for_clerk(complaint_id, actor)
    text = text_of(text)
    if is_again(row, Event.ANSWERED, text, version, actor):
        return row
    row.outcome, row.answer = outcome, text
    advance(row, Event.ANSWERED, actor=actor, text=text)
    record("complaint.answered", row, actor=actor, decision=outcome.value)
    tell(row, "complaint_answered", outcome=outcome.value, answer=text)
    return row


@transaction.atomic(durable=True)
def move_complaint(
    *, complaint_id: UUID, liability_type_id: UUID | None, version: int, actor: Actor
) -> Complaint:
    """Przekazanie do innego wydziału, by the kind of dues that is its matter; None gives it to the whole office. Nothing of
    its clock changes. What is there already stays.

    Raises NotFound, Refused, NotFound("liability_type.unknown"), Conflict("complaint.stale") and, when it is closed,
    Conflict("complaint.no_such_step").
    """
    row, actor = locked_for_clerk(complaint_id, actor)
    wanted = None
    if liability_type_id is not None:
        wanted = LiabilityType.objects.filter(public_id=liability_type_id).first()
        if wanted is None:
            raise NotFound("liability_type.unknown", field="about")
    is_there = row.liability_type == wanted
    if row.version != version and not (
        is_there and row.version == version + 1
    ):  # a double click is one press
        raise Conflict("complaint.stale")
    if is_there:
        return row
    if State(row.state) in CLOSED:
        raise Conflict("complaint.no_such_step", state=row.state, event="moved")
    row.liability_type = wanted
    row.version += 1
    row.save()
    record("complaint.moved", row, actor=actor, liability_type=wanted.code if wanted else "")
    return row


@transaction.atomic
def open_complaint_document(complaint_id: UUID, document_id: UUID, *, actor: Actor) -> ComplaintDocument:
    """A document of a complaint, for a clerk of the department in charge; that it was opened is in the log.

    Raises Refused, NotFound("document.unknown").
    """
    rows = ComplaintDocument.objects.select_related("complaint")
    row = rows.filter(complaint__public_id=complaint_id, public_id=document_id).first()
    if row is None:
        raise NotFound("document.unknown")
    actor = require_clerk(actor, row.complaint)
    record("complaint.document_opened", row.complaint, actor=actor)
    return row
