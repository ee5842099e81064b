"""`make run` for real: a terminal, an empty folder, every server; Ctrl-C; a second start; a kill; a third start."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.embedded import postgres
from tests.platform.conftest import ROOT, is_alive

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Run:
    """`python -m portal.embedded` (what `make run` becomes) in a terminal of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.home = Path(environment["SKARBNIK_HOME"])
        self.master, slave = pty.openpty()
        command = [sys.executable, "-m", "portal.embedded"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=slave, stdout=slave, stderr=slave, preexec_fn=_own_terminal
        )  # fmt: skip
        os.close(slave)
        self.said = ""

    def wait_for(self, text: str, seconds: float = 180) -> None:
        """Read until `text` was said."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.said}"
            assert time.monotonic() < deadline, f"{text!r} was not said:\n{self.said}"
            self._read()

    def press_ctrl_c(self) -> int:
        """The key in the terminal, not a signal of ours; the exit status."""
        os.write(self.master, b"\x03")
        return self.finish()

    def finish(self) -> int:
        """Wait for the end while reading on, so that nobody blocks on a full terminal."""
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read()
        return self.process.wait(10)

    def _read(self) -> None:
        """What was printed in the next moment; a terminal that nobody holds any more answers with an error."""
        if select.select([self.master], [], [], 0.2)[0]:
            try:
                self.said += os.read(self.master, 65536).decode(errors="replace")
            except OSError:
                self.process.wait(10)

    def pids(self) -> dict[str, int]:
        """Every child: those recorded, and PostgreSQL by its own file."""
        found = {name: pid for name, pid, _ in json.loads((self.home / "children.json").read_text())}
        found["database"] = int((self.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        return found

    def everybody(self) -> set[int]:
        """The children with all that they started themselves."""
        sessions = set(self.pids().values())
        return {int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _session(folder) in sessions}

    def page(self, url: str) -> str:
        """A page as a browser would get it: hosts below `.localhost` are loopback."""
        host, _, path = re.sub(r"^http://", "", url).partition("/")
        request = urllib.request.Request(
            f"http://127.0.0.1:{host.rpartition(':')[2]}/{path}", headers={"Host": host}
        )
        try:
            with OPENER.open(request, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.HTTPError as error:
            log = (self.home / "log" / "web.log").read_text(errors="replace")[-3000:]
            pytest.fail(f"{url} answered {error.code}; the web server said:\n{log}")

    def mail(self, mailbox: str) -> str:
        """The mailbox's page once the worker has delivered something."""
        deadline = time.monotonic() + 60
        while "@mieszkaniec.example" not in (text := self.page(mailbox)) and time.monotonic() < deadline:
            time.sleep(0.5)
        return text


def _session(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except OSError:  # ended meanwhile
        return None


def _own_terminal() -> None:
    os.setsid()
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def start(fresh_environment: Callable[..., dict[str, str]]) -> Iterator[Callable[[], Run]]:
    runs: list[Run] = []
    port = _free_ports()

    def begin() -> Run:
        runs.append(Run(fresh_environment(PORT=str(port))))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGTERM)
            run.finish()


def _free_ports() -> int:
    from portal.embedded.__main__ import is_free

    while True:
        port = postgres.free_port()
        if port < 65_000 and all(is_free(port + further) for further in (1, 2, 11, 12, 13, 14, 40)):
            return port


@pytest.mark.covers("S11", "S37")
def test_it_starts_shows_addresses_and_logins_ends_all_at_ctrl_c_and_starts_again(
    start: Callable[[], Run],
) -> None:
    first = start()
    first.wait_for("Skarbnik is ready")
    first.wait_for("olga@platforma.example")
    for step in ("Starting the database", "Bringing the tables up to date", "receipts: "):
        assert step in first.said
    borki, dabrowa, console = re.findall(
        r"http://(?:borki|dabrowa-gornicza|console)\.localhost:\d+", first.said
    )
    mailbox, *emulators, profile, node = re.findall(r"http://127\.0\.0\.1:\d+", first.said)
    assert "Urząd Gminy w Borkach" in first.page(borki)
    assert "eKasa" in first.page(dabrowa)
    assert "<form" in first.page(console)
    assert "anna@mieszkaniec.example" in first.mail(mailbox)
    for emulator, brand in zip(emulators, ("Przelewy24", "Autopay", "PayU", "Tpay", "imoje"), strict=True):
        panel = first.page(emulator)
        assert brand in panel
        assert "Urząd Gminy w Borkach" in panel, "it has a contract with the demo gmina"
    assert "Symulator profilu zaufanego" in first.page(profile)
    assert "Urząd Gminy w Borkach" in first.page(node), (
        "the demo gmina is registered at the stand-in of login.gov.pl"
    )
    assert "Chcę podpisać formularz" in first.page(f"{borki}/rejestracja/")
    for name in ("anna", "bartek", "celina", "daria", "edyta", "filip", "grazyna", "olga"):
        assert re.search(rf"^ +{name}@\S+\.example +\S", first.said, re.MULTILINE)

    children = first.everybody()
    assert {"web", "worker", "emulator", "profile", "node", "mailbox", "database"} == set(first.pids())
    assert len(children) > 6, (home_logs(first), children)
    assert first.press_ctrl_c() == 0
    assert not [pid for pid in children if is_alive(pid)]

    second = start()
    second.wait_for("Skarbnik is ready")
    assert second.said.count("there already") == 2
    assert "anna@mieszkaniec.example" in second.page(mailbox)

    orphans = second.everybody()
    second.process.kill()
    second.process.wait()
    assert [pid for pid in orphans if is_alive(pid)]
    third = start()
    third.wait_for("Skarbnik is ready")
    assert "Ended what an earlier run left behind" in third.said
    assert not [pid for pid in orphans if is_alive(pid)]
    assert "Urząd Gminy w Borkach" in third.page(borki)

    children = third.everybody()
    third.process.send_signal(signal.SIGTERM)
    assert third.finish() == 0
    assert not [pid for pid in children if is_alive(pid)]


def home_logs(run: Run) -> str:
    return "\n".join(
        f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}"
        for path in (run.home / "log").glob("*.log")
    )
