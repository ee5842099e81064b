"""Threads of messages about dues."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel


class DueThread(PublicIdModel):
    """Rozmowa: what one resident and the office write to each other about one due. Co-owners have threads of their own.

    `waits_since` is the moment from which the resident waits for an answer; `is_read` whether the resident has opened the
    newest answer.
    """

    liability = models.ForeignKey("liabilities.Liability", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="due_threads")
    waits_since = models.DateTimeField(null=True)
    last_at = models.DateTimeField()
    is_read = models.BooleanField(default=True)

    class Meta:
        ordering = ("-last_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["liability", "resident"], name="one_thread_of_a_due_and_resident")
        ]
        indexes = [
            models.Index(
                fields=["waits_since"], condition=Q(waits_since__isnull=False), name="due_thread_waiting"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class DueMessage(PublicIdModel):
    """Wiadomość: who wrote it and when; the words are encrypted."""

    thread = models.ForeignKey(DueThread, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_from_office = models.BooleanField()
    body = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("written_at", "id")

    def __str__(self) -> str:
        return str(self.public_id)
