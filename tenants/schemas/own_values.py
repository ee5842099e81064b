"""Refusing data migrations whose values each gmina must have for itself: keys, random names, days.

A value that two runs of the same migrations make differently would be copied from the template into every gmina. Seeds that
are the same everywhere are fine.
"""

from collections.abc import Callable
from typing import Any

from psycopg import sql

from kernel import tenancy
from tenants.schemas import catalog
from tenants.schemas.dropping import drop_schema
from tenants.schemas.making import Connection, as_role, make_schema

Rows = dict[str, list[dict[str, Any]]]


class OwnValues(RuntimeError):
    """A migration makes values that must not be copied from one gmina to another."""


def refuse_own_values(
    connection: Connection,
    scope: tenancy.Scope,
    twin: tenancy.Scope,
    *,
    migrate: Callable[[tenancy.Scope], None],
) -> None:
    """Raise OwnValues when rows that the migrations put into `scope` would come out differently in `twin`.

    Without seeded rows there is nothing to compare; with some, `twin` is migrated too, and dropped again.
    """
    rows = _seeds(connection, scope)
    for table, found in rows.items():
        for row in found:
            names = [column for column, value in row.items() if scope.schema_name in str(value)]
            if names:
                raise OwnValues(f"{table}.{names[0]} holds the name of the schema")
    if not rows.keys() - catalog.ROWS.keys():
        return
    make_schema(connection, twin)
    try:
        migrate(twin)
        again = _seeds(connection, twin)
    finally:
        drop_schema(connection, twin)
    places = sorted(_different(rows, again))
    if places:
        raise OwnValues(
            f"two runs of the migrations make different values in {', '.join(places)}: make them where a gmina is set up "
            "(tenants.directory.setup), or let the column's db_default make them"
        )


def _seeds(connection: Connection, scope: tenancy.Scope) -> Rows:
    """Rows of each table that has some, in the order in which they were written."""
    found: Rows = {}
    tables = [name for (name,) in catalog.ask(connection, scope, catalog.TABLES)]
    with as_role(connection, scope.role):
        for table in tables:
            query = sql.SQL("SELECT to_jsonb(one) FROM {} one ORDER BY ctid")
            rows = connection.execute(query.format(sql.Identifier(scope.schema_name, table))).fetchall()
            if rows:
                found[table] = [row for (row,) in rows]
    return found


def _different(first: Rows, second: Rows) -> set[str]:
    found = set()
    for table in first.keys() | second.keys():
        one, other = first.get(table, []), second.get(table, [])
        if len(one) != len(other):
            found.add(table)
            continue
        for row, twin in zip(one, other, strict=True):
            found |= {f"{table}.{column}" for column in row if row[column] != twin.get(column)}
    return found - {"django_migrations.applied"}
