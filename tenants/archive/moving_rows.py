"""One gmina's rows in two clusters: what differs, and making the copy equal to the original.

A table is looked at in buckets of rows. Each server counts and sums the digests of its own, so that only what differs goes
over the wire: the first time everything, later what was written since. Sums do not depend on an order, need no memory and
do not mind that two servers store rows in different places.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Side:
    """One of the two clusters: the owner's connection with an open transaction, and the gmina's scope there."""

    connection: Connection
    scope: tenancy.Scope

    def catalog(self) -> Catalog:
        """What the schema holds."""
        return catalog.read(self.connection, self.scope.schema_name)

    def sums(self) -> dict[str, int]:
        """Totals of the ledger by account, in grosze."""
        return ledger_sums(self.connection, self.scope, self.catalog())


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
    outcome = Compared()
    for table in here.catalog().tables.values():
        if table.name in ROWLESS and not with_sessions:
            continue
        one, other = _both(here, there, table)
        counts = tuple(sum(rows for rows, _, _ in buckets.values()) for buckets in (one, other))
        outcome.rows += counts[0]
        if one != other:
            outcome.tables[table.name] = (counts[0], counts[1])
    return outcome


def synchronise(here: Side, there: Side) -> Compared:
    """Make the copy equal to the original and compare what had differed once more.

    Triggers of ours rest meanwhile in the copy: they refuse what only a copy may do. Its caller commits. Returns how many
    rows there are, and tables that still differ: there are none unless something is broken.
    """
    found = here.catalog()
    outcome, stale = Compared(), {}
    for table in found.tables.values():
        one, other = _both(here, there, table)
        outcome.rows += sum(rows for rows, _, _ in one.values())
        differing = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if differing:
            stale[table] = differing
    _replace(here, there, stale)
    _set_sequences(there, found)
    for table in stale:
        one, other = _both(here, there, table)
        if one != other:
            rows = (sum(row[0] for row in one.values()), sum(row[0] for row in other.values()))
            outcome.tables[table.name] = rows
    return outcome


def findings(here: Side, there: Side) -> list[str]:
    """What differs beside rows: positions of sequences and sums of the ledger."""
    told = []
    one, other = here.catalog().sequences, there.catalog().sequences
    for name in sorted({*one, *other}):
        if (one.get(name) or 0) != (other.get(name) or 0):
            told.append(f"{name}: {one.get(name)}, {other.get(name)} in the copy")
    first, second = here.sums(), there.sums()
    for account in sorted({*first, *second}):
        if first.get(account, 0) != second.get(account, 0):
            told.append(f"{account}: {first.get(account, 0)} gr, {second.get(account, 0)} gr in the copy")
    return told


def _both(here: Side, there: Side, table: Table) -> tuple[Buckets, Buckets]:
    """Both servers count at the same time."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(_buckets, there, table)
        return _buckets(here, table), other.result()


def _buckets(side: Side, table: Table) -> Buckets:
    query = sql.SQL(
        "SELECT bucket, count(*), sum(('x' || left(digest, 16))::bit(64)::bigint::numeric), "
        "sum(('x' || right(digest, 16))::bit(64)::bigint::numeric) "
        "FROM (SELECT {} AS bucket, md5(ROW({})::text) AS digest FROM {}) AS found GROUP BY bucket"
    )
    names = [column.name for column in table.carried]
    found = side.connection.execute(query.format(_bucket(table), _list(names), _place(side, table)))
    return {bucket: (rows, int(first), int(second)) for bucket, rows, first, second in found}


def _bucket(table: Table) -> sql.Composed:
    """To which bucket a row belongs, as text: by its number, else by a digest of its key or of all of it."""
    types = {column.name: column.type for column in table.columns}
    if len(table.key) == 1 and types[table.key[0]] in _INTEGERS:
        number = sql.SQL("({} / {})::text")
        return number.format(sql.Identifier(table.key[0]), sql.Literal(ROWS_OF_A_BUCKET))
    names = table.key or [column.name for column in table.carried]
    return sql.SQL("left(md5(ROW({})::text), 3)").format(_list(names))


def _replace(here: Side, there: Side, stale: Mapping[Table, list[str]]) -> None:
    """All that differs goes before anything comes, because a value may have gone from one bucket to another."""
    triggered = [_place(there, table) for table in stale if table.triggered]
    for place in triggered:
        there.connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(place))
    for table, buckets in stale.items():
        remove = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(_place(there, table), _bucket(table))
        there.connection.execute(remove, [buckets])
    for table, buckets in stale.items():
        _copy(here, there, table, buckets)
    if LEDGER_ENTRIES in {table.name for table in stale}:
        place = sql.Identifier(there.scope.schema_name, LEDGER_ENTRIES)
        there.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        keep_order_of_transactions(there.connection, place)
    there.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for place in triggered:
        there.connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(place))


def _copy(here: Side, there: Side, table: Table, buckets: list[str]) -> None:
    names = _list([column.name for column in table.carried])
    query = sql.SQL("COPY (SELECT {} FROM {} WHERE {} = ANY({})) TO STDOUT")
    wanted = query.format(names, _place(here, table), _bucket(table), sql.Literal(buckets))
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
    for name, last in found.sequences.items():
        place = f'"{there.scope.schema_name}"."{name}"'
        # Not called yet: the next value is the first one, whatever the migrations have used.
        values: list[Any] = [place, last, last is not None]
        there.connection.execute("SELECT setval(%s, coalesce(%s, 1), %s)", values)


def _place(side: Side, table: Table) -> sql.Identifier:
    return sql.Identifier(side.scope.schema_name, table.name)


def _list(names: Any) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
