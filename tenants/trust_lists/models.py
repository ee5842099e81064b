"""Public schema: every version of a trusted list that was ever used, byte for byte, and when it was last asked for."""

from django.db import models
from django.db.models import F, Q


class TrustedListCopy(models.Model):
    """Wersja zaufanej listy (TSL): who may issue qualified certificates, as its issuer signed it.

    Evidence of a signature names its version by `sha256`, so a row is never changed and never removed. `issuers` are the
    certificates (PEM) that were allowed to sign it when it came.
    """

    territory = models.CharField(max_length=2)
    sequence_number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    next_update_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    issuers = models.TextField()
    source_url = models.CharField(max_length=300)
    fetched_at = models.DateTimeField()
    unreadable_services = models.PositiveIntegerField()

    class Meta:
        ordering = ("-sequence_number", "-issued_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(next_update_at__gt=F("issued_at")), name="trusted_list_has_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "sequence_number", "issued_at"], name="trusted_list_newest")
        ]

    def __str__(self) -> str:
        return f"{self.territory} {self.sequence_number}"


class TrustedListWatch(models.Model):
    """Pilnowanie listy: when a state's list was last asked for, and what was wrong the last time ("" when nothing)."""

    territory = models.CharField(max_length=2, unique=True)
    tried_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.territory} {self.problem or 'ok'}"
