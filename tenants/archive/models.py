"""Public schema: what was handed over, kept, tried and deleted. Counts and sums only, never a person.

The rows name a gmina by its TERYT code, not by a foreign key: they stay when everything else of the gmina is gone.
"""

from django.db import models
from django.db.models import Q

from kernel.fields import PublicIdModel


class Archive(PublicIdModel):
    """Eksport gminy: one file that was made for the gmina. `sha256` is that of the whole (encrypted) file.

    `rows` counts the rows of each table; `sums` are the totals of the ledger by account in grosze.
    """

    teryt = models.CharField("kod TERYT", max_length=7, db_index=True)
    name = models.CharField("nazwa", max_length=120)
    made_at = models.DateTimeField("utworzono", auto_now_add=True)
    made_by = models.CharField(max_length=80)
    sha256 = models.CharField("skrót SHA-256", max_length=64)
    size = models.BigIntegerField("rozmiar w bajtach")
    rows = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField("odbiór potwierdzono", null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.teryt} {self.sha256[:12]}"


class BackupRecord(PublicIdModel):
    """Kopia zapasowa gminy: one file under BACKUP_DIR, until `removed_at`."""

    teryt = models.CharField("kod TERYT", max_length=7)
    made_at = models.DateTimeField("utworzono", auto_now_add=True)
    file = models.CharField("plik", max_length=120)
    sha256 = models.CharField("skrót SHA-256", max_length=64)
    size = models.BigIntegerField("rozmiar w bajtach")
    rows = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    removed_at = models.DateTimeField("usunięto", null=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [models.UniqueConstraint(fields=["teryt", "file"], name="backup_file_once")]
        indexes = [models.Index(fields=["teryt", "-made_at"], name="backup_newest")]

    def __str__(self) -> str:
        return f"{self.teryt} {self.file}"


class RestoreDrill(PublicIdModel):
    """Próba odtworzenia: a backup was restored beside the gmina, compared and thrown away. `findings` say what differed."""

    teryt = models.CharField("kod TERYT", max_length=7)
    backup = models.ForeignKey(BackupRecord, on_delete=models.PROTECT, related_name="drills")
    started_at = models.DateTimeField("rozpoczęto")
    milliseconds = models.PositiveIntegerField("czas w ms")
    passed = models.BooleanField("powiodła się")
    rows = models.BigIntegerField("wiersze")
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=["teryt", "-started_at"], name="drill_newest")]

    def __str__(self) -> str:
        return f"{self.teryt} {self.started_at:%Y-%m-%d} {'+' if self.passed else '-'}"


class DeletionProof(PublicIdModel):
    """Dowód usunięcia gminy: what went, when and by whom. It names no person of the gmina.

    `rows`, `sums` and `key_ids` are counted before anything is deleted, so a run that was killed goes on from there.
    `key_ids` are the SHA-256 digests of the two wrapped keysets that were destroyed; `copies_until` is the last day on
    which a copy of the whole database may still hold them.
    """

    teryt = models.CharField("kod TERYT", max_length=7)
    name = models.CharField("nazwa", max_length=120)
    export = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="deletions")
    begun_at = models.DateTimeField("rozpoczęto", auto_now_add=True)
    begun_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField("zakończono", null=True)
    rows = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    key_ids = models.JSONField(default=list)
    files = models.JSONField(default=list)
    copies_until = models.DateField("kopie całej bazy najpóźniej do", null=True)
    pdf = models.BinaryField(default=bytes)

    class Meta:
        ordering = ("-begun_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["teryt"], condition=Q(finished_at__isnull=True), name="one_deletion_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.teryt} {self.begun_at:%Y-%m-%d}"
