"""Rows as files and back: every type, every awkward value, in both forms."""

import io
import json
from collections.abc import Iterator

import psycopg
import pytest

from kernel import tenancy
from kernel.errors import InvalidInput
from tenants.archive import catalog, rows, servers
from tenants.archive.catalog import Table
from tenants.archive.rows import Form
from tests.tenants.archive.conftest import HUGE, STRANGE

COLUMNS = """
    id bigint PRIMARY KEY, text_ text, code varchar(5), amount_gr bigint, share numeric(20, 4), is_it boolean,
    sealed bytea, content jsonb, days date[], numbers integer[], at timestamptz, on_ date, uid uuid, place inet,
    twice bigint GENERATED ALWAYS AS (amount_gr * 2) STORED
"""
VALUES = [
    (1, STRANGE, "ąęć", -(2**62), "12345.6700", True, b"\x00\xff\n\\", '{"a": [1, null, "ż\\n"]}', "{2026-10-01}",
     "{1,NULL,3}", "2026-10-25 02:30:00+01", "0001-01-01", "00000000-0000-0000-0000-000000000001", "::1"),
    (2, "", "", 0, "0", False, b"", "{}", "{}", "{}", "infinity", None, None, "10.0.0.0/8"),
    (3, *[None] * 13),
    (4, HUGE, '"', 2**62 - 1, "NaN", None, b"x" * 100_000, "null", None, None, None, None, None, None),
    (5, "\\N", "\\.", 1, "-1.5", None, None, '"tekst"', None, None, None, None, None, None),
    (6, "a\r\nb\n\n\"\"c", ",", 1, None, None, None, "[]", None, None, None, None, None, None),
]  # fmt: skip


@pytest.fixture
def scope(own_borki: tenancy.Scope) -> tenancy.Scope:
    """Borki with one table more, and the same once more without rows."""
    with servers.owner(own_borki) as connection:
        for name in ("odd", "odd_copy"):
            connection.execute(f"CREATE TABLE {name} ({COLUMNS})")
        places = ", ".join(["%s"] * len(VALUES[0]))
        connection.cursor().executemany(f"INSERT INTO odd VALUES ({places})", VALUES)
    return own_borki


@pytest.fixture
def tables(scope: tenancy.Scope) -> Iterator[tuple[psycopg.Connection, Table, Table]]:
    with servers.owner(scope) as connection:
        found = catalog.read(connection, scope.schema_name).tables
        yield connection, found["odd"], found["odd_copy"]


@pytest.mark.parametrize("form", list(Form))
def test_every_value_comes_back_as_it_was(scope, tables, form: Form) -> None:
    connection, table, copy = tables
    content = b"".join(rows.write(connection, scope, table, form))
    rows.load(connection, scope, copy, form, io.BytesIO(content))
    differing = "SELECT count(*) FROM odd FULL JOIN odd_copy USING (id) WHERE odd::text IS DISTINCT FROM odd_copy::text"
    assert connection.execute(differing).fetchone() == (0,)
    assert connection.execute("SELECT count(*), sum(twice) FROM odd_copy").fetchone()[0] == len(VALUES)
    assert b"".join(rows.write(connection, scope, copy, form)) == content


def test_postgresql_itself_reads_the_csv_and_a_missing_value_is_no_empty_text(scope, tables) -> None:
    connection, table, _copy = tables
    content = b"".join(rows.write(connection, scope, table, Form.OPEN))
    names = content.partition(b"\n")[0].decode()
    command = f"COPY odd_copy ({names}) FROM STDIN (FORMAT csv, HEADER)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(content)
    query = "SELECT text_ FROM odd_copy WHERE id IN (2, 3) ORDER BY id"
    assert connection.execute(query).fetchall() == [("",), (None,)]


def test_the_json_is_json_with_numbers_and_truth_values_as_themselves(scope, tables) -> None:
    connection, table, copy = tables
    found = json.loads(b"".join(rows.write_json(connection, scope, table)))
    first = found[0]
    assert first["text_"] == STRANGE
    assert first["amount_gr"] == -(2**62)
    assert first["is_it"] is True
    assert first["content"] == {"a": [1, None, "ż\n"]}
    assert found[2]["text_"] is None
    assert found[3]["share"] == "NaN"
    assert json.loads(b"".join(rows.write_json(connection, scope, copy))) == []


@pytest.mark.parametrize(
    "broken", ['"a","b\n', 'a,"b"\n', '"a"b,"c"\n', '"a","b"x\n'], ids=["open", "bare", "inside", "after"]
)
def test_a_broken_line_is_named_and_nothing_is_loaded(scope, tables, broken: str) -> None:
    connection, _table, copy = tables
    names = ",".join(f'"{column.name}"' for column in copy.carried)
    with pytest.raises(InvalidInput) as refused:
        rows.load(connection, scope, copy, Form.OPEN, [f"{names}\n".encode(), broken.encode()])
    assert refused.value.code == "archive.csv"
    assert refused.value.params["line"] == 2
    assert connection.execute("SELECT count(*) FROM odd_copy").fetchone() == (0,)


def test_a_catalog_knows_all_tables_of_the_schema_and_none_of_another(own_borki, own_dabrowa) -> None:
    with servers.owner(own_borki) as connection:
        found = catalog.read(connection, own_borki.schema_name)
        listed = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = 'BASE TABLE'",
            [own_borki.schema_name],
        ).fetchall()
    assert sorted(found.tables) == sorted(name for (name,) in listed)
    assert found.tables["ledger_posting"].references[0].table == "ledger_entry"
    assert found.tables["ledger_entry"].triggered
    assert found.tables["ledger_entry"].key == ("id",)
    assert "ledger_entry_id_seq" in found.sequences
