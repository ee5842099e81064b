"""The audit log: append-only, chained by seals; the network address is the only personal datum in it, and encrypted."""

from django.db import models

from kernel.fields import EncryptedTextField, PublicIdModel

LEAST_MONTHS = 24
"""So long every entry stays, whatever a gmina chooses (a trigger holds it): evidence of what eKasa § 6.2 forbids."""


class AuditEntry(PublicIdModel):
    """Wpis dziennika zdarzeń: kto, w jakiej roli, co zrobił, kiedy i skąd.

    Rows are written by `record` and never changed: a trigger refuses UPDATE, and DELETE before its time. Names and numbers
    of people do not stand here; `actor_ref` and `subject_ref` are public ids that the office can resolve.
    """

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=12)
    actor_ref = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_ref = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    address = EncryptedTextField(null=True, was_plain=True)
    outcome = models.CharField(max_length=10, default="done")

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["subject_ref", "at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class Waiting(models.Model):
    """Wpis, który czeka na pieczęć. A trigger puts it here with its entry, so it becomes visible by the same commit."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(models.Model):
    """Pieczęć dziennika: some committed entries, chained to the seal before it under the gmina's key.

    `members` lists the entries (`kernel.audit.proof.Member`); `last_id` is the greatest id and `newest_at` the latest time
    among them. `is_old` marks entries from before there were seals. `mac` covers all of it and the `mac` of the seal before.
    """

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.BinaryField()
    members = models.BinaryField()
    entries = models.PositiveIntegerField()
    last_id = models.BigIntegerField()
    newest_at = models.DateTimeField()
    is_old = models.BooleanField(default=False)
    sealed_at = models.DateTimeField()
    key_id = models.BigIntegerField()
    mac = models.BinaryField()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Anchor(models.Model):
    """Kotwica: all seals up to `number` were removed with their entries when their time was over.

    The chain begins after it, at `seal_mac`. Only the holder of the key can make one, so a stretch that somebody cut off is
    no purge. `entries` counts everything that was ever removed.
    """

    number = models.PositiveBigIntegerField(unique=True)
    seal_mac = models.BinaryField()
    entries = models.PositiveBigIntegerField()
    purged_at = models.DateTimeField()
    key_id = models.BigIntegerField()
    mac = models.BinaryField()

    def __str__(self) -> str:
        return str(self.number)


class Retention(models.Model):
    """Okres przechowywania dziennika, w miesiącach. The newest row counts; none means the least that the law wants."""

    months = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(months__gte=LEAST_MONTHS, months__lte=240), name="audit_retention_months"
            )
        ]

    def __str__(self) -> str:
        return f"{self.months}"
