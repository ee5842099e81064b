"""What a person has allowed, and what must rest: consents and restrictions of processing."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.accounts.domain.consents import Purpose
from services.accounts.domain.restriction import Ground


class Consent(PublicIdModel):
    """Zgoda: na co, jaki tekst osoba przyjęła i kiedy, i kiedy ją wycofała (art. 7 ust. 1 i 3 RODO, S23).

    `text_version` counts `domain.consents.TEXTS`. A consent that was withdrawn stays as evidence; a new one is a new row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Purpose])
    text_version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    address = EncryptedTextField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("given_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"


class Restriction(PublicIdModel):
    """Ograniczenie przetwarzania danych osoby (art. 18 RODO): from when, on which ground, and until when.

    `ends_at` may lie ahead: the person is told before a restriction ends (art. 18 ust. 3). `request_ref` is the public id of
    the request that it answers.
    """

    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="restrictions")
    ground = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Ground])
    request_ref = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=80)
    ends_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    end_reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("began_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(ends_at__isnull=True), name="one_open_restriction"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("began_at")),
                name="restriction_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.ground}"
