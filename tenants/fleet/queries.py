"""What the console shows of jobs over the fleet. Call it on the public schema."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from kernel.errors import NotFound
from tenants.fleet import domain
from tenants.fleet.models import FleetJob, FleetJobGmina, GminaState

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


def last_job_of_gmina(teryt: str, kind: str) -> FleetJobGmina | None:
    """The newest part of a gmina in jobs of this kind that is no longer waiting."""
    parts = FleetJobGmina.objects.select_related("job").filter(teryt=teryt, job__kind=kind)
    return parts.exclude(state=GminaState.WAITING).order_by("-job__asked_at", "-job_id").first()
