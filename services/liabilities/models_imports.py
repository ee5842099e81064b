"""Files of dues while they are imported: their parts, their rows before they are dues, and what was found in them.

Staged rows are gone when the import is over. They stand in ordinary tables: what a crash empties could not be continued,
and whatever compares or moves a gmina knows only such.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.fields import EncryptedBytesField, EncryptedJSONField


class ImportPart(models.Model):
    """Część pliku: the file as it came, cut into pieces of equal length, so that any worker can read it again."""

    run = models.ForeignKey("liabilities.ImportRun", on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = EncryptedBytesField()

    encryption_row: ClassVar[tuple[str, ...]] = ("run_id", "number")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class StagedDue(models.Model):
    """Wiersz z należnością, który jest poprawny sam w sobie; not yet compared with what the portal knows.

    `title` is encrypted already as it will stand in the due, whose `public_id` waits here. `statements` are the numbers
    (`StagedPayer.statement`) of what the row says of payers, the first of `payer_ids` first. `refused_for` is the code for
    which the row stays out after all.
    """

    run = models.ForeignKey(
        "liabilities.ImportRun",
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    line = models.PositiveIntegerField()
    external_id = models.CharField(max_length=80)
    public_id = models.UUIDField()
    payer_ids = ArrayField(models.CharField(max_length=80))
    statements = ArrayField(models.BigIntegerField())
    liability_type = models.ForeignKey(
        "configuration.LiabilityType",
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    title = models.BinaryField()
    document_number = models.CharField(max_length=80, blank=True)
    year = models.PositiveSmallIntegerField()
    instalment = models.PositiveSmallIntegerField(null=True)
    principal_gr = models.BigIntegerField()
    due_on = models.DateField()
    account_nrb = models.CharField(max_length=26, blank=True)
    paused_from = ArrayField(models.DateField())
    paused_to = ArrayField(models.DateField())
    is_reduced_rate = models.BooleanField()
    is_enforced = models.BooleanField()
    enforcement_office = models.CharField(max_length=160, blank=True)
    writ_number = models.CharField(max_length=60, blank=True)
    refused_for = models.CharField(max_length=40, db_default="")
    refused_text = models.CharField(max_length=80, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="staged_due_line")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.line}"


class StagedPayer(models.Model):
    """Co plik mówi o płatniku. The columns are those of `Payer`, encrypted as they will stand there.

    `statement` is a keyed number of all that is said, so that two ways of saying it are found without opening them.
    """

    run = models.ForeignKey(
        "liabilities.ImportRun",
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    statement = models.BigIntegerField()
    external_id = models.CharField(max_length=80)
    public_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    name = models.BinaryField()
    name_tokens = ArrayField(models.BigIntegerField())
    identifier = models.BinaryField()
    identifier_index = models.BinaryField(null=True)
    address = models.BinaryField()
    is_dropped = models.BooleanField(db_default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "external_id"], name="staged_payer")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.external_id}"


class StagedCost(models.Model):
    """Wiersz z kosztami upomnienia, który jest poprawny sam w sobie."""

    run = models.ForeignKey(
        "liabilities.ImportRun",
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    line = models.PositiveIntegerField()
    external_id = models.CharField(max_length=80)
    payer_id = models.CharField(max_length=80)
    liability_ids = ArrayField(models.CharField(max_length=80))
    number = models.CharField(max_length=60, blank=True)
    amount_gr = models.BigIntegerField()
    sent_on = models.DateField()
    delivered_on = models.DateField(null=True)
    refused_for = models.CharField(max_length=40, db_default="")
    refused_text = models.CharField(max_length=80, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="staged_cost_line")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.line}"


class ImportFinding(models.Model):
    """Uwaga do wiersza pliku. `told` is [external id, excerpt], encrypted: a bad line may hold anything."""

    run = models.ForeignKey(
        "liabilities.ImportRun", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    line = models.PositiveIntegerField()
    is_warning = models.BooleanField()
    is_judged = models.BooleanField()
    field = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    told = EncryptedJSONField()

    encryption_row: ClassVar[tuple[str, ...]] = ("run_id", "line")

    class Meta:
        indexes = [models.Index(fields=["run", "is_warning", "line"], name="import_finding")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.line} {self.code}"
