"""Public schema: jobs over the whole fleet of gminas, and what each gmina's part of them came to."""

from django.db import models

from kernel.fields import PublicIdModel
from tenants.fleet import domain


class JobKind(models.TextChoices):
    """Rodzaj prac."""

    MIGRATE = "migrate", "zmiana wersji bazy danych"
    VERIFY = "verify", "sprawdzenie"
    BACK_UP = "back_up", "kopia zapasowa"
    PROVISION = "provision", "zakładanie gmin"
    STATEMENTS = "statements", "zestawienia miesięczne"


SLICED = (JobKind.VERIFY, JobKind.BACK_UP, JobKind.STATEMENTS)
"""Kinds that the workers do, gmina by gmina (`tenants.fleet.slices`); a migration is a command of the deployment."""


class JobState(models.TextChoices):
    """Stan prac."""

    PLANNED = domain.PLANNED, "zaplanowane"
    RUNNING = domain.RUNNING, "w toku"
    PAUSED = domain.PAUSED, "wstrzymane"
    FAILED = domain.FAILED, "przerwane błędem"
    DONE = domain.DONE, "zakończone"
    CANCELLED = domain.CANCELLED, "odwołane"


class GminaState(models.TextChoices):
    """Stan prac w jednej gminie."""

    WAITING = "waiting", "czeka"
    DONE = "done", "gotowa"
    FAILED = "failed", "błąd"
    SKIPPED = "skipped", "pominięta"


class FleetJob(PublicIdModel):
    """Prace na wszystkich gminach: one run of one kind, resumed by the next run when it was killed.

    The runner writes `done`, `failed` and `beat_at` after each batch, so that the console shows it live; a person changes
    `state` (pause, resume, cancel) and the runner obeys before its next batch. `target` says towards what it works: for a
    migration the signature of the code's migrations, for statements the month. `report` is filled at the end.
    """

    kind = models.CharField(max_length=12, choices=JobKind)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.PLANNED)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    target = models.CharField(max_length=64, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    runs = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    last_error = models.TextField(blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(state__in=[domain.RUNNING, domain.PAUSED]),
                name="fleet_job_one_runs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.done}/{self.total}"

    @property
    def waiting(self) -> int:
        """Gminas whose part is not done and has not failed."""
        return max(self.total - self.done - self.failed, 0)


class FleetJobGmina(models.Model):
    """Część prac dotycząca jednej gminy: `ms` is how long it took, `result` what came of it, without persons."""

    job = models.ForeignKey(FleetJob, on_delete=models.CASCADE, related_name="gminas")
    teryt = models.CharField(max_length=7)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=GminaState, default=GminaState.WAITING)
    error = models.CharField(max_length=500, blank=True)
    ms = models.PositiveIntegerField(null=True)
    result = models.JSONField(default=dict, db_default={})

    class Meta:
        ordering = ("teryt",)
        constraints = [models.UniqueConstraint(fields=["job", "teryt"], name="fleet_job_gmina_once")]

    def __str__(self) -> str:
        return f"{self.teryt} {self.state}"


class GminaParity(models.Model):
    """Zgodność gminy: what its operators, its office and our ledger tell, side by side; sums in grosze, never a person.

    The console may not open a gmina's schema, so a job of the gmina writes it. `discrepancies` counts the open ones by kind.
    """

    teryt = models.CharField(max_length=7, unique=True)
    measured_at = models.DateTimeField()
    confirmed = models.IntegerField()
    confirmed_gr = models.BigIntegerField()
    settled_gr = models.BigIntegerField()
    booked = models.IntegerField()
    booked_gr = models.BigIntegerField()
    ledger_gr = models.BigIntegerField()
    discrepancies = models.JSONField(default=dict)
    oldest_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("teryt",)

    def __str__(self) -> str:
        return f"{self.teryt} {self.difference_gr}"

    @property
    def difference_gr(self) -> int:
        """What the office has booked less what our ledger holds of it, in grosze: anything but 0 is wrong."""
        return self.booked_gr - self.ledger_gr


class CodeSignature(models.Model):
    """Wersja programu, którą już poznano: what a whole run of these very files has found that they want of every schema.

    `digest` is that of the files (`at_rest.digest_of_code`), `recordings` name the recorded schema for each major version of
    PostgreSQL. A run of the same files need not load the applications to know it.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    signature = models.CharField(max_length=32)
    recordings = models.JSONField()
    noted_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.signature}"
