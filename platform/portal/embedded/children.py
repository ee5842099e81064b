"""Child processes of one home folder: each with its own log, recorded for a later run, ended with all that it started."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.home import Child, Home

READY_SECONDS = 60
END_SECONDS = 10
TAIL = 3000
"""Characters of a log that an error shows."""

_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is never asked through a proxy, whatever the environment says."""


class Interrupted(RuntimeError):
    """Somebody asked for the end while the stack was starting."""


class ChildEnded(RuntimeError):
    """A child ended that should run, or a command failed; the text has the end of its log."""


@dataclass(kw_only=True)
class Children:
    """The running children. `keeper` records them for a later run; `is_interrupted` is set from outside, by a signal."""

    home: Path
    keeper: Home | None = None
    is_interrupted: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def spawn(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        """Start a child that prints into log/<name>.out and complains into log/<name>.log.

        Ctrl-C reaches us only; we end the children ourselves.
        """
        self._log(name).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *arguments]
        with self._log(name).open("wb") as log, self._output(name).open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 -- our own modules with our own arguments
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        if self.keeper is not None:
            self.keeper.record(Child(name, process.pid, tuple(command)))
        return process

    def manage(self, *arguments: str, tell: Callable[[str], object] = lambda line: None) -> None:
        """Run one management command to its end; each line that it prints goes to `tell` at once.

        Raises ChildEnded with its output when it fails, Interrupted when the end was asked for meanwhile.
        """
        name = arguments[0]
        process = self.spawn(name, ["-m", "portal", *arguments])
        with self._output(name).open(encoding="utf-8", errors="replace") as output:
            while True:
                has_ended = process.poll() is not None
                for line in output:
                    tell(line.rstrip("\n"))
                if has_ended:
                    break
                self.check_interrupted()
                time.sleep(0.1)
        del self.processes[name]
        if self.keeper is not None:
            self.keeper.forget(name)
        if process.returncode:
            raise ChildEnded(f"skarbnik {' '.join(arguments)} failed:\n{self._tail(name)}")

    def wait_for(self, url: str) -> None:
        """Wait until `url` answers 200. Raises ChildEnded, or Interrupted when the end was asked for meanwhile."""
        deadline = time.monotonic() + READY_SECONDS
        answer = "nothing"
        while time.monotonic() < deadline:
            self.check_interrupted()
            self.check_children()
            try:
                with _DIRECTLY.open(url, timeout=2):
                    return
            except urllib.error.HTTPError as error:
                answer = str(error.code)
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        raise ChildEnded(f"{url} is not ready: {answer}")

    def check_children(self) -> None:
        """Raise ChildEnded with the end of its log when a child is gone."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ChildEnded(f"{name} has ended ({process.returncode}):\n{self._tail(name)}")

    def check_interrupted(self) -> None:
        """Raise Interrupted when the end was asked for."""
        if self.is_interrupted:
            raise Interrupted

    def stop(self) -> None:
        """End every child with all that it started: politely, then for good."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + END_SECONDS
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            _kill_group(process)
        self.processes.clear()
        if self.keeper is not None:
            self.keeper.forget_children()

    def _log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"

    def _output(self, name: str) -> Path:
        return self.home / "log" / f"{name}.out"

    def _tail(self, name: str) -> str:
        said = self._log(name).read_text(errors="replace") or self._output(name).read_text(errors="replace")
        return said[-TAIL:].strip()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the session that the child led: usually nobody."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
