"""`skarbnik calculate` as a command: what a shell sees of it."""

import contextlib
import json
import subprocess
import sys

QUESTION = json.dumps({"id": 1, "op": "due_date", "due_on": "2026-11-15"}) + "\n"


def calculate(*arguments: str, questions: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal", "calculate", *arguments]
    return subprocess.run(command, input=questions, capture_output=True, text=True, timeout=60, check=False)


def test_each_line_is_answered_in_order_and_nothing_else_is_written():
    done = calculate(questions=QUESTION + "rubbish\n" + QUESTION)

    assert done.returncode == 0
    assert done.stderr == ""
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("effective_due_on") for answer in answers] == ["2026-11-16", None, "2026-11-16"]
    assert answers[1]["error"]["code"] == "line.not_json"


def test_it_tells_how_it_is_used():
    done = calculate("--help")

    assert done.returncode == 0
    assert done.stdout.startswith("usage: skarbnik calculate")


def test_an_argument_that_it_does_not_know_is_not_passed_over():
    done = calculate("--rates=2025", questions=QUESTION)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: skarbnik calculate")


def test_a_reader_that_has_enough_ends_it_quietly():
    command = [sys.executable, "-m", "portal", "calculate"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):  # it may be gone before it was asked everything
            process.stdin.write(QUESTION * 20_000)
            process.stdin.close()
        errors = process.stderr.read()
        assert process.wait(timeout=60) == 0

    assert errors == ""
