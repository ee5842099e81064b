"""Public schema: changes of gminas' data keys, under way and done. No key stands here, only numbers of keys."""

from django.db import models
from django.db.models import Q

from kernel.fields import PublicIdModel


class KeyRotation(PublicIdModel):
    """Wymiana klucza danych gminy: when each step was done; at most one for a gmina is under way.

    The new key is `added` (everybody can open), `promoted` (everybody encrypts with it), everything is `encrypted` anew,
    and it is `finished` when the old key has been taken out. The row names the gmina by its TERYT code and stays.
    """

    teryt = models.CharField("kod TERYT", max_length=7)
    old_key_id = models.BigIntegerField()
    new_key_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    encrypted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    values_done = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("-added_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["teryt"], condition=Q(finished_at__isnull=True), name="one_rotation_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.teryt} {self.old_key_id} -> {self.new_key_id}"
