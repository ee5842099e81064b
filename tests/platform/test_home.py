"""The data folder: one run at a time, and what a killed run leaves behind."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.embedded.children import Children
from portal.embedded.home import Child, Home, HomeRefused, open_home
from tests.platform.conftest import is_alive

SLEEPER = ["-c", "import time; time.sleep(600)"]
STUBBORN = [
    "-c",
    "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork(); print(os.getpid(), flush=True); time.sleep(600)",
]


def test_a_second_run_with_the_same_folder_is_refused_and_names_the_first(tmp_path: Path) -> None:
    with open_home(tmp_path / "home"):
        first = (tmp_path / "home" / "lock").read_text().strip()
        with pytest.raises(HomeRefused, match=f"under way.*process {first}"), open_home(tmp_path / "home"):
            pytest.fail("a second run got the folder")
    with open_home(tmp_path / "home"):
        pass  # free again


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(HomeRefused, match="something else"), open_home(tmp_path):
        pytest.fail("a foreign folder was taken")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_killed_run_left_behind_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.embedded.home.GRACE_SECONDS", 1.0)
    with open_home(tmp_path / "home") as home:
        children = Children(home=home.path, keeper=home)
        process = children.spawn("stubborn", STUBBORN)
        output = home.path / "log" / "stubborn.out"
        deadline = time.monotonic() + 10
        while len(output.read_text().split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        pids = [int(pid) for pid in output.read_text().split()]
        assert process.pid in pids
        assert all(map(is_alive, pids))
        # The next run knows only the folder.
        assert Home(home.path).end_leftovers() == ["stubborn"]
        assert not any(map(is_alive, pids))
        assert Home(home.path).end_leftovers() == []


def test_a_process_that_only_got_the_recorded_number_is_not_touched(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, *SLEEPER], start_new_session=True)
    try:
        with open_home(tmp_path / "home") as home:
            home.record(Child("web", stranger.pid, (sys.executable, "-m", "gunicorn")))
            assert home.end_leftovers() == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
