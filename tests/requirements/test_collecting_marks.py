"""Which marks are refused while tests are collected, with the option and without."""

from __future__ import annotations

import pytest

PLUGIN = ("-p", "no:cacheprovider", "-p", "tests.requirements.plugin")


def collect(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(f"import pytest\n{body}")
    return pytester.runpytest_inprocess(*PLUGIN, *options)


def test_a_known_row_is_accepted_without_the_option_and_nothing_is_written(pytester: pytest.Pytester) -> None:
    result = collect(pytester, '@pytest.mark.covers("S43", "D63")\ndef test_it(): pass', "--strict-markers")

    result.assert_outcomes(passed=1)
    assert "covered" not in result.stdout.str()
    assert not (pytester.path / "docs").exists()


def test_an_unknown_row_is_an_error_and_the_test_does_not_run(pytester: pytest.Pytester) -> None:
    result = collect(pytester, '@pytest.mark.covers("S43", "S110")\ndef test_it(): open("ran", "w")')

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it: covers names an unknown requirement, 'S110'"])
    assert not (pytester.path / "ran").exists()


@pytest.mark.parametrize("arguments", ["", "43", '"S43", row="D63"'], ids=["none", "a number", "a keyword"])
def test_a_mark_that_names_no_row_is_an_error(pytester: pytest.Pytester, arguments: str) -> None:
    result = collect(pytester, f'@pytest.mark.covers({arguments})\ndef test_it(): open("ran", "w")')

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it: covers takes row numbers*"])
    assert not (pytester.path / "ran").exists()


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("skip", "a skipped test covers no requirement"),
        ('skip(reason="later")', "a skipped test covers no requirement"),
        ('skipif(True, reason="never here")', "a skipped test covers no requirement"),
        ("skipif(\"sys.platform != 'nowhere'\")", "a skipped test covers no requirement"),
        ("xfail", "a test that is expected to fail covers no requirement"),
        ('skipif("no such thing")', "*SyntaxError*"),
    ],
)
def test_a_mark_on_a_test_that_cannot_show_anything_is_an_error(
    pytester: pytest.Pytester, mark: str, reason: str
) -> None:
    result = collect(pytester, f'@pytest.mark.{mark}\n@pytest.mark.covers("S43")\ndef test_it(): pass')

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{reason}*"])


def test_a_condition_that_does_not_hold_is_no_skip(pytester: pytest.Pytester) -> None:
    body = '@pytest.mark.skipif(False, reason="")\n@pytest.mark.covers("S43")\ndef test_it(): pass'
    result = collect(pytester, body, "--requirements")

    result.assert_outcomes(passed=1)
    assert result.outlines[-1] == "covered 1 of 219"


def test_one_skipped_case_of_a_parametrised_test_is_an_error(pytester: pytest.Pytester) -> None:
    body = (
        '@pytest.mark.covers("S43")\n'
        '@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.skip)])\n'
        "def test_it(n): pass"
    )
    result = collect(pytester, body)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it: a skipped test covers no requirement"])


def test_a_mark_on_a_class_of_unittest_is_read_too(pytester: pytest.Pytester) -> None:
    body = (
        "import unittest\n"
        '@pytest.mark.covers("D999")\n'
        "class TestIt(unittest.TestCase):\n"
        "  def test_it(self): pass"
    )
    result = collect(pytester, body)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it: covers names an unknown requirement, 'D999'"])


def test_a_skipped_test_without_a_mark_is_nobodys_business(pytester: pytest.Pytester) -> None:
    result = collect(pytester, "@pytest.mark.skip\ndef test_it(): pass")

    result.assert_outcomes(skipped=1)
    assert result.ret == pytest.ExitCode.OK


def test_the_workers_of_xdist_refuse_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile('import pytest\n@pytest.mark.covers("S0")\ndef test_it(): open("ran", "w")')
    result = pytester.runpytest_subprocess(*PLUGIN, "-p", "xdist", "-n", "1")

    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*test_it: covers names an unknown requirement, 'S0'"])
    assert not (pytester.path / "ran").exists()
