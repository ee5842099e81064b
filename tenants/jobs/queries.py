"""How the jobs stand and what waits in the gminas: for the console and the metrics. Call them on the public schema."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from tenants.directory.domain_states import WORKING
from tenants.directory.models import Tenant
from tenants.jobs.domain import Outcome
from tenants.jobs.models import JobRound, JobRun, PaymentStates, Probe

_WORKING = [state.value for state in WORKING]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the newest round of a job is; the numbers are gminas.

    `oldest_done_at` is the oldest end of a good run over all gminas, None when a gmina never had one; `slowest_ms` is the
    longest last run.
    """

    job: str
    asked_at: datetime
    gminas: int
    served: int
    running: int
    failed: int
    never_done: int
    oldest_done_at: datetime | None
    slowest_ms: int


def progress() -> list[Progress]:
    """The newest round of every job, by name, in two queries."""
    number = JobRound.objects.filter(job=OuterRef("job")).values("number")
    rows = (
        _runs()
        .annotate(newest=Subquery(number))
        .values("job")
        .annotate(
            gminas=Count("pk"),
            served=Count("pk", filter=Q(round=F("newest"))),
            running=Count("pk", filter=Q(lane__isnull=False)),
            failed=Count("pk", filter=Q(outcome=Outcome.FAILED.value)),
            never_done=Count("pk", filter=Q(done_at__isnull=True)),
            oldest_done_at=Min("done_at"),
            slowest_ms=Max("duration_ms"),
        )
        .order_by("job")
    )
    asked = {row.job: row.asked_at for row in JobRound.objects.all()}
    return [Progress(asked_at=asked[row["job"]], **row) for row in rows if row["job"] in asked]


def has_round_since(job: str, moment: datetime) -> bool:
    """Whether the clock has asked for the job since then."""
    return JobRound.objects.filter(job=job, asked_at__gte=moment).exists()


def runs_of(teryt: str) -> QuerySet[JobRun]:
    """The last run of each job in a gmina."""
    return JobRun.objects.filter(tenant__teryt=teryt).order_by("job")


def not_done_since(job: str, moment: datetime) -> QuerySet[JobRun]:
    """Gminas in which the job has had no good run since then, the longest ago first; those that never had one lead."""
    late = _runs().filter(Q(done_at__lt=moment) | Q(done_at__isnull=True), job=job)
    return late.select_related("tenant").order_by(F("done_at").asc(nulls_first=True), "tenant")


def probes_of(teryt: str) -> QuerySet[Probe]:
    """What a gmina told of its queues."""
    return Probe.objects.filter(tenant__teryt=teryt).order_by("queue")


def oldest_in(queue: str) -> QuerySet[Probe]:
    """Gminas in which something waits in this queue, the longest first."""
    return _probes().filter(queue=queue, since__isnull=False).select_related("tenant").order_by("since")


def ending_before(moment: datetime) -> QuerySet[Probe]:
    """Tokens and authorisations that end before then, the nearest first."""
    return _probes().filter(ends_at__lt=moment).select_related("tenant").order_by("ends_at", "tenant")


@dataclass(frozen=True, slots=True)
class QueueAge:
    """One queue over all gminas: how much waits, in how many gminas, and since when the oldest."""

    queue: str
    waiting: int
    gminas: int
    since: datetime | None
    measured_at: datetime | None


def queue_ages() -> list[QueueAge]:
    """Every queue over all gminas; `measured_at` is the oldest measurement that counts in it."""
    rows = (
        _probes()
        .values("queue")
        .annotate(
            total=Sum("waiting"),
            gminas=Count("pk", filter=Q(waiting__gt=0)),
            oldest=Min("since"),
            measured=Min("measured_at"),
        )
        .order_by("queue")
    )
    return [
        QueueAge(row["queue"], row["total"], row["gminas"], row["oldest"], row["measured"]) for row in rows
    ]


def payments_by_state() -> dict[str, int]:
    """How many payments all gminas together have in each state."""
    total: Counter[str] = Counter()
    rows = PaymentStates.objects.filter(tenant__state__in=_WORKING)
    for counts in rows.values_list("counts", flat=True):
        total.update(counts)
    return dict(total)


def gminas_by_state() -> dict[str, int]:
    """How many gminas are in each state."""
    return dict(Tenant.objects.order_by().values_list("state").annotate(number=Count("pk")))


def _runs() -> QuerySet[JobRun]:
    return JobRun.objects.filter(tenant__state__in=_WORKING)


def _probes() -> QuerySet[Probe]:
    return Probe.objects.filter(tenant__state__in=_WORKING)
