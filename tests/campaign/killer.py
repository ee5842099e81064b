"""SIGKILL of web, worker and PostgreSQL in the middle of things, as in a power cut, and their restart."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from portal.embedded import postgres
from portal.embedded.stack import Stack
from tests.campaign.plan import Kill
from tests.campaign.tally import Tally
from tests.campaign.world import World

STARTS = 5


class Killer(threading.Thread):
    """Carries out the kills of the plan one after another; `begun` says how many visits have begun."""

    def __init__(
        self,
        world: World,
        kills: Sequence[Kill],
        begun: Callable[[], int],
        tally: Tally,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(name="killer", daemon=True)
        self._world = world
        self._kills = kills
        self._begun = begun
        self._tally = tally
        self._say = say
        self._is_over = threading.Event()
        self._is_called_off = threading.Event()
        self.error: Exception | None = None

    def finish(self) -> None:
        """Carry out what is left of the plan at once, wait for the last restart, raise what went wrong."""
        self._is_over.set()
        self.join()
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        """Leave out what is left of the plan, and wait for the restart that is under way."""
        self._is_called_off.set()
        self._is_over.set()
        self.join()

    def run(self) -> None:
        """The thread's work."""
        begun_at = time.monotonic()
        try:
            for kill in self._kills:
                while self._begun() <= kill.visit and not self._is_over.is_set():
                    time.sleep(0.02)
                if self._is_called_off.is_set():
                    return
                time.sleep(kill.after)
                self._say(f"{time.monotonic() - begun_at:7.2f} s  SIGKILL {kill}")
                self._carry_out(kill)
                self._tally.count(f"killed.{kill.target}")
        except (
            Exception
        ) as error:  # whatever it is, the campaign must end with it instead of waiting for ever
            self.error = error

    def _carry_out(self, kill: Kill) -> None:
        stack = self._world.stack
        if kill.target == "database":
            assert stack.server is not None
            server, stack.server = stack.server, None
            kill_server(server)
            time.sleep(kill.away)
            stack.server = started_again(server)
            return
        process = stack.processes.pop(kill.target)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        keep_log(stack, kill.target)
        time.sleep(kill.away)
        if kill.target == "web":
            stack.start_web(workers=2, threads=8)
        else:
            stack.start_worker()


def kill_server(server: postgres.Server) -> None:
    """SIGKILL of PostgreSQL with all its processes; each of them leads a process group of its own."""
    children = _children_of(server.process.pid)
    for pid in (server.process.pid, *children):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    server.process.wait()


def started_again(server: postgres.Server) -> postgres.Server:
    """PostgreSQL on the same data and port. A process that was born during the kill ends by itself, then it starts."""
    for _ in range(STARTS - 1):
        try:
            return postgres.start(server.folder, port=server.port)
        except RuntimeError:
            time.sleep(0.5)
    return postgres.start(server.folder, port=server.port)


def keep_log(stack: Stack, name: str) -> None:
    """Put the logs of an ended process aside: the next one of its name begins new ones."""
    folder = stack.home / "log"
    for path in (folder / f"{name}.log", folder / f"{name}.out"):
        number = len(list(folder.glob(f"{path.stem}.*{path.suffix}"))) + 1
        path.rename(path.with_name(f"{path.stem}.{number}{path.suffix}"))


def _children_of(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # ended meanwhile
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found
