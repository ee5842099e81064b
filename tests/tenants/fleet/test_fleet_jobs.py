"""A job over the fleet: who may do what to it, and how the console follows it while it runs."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import connections
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, NotFound
from tenants.fleet import actions, domain, queries
from tenants.fleet.domain import EDGES, Act, next_state
from tenants.fleet.models import FleetJob, JobKind, JobState

OLGA = Actor(kind=ActorKind.PLATFORM, ref="olga")
STATES = (*domain.UNFINISHED, domain.DONE, domain.CANCELLED)
SLOW = """
    operations = [
        migrations.AddField("letter", "stamp", models.IntegerField(default=7, db_default=7)),
        migrations.RunSQL("SELECT pg_sleep(0.1)", migrations.RunSQL.noop),
    ]
"""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", list(Act))
def test_only_the_listed_acts_change_a_job(state, act):
    if (state, act) in EDGES:
        assert next_state(state, act) in STATES
    else:
        with pytest.raises(Conflict):
            next_state(state, act)


def test_a_planned_job_is_taken_by_the_next_run_and_kept_with_its_note(in_public):
    planned = actions.plan_job(JobKind.MIGRATE, note="po godzinach", actor=OLGA)
    taken = actions.take_up_job(JobKind.MIGRATE, "abc", actor=system("tests"))
    assert taken.pk == planned.pk
    assert (taken.state, taken.target, taken.note, taken.asked_by) == (
        "running",
        "abc",
        "po godzinach",
        "olga",
    )


def test_a_job_towards_older_code_is_cancelled_by_the_next(in_public):
    old = actions.take_up_job(JobKind.MIGRATE, "old", actor=system("tests"))
    new = actions.take_up_job(JobKind.MIGRATE, "new", actor=system("tests"))
    assert new.pk != old.pk
    assert queries.job(old.public_id).state == JobState.CANCELLED


def test_progress_counts_what_is_done_and_says_when_the_runner_is_silent(in_public):
    job = actions.take_up_job(JobKind.VERIFY, "x", actor=system("tests"))
    actions.list_gminas(job, [("0000001", "A"), ("0000002", "B"), ("0000003", "C"), ("0000004", "D")])
    actions.note_results(job, [("0000001", "done", "", 3), ("0000002", "failed", "why", None)])
    fresh = queries.job(job.public_id)
    now = timezone.now()
    assert queries.progress(fresh, now=now).percent == 25
    assert (fresh.total, fresh.done, fresh.failed, fresh.waiting) == (4, 1, 1, 2)
    assert not queries.progress(fresh, now=now).is_silent
    assert queries.progress(fresh, now=now + timedelta(minutes=3)).is_silent
    assert [row.teryt for row in queries.job_gminas(fresh, "waiting")] == ["0000003", "0000004"]
    last = queries.last_job_of_gmina("0000002", JobKind.VERIFY)
    assert last is not None
    assert (last.error, last.name) == ("why", "B")


def test_every_act_of_a_person_is_in_the_audit_log(in_public):
    job = actions.take_up_job(JobKind.BACK_UP, "x", actor=system("tests"))
    actions.pause_job(job.public_id, actor=OLGA)
    actions.resume_job(job.public_id, actor=OLGA)
    actions.note_job(job.public_id, "do rana", actor=OLGA)
    actions.cancel_job(job.public_id, actor=OLGA)
    acts = AuditEntry.objects.filter(subject_ref=str(job.public_id), actor_ref="olga").order_by("id")
    assert [one.action for one in acts] == ["fleet.pause", "fleet.resume", "fleet.noted", "fleet.cancel"]
    with pytest.raises(Conflict):
        actions.resume_job(job.public_id, actor=OLGA)
    assert queries.job(job.public_id).state == JobState.CANCELLED
    with pytest.raises(NotFound):
        actions.pause_job(uuid4(), actor=OLGA)


class Console(threading.Thread):
    """What a person does beside the runner, on a connection of its own."""

    def __init__(self, *, cancel: bool) -> None:
        super().__init__(daemon=True)
        self.cancel = cancel
        self.seen: list[int] = []
        self.while_paused: tuple[int, int] = (0, 1)

    def run(self) -> None:
        with tenancy.public():
            job = self._wait(lambda one: one.done >= 3)
            if self.cancel:
                actions.cancel_job(job.public_id, actor=OLGA)
            else:
                actions.pause_job(job.public_id, actor=OLGA)
                time.sleep(2)
                first = queries.job(job.public_id).done
                time.sleep(1)
                self.while_paused = (first, queries.job(job.public_id).done)
                actions.resume_job(job.public_id, actor=OLGA)
            connections.close_all()

    def _wait(self, is_so) -> FleetJob:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            job = queries.jobs(JobKind.MIGRATE).filter(state="running").first()
            if job is not None:
                self.seen.append(job.done)
                if is_so(job):
                    return job
            time.sleep(0.05)
        raise AssertionError("the job does not advance")


def test_a_paused_job_waits_and_goes_on_and_its_progress_is_seen_live(letters):
    fleet = letters(40)
    fleet.application.migration("0002_stamp", SLOW, after="0001_initial")
    console = Console(cancel=False)
    console.start()
    fleet.run("--batch", "2")
    console.join(30)
    assert console.while_paused[0] == console.while_paused[1] < 42
    assert fleet.migrated() == fleet.teryts
    assert len(set(console.seen)) > 1


def test_a_cancelled_job_ends_and_leaves_the_rest(letters):
    fleet = letters(40)
    fleet.application.migration("0002_stamp", SLOW, after="0001_initial")
    console = Console(cancel=True)
    console.start()
    with pytest.raises(CommandError, match="cancelled"):
        fleet.run("--batch", "2")
    console.join(30)
    done = fleet.migrated()
    assert 3 <= len(done) < 40
    assert done == fleet.teryts[: len(done)]
    with tenancy.public():
        assert queries.jobs().first().state == JobState.CANCELLED
