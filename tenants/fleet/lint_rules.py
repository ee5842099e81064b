"""The rules: each looks at one operation of a migration and says what it would do to a gmina in use."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

LARGE = frozenset(
    {
        ("accounts", "payer"),
        ("accounts", "resident"),
        ("audit", "auditentry"),
        ("ledger", "entry"),
        ("ledger", "posting"),
        ("liabilities", "liability"),
        ("notices", "message"),
        ("payments", "allocationrecord"),
        ("payments", "operatorevent"),
        ("payments", "payment"),
        ("payments", "paymentitem"),
        ("payments", "settlementline"),
    }
)
"""Tables that grow with the residents and the years: hundreds of thousands of rows in a city."""

VOLATILE = {"RandomUUID", "Random", "UUID4", "UUID7"}
TEXT_RULES = (
    ("index", r"\bcreate\s+(unique\s+)?index\s+(?!concurrently)", "CREATE INDEX without CONCURRENTLY"),
    ("rewrite", r"\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b", "changes a column's type"),
    ("rewrite", r"\b(cluster|vacuum)\b", "rewrites a table"),
    (
        "not_null",
        r"\bset\s+not\s+null\b",
        "SET NOT NULL reads the whole table under a lock that stops everybody",
    ),
    ("rename", r"\brename\s+(to|column|constraint)\b", "renames under running code"),
    ("removal", r"\bdrop\s+(table|column)\b", "removes what running code may still read"),
    (
        "data",
        r"(^|;)\s*(update|delete\s+from|insert\s+into)\b",
        "changes rows: do it by a task, batch by batch",
    ),
)


@dataclass(frozen=True)
class Change:
    """One operation between two states. A table is *old* when it was there before the migration: only that has rows."""

    operation: Any
    app_label: str
    before: ProjectState
    after: ProjectState
    old_tables: frozenset[tuple[str, str]]
    is_atomic: bool = True

    @property
    def table(self) -> tuple[str, str]:
        """(application, model) that the operation is about."""
        name = getattr(self.operation, "model_name", None) or getattr(self.operation, "name", "") or ""
        return self.app_label, name.lower()

    @property
    def is_old(self) -> bool:
        """Whether the table was there before this migration."""
        return self.table in self.old_tables

    @property
    def is_large(self) -> bool:
        """Whether it was there, and may hold very many rows."""
        return self.is_old and self.table in LARGE

    def field(self, state: ProjectState) -> Any:
        """The field that the operation is about, in one of the states."""
        return state.models[self.table].fields[self.operation.name]


Broken = Iterator[tuple[str, str]]


def broken_rules(change: Change) -> Broken:
    """(rule, what is wrong) for each rule that the operation breaks."""
    for kinds, rule in RULES:
        if isinstance(change.operation, kinds):
            yield from rule(change)


def _added_field(change: Change) -> Broken:
    if not change.is_old:
        return
    field, name = change.operation.field, _name(change)
    if field.many_to_many:
        return
    if not field.null and not field.has_db_default() and not getattr(field, "generated", False):
        yield "not_null", f"{name} is NOT NULL without db_default: the version before this one cannot insert"
    if field.has_db_default() and type(field.db_default).__name__ in VOLATILE:
        yield "rewrite", f"{name} has a volatile db_default: every row is written anew"
    if getattr(field, "generated", False):
        yield "rewrite", f"{name} is a generated column: every row is written anew"
    if change.is_large and (field.db_index or field.unique):
        yield "index", f"{name} makes an index on a large table: add the column first, the index concurrently"


def _altered_field(change: Change) -> Broken:
    if not change.is_old:
        return
    old, new, name = change.field(change.before), change.field(change.after), _name(change)
    if old.null and not new.null:
        yield "not_null", f"{name} becomes NOT NULL: first a check NOT VALID, then validate it, then this"
    if not _is_cheap(_type(old), _type(new)):
        yield "rewrite", f"{name} from {_type(old)} to {_type(new)}: every row is written anew"
    if change.is_large and (new.db_index or new.unique) and not (old.db_index or old.unique):
        yield "index", f"{name} makes an index on a large table without CONCURRENTLY"
    if old.db_column != new.db_column:
        yield "rename", f"{name} has another column name: running code asks for the old one"


def _index(change: Change) -> Broken:
    if change.is_large:
        yield "index", f"an index on {_table(change)}, a large table, without CONCURRENTLY"


def _constraint(change: Change) -> Broken:
    constraint = change.operation.constraint
    if not change.is_large or type(change.operation).__name__ == "AddConstraintNotValid":
        return
    if isinstance(constraint, models.UniqueConstraint | ExclusionConstraint):
        yield "index", f"{constraint.name} makes an index on {_table(change)}, a large table, under a lock"
    else:
        yield (
            "check",
            f"{constraint.name} reads all of {_table(change)} under a lock: AddConstraintNotValid first",
        )


def _renamed(change: Change) -> Broken:
    if (change.app_label, _old_name(change.operation)) in change.old_tables:
        yield (
            "rename",
            f"{type(change.operation).__name__} in {change.app_label}: running code asks for the old name",
        )


def _removed(change: Change) -> Broken:
    if change.is_old:
        yield "removal", f"{_name(change)}: say in which version the code has ceased to use it"


def _python(change: Change) -> Broken:
    if change.operation.code is ops.RunPython.noop:
        return
    if change.operation.reverse_code is None:
        yield "reverse", "RunPython without reverse_code (RunPython.noop where there is nothing to undo)"
    yield "python", "RunPython runs in every gmina through Django: better a task, batch by batch"


def _sql(change: Change) -> Broken:
    if change.operation.reverse_sql is None:
        yield "reverse", "RunSQL without reverse_sql"
    text = _without_bodies(_text(change.operation.sql))
    for rule, pattern, what in TEXT_RULES:
        if re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            yield rule, f"RunSQL {what}"


RULES: tuple[tuple[Any, Callable[[Change], Broken]], ...] = (
    (ops.AddField, _added_field),
    (ops.AlterField, _altered_field),
    (ops.AddIndex, lambda change: iter(()) if _is_concurrent(change.operation) else _index(change)),
    (ops.AddConstraint, _constraint),
    ((ops.RenameField, ops.RenameModel, ops.AlterModelTable), _renamed),
    ((ops.RemoveField, ops.DeleteModel), _removed),
    (ops.RunPython, _python),
    (ops.RunSQL, _sql),
)


def _is_concurrent(operation: Operation) -> bool:
    return type(operation).__name__.endswith("Concurrently")


def _old_name(operation: Any) -> str:
    name = getattr(operation, "model_name", None) or getattr(operation, "old_name", None) or operation.name
    return str(name).lower()


def _table(change: Change) -> str:
    return ".".join(change.table)


def _name(change: Change) -> str:
    is_field = hasattr(change.operation, "model_name")
    return f"{_table(change)}.{change.operation.name}" if is_field else _table(change)


def _type(field: Any) -> str:
    if field.remote_field is not None:
        return "reference"
    return str(field.db_type(connection))


def _is_cheap(old: str, new: str) -> bool:
    """Whether PostgreSQL changes the type in its catalog only: the same type, or a longer text."""
    lengths = [re.fullmatch(r"varchar\((\d+)\)", kind) for kind in (old, new)]
    if lengths[0] and lengths[1]:
        return int(lengths[0][1]) <= int(lengths[1][1])
    return old == new or (lengths[0] is not None and new in ("text", "varchar"))


def _text(given: Any) -> str:
    if isinstance(given, str):
        return given
    return ";\n".join(part if isinstance(part, str) else part[0] for part in given or ())


def _without_bodies(text: str) -> str:
    """The statements without comments, and without bodies of functions: those run later, one row at a time."""
    return re.sub(r"--[^\n]*", "", re.sub(r"\$(\w*)\$.*?\$\1\$", "", text, flags=re.DOTALL))
