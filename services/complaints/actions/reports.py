"""Reports that a due is shown wrongly (eKasa § 9): to the office's address at once, and into the department's queue."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from services.accounts.access import require
from services.accounts.queries import resident_of
from services.complaints.actions.steps import text_of
from services.complaints.domain.reports import Matter, ReportState
from services.complaints.models import DiscrepancyReport
from services.complaints.queries_own import due_of
from services.liabilities.queries import due_as_of
from services.notices.actions import Letter, write_message, write_messages
from services.users.domain import Verb
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def report_discrepancy(
    *, liability_id: UUID, matter: Matter, description: str, actor: Actor
) -> DiscrepancyReport:
    """Zgłoszenie niezgodności: the portal shows something else than the decision, the contract or own books say.

    It changes nothing of what is owed (§ 9 ust. 2). Raises NotFound for a due that the resident may not see,
    InvalidInput("complaint.text_missing"), Conflict("discrepancy_report.waits") while one about this due waits; the very
    same one sent again is the same one.
    """
    actor = require(actor, Verb.OWN_DUES)
    resident, today = resident_of(actor), timezone.localdate()
    liability = due_of(resident, liability_id, today)
    description = text_of(description, "description")
    waiting = DiscrepancyReport.objects.filter(
        resident=resident, liability=liability, state=ReportState.WAITING
    ).first()
    if waiting is not None:
        if (waiting.matter, waiting.description) == (matter, description):
            return waiting
        raise Conflict("discrepancy_report.waits")
    shown = due_as_of(liability, today)
    row = DiscrepancyReport(
        resident=resident,
        liability=liability,
        matter=matter,
        description=description,
        shown_gr=shown.total_gr,
        shown_due_on=shown.effective_due_on,
        reported_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict("discrepancy_report.waits") from None
    record("discrepancy_report.made", row, actor=actor, field=matter.value)
    _tell_both(row)
    return row


@transaction.atomic(durable=True)
def answer_report(*, report_id: UUID, text: str, version: int, actor: Actor) -> DiscrepancyReport:
    """Odpowiedź na zgłoszenie, which the resident gets by e-mail. The same answer sent twice is one.

    Raises NotFound("discrepancy_report.unknown") and as the door does, InvalidInput("complaint.text_missing"),
    Conflict("complaint.stale") when it was answered meanwhile.
    """
    rows = DiscrepancyReport.objects.select_for_update(of=("self",))
    row = rows.select_related("resident__user", "liability").filter(public_id=report_id).first()
    if row is None:
        raise NotFound("discrepancy_report.unknown")
    actor = require(actor, Verb.HANDLE_COMPLAINT, row)
    text = text_of(text)
    if row.state == ReportState.ANSWERED and (row.answered_by, row.answer) == (actor.ref, text):
        return row
    if row.state != ReportState.WAITING or row.version != version:
        raise Conflict("complaint.stale")
    row.state, row.answer = ReportState.ANSWERED, text
    row.answered_at, row.answered_by = timezone.now(), actor.ref
    row.version += 1
    row.save()
    record("discrepancy_report.answered", row, actor=actor)
    if not row.resident.user.email:  # the account is gone, and its address with it
        return row
    write_message(
        kind="discrepancy_answered",
        recipient=row.resident.user.email,
        context=_context(row) | {"answer": text},
        related_ref=str(row.public_id),
    )
    return row


def _tell_both(row: DiscrepancyReport) -> None:
    context, ref = _context(row), str(row.public_id)
    write_messages(
        [
            Letter("discrepancy_reported", office().discrepancy_email, context, ref),
            Letter("discrepancy_received", row.resident.user.email, context, ref),
        ]
    )


def _context(row: DiscrepancyReport) -> dict[str, object]:
    return {
        "portal": office().portal_name,
        "title": row.liability.title,
        "document_number": row.liability.document_number,
        "external_id": row.liability.external_id,
        "matter": Matter(row.matter).polish,
        "description": row.description,
        "shown_gr": row.shown_gr,
        "shown_due_on": row.shown_due_on,
        "due_path": f"/naleznosci/{row.liability.public_id}/",
        "path": f"/urzad/niezgodnosci-zgloszone/{row.public_id}/",
    }
