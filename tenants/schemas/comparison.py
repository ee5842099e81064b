"""Whether two schemas are the same but for their names: by their catalogs, and by what pg_dump writes of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from psycopg import sql

from kernel import tenancy
from tenants.schemas import catalog
from tenants.schemas.dumping import dump
from tenants.schemas.making import Connection, as_role

OWN = "{own}"
"""Stands for the names of a schema and of its role in what is compared."""

Facts = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two schemas do not have alike; a definition is None where the thing is missing."""

    kind: str
    name: str
    first: str | None
    second: str | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.first or 'missing'} | {self.second or 'missing'}"


def facts(connection: Connection, scope: tenancy.Scope) -> Facts:
    """All that the catalogs say about a schema, and its rows that come from migrations, under (kind, name)."""
    found: Facts = {}
    with as_role(connection, scope.role):
        connection.execute("SET LOCAL search_path = ''")
        for kind, query in catalog.FACTS.items():
            found |= _named(kind, catalog.ask(connection, scope, query))
        for table, query in catalog.ROWS.items():
            place = sql.Identifier(scope.schema_name, table)
            if connection.execute("SELECT to_regclass(%s)", [place.as_string(connection)]).fetchone() == (
                None,
            ):
                continue
            rows = connection.execute(
                query.encode().replace(b"{table}", place.as_bytes(connection))
            ).fetchall()
            found |= _named(f"row of {table}", rows)
    return {
        (kind, without_names(name, scope)): without_names(definition, scope)
        for (kind, name), definition in found.items()
    }


def _named(kind: str, rows: Iterable[tuple[Any, ...]]) -> Facts:
    return {(kind, name): definition or "" for name, definition in rows}


def without_names(text: str, scope: tenancy.Scope) -> str:
    """The text with the schema's and the role's own names replaced, where they stand as whole words."""
    return re.sub(rf"\b(?:{scope.schema_name}|{scope.role})\b", OWN, text)


def differences(
    connection: Connection, first: tenancy.Scope, second: tenancy.Scope, *, there: Connection | None = None
) -> tuple[Difference, ...]:
    """What the two schemas do not have alike; empty means that they are the same.

    `there` leads to the second one's cluster when that is another.
    """
    one, other = facts(connection, first), facts(there or connection, second)
    return tuple(
        Difference(kind, name, one.get((kind, name)), other.get((kind, name)))
        for kind, name in sorted(one.keys() | other.keys())
        if one.get((kind, name)) != other.get((kind, name))
    )


def differing_lines(
    connection: Connection,
    url: str,
    first: tenancy.Scope,
    second: tenancy.Scope,
    *,
    there: tuple[Connection, str] | None = None,
    with_rows: bool = False,
) -> list[str]:
    """Lines in which pg_dump's text of the two differs, marked + and -; empty means that they are the same.

    `url` is where `connection` leads; `there` is both for the second one when that is in another cluster. `with_rows`
    compares all rows and the position of each sequence too, as two schemas that nobody has used must have them alike; the
    days on which migrations were applied are left out. Raises NoDump.
    """
    one, other = (
        _lines(dump(*place, scope, *_options(scope, with_rows)), scope)
        for place, scope in (((connection, url), first), (there or (connection, url), second))
    )
    found = unified_diff(one, other, lineterm="", n=0)
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def _options(scope: tenancy.Scope, with_rows: bool) -> tuple[str, ...]:
    return (
        (f"--exclude-table-data={scope.schema_name}.django_migrations",) if with_rows else ("--schema-only",)
    )


def _lines(text: str, scope: tenancy.Scope) -> list[str]:
    lines = without_names(text, scope).splitlines()
    return [line for line in lines if not line.startswith(("\\restrict ", "\\unrestrict "))]
