"""One trivial job in every gmina of a fleet: our batches beside a task for each gmina, on one worker and one broker.

The job counts the rows of a small table; the clock runs from the asking to the last gmina. Both sides do it with the same
worker (two threads), the same file broker, the same PostgreSQL and the same backend that takes each gmina's role; both keep
the worker's database connection over tasks as far as Celery does. Ours includes what it keeps of every run: claim, order,
duration, outcome. The sides take turns for ROUNDS rounds after one that warms up; the fastest of each counts, and
`ratio` is ours divided by the other.

`overhead_ms_per_gmina` (goal: at most 1) is ours without the work itself, which is the same count in a bare loop in one
process; `enqueue_seconds` is how long the asking alone takes. The schemas hold one table, so that SCHEMAS=2479 is possible;
SCHEMAS=100 ROUNDS=1 is quick.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import finish, gmina, say

SCHEMAS = int(os.environ.get("SCHEMAS", "500"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PATIENCE = 300.0
GOAL = 0.2


def main() -> None:
    """Measure and print."""
    signal.signal(
        signal.SIGTERM, lambda number, frame: sys.exit(1)
    )  # the processes that it starts end with it
    with (
        tempfile.TemporaryDirectory(prefix="skarbnik-bench-") as folder,
        broker(Path(folder)) as home,
        gmina(),
    ):
        say(f"making {SCHEMAS} schemas")
        scopes = fleet()
        with worker(home) as notes:
            sides: dict[str, Callable[[], None]] = {"ours": ask_for_batches, "each": lambda: ask_each(scopes)}
            seconds: dict[str, list[float]] = {name: [] for name in sides}
            asking: dict[str, list[float]] = {name: [] for name in sides}
            for turn in range(ROUNDS + 1):
                for name, ask in sides.items():
                    asked, whole = once(notes, ask)
                    if turn:  # the first one warms up
                        asking[name].append(asked)
                        seconds[name].append(whole)
                    say(f"{name}: {whole:.2f} s")
            bare = bare_seconds(scopes)
    ours, each = min(seconds["ours"]), min(seconds["each"])
    finish(
        "nightly_fan_out",
        ratio=ours / each,
        goal=GOAL,
        overhead_ms_per_gmina=round((ours - bare) / SCHEMAS * 1000, 2),
        ours_ms_per_gmina=round(ours / SCHEMAS * 1000, 2),
        each_ms_per_gmina=round(each / SCHEMAS * 1000, 2),
        bare_ms_per_gmina=round(bare / SCHEMAS * 1000, 2),
        enqueue_seconds=round(min(asking["ours"]), 3),
        enqueue_each_seconds=round(min(asking["each"]), 3),
        schemas=SCHEMAS,
        cores=len(os.sched_getaffinity(0)),
    )


@contextmanager
def broker(home: Path) -> Iterator[Path]:
    """A broker of the benchmark's own, in files, known before the settings are read."""
    for name in ("queue", "control"):
        (home / name).mkdir()
    queue = str(home / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(home / "control")}
    os.environ["BROKER_URL"] = "filesystem://"
    os.environ["BROKER_OPTIONS"] = json.dumps(options | {"polling_interval": 0.01})
    os.environ["SKARBNIK_TEST_BROKER"] = "main"
    os.environ["LOG_LEVEL"] = "ERROR"
    yield home


def fleet() -> Sequence[Any]:
    """Active gminas, each with a role, a schema and one table; the real one beside them has its jobs stopped."""
    from django.db import connection

    from kernel import tenancy
    from tenants.directory.models import Tenant
    from tenants.directory.provisioning import make_schema

    with tenancy.public():
        Tenant.objects.update(state="provisioning")
        rows = Tenant.objects.bulk_create(
            Tenant(
                teryt=str(9_000_000 + number), name=f"Gmina {number}", kind="rural", state="active",
                schema_name=f"gmina_{9_000_000 + number}", data_key=b"", index_key=b"",
            )
            for number in range(SCHEMAS)
        )  # fmt: skip
    scopes = [tenant.scope("") for tenant in rows]
    for scope in scopes:
        make_schema(scope)
        with tenancy.enter(scope), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE fan_out (id bigint); INSERT INTO fan_out SELECT generate_series(1, 20)"
            )
    return scopes


@contextmanager
def worker(home: Path) -> Iterator[Path]:
    """The worker with the file in which its tasks leave a line each."""
    from portal.celery import app
    from portal.embedded.children import Children

    notes = home / "notes"
    os.environ["FAN_OUT_NOTES"] = str(notes)
    children = Children(home=home)
    children.environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    app.set_current()
    app.loader.import_default_modules()
    import benchmarks.bare.fan_out_jobs  # noqa: F401 -- registers the tasks and the job here too

    arguments = ["-m", "celery", "-A", "benchmarks.bare.fan_out", "worker", "--pool", "threads"]
    children.spawn("worker", [*arguments, "--concurrency", "2", "--loglevel", "ERROR"])
    try:
        yield notes
    finally:
        children.stop()


def ask_for_batches() -> None:
    """What the clock's task does for one job."""
    from kernel import tenancy
    from kernel.tasks import enqueue
    from portal.jobs import JOBS
    from tenants.jobs.claims import open_round

    open_round("bench")
    with tenancy.public():
        for _ in range(JOBS["bench"].lanes):
            enqueue("portal.run_batch", "bench", tenancy.MAIN_SHARD)


def ask_each(scopes: Sequence[Any]) -> None:
    """A message for each gmina."""
    from benchmarks.bare.fan_out_jobs import count_one
    from kernel import tenancy

    for scope in scopes:
        with tenancy.enter(scope):
            count_one.delay()


def once(notes: Path, ask: Callable[[], None]) -> tuple[float, float]:
    """Seconds of the asking, and until the last gmina was served; each is served once."""
    notes.write_text("")
    begun = time.perf_counter()
    ask()
    asked = time.perf_counter() - begun
    size = SCHEMAS * len("9000000\n")
    while notes.stat().st_size < size:
        assert time.perf_counter() - begun < PATIENCE, f"only {notes.stat().st_size // 8} of {SCHEMAS} gminas"
        time.sleep(0.002)
    whole = time.perf_counter() - begun
    time.sleep(0.5)  # what the last batch still writes is no part of the other side's time
    served = notes.read_text().split()
    assert len(served) == len(set(served)) == SCHEMAS, "a gmina was served twice"
    return asked, whole


def bare_seconds(scopes: Sequence[Any]) -> float:
    """The work alone: the same count in every gmina, in one loop, on a connection that has seen them all."""
    from benchmarks.bare.fan_out_jobs import count
    from kernel import tenancy

    times = []
    for _ in range(3):
        begun = time.perf_counter()
        for scope in scopes:
            with tenancy.enter(scope):
                count()
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    main()
