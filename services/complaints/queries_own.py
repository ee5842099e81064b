"""What a resident sees: own complaints and reports, and what they can be about."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.accounts.queries import resident_of
from services.accounts.queries_representation import authorities_of
from services.complaints.models import Complaint, ComplaintDocument, DiscrepancyReport
from services.liabilities.models import Liability
from services.payments.models import Payment

MOST_CHOICES = 100
"""Payments or dues to choose from; older ones are described in words."""


def own_complaints(actor: Actor) -> QuerySet[Complaint]:
    """Complaints of the signed-in resident, newest first."""
    rows = Complaint.objects.filter(resident=resident_of(actor))
    return rows.select_related("payment", "liability").order_by("-submitted_at", "-id")


def own_complaint(actor: Actor, complaint_id: UUID) -> Complaint:
    """One of the resident's own complaints. Raises NotFound("complaint.unknown") for any other."""
    row = own_complaints(actor).filter(public_id=complaint_id).first()
    if row is None:
        raise NotFound("complaint.unknown")
    return row


def own_document(actor: Actor, complaint_id: UUID, document_id: UUID) -> ComplaintDocument:
    """A document that the resident has sent. Raises NotFound("document.unknown") for any other."""
    rows = ComplaintDocument.objects.filter(complaint__resident=resident_of(actor))
    row = rows.filter(complaint__public_id=complaint_id, public_id=document_id).first()
    if row is None:
        raise NotFound("document.unknown")
    return row


def own_reports(actor: Actor) -> QuerySet[DiscrepancyReport]:
    """Reports of the signed-in resident, newest first."""
    rows = DiscrepancyReport.objects.filter(resident=resident_of(actor))
    return rows.select_related("liability").order_by("-reported_at", "-id")


def reports_about(actor: Actor, liability_id: UUID) -> QuerySet[DiscrepancyReport]:
    """The resident's own reports about one due, newest first."""
    return own_reports(actor).filter(liability__public_id=liability_id)


def own_payment(resident: Resident, payment_id: UUID) -> Payment:
    """A payment that the resident ordered. Raises NotFound("payment.unknown", field="payment") for any other."""
    row = Payment.objects.filter(resident=resident, public_id=payment_id).first()
    if row is None:
        raise NotFound("payment.unknown", field="payment")
    return row


def payments_to_choose(actor: Actor) -> QuerySet[Payment]:
    """Payments that a complaint can be about, newest first."""
    return Payment.objects.filter(resident=resident_of(actor)).order_by("-created_at")[:MOST_CHOICES]


def dues_to_choose(resident: Resident, today: date) -> QuerySet[Liability]:
    """Dues that a complaint can be about: those that the resident may see today, of whoever is represented, newest first."""
    if resident.state != ResidentState.ACTIVE:
        return Liability.objects.none()
    visible = Q(pk__in=[])
    for authority in authorities_of(resident, today):
        of_payer = Q(debtors=authority.payer)
        if authority.types is not None:
            of_payer &= Q(liability_type__code__in=authority.types)
        visible |= of_payer
    rows = Liability.objects.filter(visible).select_related("liability_type")
    return rows.distinct().order_by("-due_on", "-id")


def due_of(resident: Resident, liability_id: UUID, today: date) -> Liability:
    """A due that the resident may see today. Raises NotFound("liability.unknown", field="liability") for any other."""
    row = dues_to_choose(resident, today).filter(public_id=liability_id).first()
    if row is None:
        raise NotFound("liability.unknown", field="liability")
    return row


def complaint_refs(resident: Resident) -> list[str]:
    """Public ids of the person's complaints and reports, by which letters and entries of the log are found."""
    complaints = resident.complaints.values_list("public_id", flat=True)
    reports = resident.discrepancy_reports.values_list("public_id", flat=True)
    return [str(one) for one in (*complaints, *reports)]
