"""Running periodic jobs: a batch of gminas at a time, each in its own data, none in another's way."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import connection
from django.utils import timezone

from kernel import tenancy
from kernel.audit import attempts
from kernel.budget import budget
from kernel.errors import NotFound
from kernel.logs import reason_of
from kernel.postgresql.refusals import is_role_gone
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_to_work_in
from tenants.jobs import claims, lanes
from tenants.jobs.claims import Ran
from tenants.jobs.domain import BATCH_SECONDS, STEP_SECONDS, STINT_SECONDS, Job, Outcome
from tenants.jobs.models import JobRun, PaymentStates, Probe

log = structlog.get_logger(__name__)

CODE_LENGTH = JobRun._meta.get_field("error_code").max_length


def run_batch(job: Job, shard: str) -> bool:
    """Serve gminas of one cluster whose turn it is, for some seconds; whether more of them could be served now.

    Where they take next to no time, batch follows batch in the same lane for a while: a message, and a session for its lane,
    cost more than many such gminas. Nothing is done when as many batches of this job as may run there are at work already:
    they go on by themselves. A batch that is killed leaves its gminas to the next one.
    """
    ends_at = time.monotonic() + STINT_SECONDS
    with lanes.lane(job.name, shard, job.lanes) as lane:
        if lane is None:
            return False
        while True:
            served, is_more = _serve(job, shard, lane)
            if not served or not is_more or time.monotonic() >= ends_at:
                return is_more


def _serve(job: Job, shard: str, lane: int) -> tuple[bool, bool]:
    """One batch: whether all that it took were served to their end, and whether more could be served now."""
    claim = claims.take(job, shard, lane)
    ends_at = time.monotonic() + BATCH_SECONDS
    ran: list[Ran] = []
    try:
        for scope in claims.scopes_of(claim.teryts):
            if ran and time.monotonic() >= ends_at:
                break
            if (one := _run(job, scope)) is not None:
                ran.append(one)
    finally:
        if ran:
            claims.record(job.name, ran, round=claim.round, lane=lane)
        if len(ran) < len(claim.teryts):
            claims.give_back(job.name, lane, claim.teryts)
    is_whole = len(ran) == len(claim.teryts) and all(one.outcome != Outcome.CONTINUES for one in ran)
    return is_whole, bool(ran) and (claim.left > 0 or not is_whole)


def run_now(job: Job, teryts: Sequence[str]) -> None:
    """Run the job in these gminas at once, beside its rounds: for a person who waits.

    Raises NotFound("tenant.unknown"), and Unavailable("tenant.moving") while a gmina is moved to another cluster.
    """
    scopes = claims.scopes_of(teryts)
    for teryt in set(teryts) - {scope.tenant_id for scope in scopes}:
        scope_to_work_in(teryt)
    with tenancy.public():
        claims.add_missing(job.name, teryts)
    done = [_run(job, scope) for scope in scopes]
    claims.record(job.name, [one for one in done if one is not None])


def _run(job: Job, scope: tenancy.Scope) -> Ran | None:
    """How the job went; None when the gmina went to another cluster meanwhile, so that nothing could be done here."""
    started_at, begun = timezone.now(), time.monotonic()
    outcome, code = Outcome.DONE, ""
    with tenancy.enter(scope), attempts.background(f"job {job.name}") as watch:
        for step in job.steps:
            with budget(STEP_SECONDS) as given:
                try:
                    step()
                except Exception as error:  # one gmina's trouble, whatever it is, must not stop the rest
                    if is_role_gone(error):
                        return None
                    log.exception("job.failed", job=job.name, step=getattr(step, "__name__", str(step)))
                    outcome, code = Outcome.FAILED, code or reason_of(error) or type(error).__name__
                    watch.failure = code
                    if not connection.in_atomic_block:  # what was lost in one gmina is made anew for the next
                        connection.close_if_unusable_or_obsolete()
            if given.was_too_short and outcome == Outcome.DONE:
                outcome = Outcome.CONTINUES
    duration_ms = round((time.monotonic() - begun) * 1000)
    return Ran(scope.tenant_id, started_at, timezone.now(), duration_ms, outcome, code[:CODE_LENGTH])


def store_probes(
    teryt: str, found: Sequence[Mapping[str, Any]], payments: Mapping[str, int], measured_at: datetime
) -> None:
    """Keep what a gmina tells of its queues and how many payments it has in which state. Raises NotFound("tenant.unknown").

    Each probe is {"queue", "waiting", "since", "ends_at"}: no content, no person.
    """
    with tenancy.public():
        if not Tenant.objects.filter(teryt=teryt).exists():
            raise NotFound("tenant.unknown", teryt=teryt)
        Probe.objects.bulk_create(
            [Probe(tenant_id=teryt, measured_at=measured_at, **one) for one in found],
            update_conflicts=True,
            unique_fields=["tenant", "queue"],
            update_fields=["waiting", "since", "ends_at", "measured_at"],
        )
        PaymentStates.objects.bulk_create(
            [PaymentStates(tenant_id=teryt, counts=dict(payments), measured_at=measured_at)],
            update_conflicts=True,
            unique_fields=["tenant"],
            update_fields=["counts", "measured_at"],
        )
