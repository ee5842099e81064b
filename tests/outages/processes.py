"""Processes of the platform on a committed database, to be deprived of their neighbours or killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import postgres
from portal.embedded.stack import Ports, Stack
from tests.fixtures.running import stack_environment

PATIENCE = 30.0


@contextmanager
def processes(home: Path, server: postgres.Server, database: str, **changes: str) -> Iterator[Stack]:
    """A stack without any process yet; what the test starts is ended afterwards."""
    ports = Ports(*(postgres.free_port() for _ in range(4)))
    stack = Stack(home=home, ports=ports, database=database)
    stack.environment = stack_environment(server, stack) | changes
    try:
        yield stack
    finally:
        for process in stack.processes.values():
            os.killpg(process.pid, signal.SIGKILL)  # nothing here is worth the time of an orderly end
        stack.stop()


def eventually(is_so: Callable[[], object], what: str) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)
