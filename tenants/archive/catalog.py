"""What a schema consists of, read from PostgreSQL's catalog.

Everything is found from the schema's own number through indexes. `information_schema` and `pg_table_is_visible` look at
every table of every gmina: with 2,479 of them a quarter of a second for each question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

_RELATIONS: Final = """
SELECT c.oid, c.relname, c.relkind::text FROM pg_namespace n
JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.classid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = d.objid
WHERE n.nspname = %s AND c.relkind IN ('r', 'S') ORDER BY c.relname COLLATE "C"
"""
_COLUMNS: Final = """
SELECT attrelid, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated <> ''
FROM pg_attribute WHERE attrelid = ANY(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum
"""
_KEYS: Final = """
SELECT conrelid, contype::text, conkey, confrelid, confkey FROM pg_constraint
WHERE conrelid = ANY(%s) AND contype IN ('p', 'f') ORDER BY conrelid, contype, conname COLLATE "C"
"""
_TRIGGERED: Final = "SELECT DISTINCT tgrelid FROM pg_trigger WHERE tgrelid = ANY(%s) AND NOT tgisinternal"
_SEQUENCES: Final = "SELECT c.oid, pg_sequence_last_value(c.oid) FROM unnest(%s::oid[]) AS c(oid)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` as PostgreSQL writes it. A generated one is described and not carried: PostgreSQL makes it again."""

    name: str
    type: str
    nullable: bool
    generated: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its key and what it refers to; `triggered` says that it has triggers of its own."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    triggered: bool

    @property
    def carried(self) -> tuple[Column, ...]:
        """Columns whose values are written out and read in."""
        return tuple(column for column in self.columns if not column.generated)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Tables by name, and the last value of each sequence (None: never used)."""

    tables: Mapping[str, Table]
    sequences: Mapping[str, int | None]


def read(connection: psycopg.Connection[Any], schema: str) -> Catalog:
    """The catalog of one schema, as the connection's transaction sees it."""
    relations = connection.execute(_RELATIONS, [schema]).fetchall()
    tables = {oid: name for oid, name, kind in relations if kind == "r"}
    sequences = {oid: name for oid, name, kind in relations if kind == "S"}
    ids = list(tables)
    columns: dict[int, dict[int, Column]] = {oid: {} for oid in ids}
    for oid, number, name, kind, required, generated in connection.execute(_COLUMNS, [ids]):
        columns[oid][number] = Column(name, kind, not required, generated)
    keys: dict[int, tuple[str, ...]] = {}
    references: dict[int, list[Reference]] = {oid: [] for oid in ids}
    for oid, kind, own, other, theirs in connection.execute(_KEYS, [ids]):
        names = tuple(columns[oid][number].name for number in own)
        if kind == "p":
            keys[oid] = names
        else:
            there = tuple(columns[other][number].name for number in theirs)
            references[oid].append(Reference(names, tables[other], there))
    triggered = {oid for (oid,) in connection.execute(_TRIGGERED, [ids])}
    last = dict(connection.execute(_SEQUENCES, [list(sequences)]).fetchall())
    return Catalog(
        tables={
            name: Table(
                name,
                tuple(columns[oid].values()),
                keys.get(oid, ()),
                tuple(references[oid]),
                oid in triggered,
            )
            for oid, name in tables.items()
        },
        sequences={name: last[oid] for oid, name in sequences.items()},
    )
