"""Child processes of the embedded default: followed while they run, gone when it ends."""

import threading
import time
from pathlib import Path

import pytest

from portal.embedded.children import ChildEnded, Children, Interrupted
from portal.embedded.home import open_home
from tests.platform.conftest import is_alive
from tests.platform.test_home import SLEEPER, STUBBORN


def children_in(tmp_path: Path) -> Children:
    return Children(home=tmp_path, environment={})


def test_the_end_takes_children_that_ignore_it_and_their_own_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.embedded.children.END_SECONDS", 1)
    with open_home(tmp_path / "home") as home:
        children = Children(home=home.path, keeper=home, environment={})
        children.spawn("stubborn", STUBBORN)
        children.spawn("sleeper", SLEEPER)
        output = home.path / "log" / "stubborn.out"
        deadline = time.monotonic() + 10
        while len(output.read_text().split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        pids = [*map(int, output.read_text().split()), children.processes["sleeper"].pid]
        children.stop()
        assert not any(map(is_alive, pids))
        assert home.end_leftovers() == []


def test_a_child_that_ends_by_itself_is_named_with_the_end_of_what_it_said(tmp_path: Path) -> None:
    children = children_in(tmp_path)
    process = children.spawn("broken", ["-c", "raise SystemExit('the disk is full')"])
    process.wait(10)
    with pytest.raises(ChildEnded, match=r"(?s)broken has ended.*the disk is full"):
        children.check_children()
    children.stop()


def test_an_address_that_never_answers_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.embedded.children.READY_SECONDS", 0.3)
    with pytest.raises(ChildEnded, match="is not ready"):
        children_in(tmp_path).wait_for("http://127.0.0.1:9/readyz")


def test_waiting_stops_when_the_end_is_asked_for(tmp_path: Path) -> None:
    children = children_in(tmp_path)
    threading.Timer(0.3, lambda: setattr(children, "is_interrupted", True)).start()
    before = time.monotonic()
    with pytest.raises(Interrupted):
        children.wait_for("http://127.0.0.1:9/readyz")
    assert time.monotonic() - before < 10
