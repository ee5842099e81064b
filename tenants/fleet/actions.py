"""Life of a job over the fleet. Every function opens the public schema itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from tenants.fleet import domain
from tenants.fleet.domain import Act
from tenants.fleet.models import SLICED, CodeSignature, FleetJob, FleetJobGmina, GminaState, JobState

ERROR_LENGTH = 500
GMINAS_AT_ONCE = 1000
KEPT_SIGNATURES = 5


def plan_job(
    kind: str,
    gminas: Iterable[tuple[str, str]] = (),
    *,
    target: str = "",
    note: str = "",
    actor: Actor,
) -> FleetJob:
    """Write down that a job is wanted in these gminas (TERYT, name); the next runner of its kind takes it."""
    with tenancy.public(), transaction.atomic():
        job = FleetJob.objects.create(kind=kind, asked_by=actor.ref, target=target, note=note)
        list_gminas(job, gminas)
        job.refresh_from_db()
        record("fleet.planned", job, actor=actor, kind=kind, gminas=job.total, target=target)
        return job


def take_up_job(kind: str, target: str, *, actor: Actor) -> FleetJob:
    """The job that this run works on: the newest unfinished one towards the same target, or a new one.

    A planned job has no target yet. Older unfinished jobs towards another target can never be finished: the code has moved
    on, so they are cancelled. The caller holds the lock that keeps runners of one kind apart.
    """
    with tenancy.public(), transaction.atomic():
        unfinished = list(FleetJob.objects.select_for_update().filter(kind=kind, state__in=domain.UNFINISHED))
        fits = next((job for job in unfinished if job.target in ("", target)), None)
        for job in unfinished:
            if job is not fits:
                _change(job, Act.CANCEL, actor, reason="superseded")
        job = fits or FleetJob.objects.create(kind=kind, asked_by=actor.ref)
        job.target = target
        job.runs += 1
        job.last_error = ""
        _change(job, Act.START, actor, run=job.runs)
        return job


def list_gminas(job: FleetJob, gminas: Iterable[tuple[str, str]]) -> None:
    """Say which gminas (TERYT, name) wait for this job; what earlier runs of it have done stays done."""
    with tenancy.public(), transaction.atomic():
        rows = [FleetJobGmina(job=job, teryt=teryt, name=name) for teryt, name in gminas]
        FleetJobGmina.objects.bulk_create(
            rows,
            batch_size=GMINAS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["job", "teryt"],
            update_fields=["state", "error", "ms"],
        )
        _count(job)


def note_done_before(job: FleetJob, lacking: Iterable[str]) -> None:
    """A killed run has written less than it did: of its gminas all are done but those that still lack something (TERYT)."""
    with tenancy.public(), transaction.atomic():
        rows = FleetJobGmina.objects.filter(job=job, state__in=[GminaState.WAITING, GminaState.FAILED])
        rows.exclude(teryt__in=list(lacking)).update(state=GminaState.DONE, error="")


def note_results(job: FleetJob, results: Iterable[tuple[str, str, str, int | None]]) -> str:
    """Keep what became of gminas (TERYT, GminaState, error, ms); returns the job's state, which a person may change."""
    with tenancy.public(), transaction.atomic():
        FleetJobGmina.objects.bulk_create(
            [
                FleetJobGmina(job=job, teryt=teryt, state=state, error=error[:ERROR_LENGTH], ms=ms)
                for teryt, state, error, ms in results
            ],
            batch_size=GMINAS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["job", "teryt"],
            update_fields=["state", "error", "ms"],
        )
        _count(job)
        return str(FleetJob.objects.values_list("state", flat=True).get(pk=job.pk))


def keep_report(job: FleetJob, report: Mapping[str, Any]) -> None:
    """What a run that is killed leaves to the next one."""
    with tenancy.public():
        FleetJob.objects.filter(pk=job.pk).update(report=dict(report))


def beat(job: FleetJob) -> str:
    """Show that the runner lives; returns the job's state, which a person may have changed."""
    with tenancy.public():
        FleetJob.objects.filter(pk=job.pk).update(beat_at=timezone.now())
        return str(FleetJob.objects.values_list("state", flat=True).get(pk=job.pk))


def show_life(job: FleetJob) -> None:
    """Show that the runner lives, and nothing else."""
    with tenancy.public():
        FleetJob.objects.filter(pk=job.pk).update(beat_at=timezone.now())


def take_next(kind: str, *, actor: Actor) -> FleetJob | None:
    """The job of this kind that is under way, or else the one planned the longest ago; None while a person has paused one.

    The caller holds the lock that keeps runners of one kind apart.
    """
    with tenancy.public(), transaction.atomic():
        rows = FleetJob.objects.select_for_update().filter(kind=kind).order_by("asked_at", "id")
        job = rows.filter(state__in=[domain.RUNNING, domain.PAUSED]).first()
        if job is not None:
            return job if job.state == domain.RUNNING else None
        job = rows.filter(state=domain.PLANNED).first()
        if job is not None:
            job.runs += 1
            _change(job, Act.START, actor, run=job.runs)
        return job


def note_part(
    job: FleetJob, teryt: str, state: str, *, error: str = "", ms: int, result: Mapping[str, Any]
) -> str:
    """Keep what came of one gmina (GminaState, milliseconds); returns the job's state, which a person may have changed."""
    with tenancy.public(), transaction.atomic():
        FleetJobGmina.objects.filter(job=job, teryt=teryt).update(
            state=state, error=error[:ERROR_LENGTH], ms=ms, result=dict(result)
        )
        _count(job)
        return str(FleetJob.objects.values_list("state", flat=True).get(pk=job.pk))


def forget_parts(before: datetime) -> None:
    """Drop the gminas' parts of jobs that have ended before then; the jobs with their sums stay."""
    with tenancy.public():
        FleetJobGmina.objects.filter(job__ended_at__lt=before).delete()


def finish_job(job: FleetJob, report: Mapping[str, Any], *, actor: Actor) -> None:
    """The job is done, with its report."""
    _end(job, Act.FINISH, report, "", actor)


def fail_job(job: FleetJob, error: str, report: Mapping[str, Any], *, actor: Actor) -> None:
    """The job has stopped with an error; the next run takes it up again."""
    _end(job, Act.FAIL, report, error, actor)


def pause_job(public_id: UUID, *, actor: Actor) -> FleetJob:
    """Let the runner wait before its next batch. Raises NotFound("fleet.unknown"), Conflict("fleet.state")."""
    return _by_person(public_id, Act.PAUSE, actor)


def resume_job(public_id: UUID, *, actor: Actor) -> FleetJob:
    """Let a paused runner go on. Raises NotFound("fleet.unknown"), Conflict("fleet.state")."""
    return _by_person(public_id, Act.RESUME, actor)


def cancel_job(public_id: UUID, *, actor: Actor) -> FleetJob:
    """End a job; gminas that are done stay done. Raises NotFound("fleet.unknown"), Conflict("fleet.state")."""
    return _by_person(public_id, Act.CANCEL, actor)


def retry_job(public_id: UUID, *, actor: Actor) -> FleetJob:
    """Try the gminas of an ended job that failed once more, when its turn comes.

    Raises NotFound("fleet.unknown") and Conflict("fleet.state"), also for a migration, which its own command goes on with.
    """
    with tenancy.public(), transaction.atomic():
        job = _get(public_id)
        if job.kind not in SLICED:
            raise Conflict("fleet.state", state=job.state, act=str(Act.RETRY))
        failed = FleetJobGmina.objects.filter(job=job, state=GminaState.FAILED)
        failed.update(state=GminaState.WAITING, error="", ms=None)
        job.last_error, job.failed = "", 0
        _change(job, Act.RETRY, actor)
        return job


def note_job(public_id: UUID, note: str, *, actor: Actor) -> FleetJob:
    """Keep a person's remark (at most 300 characters, no personal data). Raises NotFound("fleet.unknown")."""
    with tenancy.public(), transaction.atomic():
        job = _get(public_id)
        job.note = note[:300]
        job.save(update_fields=["note"])
        record("fleet.noted", job, actor=actor)
        return job


def _by_person(public_id: UUID, act: Act, actor: Actor) -> FleetJob:
    with tenancy.public(), transaction.atomic():
        job = _get(public_id)
        _change(job, act, actor)
        return job


def _get(public_id: UUID) -> FleetJob:
    job = FleetJob.objects.select_for_update().filter(public_id=public_id).first()
    if job is None:
        raise NotFound("fleet.unknown")
    return job


def _end(job: FleetJob, act: Act, report: Mapping[str, Any], error: str, actor: Actor) -> None:
    with tenancy.public(), transaction.atomic():
        fresh = FleetJob.objects.select_for_update().get(pk=job.pk)
        fresh.report = dict(report)
        fresh.last_error = error
        if fresh.state == JobState.CANCELLED:  # while the last gminas were under way
            fresh.save(update_fields=["report", "last_error"])
        else:
            _change(fresh, act, actor, done=fresh.done, failed=fresh.failed)


def _change(job: FleetJob, act: Act, actor: Actor, **details: Any) -> None:
    job.state = domain.next_state(job.state, act)
    now = timezone.now()
    if act is Act.START:
        job.started_at = job.started_at or now
    job.ended_at = now if job.state in (domain.DONE, domain.CANCELLED, domain.FAILED) else None
    job.beat_at = now
    job.save()
    record(f"fleet.{act}", job, actor=actor, kind=job.kind, **details)


def _count(job: FleetJob) -> None:
    """Write the sums over the job's gminas, for whoever looks at it meanwhile."""
    gminas = FleetJobGmina.objects.filter(job=job)
    FleetJob.objects.filter(pk=job.pk).update(
        total=gminas.exclude(state=GminaState.SKIPPED).count(),
        done=gminas.filter(state=GminaState.DONE).count(),
        failed=gminas.filter(state=GminaState.FAILED).count(),
        beat_at=timezone.now(),
    )


def note_code(digest: str, signature: str, recordings: Mapping[str, str]) -> None:
    """Keep what these files want of every schema, for the next run of the same ones; the newest few stay."""
    with tenancy.public(), transaction.atomic():
        CodeSignature.objects.update_or_create(
            digest=digest, defaults={"signature": signature, "recordings": dict(recordings)}
        )
        newest = CodeSignature.objects.order_by("-noted_at").values("digest")[:KEPT_SIGNATURES]
        CodeSignature.objects.exclude(digest__in=newest).delete()
