"""What benchmarks share: a real gmina on a private PostgreSQL, timing side by side, and the last line."""

import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@contextmanager
def gmina(preset: str = "borki") -> Iterator[Any]:
    """A gmina set up from its preset on a PostgreSQL of its own, open for the block. Nothing of it stays.

    fsync is off: benchmarks compare ways of computing, not disks.
    """
    from portal.embedded import postgres

    with tempfile.TemporaryDirectory(prefix="skarbnik-bench-") as folder:
        server = postgres.start(Path(folder) / "postgres", durable=False)
        try:
            postgres.prepare_roles(server)
            postgres.prepare_database(server, "bench")
            os.environ["DATABASE_URL"] = server.url("skarbnik_app", "bench")
            os.environ["PROVISIONING_DATABASE_URL"] = server.url("skarbnik_provisioner", "bench")
            os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
            import django
            from django.core.management import call_command
            from django.db import connection

            django.setup()
            with open(os.devnull, "w") as nowhere:
                call_command("fleet_migrate", stdout=nowhere)
                call_command("provision", preset, stdout=nowhere)
            from kernel import tenancy
            from tenants.directory.queries import scope_named

            with tenancy.enter(scope_named(preset)) as scope:
                yield scope
            connection.close()
        finally:
            server.stop()


def fastest(work: Callable[[], object], *, rounds: int) -> float:
    """Seconds of the fastest, so least disturbed, of some rounds; the garbage collector waits meanwhile."""
    work()  # caches and prepared plans are warm, as in a server that runs
    times = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        try:
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        finally:
            gc.enable()
    return min(times)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What one run gives and the seconds that it took: for work too long to repeat."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        found = work()
        return found, time.perf_counter() - start
    finally:
        gc.enable()


def say(line: str) -> None:
    """A line for people, before the last one."""
    print(line, flush=True)


def finish(name: str, *, ratio: float, goal: float, **figures: float) -> None:
    """The last line."""
    print(
        json.dumps({"name": name, "ratio": float(f"{ratio:.3g}"), "goal": goal, "figures": figures}),
        flush=True,
    )
