"""Many rows changed by one statement.

Django's `bulk_update` makes a CASE with a branch for each row and field, which costs more than the statements that it saves.
"""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of the rows, which are of one model, in the caller's transaction; the caller holds their locks.

    Not for encrypted fields, and not for fields that are set while they are saved.
    """
    if not rows:
        return
    meta, database = rows[0]._meta, connections[DEFAULT_DB_ALIAS]
    fields: list[Field[Any, Any]] = [meta.pk, *(meta.get_field(name) for name in names)]  # type: ignore[list-item]  # columns
    columns = [database.ops.quote_name(str(field.column)) for field in fields]
    table, key = database.ops.quote_name(meta.db_table), columns[0]
    changes = ", ".join(f"{column} = given.{column}" for column in columns[1:])
    arrays = ", ".join(f"%s::{field.cast_db_type(database)}[]" for field in fields)
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), database) for row in rows] for field in fields
    ]
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS given ({', '.join(columns)}) "  # noqa: S608 - our own names
            f"WHERE {table}.{key} = given.{key}",
            values,
        )
