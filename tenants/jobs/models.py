"""Public schema: rounds of the periodic jobs, the last run of each in each gmina, and what waits there."""

from datetime import datetime

from django.db import models

from tenants.directory.models import Tenant
from tenants.jobs.domain import ENDS_SOON, ENDS_SOON_OF, LATE_AFTER, Outcome, Queue


class JobRound(models.Model):
    """Kolejka zadania: how often, and when last, the clock has asked for the job in all gminas."""

    job = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} {self.number}"


class JobRun(models.Model):
    """Ostatni przebieg zadania w gminie: when, how long, with what end; a code of an error, never its text.

    `round` is the last round in which the gmina had its turn. `lane` is set while a batch holds the row; a batch that died
    leaves it, and the next one sees that nobody is behind it. `done_at` is the end of the last run without a failure.
    """

    job = models.CharField(max_length=20)
    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.CASCADE,
        to_field="teryt",
        db_column="teryt",
        db_index=False,
        related_name="job_runs",
    )
    phase = models.PositiveSmallIntegerField()
    round = models.BigIntegerField(default=0)
    lane = models.PositiveSmallIntegerField(null=True)
    claimed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=9, blank=True, choices=[(one.value, one.value) for one in Outcome])
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "job"], name="job_run_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.tenant_id} {self.outcome}"


class Probe(models.Model):
    """Sonda: what waits in one queue of a gmina and since when, or what ends when; numbers and times only.

    The console may not open a gmina's schema, so a job of the gmina writes them here.
    """

    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.CASCADE,
        to_field="teryt",
        db_column="teryt",
        db_index=False,
        related_name="probes",
    )
    queue = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Queue])
    waiting = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "queue"], name="probe_once")]

    def __str__(self) -> str:
        return f"{self.queue} {self.tenant_id} {self.waiting}"

    def needs_somebody(self, now: datetime) -> bool:
        """Whether something has waited too long or ends soon."""
        limit = LATE_AFTER.get(Queue(self.queue))
        is_late = limit is not None and self.since is not None and now - self.since > limit
        soon = ENDS_SOON_OF.get(Queue(self.queue), ENDS_SOON)
        return is_late or (self.ends_at is not None and self.ends_at - now < soon)


class PaymentStates(models.Model):
    """Wpłaty gminy według stanu: `counts` maps each state that occurs to how many payments are in it."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, to_field="teryt", db_column="teryt", related_name="payment_states"
    )
    counts = models.JSONField()
    measured_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.counts}"


class AuditChain(models.Model):
    """Łańcuch dziennika gminy, widziany z zewnątrz: its newest seal, and how far it was verified.

    The gmina's own schema cannot tell that the end of its chain was cut off; this row can. `proof` covers seal and gmina
    under the platform's key, so the row cannot be brought into line with a chain that was cut.
    """

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, to_field="teryt", db_column="teryt", related_name="audit_chain"
    )
    number = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)
    noted_at = models.DateTimeField(null=True)
    key_id = models.BigIntegerField(default=0)
    proof = models.BinaryField(default=b"")
    verified_to = models.PositiveBigIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    wrong = models.PositiveIntegerField(default=0)
    first_place = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.number}"
