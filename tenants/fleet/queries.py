"""What the console shows of jobs over the fleet. Call it on the public schema."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.errors import NotFound
from tenants.fleet import domain
from tenants.fleet.models import SLICED, FleetJob, FleetJobGmina, GminaState

SILENT_AFTER = timedelta(minutes=2)
"""A running job whose runner has not been heard of for so long was killed; the next run goes on with it."""


@dataclass(frozen=True)
class Progress:
    """How far a job is: counts of gminas, per cent, whole seconds that it has taken and is expected to take still."""

    state: str
    total: int
    done: int
    failed: int
    percent: int
    seconds: int
    seconds_left: int | None
    is_silent: bool


def jobs(kind: str = "") -> QuerySet[FleetJob]:
    """All jobs, newest first."""
    rows = FleetJob.objects.all()
    return rows.filter(kind=kind) if kind else rows


def job(public_id: UUID) -> FleetJob:
    """One job, read now. Raises NotFound("fleet.unknown")."""
    found = FleetJob.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("fleet.unknown")
    return found


def progress(job: FleetJob, *, now: datetime) -> Progress:
    """How far the job is by what its row says."""
    until = job.ended_at or now
    seconds = int((until - job.started_at).total_seconds()) if job.started_at else 0
    is_running = job.state == domain.RUNNING
    left = None
    if is_running and job.done:
        left = round(seconds / job.done * job.waiting)
    return Progress(
        state=job.state,
        total=job.total,
        done=job.done,
        failed=job.failed,
        percent=100 * job.done // job.total if job.total else 0,
        seconds=seconds,
        seconds_left=left,
        is_silent=is_running and (job.beat_at is None or now - job.beat_at > SILENT_AFTER),
    )


def job_gminas(job: FleetJob, state: str = "") -> QuerySet[FleetJobGmina]:
    """The job's gminas by TERYT, or those in one GminaState."""
    rows = job.gminas.all()
    return rows.filter(state=state) if state else rows


def kinds_to_do() -> list[str]:
    """Kinds of which a worker has something to do now; a paused job holds back those behind it."""
    alive = FleetJob.objects.filter(kind__in=SLICED, state__in=domain.ALIVE).order_by()
    states = defaultdict(set)
    for kind, state in alive.values_list("kind", "state").distinct():
        states[kind].add(state)
    return sorted(kind for kind, found in states.items() if domain.PAUSED not in found)


def next_waiting(job: FleetJob) -> str | None:
    """TERYT of the gmina whose turn it is, None when none waits."""
    waiting = FleetJobGmina.objects.filter(job=job, state=GminaState.WAITING).order_by("teryt")
    return waiting.values_list("teryt", flat=True).first()


def is_asked(kind: str, asked_by: str, since: datetime) -> bool:
    """Whether the job was asked for since then, or one that was asked for earlier has not come to its end."""
    mine = FleetJob.objects.filter(kind=kind, asked_by=asked_by)
    return mine.filter(Q(asked_at__gte=since) | Q(state__in=domain.ALIVE)).exists()


def is_under_way(kind: str) -> bool:
    """Whether a job of this kind waits for its turn, runs, or is paused."""
    return FleetJob.objects.filter(kind=kind, state__in=domain.ALIVE).exists()


def last_good_part(teryt: str, kind: str) -> FleetJobGmina | None:
    """The newest part of a gmina in jobs of this kind that ended well."""
    parts = FleetJobGmina.objects.select_related("job").filter(teryt=teryt, job__kind=kind)
    return parts.filter(state=GminaState.DONE).order_by("-job__asked_at", "-job_id").first()


def last_job_of_gmina(teryt: str, kind: str) -> FleetJobGmina | None:
    """The newest part of a gmina in jobs of this kind that is no longer waiting."""
    parts = FleetJobGmina.objects.select_related("job").filter(teryt=teryt, job__kind=kind)
    return parts.exclude(state=GminaState.WAITING).order_by("-job__asked_at", "-job_id").first()
