"""Readers that are Celery tasks: a worker with a pool of threads takes messages of many gminas from a real broker.

Every task is a `TenantTask`; its gmina stands in the message's header, its first argument says which one it was sent for.
Some tasks fail after they have read, and some ask to be tried again: what they leave behind must not reach the next one.
"""

import tempfile
import time
from pathlib import Path
from threading import Lock
from typing import Any

from celery import Celery, Task
from celery.contrib.testing.worker import start_worker

from kernel import tenancy
from kernel.tasks import TenantTask, find_scopes_with
from portal import broker
from tests.isolation.arena import Arena, Reader, Seen, opened

TURNS = 25
"""Looks of one task at least."""
PATIENCE = 600.0


class Spoilt(Exception):
    """A task that fails on purpose, after it has read."""


class Office:
    """What the tasks of one run share."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.seen = Seen()
        self.done = 0
        self._lock = Lock()

    def visit(self, schema: str, number: int) -> None:
        """Read in the gmina that the message opened, and count what was seen."""
        reader = Reader(self.arena, number)
        try:
            while reader.seen.reads < TURNS:
                reader.read_somehow(schema)
        except Exception as error:  # whatever the backend raises is a finding
            reader.note(error)
        reader.end_of_request()
        with self._lock:
            self.seen.add(reader.seen)
            self.done += 1


def make_app(folder: str, office: Office) -> tuple[Celery, Task[..., Any]]:
    """An application of its own, whose broker is a folder, and its only task."""
    broker.use()
    app = Celery("arena", broker="filesystem://")
    folders = {
        "data_folder_in": f"{folder}/q",
        "data_folder_out": f"{folder}/q",
        "control_folder": f"{folder}/c",
    }
    for path in folders.values():
        Path(path).mkdir(exist_ok=True)
    app.conf.update(
        broker_transport_options={**folders, "polling_interval": 0.01},
        task_ignore_result=True,
        worker_hijack_root_logger=False,
        worker_log_format="",
    )

    @app.task(base=TenantTask, bind=True, name="arena.visit", max_retries=1, throws=(Spoilt,))
    def visit(self: Task[..., Any], schema: str, number: int) -> None:
        if number % 20 == 1 and self.request.retries == 0:
            raise self.retry(countdown=0)
        office.visit(schema, number)
        if number % 10 == 3:
            raise Spoilt

    return app, visit


def scope_of(schema: str) -> tenancy.Scope:
    """In the arena a gmina's code is the name of its schema."""
    return tenancy.Scope(schema_name=schema, role=schema, tenant_id=schema)


def run_tasks(arena: Arena) -> Seen:
    """Send enough tasks and wait until the worker has done them. Raises AssertionError when some never come."""
    find_scopes_with(scope_of)
    office = Office(arena)
    dice = Reader(arena, 0).dice
    wanted = -(-arena.reads // TURNS)
    with tempfile.TemporaryDirectory(prefix="skarbnik-arena-") as folder:
        app, visit = make_app(folder, office)
        with start_worker(
            app,
            concurrency=arena.readers,
            pool="threads",
            loglevel="CRITICAL",
            perform_ping_check=False,
            shutdown_timeout=60.0,
        ):
            for number in range(wanted):
                schema = dice.choice(arena.schemas)
                with opened(arena.engine, schema):
                    visit.delay(schema, number)
            until = time.monotonic() + PATIENCE
            while office.done < wanted:
                assert time.monotonic() < until, f"{office.done} of {wanted} tasks were done"
                time.sleep(0.05)
    return office.seen
