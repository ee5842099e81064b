"""Role and search path travel with the statement, in its own message and for its own transaction."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import NotSupportedError, ProgrammingError, connection, transaction
from psycopg import sql

from kernel import tenancy
from services.users.models import User

BORKI, DABROWA = ("gmina_0615022",) * 2, ("gmina_2465011",) * 2
Placed = Callable[[], tuple[str, str]]


@contextmanager
def messages() -> Iterator[list[str]]:
    """What is sent to PostgreSQL meanwhile: the text of each message (libpq's own trace)."""
    sent: list[str] = []
    connection.ensure_connection()
    with tempfile.TemporaryFile() as trace:
        connection.connection.pgconn.trace(trace.fileno())
        try:
            yield sent
        finally:
            connection.connection.pgconn.untrace()
            trace.seek(0, io.SEEK_SET)
            for line in trace.read().decode().splitlines():
                parts = line.split("\t")
                if "F" in parts and parts[parts.index("F") + 2] == "Query":
                    sent.append(parts[-1])


def role_of_the_session() -> str:
    """Who the session is between transactions, asked past our cursor."""
    connection.ensure_connection()
    row = connection.connection.execute("SELECT current_user, current_setting('search_path')").fetchone()
    return str(row[0])


@pytest.fixture
def in_own_borki(own_borki: tenancy.Scope) -> Iterator[tenancy.Scope]:
    with tenancy.enter(own_borki) as scope:
        yield scope


def test_one_statement_is_one_message(in_own_borki):
    with messages() as sent:
        User.objects.count()
    (message,) = sent
    assert (
        message.index("SET LOCAL ROLE")
        < message.index("SET LOCAL search_path")
        < message.index("SELECT COUNT")
    )


def test_a_transaction_of_two_statements_is_three_messages(in_own_borki):
    with messages() as sent, transaction.atomic():
        User.objects.count()
        User.objects.exists()
    begin, second, commit = sent
    assert begin.lstrip(' "').startswith("BEGIN; SET LOCAL ROLE")
    assert "SET" not in second
    assert "COMMIT" in commit


def test_an_empty_transaction_sends_nothing(in_own_borki):
    with messages() as sent, transaction.atomic():
        pass
    assert sent == []


def test_the_session_itself_takes_no_role(in_own_borki, placed: Placed):
    assert placed() == BORKI
    assert role_of_the_session() == "skarbnik_app"
    with transaction.atomic():
        assert placed() == BORKI
    assert role_of_the_session() == "skarbnik_app"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.connection.execute("SELECT count(*) FROM gmina_0615022.users_user")


def test_a_statement_that_fails_leaves_the_session_without_a_role(in_own_borki):
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert role_of_the_session() == "skarbnik_app"


def test_a_failed_first_statement_of_a_savepoint_can_be_rolled_back(
    in_own_borki, own_dabrowa, placed: Placed
):
    with transaction.atomic():
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            tenancy.enter(own_dabrowa),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT nothing FROM nowhere")
        assert placed() == BORKI
        with tenancy.enter(own_dabrowa):
            assert placed() == DABROWA
        assert placed() == BORKI


def test_a_failed_first_statement_of_a_transaction_ends_it(in_own_borki, placed: Placed):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert placed() == BORKI


def test_the_scope_counts_when_the_statement_is_sent_not_when_the_cursor_is_made(own_borki, own_dabrowa):
    with tenancy.enter(own_borki):
        cursor = connection.cursor()
    with tenancy.enter(own_dabrowa), cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (DABROWA[0],)

    with tenancy.enter(own_borki):
        cursor = connection.cursor()
    with pytest.raises(tenancy.NoTenant):
        cursor.execute("SELECT current_user")


@pytest.mark.parametrize(
    "query", ["SELECT 1; SELECT 2", b"SELECT 1", sql.SQL("SELECT {}").format(sql.Literal(1))]
)
def test_a_query_may_be_text_bytes_or_composed_and_its_own_result_comes_first(in_own_borki, query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchone() == (1,)


def test_copy_reads_and_writes_its_own_gmina_inside_a_transaction(in_own_borki, placed: Placed):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copied (name text)")
        with cursor.copy("COPY copied FROM STDIN") as copy:
            copy.write_row(("żółć",))
        with cursor.copy("COPY (SELECT name, current_user FROM copied) TO STDOUT") as copy:
            assert list(copy.rows()) == [("żółć", BORKI[0])]
        transaction.set_rollback(True)


def test_copy_as_the_first_statement_takes_the_scope_before(in_own_borki):
    first = "COPY (SELECT current_user) TO STDOUT"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(first) as copy:
        assert list(copy.rows()) == [(BORKI[0],)]


def test_copy_outside_a_transaction_is_refused(in_own_borki):
    with connection.cursor() as cursor, pytest.raises(NotSupportedError, match="atomic"):
        cursor.copy("COPY (SELECT current_user) TO STDOUT")


def test_many_at_once_need_a_transaction_and_take_the_scope(in_own_borki):
    with connection.cursor() as cursor, pytest.raises(NotSupportedError, match="atomic"):
        cursor.executemany("SELECT %s", [(1,), (2,)])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE many (who text, number int)")
        cursor.executemany("INSERT INTO many VALUES (current_user, %s)", [(1,), (2,)])
        cursor.execute("SELECT * FROM many ORDER BY number")
        assert cursor.fetchall() == [(BORKI[0], 1), (BORKI[0], 2)]
        transaction.set_rollback(True)


def test_a_cursor_on_the_server_is_refused(in_own_borki):
    with pytest.raises(NotSupportedError, match="server-side"):
        connection.create_cursor("named")


def test_an_index_built_beside_the_traffic_belongs_to_its_gmina_and_the_session_to_nobody(in_own_borki):
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX CONCURRENTLY beside ON users_user (email_index)")
        cursor.execute("SELECT schemaname FROM pg_indexes WHERE indexname = 'beside'")
        assert cursor.fetchall() == [(BORKI[0],)]
        cursor.execute("DROP INDEX CONCURRENTLY beside")
    assert role_of_the_session() == "skarbnik_app"


def test_autocommit_is_not_switched_on_over_an_open_transaction(in_own_borki):
    transaction.set_autocommit(False)
    try:
        User.objects.count()
        with pytest.raises(NotSupportedError, match="commit or roll back"):
            transaction.set_autocommit(True)
        transaction.rollback()
    finally:
        connection.close()
