"""Several processes at once, kills at any moment, a server that goes away: a schema is whole or it is absent."""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from kernel import tenancy
from portal.embedded import postgres
from tenants.schemas import catalog, recording
from tenants.schemas.building import build
from tenants.schemas.comparison import differences
from tenants.schemas.dropping import drop_schema
from tenants.schemas.making import migrate, only_one, provisioner
from tests.fixtures.database import use_database
from tests.tenants.schemas.test_replaying import of_the_template

FORK = multiprocessing.get_context("fork")
KILLS = 16
SEED = 20261121


@contextmanager
def working(work: Callable[..., None], *given: object) -> Iterator[multiprocessing.Process]:
    """A child process that does `work` now, with the parent's code and settings and connections of its own."""
    connections.close_all()
    child = FORK.Process(target=work, args=given)
    child.start()
    try:
        yield child
    finally:
        if child.is_alive():
            child.kill()
        child.join(30)


def forget_recordings() -> None:
    with tenancy.public(), connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM schema_recording")
    recording._known.clear()


def is_there(connection, scope) -> bool:
    """Whether the schema is there, after the sessions of dead processes have ended. Fails on a half one."""
    with only_one(connection, f"schema {scope.schema_name}"):
        [(is_empty,)] = catalog.ask(connection, scope, catalog.IS_EMPTY)
        if not is_empty:
            assert recording.fingerprint(connection, scope) == recording.current(connection).fingerprint
        return not is_empty


def test_several_processes_open_the_same_gmina_once_and_others_beside_it(
    provisioning, new_scope, own_borki, nothing_known
):
    forget_recordings()  # so that they meet at the template too
    scopes = [new_scope(number) for number in (1, 1, 1, 2, 3)]
    with ExitStack() as stack:
        children = [stack.enter_context(working(build, scope)) for scope in scopes]
        for child in children:
            child.join(120)
    assert [child.exitcode for child in children] == [0, 0, 0, 0, 0]
    for scope in scopes[2:]:
        assert differences(provisioning, scope, own_borki) == ()
    with tenancy.public(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM schema_recording")
        assert cursor.fetchone() == (1,)
    assert of_the_template(provisioning) == []


def test_a_gmina_is_opened_while_the_others_are_migrated(provisioning, new_scope, own_borki, own_dabrowa):
    with working(migrate, own_borki) as first, working(migrate, own_dabrowa) as second:
        for number in range(1, 4):
            build(new_scope(number))
        first.join(120)
        second.join(120)
    assert (first.exitcode, second.exitcode) == (0, 0)
    assert differences(provisioning, new_scope(1), own_borki) == ()


def test_a_kill_at_any_moment_leaves_nothing_or_everything(provisioning, new_scope, own_borki):
    """The moments are spread over the whole work, at random within their part of it."""
    chance = random.Random(SEED)
    recording.current(provisioning)  # the children begin with what they replay
    start = time.monotonic()
    build(new_scope(1))
    longest = (time.monotonic() - start) * 1.3
    came_to_an_end = []
    for turn in range(KILLS):
        scope = new_scope(100 + turn)
        with working(build, scope) as child:
            time.sleep(longest * (turn + chance.random()) / KILLS)
            child.kill()
        came_to_an_end.append(is_there(provisioning, scope))
        build(scope)
        assert differences(provisioning, scope, own_borki) == ()
        drop_schema(provisioning, scope)
    assert False in came_to_an_end


def test_a_kill_while_the_template_is_made_is_mended_by_the_next_run(
    provisioning, new_scope, own_borki, nothing_known
):
    """In the middle of the migrations, and around pg_dump, which outlives the process that started it."""
    forget_recordings()
    start = time.monotonic()
    recording.current(provisioning)
    longest = time.monotonic() - start
    for turn, part in enumerate((0.4, 0.82)):
        forget_recordings()
        scope = new_scope(turn)
        with working(build, scope) as child:
            time.sleep(longest * part)
            child.kill()
        build(scope)
        assert differences(provisioning, scope, own_borki) == ()
        assert of_the_template(provisioning) == []


@pytest.fixture
def own_server(tmp_path: Path, server, django_db_setup, django_db_blocker) -> Iterator[postgres.Server]:
    """A PostgreSQL that a test may stop, with the platform's tables; the shared one is in use again afterwards."""
    running = postgres.start(tmp_path / "postgres", durable=False)
    with django_db_blocker.unblock():
        shared = connections["default"].settings_dict["NAME"]
        try:
            postgres.prepare_roles(running)
            postgres.prepare_database(running, "restarted")
            use_database(running, "restarted")
            migrate(tenancy.PUBLIC)
            yield running
        finally:
            use_database(server, shared)
            postgres.stop_leftover(tmp_path / "postgres")
            running.stop()


def test_a_server_that_was_restarted_meanwhile_holds_nothing_half(own_server, new_scope, nothing_known):
    def work(scope: tenancy.Scope) -> None:
        try:
            build(scope)
        except psycopg.OperationalError:
            raise SystemExit(3) from None

    with provisioner() as connection:
        recording.current(connection)
    outcomes = set()
    running = own_server
    for turn, delay in enumerate((0.02, 0.06, 0.1, 0.15)):
        scope = new_scope(turn)
        with working(work, scope) as child:
            time.sleep(delay)
            running.stop()
            child.join(30)
            outcomes.add(child.exitcode)
        running = postgres.start(own_server.folder, port=own_server.port, durable=False)
        with provisioner() as connection:
            is_there(connection, scope)
        build(scope)
        with provisioner() as connection:
            assert is_there(connection, scope)
    running.stop()
    assert 3 in outcomes
