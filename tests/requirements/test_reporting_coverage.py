"""What --requirements and --requirements-check print, write and answer."""

from __future__ import annotations

import pytest

PLUGIN = ("-p", "no:cacheprovider", "-p", "tests.requirements.plugin")
REPORT = "docs/requirements-coverage.md"
SUITE = """
    import pytest

    @pytest.mark.covers("S43", "D63")
    @pytest.mark.parametrize("n", [1, 2])
    def test_lock(n): open("ran", "w")

    @pytest.mark.covers("D63")
    class TestMore:
        def test_other_tab(self): pass
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, *options)


def test_collecting_alone_is_enough_and_the_count_is_the_last_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = run(pytester, "--collect-only", "-qq", "--requirements")

    assert result.ret == pytest.ExitCode.OK
    assert result.outlines[-1] == "covered 2 of 219"
    assert not (pytester.path / "ran").exists()


def test_every_row_is_printed_with_its_tests_or_a_dash(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = run(pytester, "--collect-only", "-qq", "--requirements")

    rows = [line.split()[0] for line in result.outlines if line[:1] in "SD" and line[1:2].isdigit()]
    assert rows == [f"S{n}" for n in range(1, 110)] + [f"D{n}" for n in range(1, 111)]
    result.stdout.fnmatch_lines_random(["S1   -", "S43  test_pay.py::test_lock"])
    result.stdout.fnmatch_lines(["D63  test_pay.py::TestMore::test_other_tab", "     test_pay.py::test_lock"])


def test_the_page_names_each_row_its_tests_once_and_the_counts_by_regulation(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_pay=SUITE)
    run(pytester, "--collect-only", "-qq", "--requirements")

    page = (pytester.path / REPORT).read_text(encoding="utf-8")
    assert "| Borki (S) | 109 | 1 |" in page
    assert "| Dąbrowa Górnicza (D) | 110 | 1 |" in page
    assert "| both | 219 | 2 |" in page
    assert page.count("\n| S") == 109
    assert page.count("\n| D") - 1 == 110  # one of them is the line of the counts
    line = next(line for line in page.splitlines() if line.startswith("| D63 |"))
    assert line.endswith("| `test_pay.py::TestMore::test_other_tab`<br>`test_pay.py::test_lock` |")
    assert "From the payment to the posting a lock prevents a second payment" in line
    assert next(line for line in page.splitlines() if line.startswith("| S1 |")).endswith("| – |")


def test_a_run_of_the_tests_reports_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = run(pytester, "--requirements")

    result.assert_outcomes(passed=3)
    assert result.outlines[-1] == "covered 2 of 219"
    assert (pytester.path / "ran").exists()


@pytest.mark.parametrize(
    "body",
    ["pytest.skip('no browser')", "pytest.importorskip('nowhere_to_be_found')", "pytest.xfail('one day')"],
)
def test_a_marked_test_that_skips_itself_fails_the_run_and_nothing_is_written(
    pytester: pytest.Pytester, body: str
) -> None:
    pytester.makepyfile(f'import pytest\n@pytest.mark.covers("S43")\ndef test_it(): {body}')
    result = run(pytester, "--requirements")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.outlines[-1].endswith("test_it: a skipped test covers no requirement")
    assert "covered" not in result.stdout.str()
    assert not (pytester.path / REPORT).exists()


def test_a_marked_test_that_skips_itself_is_let_be_without_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile('import pytest\n@pytest.mark.covers("S43")\ndef test_it(): pytest.skip("no browser")')
    result = run(pytester)

    result.assert_outcomes(skipped=1)
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("body", ["assert False", "raise RuntimeError"])
def test_a_run_that_fails_counts_nothing(pytester: pytest.Pytester, body: str) -> None:
    pytester.makepyfile(f'import pytest\n@pytest.mark.covers("S43")\ndef test_it(): {body}')
    result = run(pytester, "--requirements")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.outlines[-1] == "requirements: nothing counted, the run did not pass"
    assert not (pytester.path / REPORT).exists()


def test_a_test_file_that_cannot_be_read_counts_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE, test_broken="import nowhere_to_be_found")
    result = run(pytester, "--collect-only", "-qq", "--requirements")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "covered" not in result.stdout.str()
    assert not (pytester.path / REPORT).exists()


@pytest.mark.parametrize(
    "narrowing",
    [("test_pay.py",), ("-k", "lock"), ("-m", "covers"), ("--deselect", "test_pay.py::test_lock")],
    ids=lambda narrowing: narrowing[0],
)
def test_a_part_of_the_suite_is_not_counted(pytester: pytest.Pytester, narrowing: tuple[str, ...]) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = run(pytester, "--collect-only", "-qq", "--requirements", *narrowing)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--requirements counts the whole suite" in result.stderr.str()
    assert not (pytester.path / REPORT).exists()


def test_the_check_passes_on_the_page_just_written_and_writes_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    run(pytester, "--collect-only", "-qq", "--requirements")
    written = (pytester.path / REPORT).stat().st_mtime_ns
    result = run(pytester, "--collect-only", "-qq", "--requirements-check")

    assert result.ret == pytest.ExitCode.OK
    assert result.outlines[-1] == "covered 2 of 219"
    assert (pytester.path / REPORT).stat().st_mtime_ns == written


def test_the_check_fails_on_a_stale_page_and_leaves_it_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    run(pytester, "--collect-only", "-qq", "--requirements")
    page = (pytester.path / REPORT).read_text(encoding="utf-8")
    pytester.makepyfile(test_more='import pytest\n@pytest.mark.covers("S1")\ndef test_it(): pass')
    result = run(pytester, "--collect-only", "-qq", "--requirements-check")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.outlines[-1] == f"{REPORT} is stale: run make requirements and commit it"
    assert (pytester.path / REPORT).read_text(encoding="utf-8") == page


def test_the_check_fails_without_a_page_and_makes_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = run(pytester, "--collect-only", "-qq", "--requirements-check")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not (pytester.path / REPORT).exists()


def test_under_xdist_the_controller_alone_reports_what_all_workers_saw(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = pytester.runpytest_subprocess(*PLUGIN, "-p", "xdist", "-n", "2", "--requirements")

    result.assert_outcomes(passed=3)
    assert result.stdout.str().count("covered 2 of 219") == 1
    assert result.outlines[-1] == "covered 2 of 219"
    alone = (pytester.path / REPORT).read_text(encoding="utf-8")
    run(pytester, "--collect-only", "-qq", "--requirements")
    assert (pytester.path / REPORT).read_text(encoding="utf-8") == alone


def test_under_xdist_a_marked_test_that_skips_itself_fails_the_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile('import pytest\n@pytest.mark.covers("S43")\ndef test_it(): pytest.skip("no browser")')
    result = pytester.runpytest_subprocess(*PLUGIN, "-p", "xdist", "-n", "1", "--requirements")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not (pytester.path / REPORT).exists()


def test_collecting_under_xdist_reports_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pay=SUITE)
    result = pytester.runpytest_subprocess(
        *PLUGIN, "-p", "xdist", "-n", "2", "--collect-only", "-qq", "--requirements"
    )

    assert result.outlines[-1] == "covered 2 of 219"
