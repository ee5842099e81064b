"""What `make` offers."""

import re
import subprocess

import pytest

from tests.platform.conftest import ROOT

TARGETS = ("run", "test", "check", "bench", "requirements", "reset", "format")


def make(*arguments: str) -> str:
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_alone_lists_the_targets_with_a_line_each() -> None:
    listed = dict(re.findall(r"^  make (\w+) +(\S.*)$", make(), re.MULTILINE))
    assert set(TARGETS) <= set(listed)
    assert make() == make("help")


@pytest.mark.parametrize("target", TARGETS)
def test_every_listed_target_can_be_made(target: str) -> None:
    assert make("--dry-run", target)


def test_the_gate_runs_checks_and_tests_with_browser_tests_required() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "export CI=true" in gate
    assert re.search(r"^make check$", gate, re.MULTILINE)
    assert re.search(r"^make test$", gate, re.MULTILINE)


def test_nothing_that_newcomers_run_names_a_package_registry() -> None:
    for name in ("Makefile", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"pypi|--index|-i http|registry", text, re.IGNORECASE), name
