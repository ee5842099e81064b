"""P15: every gmina gets its turn, whatever the others do, and how it went is kept where the console may read it."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import tenancy
from kernel.budget import is_time_up
from kernel.errors import Conflict, NotFound
from tenants.directory.models import Tenant
from tenants.jobs import actions, claims, domain, lanes, queries
from tenants.jobs.domain import BATCH, Job, Outcome, phase_of
from tenants.jobs.models import JobRound, JobRun
from tests.fixtures.committed import together
from tests.fixtures.database import clusters_named

SHARD = "trial"
SERVED: list[str] = []


def serve() -> None:
    SERVED.append(tenancy.current_tenant_id())


JOB = Job("trial", (serve,), lanes=2)


@pytest.fixture(autouse=True)
def nobody_was_served():
    SERVED.clear()


@pytest.fixture(autouse=True)
def two_clusters(settings):
    """Two names more for the one server, so that the gminas of other tests are in nobody's way."""
    with clusters_named(settings, **{SHARD: {}, "second": {}}):
        yield


@pytest.fixture(autouse=True)
def a_batch_for_each_message(monkeypatch):
    """As where a batch takes its time: the tests look at what is between two of them."""
    monkeypatch.setattr(actions, "STINT_SECONDS", 0.0)


def fleet(size: int, *, shard: str = SHARD, state: str = "active", first: int = 9_000_000) -> list[str]:
    """Rows of gminas whose schemas no test needs."""
    with tenancy.public():
        made = Tenant.objects.bulk_create(
            Tenant(
                teryt=str(first + number), name=f"Gmina {number}", kind="rural", state=state, shard=shard,
                schema_name=f"gmina_{first + number}", data_key=b"", index_key=b"",
            )
            for number in range(size)
        )  # fmt: skip
    return [tenant.teryt for tenant in made]


def run_of(teryt: str, job: str = "trial") -> JobRun:
    with tenancy.public():
        return JobRun.objects.get(job=job, tenant=teryt)


def change(teryt: str, **values: object) -> None:
    with tenancy.public():
        assert JobRun.objects.filter(tenant=teryt, job="trial").update(**values) == 1


def rounds_of(job: Job, number: int = 1) -> None:
    """As many rounds, each to its end."""
    for _ in range(number):
        claims.open_round(job.name)
        while actions.run_batch(job, SHARD):
            pass


def test_in_a_round_every_gmina_is_served_once_in_batches_of_fifty(db):
    teryts = fleet(120)
    claims.open_round("trial")
    sizes = []
    more = True
    while more:
        before = len(SERVED)
        more = actions.run_batch(JOB, SHARD)
        sizes.append(len(SERVED) - before)
    assert sizes == [BATCH, BATCH, 20]
    assert sorted(SERVED) == teryts
    assert not actions.run_batch(JOB, SHARD)
    assert len(SERVED) == 120
    rounds_of(JOB)
    assert set(Counter(SERVED).values()) == {2}


def test_one_message_serves_batch_after_batch_while_gminas_take_no_time(db, monkeypatch):
    monkeypatch.setattr(actions, "STINT_SECONDS", 60.0)
    teryts = fleet(2 * BATCH + 20)
    claims.open_round("trial")
    assert not actions.run_batch(JOB, SHARD)
    assert sorted(SERVED) == teryts
    with tenancy.public():
        assert not JobRun.objects.filter(job="trial", lane__isnull=False).exists()


def test_a_gmina_whose_time_was_up_ends_the_message(db, monkeypatch):
    """It goes on in the next one, so that its worker is free for other work between two of its turns."""
    monkeypatch.setattr(actions, "STINT_SECONDS", 60.0)
    monkeypatch.setattr(actions, "STEP_SECONDS", 0.0)
    fleet(2)

    def never_done() -> None:
        serve()
        is_time_up()

    claims.open_round("trial")
    assert actions.run_batch(Job("trial", (never_done,)), SHARD)
    assert len(SERVED) == 2


def test_a_message_too_many_does_nothing(db):
    fleet(3)
    rounds_of(JOB)
    assert [actions.run_batch(JOB, SHARD) for _ in range(5)] == [False] * 5
    assert len(SERVED) == 3


@pytest.mark.parametrize("state", ["provisioning", "closed"])
def test_gminas_that_are_not_ready_are_skipped(db, state):
    fleet(2, state=state)
    working = fleet(1, first=9_100_000)
    rounds_of(JOB)
    assert working == SERVED
    with tenancy.public():
        assert not JobRun.objects.filter(job="trial", tenant__state=state).exists()


def test_gminas_of_another_cluster_are_left_to_their_own_batches(db):
    fleet(2)
    others = fleet(2, shard="second", first=9_100_000)
    rounds_of(JOB)
    assert not set(others) & set(SERVED)
    assert claims.due_by_shard(JOB)["second"] == 2


def test_what_fails_in_one_gmina_stops_no_other_and_is_told_by_its_code(db):
    teryts = fleet(5)
    after: list[str] = []

    def fail() -> None:
        serve()
        if tenancy.current_tenant_id() == teryts[2]:
            raise Conflict("tenant.state", pesel="75870300017")

    rounds_of(Job("trial", (fail, lambda: after.append(tenancy.current_tenant_id()))))
    assert len(SERVED) == 5
    assert sorted(after) == teryts
    failed = run_of(teryts[2])
    assert (failed.outcome, failed.error_code, failed.done_at) == ("failed", "tenant.state", None)
    for teryt in teryts[3:]:
        assert (run_of(teryt).outcome, run_of(teryt).error_code) == ("done", "")
    with tenancy.public():
        (found,) = [one for one in queries.progress() if one.job == "trial"]
    assert (found.gminas >= 5, found.failed) == (True, 1)


def test_a_city_that_takes_long_comes_after_the_villages_and_alone(db):
    *villages, city = fleet(8)
    rounds_of(JOB)
    change(city, duration_ms=60_000)
    SERVED.clear()
    claims.open_round("trial")
    assert actions.run_batch(JOB, SHARD)
    assert sorted(SERVED) == villages
    actions.run_batch(JOB, SHARD)
    assert SERVED[-1] == city


def test_a_city_is_not_starved_by_the_villages_either(db):
    """Its turn comes later by ten times what it took, and not later with every round."""
    *_, city = fleet(4)
    rounds_of(JOB)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    change(city, duration_ms=60_000, started_at=an_hour_ago)
    claims.open_round("trial")
    SERVED.clear()
    actions.run_batch(JOB, SHARD)
    assert SERVED[0] == city


def test_a_gmina_whose_time_is_up_goes_on_after_the_others(db, monkeypatch):
    monkeypatch.setattr(actions, "STEP_SECONDS", 0.05)
    city, *villages = fleet(4)
    left = [3]

    def work() -> None:
        serve()
        if tenancy.current_tenant_id() != city:
            return
        while left[0]:
            left[0] -= 1
            time.sleep(0.06)
            if is_time_up():
                break

    job = Job("trial", (work,))
    claims.open_round("trial")
    assert actions.run_batch(job, SHARD)
    assert run_of(city).outcome == Outcome.CONTINUES
    assert sorted(SERVED) == [city, *villages]
    while actions.run_batch(job, SHARD):
        pass
    assert Counter(SERVED) == {city: 4 if left[0] else Counter(SERVED)[city], **dict.fromkeys(villages, 1)}
    assert left == [0]
    assert run_of(city).outcome == Outcome.DONE


def test_a_batch_whose_time_is_up_gives_the_rest_back(db, monkeypatch):
    monkeypatch.setattr(actions, "BATCH_SECONDS", 0.0)
    fleet(3)
    claims.open_round("trial")
    assert actions.run_batch(JOB, SHARD)
    assert len(SERVED) == 1
    with tenancy.public():
        assert not JobRun.objects.filter(job="trial", lane__isnull=False).exists()
    while actions.run_batch(JOB, SHARD):
        pass
    assert len(set(SERVED)) == 3


def test_each_gmina_has_its_own_moment_the_same_every_day(db):
    assert phase_of("sweep", "0615022") == phase_of("sweep", "0615022")
    phases = [phase_of("reconcile", str(number)) for number in range(200_000, 202_479)]
    by_tenth = Counter(phase * 10 // domain.PHASES for phase in phases)
    assert set(by_tenth) == set(range(10))
    assert max(by_tenth.values()) < 1.5 * min(by_tenth.values())


def test_a_gmina_is_not_due_before_its_moment(db):
    teryts = fleet(40)
    spread = Job("trial", (serve,), spread=1000)
    rounds_of(JOB)
    SERVED.clear()
    claims.open_round("trial")
    with tenancy.public():
        JobRound.objects.filter(job="trial").update(asked_at=timezone.now() - timedelta(seconds=500))
    while actions.run_batch(spread, SHARD):
        pass
    assert sorted(SERVED) == sorted(t for t in teryts if phase_of("trial", t) < domain.PHASES / 2)


def test_who_has_missed_a_round_waits_for_no_moment(db):
    fleet(10)
    rounds_of(JOB)
    SERVED.clear()
    claims.open_round("trial")
    claims.open_round("trial")
    while actions.run_batch(Job("trial", (serve,), spread=1000), SHARD):
        pass
    assert len(SERVED) == 10


def test_no_more_batches_are_at_work_in_a_cluster_than_it_has_lanes(db):
    fleet(3)
    claims.open_round("trial")
    with lanes.lane("trial", SHARD, 2) as first, lanes.lane("trial", SHARD, 2) as second:
        assert (first, second) == (1, 2)
        assert not actions.run_batch(JOB, SHARD)
        assert SERVED == []
        with lanes.lane("trial", "second", 2) as elsewhere:
            assert elsewhere == 1
    actions.run_batch(JOB, SHARD)
    assert len(SERVED) == 3


HOLD = """
import django; django.setup()
from tenants.jobs import lanes
with lanes.lane("trial", "trial", 1) as number:
    print(number, flush=True)
    input()
"""


def test_a_lane_and_its_gminas_are_free_when_their_process_was_killed(db):
    """kill -9: the lane is free at once, and what the dead batch held is served one by one."""
    from django.conf import settings

    teryts = fleet(4)
    claims.open_round("trial")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )
    try:
        assert holder.stdout.readline() == b"1\n"
        claimed = claims.take(JOB, SHARD, 1)  # what the process would have claimed
        assert sorted(claimed.teryts) == teryts
        assert claims.take(JOB, SHARD, 2).teryts == ()
        single = Job("trial", (serve,), lanes=1)
        assert not actions.run_batch(single, SHARD)
        assert settings.PROVISIONING_DATABASE_URL
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
    deadline = time.monotonic() + 5
    while not SERVED and time.monotonic() < deadline:
        actions.run_batch(single, SHARD)
    assert len(SERVED) == 1, "the first of them may be what killed it"
    while actions.run_batch(single, SHARD):
        pass
    assert sorted(SERVED) == teryts


def test_two_batches_at_one_moment_share_no_gmina(own_database):
    from tenants.directory.queries import scope_of

    teryts = fleet(90)
    claims.open_round("trial")
    slow = Job("trial", (lambda: (serve(), time.sleep(0.005)),), lanes=4)
    together(scope_of("0615022"), [lambda: actions.run_batch(slow, SHARD)] * 4)
    while actions.run_batch(slow, SHARD):
        pass
    assert sorted(SERVED) == teryts


def test_a_batch_costs_the_same_statements_whatever_its_size(db):
    fleet(50)
    claims.open_round("trial")
    with CaptureQueriesContext(connection) as of_fifty:
        actions.run_batch(JOB, SHARD)
    with tenancy.public():
        JobRun.objects.exclude(tenant="9000000").update(round=99)
        JobRun.objects.filter(tenant="9000000").update(round=0)
    with CaptureQueriesContext(connection) as of_one:
        actions.run_batch(JOB, SHARD)
    assert len(SERVED) == 51
    assert len(of_fifty) == len(of_one) <= 10


def test_the_console_sees_in_which_gmina_a_job_has_not_run_since_when(db):
    old, new = fleet(2)
    rounds_of(JOB)
    yesterday = timezone.now() - timedelta(days=1)
    change(old, done_at=yesterday)
    with tenancy.public():
        late = queries.not_done_since("trial", timezone.now() - timedelta(hours=1))
        assert [run.tenant_id for run in late.filter(tenant__shard=SHARD)] == [old]
        (progress,) = [one for one in queries.progress() if one.job == "trial"]
        assert [run.job for run in queries.runs_of(new)] == ["trial"]
    assert progress.oldest_done_at == yesterday
    assert progress.running == 0


def test_a_gmina_that_is_deleted_takes_its_runs_along(db):
    gone, kept = fleet(2)
    rounds_of(JOB)
    with tenancy.public():
        Tenant.objects.get(teryt=gone).delete(force_drop=False)
        assert not JobRun.objects.filter(tenant=gone).exists()
    assert run_of(kept).outcome == "done"


def test_nobody_runs_a_job_in_an_unknown_gmina(db):
    with pytest.raises(NotFound):
        actions.run_now(JOB, ["0000000"])
    assert SERVED == []
