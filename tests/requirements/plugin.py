"""Traces requirements: which tests show which rows of the two regulations.

    @pytest.mark.covers("S43", "D63")
    def test_a_dump_of_the_database_shows_no_pesel(): ...

Always on: an unknown row is a collection error, and so is a mark on a test that is statically skipped or
expected to fail, because such a test shows nothing. `--requirements` prints every row with its tests, writes
docs/requirements-coverage.md and ends with `covered N of 219`; `--requirements-check` fails when that file is
stale. With either option a marked test that skips itself while it runs fails the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from _pytest.skipping import (
    evaluate_skip_marks,
    evaluate_xfail_marks,
)  # only pytest knows what skipif("…") means

from tests.requirements.rows import last_line, listing, markdown, read_rows

REPORT = Path("docs/requirements-coverage.md")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("requirements", "requirements of the two regulations")
    group.addoption(
        "--requirements",
        action="store_true",
        help=f"print the tests of every requirement and write {REPORT}",
    )
    group.addoption(
        "--requirements-check",
        action="store_true",
        help=f"fail when {REPORT} is not what --requirements would write",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "covers(*rows): rows of the two regulations (S1-S109, D1-D110) that the test shows"
    )
    config.pluginmanager.register(Tracer(config), "requirements")


class Tracer:
    """The marks of one run. Under xdist each worker hands its own to the controller, which alone reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.rows = read_rows()
        self.known = {row.number for row in self.rows}
        self.tests: dict[str, set[str]] = defaultdict(set)  # row -> tests
        self.marked: dict[str, list[str]] = {}  # id of a marked test case -> its rows
        self.skipped: set[str] = set()

    @property
    def is_worker(self) -> bool:
        return hasattr(self.config, "workerinput")

    @property
    def is_active(self) -> bool:
        return bool(self.config.getoption("requirements") or self.config.getoption("requirements_check"))

    def pytest_sessionstart(self) -> None:
        if self.is_active and not self.is_worker and _is_partial(self.config):
            raise pytest.UsageError(
                "--requirements counts the whole suite: run it without paths, -k, -m, --deselect and --lf"
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        items = [node for node in report.result if isinstance(node, pytest.Item)]
        problems = dict.fromkeys(problem for item in items for problem in self.problems_of(item))
        if problems:
            report.outcome = "failed"
            report.longrepr = "\n".join(problems)
            report.result = []
        return report

    def problems_of(self, item: pytest.Item) -> Iterable[str]:
        """Why the marks of a test cannot be believed, one sentence each."""
        marks = list(item.iter_markers("covers"))
        if not marks:
            return
        name = _name_of(item)
        for mark in marks:
            if mark.kwargs or not mark.args or not all(isinstance(row, str) for row in mark.args):
                yield f'{name}: covers takes row numbers, like covers("S43", "D63")'
            for row in mark.args:
                if isinstance(row, str) and row not in self.known:
                    yield f"{name}: covers names an unknown requirement, {row!r}"
        try:
            skipped, expected_to_fail = evaluate_skip_marks(item), evaluate_xfail_marks(item)
        except pytest.fail.Exception as broken_condition:
            yield f"{name}: {broken_condition}"
            return
        if skipped is not None:
            yield f"{name}: a skipped test covers no requirement"
        elif expected_to_fail is not None:
            yield f"{name}: a test that is expected to fail covers no requirement"

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        rows = [row for mark in item.iter_markers("covers") for row in mark.args]
        if rows:
            self._remember(item.nodeid, _name_of(item), rows)

    def _remember(self, case: str, test: str, rows: list[str]) -> None:
        self.marked[case] = [test, *rows]
        for row in rows:
            self.tests[row].add(test)

    def pytest_collection_finish(self) -> None:
        if self.is_worker:
            self.config.workeroutput["requirements"] = self.marked  # type: ignore[attr-defined]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """xdist: a worker is done; its marks came with its last message."""
        for case, (test, *rows) in getattr(node, "workeroutput", {}).get("requirements", {}).items():
            self._remember(case, test, rows)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:  # an expected failure counts as skipped too
            self.skipped.add(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        yield  # everybody else prints first: the count is the last line
        if not self.is_active or self.is_worker:
            return
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            self._say(["requirements: nothing counted, the run did not pass"])
        elif skipped := sorted(self.skipped & self.marked.keys()):
            self._say([f"{case}: a skipped test covers no requirement" for case in skipped])
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        else:
            session.exitstatus = self._report()

    def _report(self) -> pytest.ExitCode:
        coverage = {row: sorted(tests) for row, tests in self.tests.items()}
        path, text = self.config.rootpath / REPORT, markdown(self.rows, coverage)
        if self.config.getoption("requirements"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self._say([*listing(self.rows, coverage), last_line(self.rows, coverage)])
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            self._say([f"{REPORT} is stale: run make requirements and commit it"])
            return pytest.ExitCode.TESTS_FAILED
        else:
            self._say([f"{REPORT} is up to date", last_line(self.rows, coverage)])
        return pytest.ExitCode.OK

    def _say(self, lines: list[str]) -> None:
        terminal = self.config.pluginmanager.getplugin("terminalreporter")
        terminal.ensure_newline()
        for line in lines:
            terminal.write_line(line)


def _name_of(item: pytest.Item) -> str:
    """The id of the test without its parameters: the cases of one test show the requirement together."""
    callspec = getattr(item, "callspec", None)
    return item.nodeid.removesuffix(f"[{callspec.id}]") if callspec else item.nodeid


def _is_partial(config: pytest.Config) -> bool:
    narrowing = ("keyword", "markexpr", "deselect", "lf", "ignore", "ignore_glob")
    by_option = any(config.getoption(option, default=None) for option in narrowing)
    return by_option or config.args_source is pytest.Config.ArgsSource.ARGS
