"""The canary: Django itself migrates one gmina of a group, while what it sends is written down for the others."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections, transaction
from django.db.migrations import Migration

from kernel import tenancy
from tenants.fleet.reading import Key
from tenants.fleet.replayable import reason_for_django

HARMLESS = ("SELECT", "SHOW", "SET ", "RESET", "SAVEPOINT", "RELEASE")
RECORDS = 'INSERT INTO "django_migrations"'
FLUSH_TRIGGERS = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
"""Between migrations, in place of the commit that Django makes there: no trigger event may wait when a table changes."""


class NotReplayable(Exception):
    """A migration does something that its recorded text would not repeat."""

    def __init__(self, key: Key, reason: str) -> None:
        super().__init__(reason)
        self.key, self.reason = key, reason


@dataclass(frozen=True)
class Step:
    """One migration of a plan: its text, or why it runs through Django; and the records that it leaves."""

    key: Key
    statements: tuple[str, ...]
    records: tuple[Key, ...]
    through_django: str = ""


@dataclass(frozen=True)
class Recording:
    """What brings a gmina of this group to the code's version."""

    steps: tuple[Step, ...]
    further_records: tuple[Key, ...]
    content_types: tuple[tuple[str, str], ...]
    permissions: tuple[tuple[str, str, str, str], ...]

    @property
    def is_replayable(self) -> bool:
        """Whether one text does everything."""
        return not any(step.through_django for step in self.steps)


@dataclass
class _Tape:
    """What the schema editor has sent since the current migration began."""

    reasons: dict[Key, str]
    schema: str
    statements: dict[Key, list[str]] = field(default_factory=dict)
    order: list[Migration] = field(default_factory=list)
    current: Migration | None = None
    is_editor: bool = False

    def write(
        self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Django's execute_wrapper: run the statement, and keep it if the schema editor sent it."""
        result = execute(statement, params, many, context)
        if self.current is not None and key_of(self.current) not in self.reasons:
            self._keep(key_of(self.current), str(statement).strip())
        return result

    def _keep(self, key: Key, statement: str) -> None:
        if not self.is_editor:
            if not statement.upper().startswith(HARMLESS) and not statement.startswith(RECORDS):
                raise NotReplayable(key, "sends SQL past the schema editor")
        elif self.schema in statement:
            raise NotReplayable(key, "its SQL names the gmina's schema")
        else:
            self.statements[key].append(statement.rstrip(";"))

    def progress(self, action: str, migration: Migration | None = None) -> None:
        """Django's progress: a migration begins or ends."""
        if migration is None:
            return
        if action == "apply_start":
            self.current = migration
            self.order.append(migration)
            self.statements[key_of(migration)] = []
        elif action == "apply_success":
            self.current = None


class _TellingMigrate(DjangoMigrate):
    """Django's own command, which tells the tape what it is at."""

    def __init__(self, tape: _Tape) -> None:
        super().__init__(stdout=io.StringIO(), stderr=io.StringIO())
        self._tape = tape

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        """What is printed by the stock command."""
        if action == "apply_success" and connections["default"].in_atomic_block:
            connections["default"].check_constraints()
        self._tape.progress(action, migration)


def key_of(migration: Migration) -> Key:
    """(application, name)."""
    return migration.app_label, migration.name


def record_canary(
    scope: tenancy.Scope, pending: list[Migration], *, lock_timeout_ms: int
) -> tuple[Recording, dict[Key, str]]:
    """Migrate this gmina with Django and return what the others of its group need, and what must run through Django.

    When all of it can be replayed the canary is migrated in one transaction, like the others: a failure leaves it as it
    was. Raises whatever Django raises; psycopg's lock errors come as django.db.OperationalError and may be tried again.
    """
    reasons = {key_of(one): reason for one in pending if (reason := reason_for_django(one))}
    while True:
        try:
            return _record(scope, reasons, lock_timeout_ms), reasons
        except NotReplayable as found:
            reasons[found.key] = found.reason


def _record(scope: tenancy.Scope, reasons: dict[Key, str], lock_timeout_ms: int) -> Recording:
    tape = _Tape(reasons, scope.schema_name)
    # A migration that runs Python is not recorded at all, and commits by itself, as Django means it.
    whole = nullcontext() if reasons else transaction.atomic()
    with tenancy.enter(scope), _lock_timeout(lock_timeout_ms), whole:
        before = _Names.read()
        with _telling_editor(tape), connections["default"].execute_wrapper(tape.write):
            call_command(_TellingMigrate(tape), interactive=False, verbosity=0)
        after = _Names.read()
    steps = [_step(one, tape, after.records - before.records) for one in tape.order]
    told = {record for step in steps for record in step.records}
    return Recording(
        steps=tuple(steps),
        further_records=tuple(sorted(after.records - before.records - told)),
        content_types=tuple(sorted(after.content_types - before.content_types)),
        permissions=tuple(sorted(after.permissions - before.permissions)),
    )


def _step(migration: Migration, tape: _Tape, new_records: frozenset[Key]) -> Step:
    key = key_of(migration)
    records = [key, *(old for old in map(tuple, migration.replaces) if old in new_records)]
    reason = tape.reasons.get(key, "")
    return Step(key, () if reason else tuple(tape.statements[key]), tuple(records), reason)


@contextmanager
def _telling_editor(tape: _Tape) -> Iterator[None]:
    """Let the tape know which statements the schema editor sends: DDL and RunSQL, and not what Django asks about."""
    connection = connections["default"]
    stock = connection.SchemaEditorClass

    class Editor(stock):  # type: ignore[misc, valid-type]
        def execute(self, *args: Any, **kwargs: Any) -> None:
            tape.is_editor = True
            try:
                super().execute(*args, **kwargs)
            finally:
                tape.is_editor = False

    connection.SchemaEditorClass = Editor
    try:
        yield
    finally:
        connection.SchemaEditorClass = stock


@contextmanager
def _lock_timeout(ms: int) -> Iterator[None]:
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(ms)}")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


@dataclass(frozen=True)
class _Names:
    """What stands in the tables that Django itself fills, by natural key."""

    records: frozenset[Key]
    content_types: frozenset[tuple[str, str]]
    permissions: frozenset[tuple[str, str, str, str]]

    @classmethod
    def read(cls) -> "_Names":
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            records = frozenset(cursor.fetchall())
            cursor.execute("SELECT app_label, model FROM django_content_type")
            content_types = frozenset(cursor.fetchall())
            cursor.execute(
                "SELECT c.app_label, c.model, p.codename, p.name"
                "  FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id"
            )
            return cls(records, content_types, frozenset(cursor.fetchall()))
