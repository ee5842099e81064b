"""Several real processes count together, and see a change of a switch within a second (P8, P10, S65)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kernel import tenancy
from tenants.metering.actions import set_flag
from tenants.metering.counters import used_by
from tests.fixtures.database import ACTOR

BEGIN = """
import sys, time
import django; django.setup()
from kernel import tenancy
from tenants.directory.queries import scope_of
"""
COUNT = """
from tenants.metering.counters import Wanted, take
with tenancy.enter(scope_of("0615022")):
    take(Wanted("warm", None, seconds=600))
    print("ready", flush=True)
    sys.stdin.readline()
    tries = Wanted("tries", 100, seconds=600, subject="anna@mieszkaniec.example")
    print(sum(take(tries)[0].is_admitted for _ in range(150)), flush=True)
"""
SIGN_IN = """
from django.test import Client
host = "borki.localhost"
print("ready", flush=True)
sys.stdin.readline()
answers = [
    Client(headers={"host": host}, SERVER_NAME=host).post(
        "/logowanie/", {"email": "anna@mieszkaniec.example", "password": "zgaduje haslo"}
    ).content.decode()
    for _ in range(6)
]
print(sum("Zbyt wiele" in one for one in answers), flush=True)
"""
WATCH = """
from tenants.metering.flags import PART_PAYMENTS
with tenancy.enter(scope_of("0615022")):
    print("ready" if PART_PAYMENTS.is_on() else "off", flush=True)
    sys.stdin.readline()
    changed = time.monotonic()
    while PART_PAYMENTS.is_on():
        assert time.monotonic() - changed < 10
        time.sleep(0.01)
    print(time.monotonic() - changed, flush=True)
"""


@contextmanager
def process(code: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of the program on the database of this test, which waits for `go`."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    started = subprocess.Popen(
        [sys.executable, "-c", BEGIN + code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        assert started.stdout.readline().strip() == "ready"
        yield started
    finally:
        started.kill()
        started.wait(20)


def go(*started: "subprocess.Popen[str]") -> list[str]:
    """Let them go at one moment; the line that each prints."""
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [str(one.stdout.readline()).strip() for one in started if one.stdout is not None]


@pytest.mark.covers("S65")
def test_p8_processes_together_admit_exactly_as_many_as_the_limit_says(own_database):
    with ExitStack() as stack:
        found = go(*(stack.enter_context(process(COUNT)) for _ in range(2)))
    assert sum(map(int, found)) == 100
    with tenancy.public():
        assert used_by("0615022", ["warm"]) == {"warm": 2}


@pytest.mark.covers("S65")
def test_guessing_a_password_in_two_processes_is_no_way_around_the_brake(own_database):
    with ExitStack() as stack:
        refused = go(*(stack.enter_context(process(SIGN_IN)) for _ in range(2)))
    assert sum(map(int, refused)) == 12 - 8, (
        "eight tries of one account in a quarter of an hour, whoever counts them"
    )


def test_p10_another_process_sees_a_change_within_a_second(own_database):
    with process(WATCH) as other:
        with tenancy.public():
            set_flag("0615022", "part_payments", is_on=False, reason="Prośba gminy", actor=ACTOR)
        (took,) = go(other)
    assert float(took) < 1.5, "a second, and what a busy machine takes to wake up"
