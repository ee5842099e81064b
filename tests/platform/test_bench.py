"""Benchmarks: listed with a line each, and each ends in one JSON line."""

import json
import subprocess
import sys
from collections.abc import Callable

from benchmarks.__main__ import benchmarks
from tests.platform.conftest import ROOT


def bench(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def test_benchmarks_are_listed_with_the_first_line_of_what_they_say(
    fresh_environment: Callable[..., dict[str, str]],
) -> None:
    listed = bench(fresh_environment())
    assert listed.returncode == 0
    assert benchmarks()
    for name, line in benchmarks().items():
        assert line
        assert f"{name} " in listed.stdout
        assert line in listed.stdout


def test_an_unknown_benchmark_is_named_and_the_known_ones_too(
    fresh_environment: Callable[..., dict[str, str]],
) -> None:
    done = bench(fresh_environment(), "tea")
    assert done.returncode == 1
    assert "'tea'" in done.stderr
    assert "statement" in done.stderr


def test_the_statement_ends_in_one_json_line(fresh_environment: Callable[..., dict[str, str]]) -> None:
    done = bench(fresh_environment(DUES="200"), "statement")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert set(result) == {"name", "ratio", "goal", "figures"}
    assert (result["name"], result["goal"]) == ("statement", 20)
    assert result["ratio"] > 0
    assert result["figures"]["dues"] == 200
    assert result["figures"]["queries_at_10_dues"] == result["figures"]["queries_at_1000_dues"]


def test_the_notifications_end_in_one_json_line(fresh_environment: Callable[..., dict[str, str]]) -> None:
    done = bench(fresh_environment(MESSAGES="20", ROUNDS="1", BURST="10"), "notifications")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["name"], result["goal"]) == ("notifications", 0.5)
    assert result["ratio"] > 0
    assert result["figures"]["burst"] == 10
    assert 0 < result["figures"]["p50_seconds_to_paid"] <= result["figures"]["p95_seconds_to_paid"]
