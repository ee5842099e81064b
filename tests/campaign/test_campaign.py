"""A short campaign in every run of the tests; `make campaign` runs a long one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("stack")


def test_no_grosz_is_lost_or_doubled_while_messages_are_spoilt_and_processes_are_killed():
    """eKasa § 10 ust. 4: a due stays locked and its balance as it was until the office books what came."""
    arguments = ["--seed", "4", "--payments", "40", "--kills", "3"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaign", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    print(done.stdout)  # the figures, and after a failure where logs and books are
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    [line] = [line for line in done.stdout.splitlines() if line.startswith("{")]
    figures = json.loads(line)
    assert sum(figures["kills"].values()) == 3
    assert figures["payments"] >= 20
    assert figures["booked"] >= 10
    assert {figures[name] for name in ("lost", "doubled", "invented", "stuck", "locked", "leaks")} == {0}
