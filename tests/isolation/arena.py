"""A program of many readers, each of which keeps asking one gmina after another whose table it sees.

`python -m tests.isolation.arena '<JSON of Arena>'` runs it with our database backend or with django-tenants' own, and
prints what it saw as one line of JSON. Every gmina has a table `mine` with one row, its schema's name; `public` has one
too, so that a reader who lands there is seen and not only refused.
"""

import asyncio
import json
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

OURS, STOCK = "kernel.postgresql", "django_tenants.postgresql_backend"
NOT_OURS = "public"
KEYS: dict[str, dict[str, str]] = {OURS: {"KEY_FUNCTION": "kernel.cache.tenant_key"}, STOCK: {}}
"""Where a cache's keys come from: ours from the scope, stock's from Django unless somebody sets another."""


@dataclass(frozen=True)
class Arena:
    """What is tried: `reads` in all, by `readers` at a time, over the gminas `schemas`."""

    engine: str
    host: str
    port: int
    user: str
    password: str
    database: str
    schemas: list[str]
    reads: int
    readers: int = 6
    pool: int = 0
    """Connections of psycopg's pool; 0 keeps a connection for each thread."""
    way: str = "threads"
    """threads, coroutines, or tasks: Celery's threads (`tests.isolation.tasks`)."""
    seed: int = 1


class BrokenOffError(Exception):
    """What a view raises that nobody expected."""


@dataclass
class Seen:
    """What the readers saw."""

    reads: int = 0
    wrong: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Seen") -> None:
        """Sum up."""
        self.reads += other.reads
        self.wrong += other.wrong
        for name, count in other.errors.items():
            self.errors[name] = self.errors.get(name, 0) + count


def configure(arena: Arena) -> None:
    """The smallest Django that either backend needs."""
    import django
    from django.conf import settings

    options: dict[str, object] = {}
    if arena.pool:
        options["pool"] = {"min_size": arena.pool, "max_size": arena.pool, "timeout": 60}
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": arena.engine,
                "HOST": arena.host,
                "PORT": str(arena.port),
                "USER": arena.user,
                "PASSWORD": arena.password,
                "NAME": arena.database,
                "CONN_MAX_AGE": 0 if arena.pool else None,
                "DISABLE_SERVER_SIDE_CURSORS": True,
                "OPTIONS": options,
            }
        },
        DATABASE_ROUTERS=["django_tenants.routers.TenantSyncRouter"],
        INSTALLED_APPS=["django.contrib.contenttypes"],
        SHARED_APPS=[],
        TENANT_APPS=[],
        TENANT_MODEL="no.Tenant",
        CACHES={
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", **KEYS[arena.engine]}
        },
        USE_TZ=True,
        TIME_ZONE="Europe/Warsaw",
    )
    django.setup()


@contextmanager
def opened(engine: str, schema: str) -> Iterator[None]:
    """Open a gmina as programs on this backend do."""
    if engine == OURS:
        from kernel import tenancy

        with tenancy.enter(tenancy.Scope(schema_name=schema, role=schema, tenant_id=schema)):
            yield
    else:
        from django_tenants.utils import schema_context

        with schema_context(schema):
            yield


def whose() -> str:
    """The owner of the table that is read now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT owner FROM mine")
        return str(cursor.fetchone()[0])


def whose_of_one_request() -> str:
    """The same, and what Django does when a request ends: the connection goes back to the pool."""
    from django.db import close_old_connections

    try:
        return whose()
    finally:
        close_old_connections()


class Reader:
    """Reads in all the ways in which a request, a job or a mistake may."""

    def __init__(self, arena: Arena, number: int) -> None:
        self.arena = arena
        self.dice = random.Random(f"{arena.seed}.{number}")
        self.seen = Seen()

    def run(self, reads: int) -> Seen:
        """Read so often."""
        from django.db import connection

        try:
            while self.seen.reads < reads:
                self.turn()
        finally:
            connection.close()
        return self.seen

    def turn(self) -> None:
        """One request in a gmina by chance. What it refuses is counted, not hidden."""
        schema = self.dice.choice(self.arena.schemas)
        try:
            with opened(self.arena.engine, schema):
                self.read_somehow(schema)
        except Exception as error:  # whatever the backend raises is a finding
            self.note(error)
        self.end_of_request()

    def note(self, error: Exception) -> None:
        """Count what was refused."""
        name = type(error).__name__
        self.seen.errors[name] = self.seen.errors.get(name, 0) + 1
        self.seen.reads += 1

    def read_somehow(self, schema: str) -> None:
        """A way by chance, in the gmina that is open."""
        way: Callable[[str], None] = self.dice.choice(
            [
                self.plainly,
                self.plainly,
                self.plainly,
                self.in_a_transaction,
                self.with_a_rollback,
                self.broken_off,
                self.in_both,
            ]
        )
        way(schema)

    def end_of_request(self) -> None:
        """What Django does when a request ends; now and then the connection is lost with it."""
        from django.db import close_old_connections, connection

        if self.dice.random() < 0.01:
            connection.close()
        close_old_connections()

    def look(self, schema: str) -> None:
        """Read once and compare."""
        owner = whose()
        self.seen.reads += 1
        self.seen.wrong += owner != schema

    def plainly(self, schema: str) -> None:
        """One or two statements, each for itself."""
        for _ in range(self.dice.randint(1, 2)):
            self.look(schema)

    def in_a_transaction(self, schema: str) -> None:
        """Two statements in one transaction."""
        from django.db import transaction

        with transaction.atomic():
            self.look(schema)
            self.look(schema)

    def with_a_rollback(self, schema: str) -> None:
        """A transaction that fails inside, to a savepoint or as a whole, and a look afterwards."""
        from django.db import DatabaseError, connection, transaction

        with transaction.atomic():
            if self.dice.random() < 0.5:
                self.look(schema)
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
            except DatabaseError:
                pass
            self.look(schema)
            transaction.set_rollback(self.dice.random() < 0.5)
        self.look(schema)

    def broken_off(self, schema: str) -> None:
        """An exception in the middle of a transaction, and in another gmina's, that somebody catches."""
        from django.db import transaction

        other = self.dice.choice(self.arena.schemas)
        try:
            with transaction.atomic():
                self.look(schema)
                with opened(self.arena.engine, other), transaction.atomic():
                    self.look(other)
                    raise BrokenOffError
        except BrokenOffError:
            self.look(schema)

    def in_both(self, schema: str) -> None:
        """A second gmina inside the first, as the platform's own rows are read, and the first again."""
        from django.db import transaction

        other = self.dice.choice(self.arena.schemas)
        with transaction.atomic():
            self.look(schema)
            with opened(self.arena.engine, other):
                self.look(other)
            self.look(schema)
        self.look(schema)


async def coroutines(arena: Arena) -> Seen:
    """Readers that are coroutines; their statements run in whichever thread is free."""
    from asgiref.sync import sync_to_async

    async def read(number: int) -> Seen:
        dice, seen = random.Random(f"{arena.seed}.{number}"), Seen()
        while seen.reads < arena.reads // arena.readers:
            schema = dice.choice(arena.schemas)
            seen.reads += 1
            with opened(arena.engine, schema):
                await asyncio.sleep(0)
                try:
                    seen.wrong += (
                        await sync_to_async(whose_of_one_request, thread_sensitive=False)() != schema
                    )
                except Exception as error:  # whatever the backend raises is a finding
                    seen.errors[type(error).__name__] = seen.errors.get(type(error).__name__, 0) + 1
        return seen

    total = Seen()
    for one in await asyncio.gather(*(read(number) for number in range(arena.readers))):
        total.add(one)
    return total


def fight(arena: Arena) -> Seen:
    """Let all readers read."""
    if arena.way == "coroutines":
        return asyncio.run(coroutines(arena))
    if arena.way == "tasks":
        from tests.isolation.tasks import run_tasks

        return run_tasks(arena)
    total = Seen()
    with ThreadPoolExecutor(arena.readers) as pool:
        share = arena.reads // arena.readers
        for seen in pool.map(lambda number: Reader(arena, number).run(share), range(arena.readers)):
            total.add(seen)
    return total


def main() -> None:
    """Read what is tried from the command line, and print what was seen."""
    arena = Arena(**json.loads(sys.argv[1]))
    configure(arena)
    print(json.dumps(asdict(fight(arena))))


if __name__ == "__main__":
    main()
