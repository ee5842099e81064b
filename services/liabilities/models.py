"""What payers owe. Balances are not here: they are sums of the ledger."""

from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedJSONField, EncryptedTextField, PublicIdModel
from services.liabilities.models_imports import ImportFinding as ImportFinding
from services.liabilities.models_imports import ImportPart as ImportPart
from services.liabilities.models_imports import StagedCost as StagedCost
from services.liabilities.models_imports import StagedDue as StagedDue
from services.liabilities.models_imports import StagedPayer as StagedPayer


class Liability(PublicIdModel):
    """Należność: kwota, którą płatnik jest winien gminie (one instalment, one due date).

    `external_id` is the finance system's own id and makes imports repeatable. `principal_gr` is the assessed amount as last
    imported; what is still owed is a sum of the ledger. Co-owners are several debtors of the same row (never a copy).
    """

    external_id = models.CharField(max_length=80, unique=True)
    liability_type = models.ForeignKey(
        "configuration.LiabilityType", on_delete=models.PROTECT, related_name="+"
    )
    debtors = models.ManyToManyField("accounts.Payer", related_name="liabilities", through="Debtor")
    title = EncryptedTextField(was_plain=True)
    document_number = models.CharField(max_length=80, blank=True)
    year = models.PositiveSmallIntegerField()
    instalment = models.PositiveSmallIntegerField(null=True)
    principal_gr = models.BigIntegerField()
    due_on = models.DateField()
    account_nrb = models.CharField(max_length=26, blank=True)
    is_reduced_rate = models.BooleanField(default=False)
    is_enforced = models.BooleanField(default=False)
    enforcement_office = models.CharField(max_length=160, blank=True)
    writ_number = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(principal_gr__gte=0), name="liability_principal"),
            models.CheckConstraint(
                condition=Q(account_nrb="") | Q(account_nrb__regex=r"^\d{26}$"), name="liability_nrb"
            ),
        ]
        indexes = [
            models.Index(fields=["liability_type", "due_on"], name="liability_type_due"),
            models.Index(fields=["updated_at", "id"], name="liability_updated"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Debtor(models.Model):
    """Dłużnik należności; several rows of one liability are co-owners who owe it jointly (art. 3 ust. 4 u.p.o.l.)."""

    liability = models.ForeignKey(Liability, on_delete=models.CASCADE)
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["liability", "payer"], name="debtor_once")]

    def __str__(self) -> str:
        return f"{self.liability_id} {self.payer_id}"


class InterestPause(models.Model):
    """Okres bez odsetek (art. 54 Ordynacji), both days inclusive."""

    liability = models.ForeignKey(Liability, on_delete=models.CASCADE, related_name="pauses")
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="pause_dates")]

    def __str__(self) -> str:
        return f"{self.from_on} {self.to_on}"


class ReminderCost(PublicIdModel):
    """Koszty upomnienia: one cost for one reminder, which may list many dues. Owed from delivery (art. 15 § 2 u.p.e.a.)."""

    external_id = models.CharField(max_length=80, unique=True)
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, related_name="reminder_costs")
    liabilities = models.ManyToManyField(Liability, related_name="reminder_costs")
    number = models.CharField(max_length=60, blank=True)
    amount_gr = models.BigIntegerField()
    sent_on = models.DateField()
    delivered_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_gr__gt=0), name="reminder_cost_amount")]

    def __str__(self) -> str:
        return self.external_id


class Overpayment(PublicIdModel):
    """Nadpłata płatnika; its amount is the ledger's account OVERPAYMENT of this row."""

    external_id = models.CharField(max_length=80, unique=True)
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, related_name="overpayments")
    liability_type = models.ForeignKey(
        "configuration.LiabilityType", on_delete=models.PROTECT, related_name="+"
    )
    arose_on = models.DateField()
    source_ref = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.external_id


class ImportSource(models.TextChoices):
    """Skąd przyszedł plik."""

    DESK = "desk", "plik w panelu urzędu"
    API = "api", "API"
    COMMAND = "command", "polecenie"
    FOLDER = "folder", "folder wymiany"


class ImportState(models.TextChoices):
    """Stan importu. Only `applied` means that all good lines went in; `stopped` that some of them did."""

    RUNNING = "running", "w toku"
    CHECKED = "checked", "sprawdzony, nic nie zapisano"
    APPLIED = "applied", "zapisany"
    FAILED = "failed", "nieudany, nic nie zapisano"
    INTERRUPTED = "interrupted", "przerwany, nic nie zapisano"
    STOPPED = "stopped", "zatrzymany w połowie"


class ImportPhase(models.TextChoices):
    """Co się teraz dzieje z dużym plikiem. Empty: it is not a large file, or the work is over."""

    READING = "reading", "czytanie pliku"
    JUDGING = "judging", "porównywanie wierszy między sobą"
    DUES = "dues", "należności"
    COSTS = "costs", "koszty upomnień"
    ENDING = "ending", "podsumowanie"
    CLOSING = "closing", "odpisywanie brakujących"


class ImportRun(PublicIdModel):
    """Import należności: what came in, what was refused and why, line by line.

    A run of a request or of a small file is one transaction that also writes APPLIED here: either all good lines went in and
    this row says so, or none did. `findings` (rejected and warned lines) and `content` are encrypted, since a bad line may
    hold anything; the content is kept only between the check and the applying.

    A large file (`shape` says of which form) waits in parts and staged rows and goes in by chunks, each of them one
    transaction that moves `position` along; so a run that was killed goes on behind its last chunk. `work_done` of
    `work_all` is for the progress bar, `key_mark` begins what was encrypted while reading, `missing` counts dues that a
    full file (`is_full`) does not name, `attempts` counts failures in a row.
    """

    source = models.CharField(max_length=8, choices=ImportSource)
    file_name = models.CharField(max_length=160, blank=True)
    is_dry_run = models.BooleanField()
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.RUNNING)
    failure_code = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    actor_ref = models.CharField(max_length=80, blank=True)
    lines = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    principal_sum_gr = models.BigIntegerField(default=0)
    content = EncryptedTextField(blank=True)
    findings = EncryptedJSONField(blank=True)
    shape = models.CharField(max_length=4, blank=True, default="", db_default="")
    phase = models.CharField(max_length=10, choices=ImportPhase, blank=True, default="", db_default="")
    position = models.BigIntegerField(default=0, db_default=0)
    work_done = models.BigIntegerField(default=0, db_default=0)
    work_all = models.BigIntegerField(default=0, db_default=0)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    sha256 = models.BinaryField(default=b"", db_default=b"")
    key_mark = models.BinaryField(default=b"", db_default=b"")
    is_full = models.BooleanField(default=False, db_default=False)
    as_of = models.DateField(null=True)
    missing = models.PositiveIntegerField(default=0, db_default=0)
    closed = models.PositiveIntegerField(default=0, db_default=0)
    is_decided = models.BooleanField(default=False, db_default=False)
    claimed_as = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def can_close(self) -> bool:
        """Whether somebody may decide about the dues that a full file does not name."""
        is_in = self.state == ImportState.APPLIED and not self.is_decided
        return is_in and self.missing > 0 and self.rejected == 0

    @property
    def is_over(self) -> bool:
        """Whether the file is in and nothing is left to be decided."""
        return self.state == ImportState.APPLIED and not self.can_close
