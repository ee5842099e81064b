"""Migrations that cannot be replayed as text: Django runs them, gmina by gmina."""

import random
import time

from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import errors

from kernel import tenancy
from tenants.directory.queries import scope_of
from tenants.fleet.gminas import Gmina
from tenants.fleet.reading import Key
from tenants.fleet.recording import Step
from tenants.fleet.replay import Limits, Outcome, describe
from tenants.fleet.sessions import Session
from tenants.fleet.texts import Segment


def migrate_through_django(gmina: Gmina, parts: list[Segment], session: Session, limits: Limits) -> Outcome:
    """Carry out a mixed plan in one gmina: its texts, each in a transaction, and its Python migrations between them.

    A failure leaves the gmina after its last whole segment, from which the next run goes on.
    """
    start = time.perf_counter()
    retries = 0
    for part in parts:
        while True:
            try:
                _carry_out(gmina, part, session, limits.lock_timeout_ms)
                break
            except Exception as error:
                if not is_lock(error) or retries + 1 >= limits.tries:
                    return Outcome(gmina, retries=retries, error=describe(error))
                retries += 1
                time.sleep(min(0.05 * 2**retries, 5.0) * random.uniform(0.8, 1.2))  # noqa: S311 - only a pause
    return Outcome(gmina, ms=(time.perf_counter() - start) * 1000, retries=retries)


def is_lock(error: BaseException) -> bool:
    """Whether the error only says that somebody else uses the table now."""
    busy = (errors.LockNotAvailable, errors.DeadlockDetected)
    return isinstance(error, busy) or (
        isinstance(error, OperationalError) and isinstance(error.__cause__, busy)
    )


def _carry_out(gmina: Gmina, part: Segment, session: Session, lock_timeout_ms: int) -> None:
    if part.through_django is not None:
        _run_django(gmina, part.through_django, lock_timeout_ms)
        return
    with session.transaction():
        session.execute(
            f'SET LOCAL ROLE "{gmina.role}"; SET LOCAL search_path = "{gmina.schema}";'
            f" SET LOCAL lock_timeout = {int(lock_timeout_ms)};\n{part.text}"
        )


def _run_django(gmina: Gmina, key: Key, lock_timeout_ms: int) -> None:
    with tenancy.enter(scope_of(gmina.teryt)):
        connection = connections["default"]
        executor = MigrationExecutor(connection)
        migration = executor.loader.graph.nodes[key]
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(lock_timeout_ms)}")
        try:
            executor.migrate([key], plan=[(migration, False)])
        finally:
            connection.close()  # the setting ends with the session, and so does what it remembers of the gmina's tables


def named(steps: tuple[Step, ...]) -> dict[str, str]:
    """For the report: which migrations ran through Django, and why."""
    return {".".join(step.key): step.through_django for step in steps if step.through_django}
