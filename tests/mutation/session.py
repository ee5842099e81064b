"""One module: make its mutants, try each against its tests in a copy of the tree, and tell what survived.

Cosmic Ray makes the mutants and keeps the session. Its own way to run them starts Python anew for each; here a process that
has pytest and Hypothesis loaded, but none of our modules, forks for each, which takes a fifth of the time.
"""

import difflib
import gc
import math
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import holidays.countries.poland  # noqa: F401  (loaded once, before the forks)
import hypothesis.strategies  # noqa: F401
import pytest
from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult

from tests.mutation.meaningless import reason_to_skip
from tests.mutation.targets import Tests

BUILD = Path("build/mutation")
TREE = BUILD / "tree"
COPIED = ("platform/kernel", "tenants", "services", "tests", "pyproject.toml")
PATIENCE = 3
"""A mutant that takes so many times the seconds of the tests without it goes round in circles, and counts as killed."""
MEMORY = 2 * 1024**3

_OPTIONS = (
    *("-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-p", "tests.fixtures.histories"),
    *("-W", "ignore::pytest.PytestConfigWarning"),  # of the plugins that are not loaded
)
_ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HYPOTHESIS_PROFILE": "mutation"}


@dataclass(frozen=True)
class Mutant:
    """A mutant that no test noticed: the line as it was and as it became."""

    module: str
    line: int
    was: str
    became: str


@dataclass(frozen=True)
class Outcome:
    """What became of the mutants of one module."""

    module: str
    tried: int
    survivors: tuple[Mutant, ...]


def copy_tree() -> None:
    """A fresh copy of the sources: a run that is broken off never leaves a mutant in the working tree."""
    shutil.rmtree(TREE, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *COPIED],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if Path(name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, TREE / name)


def run(module: str, tests: Tests) -> Outcome:
    """Try every mutant of `module`. Raises RuntimeError when the tests fail without any mutant."""
    passed, seconds = _attempt(tests)
    if not passed:
        raise RuntimeError(f"the tests of {module} fail without a mutant")
    limit = PATIENCE * math.ceil(seconds)
    survivors, tried = [], 0
    with use_db(BUILD / f"{module.replace('/', '.')}.sqlite") as session:
        init([TREE / module], session, {})
        for item in list(session.pending_work_items):
            spec = item.mutations[0]
            if reason := reason_to_skip(spec):
                session.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED, output=reason))
                continue
            tried += 1
            survivor = _try(module, spec, tests, limit)
            if survivor:
                survivors.append(survivor)
            outcome = TestOutcome.SURVIVED if survivor else TestOutcome.KILLED
            session.set_result(item.job_id, WorkResult(WorkerOutcome.NORMAL, test_outcome=outcome))
    return Outcome(module, tried, tuple(sorted(survivors, key=lambda one: (one.line, one.became))))


def _try(module: str, spec: MutationSpec, tests: Tests, limit: int) -> Mutant | None:
    operator = get_operator(spec.operator_name)(**spec.operator_args)
    with use_mutation(spec.module_path, operator, spec.occurrence) as (original, mutated):
        assert mutated is not None, spec
        if not _attempt(tests, limit)[0]:
            return None
    diff = list(difflib.unified_diff(original.splitlines(), mutated.splitlines(), n=0, lineterm=""))[2:]
    return Mutant(module, spec.start_pos[0], _side(diff, "-"), _side(diff, "+"))


def _attempt(tests: Tests, limit: int | None = None) -> tuple[bool, float]:
    """(whether all tests pass, seconds of processor time). Without a `limit` it is the run that has no mutant."""
    child = os.fork()
    if not child:
        _run_tests(tests, limit)
    _, status, usage = os.wait4(child, 0)
    return status == 0, usage.ru_utime + usage.ru_stime


def _run_tests(tests: Tests, limit: int | None) -> None:
    """In the child: it ends here, with status 0 when all tests pass."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.chdir(TREE)
        os.environ |= _ENVIRONMENT
        for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
            del sys.modules[name]
        gc.freeze()  # what the fork has inherited is not searched for garbage again and again
        # The run without a mutant compiles the tests; the runs with one only read what it has written.
        sys.dont_write_bytecode = limit is not None
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        status = int(pytest.main([*_OPTIONS, *tests.near]))
        if status == 0 and tests.far:
            status = int(pytest.main([*_OPTIONS, *tests.far]))
    finally:
        os._exit(status)


def _side(diff: list[str], sign: str) -> str:
    return " ".join(_lines(diff, sign)) or "(nothing)"


def _lines(diff: list[str], sign: str) -> Iterator[str]:
    return (line[1:].strip() for line in diff if line.startswith(sign))
