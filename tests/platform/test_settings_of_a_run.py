"""What `make run` says before it starts anything."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.embedded import __main__ as run
from portal.embedded import reset
from portal.embedded.home import open_home
from portal.embedded.stack import Ports, Stack
from tests.platform.conftest import ROOT


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal.embedded"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_taken_port_is_named_and_nothing_is_started(
    fresh_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = start(fresh_environment(PORT=str(port)))
    assert done.returncode == 1
    assert f"port {port}, meant for the portal, is taken" in done.stderr
    assert "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "postgres").exists()


def test_the_two_ports_after_it_are_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_free", lambda port: port != 8202)
    with pytest.raises(run.SettingsRefused, match="port 8202, meant for the mailbox"):
        run.ports("8200")


@pytest.mark.parametrize("port", ["eight", "0", "65534", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(run.SettingsRefused, match="PORT="):
        run.ports(port)


def test_a_database_of_ones_own_needs_both_of_its_roles(
    fresh_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    done = start(fresh_environment(DATABASE_URL="postgres://app:secret@db.example/skarbnik"))
    assert done.returncode == 1
    assert "PROVISIONING_DATABASE_URL is not" in done.stderr
    assert "secret" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_servers_that_the_environment_names_are_used_instead_of_the_embedded_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "DATABASE_URL": "postgres://app@db.example/skarbnik",
        "PROVISIONING_DATABASE_URL": "postgres://provisioner@db.example/skarbnik",
        "BROKER_URL": "redis://broker.example/0",
        "EMAIL_URL": "smtp://mail.example:587",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BROKER_OPTIONS", raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    stack = Stack(home=tmp_path, ports=Ports(1, 2, 3, 4))
    stack.start_database()
    environment = stack.prepare_environment()
    stack.start_mailbox()
    assert {name: environment[name] for name in given} == given
    assert "BROKER_OPTIONS" not in environment
    assert environment["DJANGO_SETTINGS_MODULE"] == "portal.settings.local"
    assert not stack.processes
    assert not (tmp_path / "postgres").exists()


def test_keys_are_made_once_and_only_their_owner_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "MASTER_KEY", "PLATFORM_KEYS"):
        monkeypatch.delenv(name, raising=False)
    first = Stack(home=tmp_path, ports=Ports(1, 2, 3, 4)).prepare_environment()
    second = Stack(home=tmp_path, ports=Ports(5, 6, 7, 8)).prepare_environment()
    assert first["MASTER_KEY"] == second["MASTER_KEY"]
    assert first["PORTAL_PORT"] != second["PORTAL_PORT"]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_reset_forgets_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_home(tmp_path / "home") as home:
        (home.path / "keys.json").write_text("{}")
    monkeypatch.setenv("SKARBNIK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YES", "1")
    assert reset.main() == 0
    assert not (tmp_path / "home").exists()
    assert reset.main() == 0  # nothing to forget


def test_reset_asks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_home(tmp_path / "home") as home:
        (home.path / "keys.json").write_text("{}")
    monkeypatch.setenv("SKARBNIK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("YES", raising=False)
    for answer in ("n", "", "yes please"):
        monkeypatch.setattr("builtins.input", lambda question, answer=answer: answer)
        assert reset.main() == 1
        assert (tmp_path / "home" / "keys.json").exists()
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert reset.main() == 0
    assert not (tmp_path / "home").exists()


def test_reset_refuses_while_a_run_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKARBNIK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YES", "1")
    with open_home(tmp_path / "home") as home:
        (home.path / "keys.json").write_text("{}")
        assert reset.main() == 1
        assert "under way" in capsys.readouterr().err
        assert (home.path / "keys.json").exists()


def test_reset_never_removes_a_folder_that_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    monkeypatch.setenv("SKARBNIK_HOME", str(tmp_path))
    monkeypatch.setenv("YES", "1")
    assert reset.main() == 1
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
