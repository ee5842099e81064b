"""Which migrations may be replayed as recorded text, and which must run through Django in every gmina."""

from collections.abc import Iterable, Iterator

from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddField,
    AlterField,
    RenameModel,
    RunPython,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation

CONSTANT_DEFAULTS = (dict, list, tuple, set, str, int, bool)


def flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    """All operations that touch the database, those inside SeparateDatabaseAndState too."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def reason_for_django(migration: Migration) -> str:
    """Why the migration cannot be replayed as text, or "" when it can."""
    if not migration.atomic:
        return "runs outside a transaction"
    for operation in flat(migration.operations):
        if isinstance(operation, RunPython) and operation.code is not RunPython.noop:
            return "runs Python code (RunPython)"
        if isinstance(operation, RenameModel):
            return "renames a content type by Python code"
        if isinstance(operation, AddField | AlterField) and has_computed_default(operation):
            return f"the default of {operation.model_name}.{operation.name} is computed when it runs"
    return ""


def has_computed_default(operation: AddField | AlterField) -> bool:
    """Whether old rows would get a value that Python computes at that moment, one for all of them."""
    field = operation.field
    return (
        field.has_default()
        and not field.has_db_default()
        and not field.many_to_many
        and callable(field.default)
        and field.default not in CONSTANT_DEFAULTS
    )
