"""Encrypting anew: every column of the open scope is brought under the key that encrypts now, batch by batch.

What is to be done is told by the rows themselves: a ciphertext begins with the number of its key. So a run that was killed
is simply run again, two runs do not disturb each other, and readable text from an earlier version is taken along.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tink
from django.apps import apps
from django.db import connection, models, transaction

from kernel import crypto
from kernel.fields import EncryptedTextField

BATCH = 500


def quoted(name: str) -> str:
    """A name of a table or column for SQL."""
    return connection.ops.quote_name(name)


@dataclass
class Swept:
    """What a pass has found: values encrypted anew, and places ("table.column row") that do not open with any key."""

    values: int = 0
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Table:
    """A table with its encrypted columns; `row` are the columns that the associated data name."""

    name: str
    key: str
    columns: tuple[EncryptedTextField, ...]
    row: tuple[str, ...]

    def others(self, names: str) -> str:
        """SELECT of `names` where a column does not begin with the mark %(mark)s."""
        stale = " OR ".join(
            f"substring({quoted(str(one.column))} FROM 1 FOR 5) <> %(mark)s" for one in self.columns
        )
        return f"SELECT {names} FROM {quoted(self.name)} WHERE ({stale})"  # noqa: S608 -- only names of our own models


def stale_rows() -> int:
    """Rows of the open scope with a value that is not encrypted by the key that encrypts now."""
    found = 0
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(table.others("count(*)"), {"mark": crypto.keyring().mark})
            found += cursor.fetchone()[0]
    return found


def sweep(*, batch: int = BATCH, advance: Callable[[int], None] = lambda rows: None) -> Swept:
    """Encrypt anew what is not under the key that encrypts now; each batch of rows is a transaction.

    `advance` is told the number of rows after each batch. Rows that somebody holds are waited for, and what is written
    meanwhile under the old key is found by the next pass.
    """
    swept = Swept()
    for table in _tables():
        last = 0
        while True:
            rows, last = _batch(table, last, batch, swept)
            if not rows:
                break
            advance(rows)
    return swept


def _batch(table: _Table, last: int, batch: int, swept: Swept) -> tuple[int, int]:
    keyring = crypto.keyring()
    columns = [str(one.column) for one in table.columns]
    key = quoted(table.key)
    names = ", ".join(map(quoted, (table.key, *columns, *table.row)))
    query = f"{table.others(names)} AND {key} > %(last)s ORDER BY {key} LIMIT %(batch)s FOR NO KEY UPDATE"
    sets = ", ".join(f"{quoted(name)} = %s" for name in columns)
    update = f"UPDATE {quoted(table.name)} SET {sets} WHERE {key} = %s"  # noqa: S608 -- as above
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(query, {"mark": keyring.mark, "last": last, "batch": batch})
        found = cursor.fetchall()
        if not found:
            return 0, last
        # Tables that may only grow let a ciphertext be exchanged under this word, and nothing else of the row.
        cursor.execute("SELECT set_config('skarbnik.rekeying', 'on', true)")
        changed: list[Any] = [_anew(table, row, keyring, swept) for row in found]
        cursor.executemany(update, changed)
        cursor.execute("SELECT set_config('skarbnik.rekeying', '', true)")
    return len(found), int(found[-1][0])


def _anew(
    table: _Table, row: tuple[object, ...], keyring: crypto.Keyring, swept: Swept
) -> tuple[object, ...]:
    key, *values = row
    sealed, names = values[: len(table.columns)], values[len(table.columns) :]
    new: list[object] = []
    for column, value in zip(table.columns, sealed, strict=True):
        if value is None or bytes(value)[:5] == keyring.mark:  # type: ignore[call-overload]
            new.append(value)
            continue
        context = column.context(names)
        try:
            text = column.open_text(bytes(value), context)  # type: ignore[call-overload]
        except tink.TinkError:
            swept.unreadable.append(f"{table.name}.{column.column} {key}")
            new.append(value)
            continue
        new.append(keyring.encrypt(text.encode(), context))
        swept.values += 1
    return (*new, key)


def _tables() -> Iterator[_Table]:
    """Tables of the open scope with encrypted columns, by name."""
    with connection.cursor() as cursor:
        for model in sorted(
            apps.get_models(include_auto_created=True), key=lambda model: model._meta.db_table
        ):
            columns = tuple(_encrypted(model))
            if not columns:
                continue
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [model._meta.db_table])
            if cursor.fetchone()[0]:
                yield _Table(
                    model._meta.db_table, str(model._meta.pk.column), columns, columns[0].row_columns
                )


def _encrypted(model: type[models.Model]) -> Iterator[EncryptedTextField]:
    return (one for one in model._meta.local_fields if isinstance(one, EncryptedTextField))
