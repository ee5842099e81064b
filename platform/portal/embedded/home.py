"""The folder of one embedded installation: who uses it now, what an earlier run left behind, and forgetting it.

A run holds a lock on the folder for its whole life; the kernel frees it even when the run is killed. So whoever holds the
lock may end the children that the record names: their parent is gone.
"""

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import postgres

MARKER = "this-is-skarbnik"
LOCK = "lock"
RECORD = "children.json"
GRACE_SECONDS = 10.0


class HomeRefused(RuntimeError):
    """The folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Child:
    """A child as it was started: the leader of its own session."""

    name: str
    pid: int
    command: tuple[str, ...]


class Home:
    """One data folder. `open_home` makes it and takes the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._record = path / RECORD

    def record(self, child: Child) -> None:
        """Remember a child that was just started."""
        self._write([*(one for one in self._children() if one.name != child.name), child])

    def forget(self, name: str) -> None:
        """A child has ended."""
        self._write([one for one in self._children() if one.name != name])

    def forget_children(self) -> None:
        """All children have ended."""
        self._write([])

    def end_leftovers(self) -> list[str]:
        """End what a killed run left behind, found by recorded process id and command line; returns the names."""
        alive = {child.name: pids for child in self._children() if (pids := processes_of(child))}
        end([pid for pids in alive.values() for pid in pids])
        ended = list(alive)
        if postgres.stop_leftover(self.path / "postgres"):
            ended.append("database")
        self.forget_children()
        return ended

    def _children(self) -> list[Child]:
        try:
            rows = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):
            return []
        return [Child(name, pid, tuple(command)) for name, pid, command in rows]

    def _write(self, children: Sequence[Child]) -> None:
        new = self._record.with_suffix(".new")
        new.write_text(json.dumps([[child.name, child.pid, child.command] for child in children]))
        new.replace(self._record)


@contextmanager
def open_home(path: Path) -> Iterator[Home]:
    """Make the folder if it is missing and hold it. Raises HomeRefused when another run holds it or it is not ours."""
    path.mkdir(parents=True, exist_ok=True)
    if not (path / MARKER).exists():
        if any(path.iterdir()):
            raise HomeRefused(
                f"{path} holds something else than data of Skarbnik. Choose another folder with SKARBNIK_HOME=."
            )
        (path / MARKER).write_text("Data of `make run`. `make reset` removes this folder.\n")
    with (path / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise HomeRefused(
                f"a run is under way with the data in {path} (process {lock.read().strip()}). End it first (Ctrl-C)."
            ) from None
        lock.truncate(0)
        print(os.getpid(), file=lock, flush=True)
        yield Home(path)


def remove(home: Home) -> None:
    """Delete the folder, which is held and whose children have ended. Raises OSError with the file that resists."""
    shutil.rmtree(home.path)


def processes_of(child: Child) -> list[int]:
    """Processes with the child's command line in the session that it leads or led, the child itself included."""
    wanted = "\0".join(child.command).encode() + b"\0"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name of the program stands in parentheses and may hold anything; the fields after it are plain.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if (
                int(fields[3]) == child.pid
                and fields[0] != "Z"
                and (entry / "cmdline").read_bytes() == wanted
            ):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile
            continue
    return found


def end(pids: Sequence[int]) -> None:
    """Ask the processes to end, wait, and kill those that do not."""
    deadline = time.monotonic() + GRACE_SECONDS
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            _send(pid, number)
        while time.monotonic() < deadline and any(_is_alive(pid) for pid in pids):
            time.sleep(0.05)
        if not any(_is_alive(pid) for pid in pids):
            return
        deadline = time.monotonic() + GRACE_SECONDS


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
