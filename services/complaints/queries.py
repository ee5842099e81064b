"""Complaints and reports as the office sees them: only those of the departments whose matters a clerk handles (D76)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from kernel.actors import Actor
from kernel.dates import warsaw_day
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, require, types_handled
from services.complaints.domain import clock
from services.complaints.domain.clock import Moment
from services.complaints.domain.reports import ReportState
from services.complaints.domain.states import CLOSED, Event, State
from services.complaints.models import Complaint, ComplaintDocument, ComplaintStep, DiscrepancyReport
from services.notices.models import Message, MessageState
from services.users.domain import Verb


@liability_types_of.register
def _(subject: Complaint) -> Iterable[int]:
    return [subject.liability_type_id] if subject.liability_type_id is not None else []


@liability_types_of.register
def _(subject: DiscrepancyReport) -> Iterable[int]:
    return [subject.liability.liability_type_id]


def require_clerk(actor: Actor, row: Complaint) -> Actor:
    """Let a clerk through to a complaint; a matter of the whole office is every clerk's.

    Raises Refused("access.denied"), NotFound("access.foreign") for one of another department.
    """
    return require(actor, Verb.HANDLE_COMPLAINT, row if row.liability_type_id is not None else None)


def complaints_seen(actor: Actor) -> QuerySet[Complaint]:
    """Complaints in every state that concern the clerk's departments or the whole office, the nearest deadline first."""
    require(actor, Verb.HANDLE_COMPLAINT)
    mine = Q(liability_type__in=types_handled(actor)) | Q(liability_type__isnull=True)
    rows = Complaint.objects.filter(mine).select_related(
        "resident__user", "payment", "liability", "liability_type__department"
    )
    return rows.order_by("due_on", "completion_due_on", "submitted_at", "id")


def complaints_to_answer(actor: Actor) -> QuerySet[Complaint]:
    """Complaints whose clock runs: the next step is the office's."""
    return complaints_seen(actor).filter(state=State.OPEN)


def complaint_for(actor: Actor, complaint_id: UUID) -> Complaint:
    """One complaint for a clerk whose department it concerns. Raises NotFound("complaint.unknown") for any other."""
    row = complaints_seen(actor).filter(public_id=complaint_id).first()
    if row is None:
        raise NotFound("complaint.unknown")
    return row


def steps_of(row: Complaint) -> list[ComplaintStep]:
    """What happened to the complaint, in its order, with the documents that came with each supplement, as `documents_of`."""
    documents = Prefetch("documents", ComplaintDocument.objects.defer("content"))
    return list(row.steps.prefetch_related(documents))


def documents_of(row: Complaint) -> QuerySet[ComplaintDocument]:
    """Documents that came with the complaint itself; their contents stay in the database until somebody opens one."""
    return row.documents.filter(step__isnull=True).defer("content")


def reports_seen(actor: Actor) -> QuerySet[DiscrepancyReport]:
    """Reports about dues of the types that the clerk handles, in every state, the oldest first."""
    require(actor, Verb.HANDLE_COMPLAINT)
    rows = DiscrepancyReport.objects.filter(liability__liability_type__in=types_handled(actor))
    return rows.select_related("resident__user", "liability__liability_type").order_by("reported_at", "id")


def reports_to_answer(actor: Actor) -> QuerySet[DiscrepancyReport]:
    """Reports that wait for the office."""
    return reports_seen(actor).filter(state=ReportState.WAITING)


def report_for(actor: Actor, report_id: UUID) -> DiscrepancyReport:
    """One report for a clerk who handles its due. Raises NotFound("discrepancy_report.unknown") for any other."""
    row = reports_seen(actor).filter(public_id=report_id).first()
    if row is None:
        raise NotFound("discrepancy_report.unknown")
    return row


# --- the clock -------------------------------------------------------------------------------------------------------
class Running(StrEnum):
    """What the clock of a complaint does now."""

    RUNS = "runs"
    WAITS_FOR_RESIDENT = "waits_for_resident"
    WAITS_FOR_OPERATOR = "waits_for_operator"
    CLOSED = "closed"


@dataclass(frozen=True)
class Clock:
    """The clock on a day. `due_on` is the last day: for the answer while it runs, for the resident while data are missing;
    None while nobody's time runs. `days_left` are working days after today, below 0 when the day has passed."""

    running: Running
    due_on: date | None
    days_left: int

    @property
    def is_overdue(self) -> bool:
        """Whether the office should have answered already."""
        return self.running is Running.RUNS and self.days_left < 0


_RUNNING = {
    State.OPEN: Running.RUNS,
    State.INCOMPLETE: Running.WAITS_FOR_RESIDENT,
    State.AT_OPERATOR: Running.WAITS_FOR_OPERATOR,
}


def clock_of(row: Complaint, today: date) -> Clock:
    """The clock of a complaint, for a list: a letter that is late is looked at only by `completion_deadline`."""
    running = _RUNNING.get(State(row.state), Running.CLOSED)
    due_on = row.completion_due_on if running is Running.WAITS_FOR_RESIDENT else row.due_on
    if running is Running.CLOSED or due_on is None:
        return Clock(running, None, 0)
    days = clock.days_left(due_on, today)
    # Saturdays and free days of the seven days after the operator's answer count too, so that "0" may be yesterday's.
    return Clock(running, due_on, min(days, -1) if today > due_on else days)


def history_of(row: Complaint) -> Sequence[Moment]:
    """The history that the clock reads."""
    return [Moment(Event(event), on) for event, on in row.steps.values_list("event", "on")]


def request_for_data(row: Complaint) -> ComplaintStep | None:
    """The request that the resident has not answered yet, or None."""
    if row.state != State.INCOMPLETE:
        return None
    return row.steps.filter(event=Event.DATA_REQUESTED).last()


def completion_deadline(row: Complaint) -> date | None:
    """The last day for what is missing: five working days after the letter has really left (§ 11 ust. 7, with the letter
    of ust. 6). None while it has not: nobody misses a day that was not told.
    """
    asked = request_for_data(row)
    if asked is None or asked.letter_id is None or row.completion_due_on is None:
        return None
    letter = Message.objects.filter(public_id=asked.letter_id).first()
    if letter is None:  # its own time is over long since
        return row.completion_due_on
    if letter.state != MessageState.SENT or letter.sent_at is None:
        return None
    return max(row.completion_due_on, clock.completion_due_on(warsaw_day(letter.sent_at)))


def is_closed(row: Complaint) -> bool:
    """Whether nothing more can happen to the complaint."""
    return State(row.state) in CLOSED
