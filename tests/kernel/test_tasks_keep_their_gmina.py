"""However Celery carries work on, every step runs in the gmina that it was written for, or fails loudly.

A real worker takes the messages from a real broker; each task notes in which gmina, and under which PostgreSQL role, it ran.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from celery import chain, group, signature
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.conf import settings

from kernel import tenancy
from kernel.tasks import TENANT_HEADER
from portal.celery import app
from portal.embedded import postgres
from portal.embedded.stack import Ports, Stack
from tests.fixtures.canvas import (
    after_failure,
    ask_for_more,
    begin_chord,
    break_down,
    note,
    once_more,
    trespass,
    visit,
)
from tests.fixtures.running import stack_environment

pytestmark = pytest.mark.xdist_group("stack")

BORKI = tenancy.Scope(schema_name="gmina_0615022", role="gmina_0615022", tenant_id="0615022")
DABROWA = tenancy.Scope(schema_name="gmina_2465011", role="gmina_2465011", tenant_id="2465011")
PATIENCE = 30


@dataclass
class Worker:
    """The worker, what its tasks noted and what it complained of."""

    stack: Stack
    notes: Path
    administrator: str

    def noted(self) -> dict[str, tuple[str, str]]:
        lines = self.notes.read_text(encoding="utf-8").splitlines()
        return {text: (teryt, role) for text, teryt, role in map(str.split, lines)}

    def wait_for(self, *texts: str) -> list[str]:
        """TERYT codes in which these were noted; the role was that of the gmina each time."""
        self._wait(lambda: set(texts) <= self.noted().keys(), f"{texts}, only {self.noted()}")
        found = [self.noted()[text] for text in texts]
        assert all(role == f"gmina_{teryt}" for teryt, role in found)
        return [teryt for teryt, role in found]

    def complaints(self) -> list[dict]:
        log = (self.stack.home / "log" / "worker.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in log.splitlines() if line.startswith("{")]

    def wait_for_complaint(self, task: str, kind: str, **fields: str) -> dict:
        """The line in which the worker says that the task failed with this error, where it has these fields."""

        def found() -> list[dict]:
            return [
                line
                for line in self.complaints()
                if task in line["event"]
                and kind in [one["type"] for one in line.get("exception", ())]
                and fields.items() <= line.items()
            ]

        self._wait(found, f"{task} {kind}")
        return found()[-1]

    def _wait(self, is_so: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, f"not noted: {what}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def worker(
    server: postgres.Server, copy_database: Callable[[str], str], tmp_path_factory
) -> Iterator[Worker]:
    """Reads the broker that this process writes to."""
    home: Path = tmp_path_factory.mktemp("canvas")
    stack = Stack(
        home=home,
        ports=Ports(*(postgres.free_port() for _ in range(4))),
        database=copy_database("skarbnik_canvas"),
    )
    notes = home / "notes"
    notes.touch()
    stack.environment = stack_environment(server, stack) | {
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "BROKER_OPTIONS": json.dumps(settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"polling_interval": 0.1}),
        "CANVAS_NOTES": str(notes),
        "LOG_LEVEL": "INFO",
    }
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "control_folder"):
        Path(options[name]).mkdir(parents=True, exist_ok=True)
    app.set_current()
    with app.connection_for_write() as connection, connection.SimpleQueue("celery") as queue:
        queue.clear()
    stack.spawn("worker", ["-m", "celery", "-A", "tests.fixtures.canvas", "worker", "--pool", "solo"])
    try:
        yield Worker(stack, notes, server.url("postgres", stack.database))
    finally:
        os.killpg(stack.processes["worker"].pid, signal.SIGKILL)
        stack.stop()


def test_a_chain_runs_in_one_gmina_to_its_end(worker):
    with tenancy.enter(BORKI):
        chain(note.s("chain-1"), note.si("chain-2"), note.si("chain-3")).delay()
    assert worker.wait_for("chain-1", "chain-2", "chain-3") == ["0615022"] * 3


def test_a_signature_keeps_the_gmina_in_which_it_was_written(worker):
    with tenancy.enter(DABROWA):
        written = note.si("written-in-dabrowa")
    with tenancy.enter(BORKI):
        chain(note.si("written-in-borki"), written).delay()
    assert worker.wait_for("written-in-borki", "written-in-dabrowa") == ["0615022", "2465011"]


def test_a_step_that_was_written_outside_follows_the_message_before_it(worker):
    written = note.si("no-gmina-of-its-own")
    with tenancy.enter(BORKI):
        chain(note.si("before-it"), written).delay()
    assert worker.wait_for("before-it", "no-gmina-of-its-own") == ["0615022"] * 2


def test_a_group_runs_in_its_gmina(worker):
    with tenancy.enter(DABROWA):
        group(note.si(f"group-{number}") for number in range(3)).delay()
    assert worker.wait_for("group-0", "group-1", "group-2") == ["2465011"] * 3


def test_a_chord_and_what_follows_it_run_in_its_gmina(worker):
    with tenancy.enter(BORKI):
        begin_chord.delay("chord")
    assert worker.wait_for("chord-part-1", "chord-part-2", "chord-whole") == ["0615022"] * 3


def test_a_retry_runs_in_the_same_gmina(worker):
    with tenancy.enter(DABROWA):
        once_more.delay("try")
    assert worker.wait_for("try-0", "try-1") == ["2465011"] * 2


def test_what_follows_success_or_failure_runs_in_the_gmina_of_what_it_follows(worker):
    with tenancy.enter(BORKI):
        note.apply_async(["linked-to"], link=note.si("linked"))
        break_down.apply_async(link_error=after_failure.s())
        break_down.apply_async(link_error=note.si("told-by-message"))
    assert worker.wait_for("linked-to", "linked", "failed-ValueError", "told-by-message") == ["0615022"] * 4


def test_tasks_that_tasks_call_and_send_stay_in_their_gmina(worker):
    with tenancy.enter(DABROWA):
        ask_for_more.delay("more")
    assert worker.wait_for("more-called", "more-sent") == ["2465011"] * 2


def test_a_job_of_the_platform_sends_for_each_gmina_and_for_none_it_fails(worker):
    visit.delay("0615022", "2465011")
    assert worker.wait_for("visited-0615022", "visited-2465011") == ["0615022", "2465011"]
    worker.wait_for_complaint("tests.visit", "NoTenant")
    assert "homeless" not in worker.noted()


def test_a_message_without_a_gmina_fails_loudly_in_the_worker(worker):
    with tenancy.enter(BORKI):
        app.send_task("tests.note", ["sent-past-the-task"])
    complaint = worker.wait_for_complaint("tests.note", "NoTenant")
    assert complaint["level"] == "error"
    assert "sent-past-the-task" not in worker.noted()


def test_a_message_of_an_unknown_gmina_fails_loudly_in_the_worker(worker):
    note.apply_async(["of-nobody"], headers={TENANT_HEADER: "0000000"})
    worker.wait_for_complaint("tests.note", "NotFound")
    assert "of-nobody" not in worker.noted()


def test_the_clock_cannot_ask_for_a_task_of_a_gmina_without_naming_it(worker):
    scheduler = Scheduler(app, lazy=True)
    entry = ScheduleEntry("hourly", "tests.note", schedule=3600, args=["hourly"], app=app)
    with pytest.raises(SchedulingError, match="gmina"):
        scheduler.apply_async(entry, advance=False)
    named = ScheduleEntry(
        "daily",
        "tests.note",
        schedule=3600,
        args=["daily"],
        options={"headers": {TENANT_HEADER: "2465011"}},
        app=app,
    )
    scheduler.apply_async(named, advance=False)
    assert worker.wait_for("daily") == ["2465011"]
    assert "hourly" not in worker.noted()


def test_a_signature_by_name_alone_is_sent_with_the_open_gmina_or_not_at_all(worker):
    with tenancy.enter(BORKI):
        signature("tests.note", ["by-name"], app=app).delay()
    assert worker.wait_for("by-name") == ["0615022"]
    with pytest.raises(tenancy.NoTenant):
        signature("tests.note", ["by-name-of-nobody"], app=app).delay()


def test_every_line_of_a_task_names_its_gmina_also_those_that_celery_writes_itself(worker):
    """P18: of its success, of its failure, and what its own code writes."""
    with tenancy.enter(DABROWA):
        note.delay("p18")
        break_down.delay()
    worker.wait_for("p18")
    worker.wait_for_complaint("tests.break_down", "ValueError", tenant="2465011")
    lines = [line for line in worker.complaints() if line["event"].startswith("Task tests.")]
    succeeded = [line for line in lines if " succeeded" in line["event"] and "tests.note" in line["event"]]
    assert {line["tenant"] for line in succeeded} == {"0615022", "2465011"}


def test_no_task_reads_another_gmina_by_its_name_and_the_next_one_starts_clean(worker):
    with tenancy.enter(BORKI):
        trespass.delay("borki-asks", DABROWA.schema_name)
    with tenancy.enter(DABROWA):
        trespass.delay("dabrowa-asks", BORKI.schema_name)
        note.delay("after-both")
    asked = [f"{name}-asks-{number}-42501" for name in ("borki", "dabrowa") for number in range(2)]
    assert worker.wait_for(*asked, "after-both") == ["0615022"] * 2 + ["2465011"] * 3
    assert not [text for text in worker.noted() if text.endswith("-read")]


def test_a_gmina_that_was_deleted_while_its_message_waited_fails_loudly(worker):
    """Last: the gmina is gone for good."""
    with psycopg.connect(worker.administrator, autocommit=True) as administrator:
        administrator.execute(
            "DELETE FROM directory_domain USING directory_tenant t WHERE tenant_id = t.id AND teryt = '2465011'"
        )
        administrator.execute("DELETE FROM directory_tenant WHERE teryt = '2465011'")
    before = len(worker.complaints())
    with tenancy.enter(DABROWA):
        note.delay("after-the-end")
    deadline = time.monotonic() + PATIENCE
    while not any("NotFound" in json.dumps(line) for line in worker.complaints()[before:]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "after-the-end" not in worker.noted()
