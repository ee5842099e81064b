"""Complaints with what happened to them, documents, and reports that a due is not what the decision says."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel
from kernel.stored import StoredDocument
from services.complaints.domain.reports import Matter, ReportState
from services.complaints.domain.states import CLOSED, Event, Kind, Outcome, State

_CLOSED = sorted(one.value for one in CLOSED)


class Complaint(PublicIdModel):
    """Reklamacja (eKasa § 11): who complains about what, where it stands, and until when the office has to answer.

    `liability_type` is what decides which department is in charge; null means a matter of the whole office, which every
    clerk sees. `due_on` is the last day for the answer as the history gives it (`domain.clock`), null while the clock stands
    and the last one that held once it is closed; `completion_due_on` the last day for what is missing. `paid_by_*` is the
    person who paid (§ 11 ust. 3). `key` makes a form that is sent twice one complaint.
    """

    reference = models.CharField(max_length=12, unique=True)
    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="complaints")
    kind = models.CharField(max_length=11, choices=[(one.value, one.polish) for one in Kind])
    state = models.CharField(
        max_length=11, choices=[(one.value, one.polish) for one in State], default=State.OPEN
    )
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    liability = models.ForeignKey(
        "liabilities.Liability", on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    liability_type = models.ForeignKey(
        "configuration.LiabilityType", on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject = EncryptedTextField()
    description = EncryptedTextField()
    paid_by_name = EncryptedTextField(blank=True)
    paid_by_contact = EncryptedTextField(blank=True)
    outcome = models.CharField(
        max_length=9, choices=[(one.value, one.polish) for one in Outcome], blank=True, default=""
    )
    answer = EncryptedTextField(blank=True)
    submitted_at = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    completion_due_on = models.DateField(null=True)
    warned_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_erased = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in State]), name="complaint_state"
            ),
            models.CheckConstraint(
                condition=Q(kind="transaction", payment__isnull=False, liability__isnull=True)
                | Q(kind="other", payment__isnull=True),
                name="complaint_about",
            ),
            models.CheckConstraint(
                condition=Q(state="open", due_on__isnull=False)
                | Q(state__in=("incomplete", "at_operator"), due_on__isnull=True)
                | Q(state__in=_CLOSED),
                name="complaint_clock",
            ),
            models.CheckConstraint(
                condition=Q(state="incomplete", completion_due_on__isnull=False)
                | (~Q(state="incomplete") & Q(completion_due_on__isnull=True)),
                name="complaint_completion",
            ),
            models.CheckConstraint(
                condition=~Q(state="at_operator") | Q(kind="transaction", passed_on_at__isnull=False),
                name="complaint_at_operator",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_CLOSED, closed_at__isnull=False)
                | (~Q(state__in=_CLOSED) & Q(closed_at__isnull=True)),
                name="complaint_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", outcome__in=[one.value for one in Outcome])
                | (~Q(state="answered") & Q(outcome="")),
                name="complaint_outcome",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="complaint_queue")]

    def __str__(self) -> str:
        return self.reference

    @property
    def heading(self) -> str:
        """What lists and pages call it: the subject, or the number once the texts are past their time."""
        return str(self.subject or self.reference)


class ComplaintStep(PublicIdModel):
    """Zdarzenie w sprawie reklamacji: what the clock counts from, and what was written.

    `on` is the day that counts in Warsaw: the operator's answer may have come before somebody wrote it down. `letter_id` is
    the e-mail by which the resident was told.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    event = models.CharField(max_length=17, choices=[(one.value, one.value) for one in Event])
    on = models.DateField()
    at = models.DateTimeField()
    text = EncryptedTextField(blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=80, blank=True)
    letter_id = models.UUIDField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.event} {self.on}"


class ComplaintDocument(StoredDocument):
    """Załącznik do reklamacji; `step` is the supplement that it came with, null for the complaint itself."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="documents")
    step = models.ForeignKey(ComplaintStep, on_delete=models.CASCADE, null=True, related_name="documents")

    class Meta:
        ordering = ("id",)


class DiscrepancyReport(PublicIdModel):
    """Zgłoszenie niezgodności (eKasa § 9): a due is not what the decision, the contract or own books say.

    It is no complaint: no time runs, and it changes nothing of what is owed (§ 9 ust. 2). The amount and the day that the
    portal showed then are kept, since the office will mend them.
    """

    resident = models.ForeignKey(
        "accounts.Resident", on_delete=models.PROTECT, related_name="discrepancy_reports"
    )
    liability = models.ForeignKey(
        "liabilities.Liability", on_delete=models.PROTECT, related_name="discrepancy_reports"
    )
    matter = models.CharField(max_length=6, choices=[(one.value, one.polish) for one in Matter])
    description = EncryptedTextField()
    shown_gr = models.BigIntegerField()
    shown_due_on = models.DateField()
    state = models.CharField(
        max_length=8, choices=[(one.value, one.polish) for one in ReportState], default=ReportState.WAITING
    )
    answer = EncryptedTextField(blank=True)
    reported_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    is_erased = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "liability"],
                condition=Q(state="waiting"),
                name="discrepancy_report_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | Q(state="waiting", answered_at__isnull=True),
                name="discrepancy_report_answered",
            ),
        ]
        indexes = [models.Index(fields=["state", "reported_at"], name="discrepancy_report_queue")]

    def __str__(self) -> str:
        return f"{self.matter} {self.state}"
