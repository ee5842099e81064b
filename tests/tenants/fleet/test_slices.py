"""P6: jobs that workers do gmina by gmina: progress, pause and cancellation within a gmina, resumed after a kill."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import Conflict, InvalidInput
from portal import fleet
from portal.celery import app
from tenants.directory.models import Tenant
from tenants.fleet import actions, queries, slices
from tenants.fleet.models import FleetJob, FleetJobGmina, JobKind, JobState
from tenants.fleet.slices import Found, Passed, run_slice
from tests.tenants.conftest import own_borki, own_database

__all__ = ["own_borki", "own_database"]

OLGA = Actor(kind=ActorKind.PLATFORM, ref="olga")
BORKI, DABROWA = "0615022", "2465011"
KIND = JobKind.BACK_UP
KILLED = """
import os, signal
from portal.fleet import WORKER
from tenants.fleet.slices import run_slice
run_slice("back_up", lambda teryt, target: os.kill(os.getpid(), signal.SIGKILL), actor=WORKER)
"""


def planned(*teryts: str, kind: str = KIND) -> FleetJob:
    return slices.plan(kind, teryts, actor=OLGA)


def go(work: Callable[[str, str], Found], *, seconds: float = 20.0) -> bool:
    return run_slice(KIND, work, seconds=seconds, actor=fleet.WORKER)


def well(teryt: str, target: str) -> Found:
    return Found({"rows": 1})


def fresh(job: FleetJob) -> FleetJob:
    with tenancy.public():
        return queries.job(job.public_id)


def states(job: FleetJob) -> dict[str, str]:
    with tenancy.public():
        return dict(FleetJobGmina.objects.filter(job=job).values_list("teryt", "state"))


def test_a_job_is_for_all_gminas_or_for_the_chosen_ones(own_database):
    assert states(planned()) == {BORKI: "waiting", DABROWA: "waiting"}
    assert states(planned(DABROWA)) == {DABROWA: "waiting"}


@pytest.mark.parametrize(
    ("kind", "teryts", "code"),
    [(KIND, ("9999999",), "fleet.gminas"), (JobKind.MIGRATE, (), "fleet.kind")],
)
def test_what_cannot_be_done_is_not_planned(kind, teryts, code, own_database):
    with pytest.raises((InvalidInput, Conflict)) as refused:
        planned(*teryts, kind=kind)
    assert refused.value.code == code
    with tenancy.public():
        assert not FleetJob.objects.exists()


def test_without_a_single_gmina_there_is_nothing_to_plan(own_database):
    with tenancy.public():
        Tenant.objects.update(state="closed")
    with pytest.raises(InvalidInput, match=r"fleet\.nobody"):
        planned()
    fleet.nightly()
    with tenancy.public():
        assert not FleetJob.objects.exists()


def test_a_slice_ends_in_time_and_the_next_goes_on_until_the_job_is_done(own_database):
    job = planned()
    assert go(well, seconds=0) is True
    assert states(job) == {BORKI: "done", DABROWA: "waiting"}
    assert (fresh(job).state, fresh(job).done, fresh(job).total) == ("running", 1, 2)
    assert go(well, seconds=0) is True
    assert go(well, seconds=0) is False
    assert (fresh(job).state, fresh(job).done) == ("done", 2)
    assert go(well) is False


def test_the_next_planned_job_of_the_kind_follows(own_database):
    first, second = planned(BORKI), planned(DABROWA)
    assert go(well) is True
    assert (fresh(first).state, fresh(second).state) == ("done", "planned")
    assert go(well) is False
    assert fresh(second).state == "done"


def test_one_gmina_that_fails_stops_no_other_and_is_tried_again_when_a_person_says_so(own_database):
    def half(teryt: str, target: str) -> Found:
        if teryt == BORKI:
            raise Conflict("archive.busy")
        return Found()

    job = planned()
    go(half)
    assert states(job) == {BORKI: "failed", DABROWA: "done"}
    assert (fresh(job).state, fresh(job).failed) == ("failed", 1)
    with tenancy.public():
        assert FleetJobGmina.objects.get(job=job, teryt=BORKI).error == "archive.busy"
    actions.retry_job(job.public_id, actor=OLGA)
    assert (fresh(job).state, fresh(job).failed) == ("planned", 0)
    go(well)
    assert (fresh(job).state, fresh(job).done, fresh(job).runs) == ("done", 2, 2)


def test_a_migration_is_not_tried_again_from_here(own_database):
    job = actions.take_up_job(JobKind.MIGRATE, "abc", actor=OLGA)
    actions.fail_job(job, "why", {}, actor=OLGA)
    with pytest.raises(Conflict):
        actions.retry_job(job.public_id, actor=OLGA)
    assert fresh(job).state == "failed"


def test_a_gmina_with_nothing_to_do_is_passed_over_and_not_counted(own_database):
    def pass_over(teryt: str, target: str) -> Found:
        if teryt == BORKI:
            raise Passed("statement.left")
        return Found()

    job = planned()
    go(pass_over)
    assert states(job) == {BORKI: "skipped", DABROWA: "done"}
    assert (fresh(job).state, fresh(job).done, fresh(job).total) == ("done", 1, 1)


@pytest.mark.parametrize(("act", "state"), [(actions.pause_job, "paused"), (actions.cancel_job, "cancelled")])
def test_a_persons_wish_is_obeyed_after_the_gmina_in_hand(act, state, own_database):
    job = planned()

    def interrupted(teryt: str, target: str) -> Found:
        act(job.public_id, actor=OLGA)
        return Found()

    assert go(interrupted) is False
    assert states(job) == {BORKI: "done", DABROWA: "waiting"}
    assert fresh(job).state == state
    assert go(well) is False
    assert states(job)[DABROWA] == "waiting"


def test_a_paused_job_goes_on_when_it_is_resumed_and_holds_back_the_next(own_database):
    job, following = planned(), planned(BORKI)
    go(well, seconds=0)
    actions.pause_job(job.public_id, actor=OLGA)
    assert go(well) is False
    assert fresh(following).state == "planned"
    with tenancy.public():
        assert queries.kinds_to_do() == []
    actions.resume_job(job.public_id, actor=OLGA)
    with tenancy.public():
        assert queries.kinds_to_do() == ["back_up"]
    while go(well):
        pass
    assert (fresh(job).state, fresh(following).state) == ("done", "done")


def kill_a_worker() -> None:
    """A worker that is killed in the first gmina that waits, by SIGKILL."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    ended = subprocess.run(
        [sys.executable, "-m", "portal", "shell", "-c", KILLED],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_what_a_killed_worker_leaves_is_gone_on_with(own_database):
    job = planned()
    kill_a_worker()
    assert (fresh(job).state, states(job)[BORKI]) == ("running", "waiting")
    with tenancy.public():
        assert queries.kinds_to_do() == ["back_up"], "the sweep finds it"
    assert go(well) is False
    assert (fresh(job).state, states(job)) == ("done", {BORKI: "done", DABROWA: "done"})


def test_a_gmina_that_kills_its_worker_twice_does_not_keep_the_others_from_their_turn(own_database):
    job = planned()
    kill_a_worker()
    kill_a_worker()
    go(well)
    assert states(job) == {BORKI: "failed", DABROWA: "done"}
    with tenancy.public():
        assert FleetJobGmina.objects.get(job=job, teryt=BORKI).error == "worker.lost"


def test_two_workers_never_do_the_same_job(own_database):
    job = planned()
    seen: list[bool] = []

    def meanwhile(teryt: str, target: str) -> Found:
        seen.append(go(well))
        return Found()

    go(meanwhile)
    assert seen == [False, False]
    assert fresh(job).done == 2


def test_what_an_error_says_of_rows_is_not_kept(own_database):
    def quoting(teryt: str, target: str) -> Found:
        raise ValueError("PESEL 75870300017")

    job = planned(BORKI)
    go(quoting)
    with tenancy.public():
        assert FleetJobGmina.objects.get(job=job).error == "ValueError"
    assert fresh(job).state == JobState.FAILED


def test_a_worker_that_is_at_one_gmina_for_long_shows_that_it_lives(own_database, monkeypatch):
    """A large city's backup takes hours: the console must not take its worker for dead meanwhile."""
    monkeypatch.setattr(slices, "BEAT_SECONDS", 0.05)
    job = planned(BORKI)
    seen = []

    def long(teryt: str, target: str) -> Found:
        for _ in range(2):
            seen.append(fresh(job).beat_at)
            time.sleep(0.4)
        seen.append(fresh(job).beat_at)
        return Found()

    go(long)
    assert None not in seen[1:]
    assert seen[1] < seen[2]
    assert fresh(job).state == JobState.DONE
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("beat")]


def test_what_may_take_hours_has_a_time_limit_and_a_queue_of_its_own(settings):
    """Half an hour ends a task that hangs; a large gmina's backup is none of them."""
    for name in ("portal.run_slice", "portal.drill"):
        task = app.tasks[name]
        assert task.time_limit == settings.LONG_TASK_TIME_LIMIT > settings.CELERY_TASK_TIME_LIMIT
        assert app.amqp.router.route({}, name)["queue"].name == "long"
    assert app.amqp.router.route({}, "portal.sweep")["queue"].name == "celery"
    assert {queue.name for queue in app.amqp.queues.consume_from.values()} == {"celery", "long"}
