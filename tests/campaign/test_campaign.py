"""A short campaign in every run of the tests; `make campaign` runs a long one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SECONDS = 400

pytestmark = pytest.mark.xdist_group("stack")


def test_no_grosz_is_lost_or_doubled_while_messages_are_spoilt_and_processes_are_killed():
    """eKasa § 10 ust. 4: a due stays locked and its balance as it was until the office books what came."""
    arguments = ["--seed", "4", "--payments", "40", "--kills", "3"]
    campaign = subprocess.Popen(
        [sys.executable, "-m", "tests.campaign", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        told, _ = campaign.communicate(timeout=SECONDS)
    finally:
        campaign.terminate()  # it ends what it has started; a kill would leave that behind
        campaign.wait()
    print(told)  # the figures, and after a failure where logs and books are
    assert campaign.returncode == 0, told[-6000:]
    [line] = [line for line in told.splitlines() if line.startswith('{"seed"')]
    figures = json.loads(line)
    assert sum(figures["kills"].values()) == 3
    assert figures["payments"] >= 20
    assert figures["booked"] >= 10
    assert {figures[name] for name in ("lost", "doubled", "invented", "stuck", "locked", "leaks")} == {0}
