"""The audit log: append-only, no personal data in it."""

from django.db import models

from kernel.fields import PublicIdModel


class AuditEntry(PublicIdModel):
    """Wpis dziennika zdarzeń: kto, w jakiej roli, co zrobił, kiedy i skąd.

    Rows are written by `record` and never changed: a trigger refuses UPDATE and DELETE. Names and numbers of people do not
    stand here; `actor_ref` and `subject_ref` are public ids that the office can resolve.
    """

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=12)
    actor_ref = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_ref = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=10, default="done")

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["subject_ref", "at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
