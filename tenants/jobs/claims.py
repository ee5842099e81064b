"""Which gminas a batch takes, and how its results are written: one statement each, whatever the number of gminas.

Every function opens the public schema itself. Claiming is serialised by a lock of the transaction, so no gmina is in two
batches of one job; that nobody stays behind with a dead batch follows from `lanes.LIVE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kernel import tenancy
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Tenant
from tenants.jobs.domain import BATCH, BATCH_SECONDS, COST_OF_TURN, PHASES, Job, Outcome, phase_of
from tenants.jobs.lanes import LIVE, lock_of
from tenants.jobs.models import JobRun

DUE = """
    SELECT run.id, run.teryt, run.duration_ms, run.lane, tenant.shard, run.job, round.number,
           coalesce(greatest(run.started_at, run.claimed_at), '-infinity')
             + make_interval(secs => run.duration_ms * %(cost)s / 1000.0) AS turn
    FROM jobs_jobrun run
    JOIN jobs_jobround round ON round.job = run.job
    JOIN directory_tenant tenant ON tenant.teryt = run.teryt
    WHERE run.job = %(job)s AND tenant.state = ANY(%(working)s) AND NOT tenant.is_moving
      AND run.round < round.number
      AND (run.round < round.number - 1
           OR round.asked_at + make_interval(secs => %(spread)s * run.phase / %(phases)s) <= %(now)s)
"""
"""Gminas whose turn has come: in a state in which jobs run, not being moved, not served in this round, and their moment in
it is here. Whoever has missed a whole round waits for no moment."""

TAKE = f"""
    WITH due AS ({DUE} AND tenant.shard = %(shard)s),
    free AS (SELECT * FROM due WHERE lane IS NULL OR lane = %(lane)s OR lane NOT IN ({LIVE})),
    counted AS (
      SELECT id, row_number() OVER turns AS place, count(*) OVER () AS waiting, number,
             sum(CASE WHEN lane IS NULL THEN greatest(duration_ms, 1) ELSE %(budget)s END) OVER turns AS cost
      FROM free WINDOW turns AS (ORDER BY turn, teryt ROWS UNBOUNDED PRECEDING))
    UPDATE jobs_jobrun run SET lane = %(lane)s, claimed_at = %(now)s
    FROM counted
    WHERE run.id = counted.id AND (place = 1 OR (place <= %(batch)s AND cost <= %(budget)s))
    RETURNING run.teryt, counted.place, counted.number, counted.waiting
"""  # noqa: S608 -- only our own constants
"""The next gminas by turn, as many as their last runs say that there is time for, and one at least. What a dead batch has
left is counted as a whole batch: whichever gmina has killed it is alone the next time."""

RECORD = """
    UPDATE jobs_jobrun run
    SET lane = NULLIF(run.lane, %(lane)s), claimed_at = NULL, started_at = ran.started_at,
        finished_at = ran.finished_at, duration_ms = ran.duration_ms, outcome = ran.outcome,
        error_code = ran.error_code, round = greatest(run.round, ran.round),
        done_at = CASE WHEN ran.outcome = 'failed' THEN run.done_at ELSE ran.finished_at END
    FROM unnest(%(teryts)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(durations)s::int[],
                %(outcomes)s::text[], %(errors)s::text[], %(rounds)s::bigint[])
      AS ran(teryt, started_at, finished_at, duration_ms, outcome, error_code, round)
    WHERE run.job = %(job)s AND run.teryt = ran.teryt
"""
GIVE_BACK = """
    UPDATE jobs_jobrun run SET lane = NULL, claimed_at = NULL
    WHERE run.job = %(job)s AND run.lane = %(lane)s AND run.teryt = ANY(%(teryts)s)
"""
OPEN_ROUND = """
    INSERT INTO jobs_jobround AS round (job, number, asked_at) VALUES (%(job)s, 1, %(now)s)
    ON CONFLICT (job) DO UPDATE SET number = round.number + 1, asked_at = excluded.asked_at
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Gminas of a batch in their order, the round that they are served in, and how many more are due."""

    teryts: tuple[str, ...] = ()
    round: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a job went in one gmina."""

    teryt: str
    started_at: datetime
    finished_at: datetime
    duration_ms: int
    outcome: Outcome
    error_code: str


def open_round(job: str) -> None:
    """Let every gmina in which jobs run be due once more; new ones join."""
    with tenancy.public(), transaction.atomic():
        add_missing(job, _working().exclude(job_runs__job=job).values_list("teryt", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(OPEN_ROUND, {"job": job, "now": timezone.now()})


def add_missing(job: str, teryts: Sequence[str] | Any) -> None:
    """Rows for gminas that have never run this job."""
    rows = [JobRun(job=job, tenant_id=teryt, phase=phase_of(job, teryt)) for teryt in teryts]
    JobRun.objects.bulk_create(rows, ignore_conflicts=True)


def due_by_shard(job: Job) -> dict[str, int]:
    """How many gminas of each cluster could be served now."""
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(f"SELECT shard, count(*) FROM ({DUE}) due GROUP BY shard", _values(job))  # noqa: S608
        return dict(cursor.fetchall())


def take(job: Job, shard: str, lane: int) -> Claim:
    """Claim the next batch for the holder of the lane."""
    lock = lock_of(job.name, shard)
    values = {
        **_values(job),
        "shard": shard,
        "lane": lane,
        "lock": lock,
        "batch": BATCH,
        "budget": int(BATCH_SECONDS * 1000),
    }
    with tenancy.public(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [lock])
        cursor.execute(TAKE, values)
        rows = sorted(cursor.fetchall(), key=lambda row: row[1])
    if not rows:
        return Claim()
    return Claim(tuple(row[0] for row in rows), rows[0][2], rows[0][3] - len(rows))


def record(job: str, ran: Sequence[Ran], *, round: int = 0, lane: int | None = None) -> None:
    """Write how the job went. Who still has work to do is not counted as served in this round."""
    rounds = [0 if one.outcome == Outcome.CONTINUES else round for one in ran]
    values = {
        "job": job,
        "lane": lane,
        "teryts": [one.teryt for one in ran],
        "starts": [one.started_at for one in ran],
        "ends": [one.finished_at for one in ran],
        "durations": [one.duration_ms for one in ran],
        "outcomes": [one.outcome.value for one in ran],
        "errors": [one.error_code for one in ran],
        "rounds": rounds,
    }
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(RECORD, values)


def give_back(job: str, lane: int, teryts: Sequence[str]) -> None:
    """Let others have the claimed gminas to which the batch did not come."""
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"job": job, "lane": lane, "teryts": list(teryts)})


def scopes_of(teryts: Sequence[str]) -> list[tenancy.Scope]:
    """Scopes in the order of the codes, in two queries; unknown codes and gminas that are being moved are left out."""
    with tenancy.public():
        rows = Tenant.objects.filter(teryt__in=teryts, is_moving=False)
        rows = rows.defer("setup").prefetch_related("domains")
        by_teryt = {tenant.teryt: tenant.scope() for tenant in rows}
    return [by_teryt[teryt] for teryt in teryts if teryt in by_teryt]


def _working() -> Any:
    return Tenant.objects.filter(state__in=[state.value for state in WORKING])


def _values(job: Job) -> dict[str, Any]:
    return {
        "job": job.name,
        "working": [state.value for state in WORKING],
        "spread": job.spread,
        "phases": float(PHASES),
        "cost": COST_OF_TURN,
        "now": timezone.now(),
    }
