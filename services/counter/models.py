"""A visit at the counter and what was done in it. What the person said is encrypted."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.accounts.models import Payer
from services.counter.domain import Act, Shown


class Visit(PublicIdModel):
    """Wizyta w okienku: one person whom a clerk has recognised by a document, from opening to the receipt."""

    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+")
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shown = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Shown])
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        indexes = [models.Index(fields=["clerk"], condition=Q(closed_at__isnull=True), name="open_visits")]

    def __str__(self) -> str:
        return str(self.public_id)


class CounterAct(PublicIdModel):
    """Czynność w okienku: one line of the receipt. A request waits until somebody of the office has settled it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Act])
    text = EncryptedTextField(blank=True)
    done_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        ordering = ("done_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(kind="request", settled_at__isnull=False, settled_by__isnull=False),
                name="only_requests_are_settled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
