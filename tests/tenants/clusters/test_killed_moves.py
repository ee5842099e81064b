"""A move that is killed at any moment leaves a gmina that serves, or that the next run or the sweep opens again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from kernel import tenancy
from kernel.errors import Conflict
from services.accounts.models import Payer
from services.ledger.verification import verify
from tenants.archive import move_states, moves, servers
from tenants.archive.moves import confirm_move, mend_abandoned, move_gmina, undo_move
from tenants.directory.queries import scope_of
from tests.tenants.archive.conftest import OLGA, WAITING, live_on, one, skarbnik
from tests.tenants.clusters.conftest import BORKI, NORTH, SCHEMA, state, tenant

PATIENCE = 60.0
MAY = f"SELECT pg_has_role('skarbnik_app', '{SCHEMA}', 'SET')"
EXISTS = f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}'"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
LOCK = f"LOCK TABLE {SCHEMA}.accounts_payer IN ACCESS EXCLUSIVE MODE"


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def until(is_so: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if process is not None and process.poll() is not None:
            raise AssertionError(process.stdout.read() if process.stdout else "it ended")
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill(process: subprocess.Popen[str], *urls: str) -> None:
    """SIGKILL, and wait until PostgreSQL has noticed: the dead run's locks are gone then."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    for url in urls:
        until(lambda url=url: one(url, LOCKS) == 0)


@contextmanager
def held(url: str, statement: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url) as holder:
        holder.execute(statement)
        yield holder


def assert_serves_here(scope: tenancy.Scope) -> None:
    """Where it was, for everybody."""
    assert (tenant().shard, tenant().is_moving, state()) == ("main", False, "copying")
    live_on(scope_of(BORKI))
    with tenancy.enter(scope):
        assert verify().findings == ()


def assert_moves_after_all(count: int) -> None:
    assert move_gmina(BORKI, NORTH, say=print, actor=OLGA).findings == []
    with tenancy.enter(scope_of(BORKI)):
        assert Payer.objects.count() == count
        assert verify().findings == ()
    assert (tenant().shard, tenant().is_moving, state()) == (NORTH, False, "switched")


def payers(scope: tenancy.Scope) -> int:
    with tenancy.enter(scope):
        return Payer.objects.count()


def test_killed_while_it_copies_nobody_notices_and_the_next_run_goes_on(lived_in, here, there):
    with held(here, LOCK):
        process = skarbnik("move_gmina", BORKI, NORTH)
        until(lambda: one(here, WAITING), process)
    # Free again, so it goes on: killed somewhere in its copies.
    kill(process, here, there)
    assert state() in ("copying", "stopped", "switched")
    mend_abandoned()
    if state() == "copying":
        assert_serves_here(lived_in)
        assert_moves_after_all(payers(lived_in))


def test_killed_before_its_first_row_came_the_next_run_makes_the_whole_copy(lived_in, here, there):
    with held(here, LOCK):
        process = skarbnik("move_gmina", BORKI, NORTH)
        until(lambda: one(here, WAITING), process)
        kill(process, there)
    assert_serves_here(lived_in)
    assert_moves_after_all(payers(lived_in))


@pytest.mark.parametrize("who", ["the sweep", "the next run"])
def test_killed_in_the_write_stop_somebody_opens_the_gmina_again(lived_in, writer, here, there, who):
    count = payers(lived_in)
    with writer():
        process = skarbnik("move_gmina", BORKI, NORTH, "--patience", "60")
        until(lambda: state() == "stopped" and not one(here, MAY), process)
        assert mend_abandoned() == [], "it was ended while its run is alive"
        kill(process, here, there)
    assert (tenant().shard, tenant().is_moving) == ("main", True)
    if who == "the sweep":
        assert mend_abandoned() == [BORKI]
        assert_serves_here(lived_in)
        assert mend_abandoned() == []
    assert_moves_after_all(count)


def test_killed_in_its_last_copy_the_next_run_begins_where_it_was(lived_in, writer, here, there):
    count = payers(lived_in)
    with writer() as session:
        process = skarbnik("move_gmina", BORKI, NORTH, "--patience", "60")
        until(lambda: state() == "stopped", process)
        with held(here, LOCK):
            session.rollback()
            until(lambda: one(here, WAITING), process)
            kill(process, there)
    assert tenant().is_moving
    assert mend_abandoned() == [BORKI]
    assert_serves_here(lived_in)
    assert_moves_after_all(count)


def test_killed_between_the_last_copy_and_the_switch_nothing_is_switched(lived_in, here, monkeypatch):
    """Whatever a dead run would still send: its stop has been ended, so it may not switch."""
    kept = []

    def die(move, token, rows, *, actor):
        kept.append((move, token, rows))
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(moves.move_states, "switch", die)
        patch.setattr(moves.move_states, "lift", lambda move, error: None)
        with pytest.raises(Killed):
            move_gmina(BORKI, NORTH, say=print, actor=OLGA)
    assert (tenant().is_moving, state(), one(here, MAY)) == (True, "stopped", False)
    assert mend_abandoned() == [BORKI]
    assert one(here, MAY)
    move, token, rows = kept[0]
    with pytest.raises(Conflict, match=r"move\.changed"):
        move_states.switch(move, token, rows, actor=OLGA)
    assert_serves_here(lived_in)


def test_killed_right_after_the_switch_the_gmina_serves_there_and_waits_for_a_decision(
    lived_in, here, monkeypatch
):
    def die(scope):
        if tenant().shard == NORTH:
            raise Killed
        return []

    with monkeypatch.context() as patch:
        patch.setattr(moves, "_checked", die)
        with pytest.raises(Killed):
            move_gmina(BORKI, NORTH, say=print, actor=OLGA)
    assert (tenant().shard, tenant().is_moving, state(), one(here, MAY)) == (NORTH, False, "switched", False)
    with pytest.raises(Conflict, match=r"move\.unconfirmed"):
        move_gmina(BORKI, NORTH, say=print, actor=OLGA)
    confirm_move(BORKI, actor=OLGA)
    assert one(here, EXISTS) == 0


def test_killed_while_it_is_undone_the_gmina_serves_where_it_was_moved_to(
    lived_in, second_server, north, here, there
):
    move_gmina(BORKI, NORTH, say=print, actor=OLGA)
    with held(second_server.url("skarbnik_app", north), "SELECT 1"):
        process = skarbnik("move_gmina", BORKI, "--undo", "--patience", "60")
        until(lambda: state() == "undoing" and not one(there, MAY), process)
        kill(process, here, there)
    assert tenant().is_moving
    assert mend_abandoned() == [BORKI]
    assert (tenant().shard, tenant().is_moving, state()) == (NORTH, False, "switched")
    assert (one(here, MAY), one(there, MAY)) == (False, True)
    undo_move(BORKI, actor=OLGA)
    assert (tenant().shard, state(), one(there, EXISTS)) == ("main", "undone", 0)
    live_on(scope_of(BORKI))


def test_killed_while_the_old_copy_is_dropped_the_confirmation_is_repeated(
    lived_in, here, there, monkeypatch
):
    move_gmina(BORKI, NORTH, say=print, actor=OLGA)

    def die(scope):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(servers, "drop_role", die)
        with pytest.raises(Killed):
            confirm_move(BORKI, actor=OLGA)
    assert (one(here, EXISTS), state()) == (0, "switched")
    with pytest.raises(Conflict, match=r"move\.nothing_kept"):
        undo_move(BORKI, actor=OLGA)
    assert (tenant().shard, tenant().is_moving, state()) == (NORTH, False, "switched")
    confirm_move(BORKI, actor=OLGA)
    assert (one(there, EXISTS), state()) == (1, "confirmed")
