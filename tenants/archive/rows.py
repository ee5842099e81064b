"""Rows of a table as a file, and back.

* RAW is PostgreSQL's own text form of COPY, byte by byte: encrypted columns stay encrypted. For backups.
* OPEN is CSV with the encrypted columns opened. Every value stands in quotes and a missing one (NULL) is nothing at all,
  so an empty text and a missing one differ; PostgreSQL's COPY (FORMAT csv) reads it so too. The same rows as JSON are for
  programs that prefer it.

The encrypted columns are known from the models. Opening and closing them needs the gmina's scope to be entered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

import tink
from django.apps import apps
from psycopg import sql

from kernel import crypto, tenancy
from kernel.errors import InvalidInput
from kernel.fields import EncryptedTextField
from tenants.archive.catalog import Table
from tenants.archive.servers import Connection

Row = tuple[str | None, ...]

ROWLESS: Final = frozenset({"users_session"})
"""Tables that go without their rows: a session that a restore brought back would sign somebody in again."""

_NUMBERS: Final = ("smallint", "integer", "bigint", "numeric")
_JSON: Final = ("json", "jsonb")


class Form(StrEnum):
    """How rows are written."""

    RAW = "raw"
    OPEN = "open"


@cache
def encrypted_columns() -> Mapping[str, Mapping[str, EncryptedTextField]]:
    """Table -> column -> field, for the columns that are encrypted."""
    found: dict[str, dict[str, EncryptedTextField]] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                found.setdefault(model._meta.db_table, {})[str(field.column)] = field
    return found


def write(connection: Connection, scope: tenancy.Scope, table: Table, form: Form) -> Iterator[bytes]:
    """The rows of a table in the order of its key, as the bytes of a file."""
    if form == Form.RAW:
        yield from _raw(connection, scope, table)
    else:
        yield _csv_line(tuple(column.name for column in table.carried))
        yield from map(_csv_line, _open_rows(connection, scope, table))


def write_json(connection: Connection, scope: tenancy.Scope, table: Table) -> Iterator[bytes]:
    """The same rows as one JSON array with a line for each row; numbers, truth values and JSON columns as themselves."""
    names = [json.dumps(column.name, ensure_ascii=False) for column in table.carried]
    sealed = encrypted_columns().get(table.name, {})
    kinds = ["text" if column.name in sealed else column.type for column in table.carried]
    before = b"[\n"
    for row in _open_rows(connection, scope, table):
        pairs = zip(names, kinds, row, strict=True)
        line = ", ".join(f"{name}: {_json_value(kind, value)}" for name, kind, value in pairs)
        yield before + f"{{{line}}}".encode()
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def load(
    connection: Connection, scope: tenancy.Scope, table: Table, form: Form, file: Iterable[bytes]
) -> None:
    """Put the rows of a file into an empty table. Raises InvalidInput("archive.columns") when it has other columns."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.carried)
    place = sql.Identifier(scope.schema_name, table.name)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(place, names)
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        if form == Form.RAW:
            for chunk in file:
                copy.write(chunk)
            return
        incoming = csv_rows(file)
        if next(incoming, ()) != tuple(column.name for column in table.carried):
            raise InvalidInput("archive.columns", table=table.name)
        for row in _closed(table, incoming):
            copy.write_row(row)


def unreadable(connection: Connection, scope: tenancy.Scope, table: Table) -> str:
    """Name of an encrypted column of which one value does not open with the keys of the entered scope; "" if all do."""
    for name, field in encrypted_columns().get(table.name, {}).items():
        query = sql.SQL("SELECT {column}, {row} FROM {table} WHERE {column} IS NOT NULL LIMIT 1")
        place = sql.Identifier(scope.schema_name, table.name)
        of_row = sql.SQL(", ").join(map(sql.Identifier, field.row_columns))
        row = connection.execute(
            query.format(column=sql.Identifier(name), row=of_row, table=place)
        ).fetchone()
        if row is None:
            continue
        try:
            field.open_text(bytes(row[0]), field.context(row[1:]))
        except tink.TinkError:
            return f"{table.name}.{name}"
    return ""


def csv_rows(file: Iterable[bytes]) -> Iterator[Row]:
    """Rows of a CSV file in the form of this module. Raises InvalidInput("archive.csv") at a line that is not."""
    kept: list[bytes] = []
    number, inside = 0, False
    for raw in file:
        number += 1
        kept.append(raw)
        inside ^= raw.count(b'"') % 2 == 1
        if not inside:
            yield _fields(b"".join(kept).decode().removesuffix("\n"), number)
            kept.clear()
    if kept:
        raise InvalidInput("archive.csv", line=number)


def _raw(connection: Connection, scope: tenancy.Scope, table: Table) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(_copy_out(scope, table)) as copy:
        for chunk in copy:
            yield bytes(chunk)


def _open_rows(connection: Connection, scope: tenancy.Scope, table: Table) -> Iterator[Row]:
    sealed = _places(table)
    with connection.cursor() as cursor, cursor.copy(_copy_out(scope, table)) as copy:
        for row in copy.rows():
            yield _opened(row, sealed) if sealed else row


def _opened(row: Sequence[Any], sealed: Sequence["_Place"]) -> Row:
    values = list(row)
    for place in sealed:
        value = values[place.at]
        if value is not None:
            context = place.field.context(row[at] for at in place.row)
            try:
                values[place.at] = place.field.open_text(bytes.fromhex(value.removeprefix("\\x")), context)
            except tink.TinkError as error:
                raise InvalidInput("archive.unreadable", place=context) from error
    return tuple(values)


def _closed(table: Table, incoming: Iterable[Row]) -> Iterator[Row]:
    sealed = _places(table)
    for row in incoming:
        values = list(row)
        for place in sealed:
            plain = values[place.at]
            if plain is not None:
                context = place.field.context(row[at] for at in place.row)
                values[place.at] = f"\\x{crypto.keyring().encrypt(plain.encode(), context).hex()}"
        yield tuple(values)


@dataclass(frozen=True)
class _Place:
    """Where an encrypted column stands in a row, and the columns that its associated data name."""

    at: int
    field: EncryptedTextField
    row: tuple[int, ...]


def _places(table: Table) -> list[_Place]:
    sealed = encrypted_columns().get(table.name, {})
    names = [column.name for column in table.carried]
    return [
        _Place(at, sealed[name], tuple(names.index(column) for column in sealed[name].row_columns))
        for at, name in enumerate(names)
        if name in sealed
    ]


def _copy_out(scope: tenancy.Scope, table: Table) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.carried)
    query = sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(scope.schema_name, table.name))
    if table.name in ROWLESS:
        query += sql.SQL(" WHERE false")
    if table.key:
        query += sql.SQL(" ORDER BY {}").format(sql.SQL(", ").join(map(sql.Identifier, table.key)))
    return sql.SQL("COPY ({}) TO STDOUT").format(query)


def _csv_line(row: Sequence[str | None]) -> bytes:
    fields = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in row)
    return (",".join(fields) + "\n").encode()


def _fields(line: str, number: int) -> Row:
    values: list[str | None] = []
    place = 0
    while True:
        value, place = _field(line, place, number)
        values.append(value)
        if place == len(line):
            return tuple(values)
        if line[place] != ",":
            raise InvalidInput("archive.csv", line=number)
        place += 1


def _field(line: str, place: int, number: int) -> tuple[str | None, int]:
    """The value that begins at `place`, and where it ends."""
    if line[place : place + 1] != '"':
        return None, place
    start = place + 1
    end = line.find('"', start)
    while end >= 0 and line[end + 1 : end + 2] == '"':
        end = line.find('"', end + 2)
    if end < 0:
        raise InvalidInput("archive.csv", line=number)
    return line[start:end].replace('""', '"'), end + 1


def _json_value(kind: str, value: str | None) -> str:
    if value is None:
        return "null"
    is_number = kind.startswith(_NUMBERS) and not kind.endswith("[]") and value.lstrip("-")[:1].isdigit()
    if kind in _JSON or is_number:
        return value
    if kind == "boolean":
        return "true" if value == "t" else "false"
    return json.dumps(value, ensure_ascii=False)
