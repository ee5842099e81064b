"""The private PostgreSQL server: it starts again after whatever ended the run before."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded import postgres
from portal.embedded.kept import kept_secret


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user may walk into; pytest's own temporary folders are closed to it."""
    with tempfile.TemporaryDirectory(prefix="skarbnik-test-pg-") as name:
        yield Path(name)


def answers(server: postgres.Server) -> bool:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_making_that_was_killed_half_way_is_begun_anew(folder: Path) -> None:
    (folder / "data.new").mkdir()
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    server = postgres.start(folder, durable=False)
    try:
        assert answers(server)
        assert not (folder / "data.new").exists()
        assert (folder / "password").stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_a_server_that_a_killed_run_left_behind_is_ended_before_the_next_starts(folder: Path) -> None:
    left_behind = postgres.start(folder, durable=False)
    server = postgres.start(folder, durable=False)
    try:
        assert left_behind.process.wait(10) == 0
        assert answers(server)
        assert postgres.stop_leftover(folder)
        assert not postgres.stop_leftover(folder)
    finally:
        server.stop()
        left_behind.stop()


def test_a_process_number_that_another_program_has_by_now_does_not_keep_it_from_starting(
    folder: Path,
) -> None:
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n")
    server = postgres.start(folder, durable=False)
    try:
        assert answers(server)
    finally:
        server.stop()


def test_the_roles_and_the_database_may_be_prepared_again(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    try:
        for _ in range(2):
            postgres.prepare_roles(server)
            postgres.prepare_database(server, "again")
        with psycopg.connect(server.url("skarbnik_app", "again")) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("skarbnik_app",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE public.mine (id int)")
    finally:
        server.stop()


def test_a_secret_is_made_once_even_when_the_first_making_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.with_name("key.new").write_text("half a ke")
    assert kept_secret(path, lambda: "whole") == "whole"
    assert kept_secret(path, lambda: "another") == "whole"
    assert path.stat().st_mode & 0o077 == 0


def test_the_log_names_a_refused_statement_without_its_values(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    try:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("CREATE TEMPORARY TABLE person (pesel text UNIQUE)")
            connection.execute("INSERT INTO person VALUES ('75870300017')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('75870300017')")
    finally:
        server.stop()
    log = (folder / "log").read_text()
    assert "person_pesel_key" in log
    assert "75870300017" not in log
