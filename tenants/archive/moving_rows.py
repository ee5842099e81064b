"""One gmina's rows in two clusters: what differs, and making the copy equal to the original.

A table is looked at in buckets of rows. Each server counts and sums the digests of its own, so that only what differs goes
over the wire: the first time everything, later what was written since. Sums do not depend on an order, need no memory and
do not mind that two servers store rows in different places.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from psycopg import sql

from kernel import tenancy
from tenants.archive import catalog
from tenants.archive.catalog import Catalog, Table
from tenants.archive.loading import LEDGER_ENTRIES, keep_order_of_transactions
from tenants.archive.rows import ROWLESS
from tenants.archive.servers import Connection
from tenants.archive.writing import ledger_sums

ROWS_OF_A_BUCKET: Final = 1000
"""Rows with neighbouring numbers: what is new stands together."""
_INTEGERS: Final = ("smallint", "integer", "bigint")

Buckets = Mapping[str, tuple[int, int, int]]
"""Bucket -> number of rows, sum of the first and of the second halves of their MD5."""
Wanted = Mapping[Table, list[str] | None]
"""Tables with the buckets that are asked for; None are all."""


@dataclass(frozen=True)
class Side:
    """One of the two clusters: the owner's connection with an open transaction, and the gmina's scope there."""

    connection: Connection
    scope: tenancy.Scope

    @cached_property
    def catalog(self) -> Catalog:
        """What the schema held when it was first asked for."""
        return catalog.read(self.connection, self.scope.schema_name)


@dataclass(slots=True)
class Compared:
    """How many rows there are, and the tables that differ with (rows here, rows there)."""

    rows: int = 0
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The differences for people."""
        return [f"{name}: {here} rows, {there} in the copy" for name, (here, there) in self.tables.items()]


def compare(here: Side, there: Side, *, with_sessions: bool = True) -> Compared:
    """Rows of both sides by number and content. Tables whose rows nobody misses (sessions) may be left out."""
    tables = here.catalog.tables.values()
    wanted = {table: None for table in tables if with_sessions or table.name not in ROWLESS}
    return _compared(here, there, wanted)


def count(side: Side) -> int:
    """Rows of one side, counted with their digests."""
    return sum(map(_rows, _buckets(side, dict.fromkeys(side.catalog.tables.values())).values()))


def synchronise(here: Side, there: Side) -> Compared:
    """Make the copy equal to the original and compare what had differed once more.

    Triggers of ours rest meanwhile in the copy: they refuse what only a copy may do. Its caller commits. Returns how many
    rows there are, and tables that still differ: there are none unless something is broken.
    """
    one, other = _both(here, there, dict.fromkeys(here.catalog.tables.values()))
    stale: dict[Table, list[str] | None] = {}
    for table in here.catalog.tables.values():
        first, second = one[table.name], other[table.name]
        differing = [name for name in {**first, **second} if first.get(name) != second.get(name)]
        if differing:
            stale[table] = differing
    if stale:
        _replace(here, there, stale)
    _set_sequences(there, here.catalog)
    again = _compared(here, there, stale) if stale else Compared()
    return Compared(sum(map(_rows, one.values())), again.tables)


def _compared(here: Side, there: Side, tables: Wanted) -> Compared:
    one, other = _both(here, there, tables)
    differing = {name: (_rows(one[name]), _rows(other[name])) for name in one if one[name] != other[name]}
    return Compared(sum(map(_rows, one.values())), differing)


def _rows(buckets: Buckets) -> int:
    return sum(rows for rows, _, _ in buckets.values())


def findings(here: Side, there: Side) -> list[str]:
    """What differs beside rows: positions of sequences and sums of the ledger."""
    told = []
    now = catalog.read(there.connection, there.scope.schema_name)
    one, other = here.catalog.sequences, now.sequences
    for name in sorted({*one, *other}):
        if (one.get(name) or 0) != (other.get(name) or 0):
            told.append(f"{name}: {one.get(name)}, {other.get(name)} in the copy")
    first = ledger_sums(here.connection, here.scope, here.catalog)
    second = ledger_sums(there.connection, there.scope, now)
    for account in sorted({*first, *second}):
        if first.get(account, 0) != second.get(account, 0):
            told.append(f"{account}: {first.get(account, 0)} gr, {second.get(account, 0)} gr in the copy")
    return told


def _both(here: Side, there: Side, tables: Wanted) -> tuple[dict[str, Buckets], dict[str, Buckets]]:
    """Both servers count at the same time."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(_buckets, there, tables)
        return _buckets(here, tables), other.result()


def _buckets(side: Side, tables: Wanted) -> dict[str, Buckets]:
    """The buckets of all the tables in one question: a schema has many tables, and most of them are small."""
    query = sql.SQL(
        "SELECT {}, bucket, count(*), sum(('x' || left(digest, 16))::bit(64)::bigint::numeric), "
        "sum(('x' || right(digest, 16))::bit(64)::bigint::numeric) "
        "FROM (SELECT {} AS bucket, md5(ROW({})::text) AS digest FROM {} WHERE {}) AS found GROUP BY bucket"
    )
    parts = [
        query.format(
            sql.Literal(table.name),
            _bucket(table),
            _list([column.name for column in table.carried]),
            _place(side, table),
            _is_in(table, buckets),
        )
        for table, buckets in tables.items()
    ]
    found: dict[str, dict[str, tuple[int, int, int]]] = {table.name: {} for table in tables}
    for name, bucket, rows, first, second in side.connection.execute(sql.SQL(" UNION ALL ").join(parts)):
        found[name][bucket] = (rows, int(first), int(second))
    return dict(found)


def _bucket(table: Table) -> sql.Composed:
    """To which bucket a row belongs, as text: by its number, else by a digest of its key or of all of it."""
    types = {column.name: column.type for column in table.columns}
    if len(table.key) == 1 and types[table.key[0]] in _INTEGERS:
        number = sql.SQL("({} / {})::text")
        return number.format(sql.Identifier(table.key[0]), sql.Literal(ROWS_OF_A_BUCKET))
    names = table.key or [column.name for column in table.carried]
    return sql.SQL("left(md5(ROW({})::text), 3)").format(_list(names))


def _is_in(table: Table, buckets: list[str] | None) -> sql.Composed:
    """Whether a row is in one of these buckets; None are all."""
    return (
        sql.SQL("{} = ANY({})").format(_bucket(table), sql.Literal(buckets))
        if buckets is not None
        else sql.Composed([sql.SQL("true")])
    )


def _replace(here: Side, there: Side, stale: Wanted) -> None:
    """All that differs goes before anything comes, because a value may have gone from one bucket to another."""
    triggered = [_place(there, table) for table in stale if table.triggered]
    for place in triggered:
        there.connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(place))
    for table, buckets in stale.items():
        remove = sql.SQL("DELETE FROM {} WHERE {}").format(_place(there, table), _is_in(table, buckets))
        there.connection.execute(remove)
    for table, buckets in stale.items():
        _copy(here, there, table, buckets)
    if LEDGER_ENTRIES in {table.name for table in stale}:
        place = sql.Identifier(there.scope.schema_name, LEDGER_ENTRIES)
        there.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        keep_order_of_transactions(there.connection, place)
    there.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for place in triggered:
        there.connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(place))


def _copy(here: Side, there: Side, table: Table, buckets: list[str] | None) -> None:
    names = _list([column.name for column in table.carried])
    query = sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT")
    wanted = query.format(names, _place(here, table), _is_in(table, buckets))
    taken = sql.SQL("COPY {} ({}) FROM STDIN").format(_place(there, table), names)
    with (
        here.connection.cursor() as source,
        there.connection.cursor() as target,
        source.copy(wanted) as outgoing,
        target.copy(taken) as incoming,
    ):
        for chunk in outgoing:
            incoming.write(chunk)


def _set_sequences(there: Side, found: Catalog) -> None:
    """Where one was not called yet the next value is the first one, whatever the migrations have used."""
    names = [f'"{there.scope.schema_name}"."{name}"' for name in found.sequences]
    there.connection.execute(
        "SELECT setval(name::regclass, coalesce(last, 1), last IS NOT NULL) "
        "FROM unnest(%s::text[], %s::bigint[]) AS wanted (name, last)",
        [names, list(found.sequences.values())],
    )


def _place(side: Side, table: Table) -> sql.Identifier:
    return sql.Identifier(side.scope.schema_name, table.name)


def _list(names: Any) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
