"""Cases of moderation; what was hidden stays here, encrypted, for proof and for showing it again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.moderation.domain import Ground, State


class ModeratedText(PublicIdModel):
    """Sprawa moderatora: one text of one user, named by a reference to where it stands.

    `subject_type` is the model ("accounts.representationrequest"), `subject_ref` the row's public id. `original` is what
    stood there when it was hidden; `reason` is what the author was told.
    """

    subject_type = models.CharField(max_length=60)
    subject_ref = models.UUIDField()
    field = models.CharField(max_length=40)
    ground = models.CharField(max_length=12, choices=[(one.value, one.polish) for one in Ground])
    note = EncryptedTextField(blank=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.polish) for one in State], default=State.REPORTED
    )
    original = EncryptedTextField(blank=True)
    reason = EncryptedTextField(blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-reported_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_ref", "field"],
                condition=Q(state__in=["reported", "hidden"]),
                name="one_open_case_of_a_text",
            ),
            models.CheckConstraint(
                condition=Q(state="reported", decided_at__isnull=True)
                | (~Q(state="reported") & Q(decided_at__isnull=False)),
                name="moderation_decided_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.field} {self.state}"
