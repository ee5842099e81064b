"""Jobs that workers do gmina by gmina: verify, back up, draft statements.

A slice is as much as one task should do; then the task asks for the next slice. One gmina may take longer than that, hours
even: its job's row then shows every half a minute that the worker lives. No message says what is to be done: a slice
finds its job and its gminas in the platform's tables, so a message may be lost or doubled, and a worker that is killed
leaves its gmina to the next slice. A person's pause or cancellation is obeyed after the gmina that is in hand.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, connections

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit import attempts
from kernel.errors import Conflict, InvalidInput
from kernel.logs import reason_of
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Tenant
from tenants.directory.setup import only_one
from tenants.fleet import actions, queries
from tenants.fleet.domain import RUNNING
from tenants.fleet.models import SLICED, FleetJob, GminaState

log = structlog.get_logger(__name__)

SLICE_SECONDS = 20.0
BEAT_SECONDS = 30.0
TRIES = 2
"""A gmina in which the worker was lost so often is counted as failed, so that the others get their turn."""


class Passed(Exception):
    """There is nothing to do in this gmina; the text is a code that says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one gmina: numbers for the console, and what is wrong, "" when all is well."""

    values: Mapping[str, int | str] = field(default_factory=dict)
    wrong: str = ""


Work = Callable[[str, str], Found]
"""Does the job in the gmina with this TERYT, towards the job's target. Raises Passed, or anything else as its error."""


def plan(
    kind: str,
    teryts: Sequence[str] = (),
    *,
    states: Collection[str] = WORKING,
    target: str = "",
    note: str = "",
    actor: Actor,
) -> FleetJob:
    """Plan a job in the named gminas, or in all when none is named; only those in one of the `states` count.

    Raises Conflict("fleet.kind") for a kind that workers do not do, InvalidInput("fleet.gminas", unknown=…) when a code
    names no such gmina, and InvalidInput("fleet.nobody") when there is none at all.
    """
    if kind not in SLICED:
        raise Conflict("fleet.kind")
    with tenancy.public():
        rows = Tenant.objects.filter(state__in=states).order_by("teryt")
        if teryts:
            rows = rows.filter(teryt__in=teryts)
        gminas = list(rows.values_list("teryt", "name"))
    unknown = sorted(set(teryts) - {teryt for teryt, _ in gminas})
    if unknown:
        raise InvalidInput("fleet.gminas", field="gminas", unknown=", ".join(unknown))
    if not gminas:
        raise InvalidInput("fleet.nobody", field="gminas")
    return actions.plan_job(kind, gminas, target=target, note=note, actor=actor)


def run_slice(kind: str, work: Work, *, seconds: float = SLICE_SECONDS, actor: Actor) -> bool:
    """Go on with the job of this kind for some seconds, one gmina at least; whether there is more to do now.

    Nothing is done while another worker is at it, or while a person has paused the job.
    """
    ends_at = time.monotonic() + seconds
    with only_one(f"fleet {kind}") as is_alone:
        job = actions.take_next(kind, actor=actor) if is_alone else None
        if job is None:
            return False
        for teryt in _waiting(job):
            if _serve(job, teryt, work) != RUNNING:
                return False
            if time.monotonic() >= ends_at:
                return True
        _end(job, actor)
    with tenancy.public():
        return kind in queries.kinds_to_do()


def _waiting(job: FleetJob) -> Iterator[str]:
    while True:
        with tenancy.public():
            teryt = queries.next_waiting(job)
        if teryt is None:
            return
        yield teryt


def _serve(job: FleetJob, teryt: str, work: Work) -> str:
    """Do the work in one gmina and keep what came of it; the job's state afterwards."""
    known = job.report if job.report.get("at") == teryt else {}
    tries = int(known.get("tries", 0)) + 1
    if tries > TRIES:
        return actions.note_part(job, teryt, GminaState.FAILED, error="worker.lost", ms=0, result={})
    job.report = {"at": teryt, "tries": tries}
    actions.keep_report(job, job.report)
    begun = time.monotonic()
    state, error, values = GminaState.DONE, "", dict[str, int | str]()
    try:
        with _heartbeat(job), attempts.background(f"fleet {job.kind}"):
            found = work(teryt, job.target)
        values, error = dict(found.values), found.wrong
        state = GminaState.FAILED if error else GminaState.DONE
    except Passed as passed:
        state, error = GminaState.SKIPPED, str(passed)
    except Exception as failure:  # one gmina's trouble, whatever it is, must not stop the rest
        log.exception("fleet.failed", kind=job.kind, tenant=teryt)
        state, error = GminaState.FAILED, reason_of(failure) or type(failure).__name__
    return actions.note_part(
        job, teryt, state, error=error, ms=round((time.monotonic() - begun) * 1000), result=values
    )


@contextmanager
def _heartbeat(job: FleetJob) -> Iterator[None]:
    """Show every now and then that the worker lives, while it is at one gmina for hours: a large city's backup may be."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(BEAT_SECONDS):
            try:
                actions.show_life(job)
            except DatabaseError as error:  # the work itself will meet it, if it is more than a moment
                log.warning("fleet.beat_failed", kind=job.kind, reason=reason_of(error))
        connections.close_all()

    thread = threading.Thread(target=beat, name=f"beat {job.kind}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _end(job: FleetJob, actor: Actor) -> None:
    with tenancy.public():
        fresh = queries.job(job.public_id)
    if fresh.failed:
        actions.fail_job(fresh, f"failed in {fresh.failed} of {fresh.total} gminas", {}, actor=actor)
    else:
        actions.finish_job(fresh, {}, actor=actor)
