"""Borki with a life worth keeping, a folder for backups, and acts that are killed half-way."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.core.cache import cache

from kernel import crypto, tenancy
from kernel.actors import Actor, ActorKind
from portal.embedded import postgres
from tenants.archive.envelope import Lock, Unlock
from tests.fixtures.database import ACTOR, SESSION, use_database

PASSPHRASE = "zielony most przy starym młynie"
LOCK, UNLOCK = Lock(passphrase=PASSPHRASE), Unlock(passphrase=PASSPHRASE)
OLGA = Actor(kind=ActorKind.PLATFORM, ref="olga")
PATIENCE = 60.0
STRANGE = 'Zażółć „gęślą” jaźń; "cudzysłów", przecinek\n\\N\tnowy wiersz \\x00'
HUGE = "ż" * 100_000


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """BACKUP_DIR of the test and of the processes that it starts."""
    settings.BACKUP_DIR = os.environ["BACKUP_DIR"] = str(tmp_path / "backups")
    yield tmp_path / "backups"
    del os.environ["BACKUP_DIR"]


@pytest.fixture
def lived_in(own_borki: tenancy.Scope) -> tenancy.Scope:
    """Borki with dues, money, seals, an audit entry and texts that files find hard."""
    with tenancy.enter(own_borki):
        live()
    return own_borki


def live() -> None:
    """Dues, a payment of one of them, strange texts, a seal, and something after the seal."""
    from kernel.audit.recording import record
    from services.accounts.models import Payer
    from services.ledger.sealing import seal
    from services.liabilities.actions.receipts import post_receipt
    from tests.factories.liabilities import LiabilityFactory

    payer = Payer.objects.get(external_id="K-anna")
    payer.name, payer.address = STRANGE, HUGE
    payer.save()
    due = LiabilityFactory(payer=payer, title=STRANGE[:60])
    LiabilityFactory(payer=Payer.objects.get(external_id="K-firma"), principal_gr=123_45)
    receipt = {"liability": due, "principal_gr": 100_00, "interest_gr": 0, "paid_on": date(2026, 10, 1)}
    post_receipt(**receipt, external_id="P-1", actor=ACTOR)
    record("test.strange", actor=ACTOR, text=STRANGE, nothing=None, number=10**18, empty="")
    assert seal() > 0
    LiabilityFactory(payer=payer)


def live_on(scope: tenancy.Scope) -> None:
    """One due more."""
    from services.accounts.models import Payer
    from tests.factories.liabilities import LiabilityFactory

    with tenancy.enter(scope):
        LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"))


def one(url: str, query: str) -> object:
    """One value, as whoever signs in at `url`."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def schemas(server: postgres.Server, database: str) -> set[str]:
    """Gminas' schemas of a database, those beside them included."""
    with psycopg.connect(server.url("postgres", database)) as connection:
        rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'gmina%'")
        return {name for (name,) in rows}


@dataclass
class Elsewhere:
    """Another deployment: a server of its own, another master key."""

    server: postgres.Server
    master_key: str


@pytest.fixture(scope="module")
def second_server() -> Iterator[postgres.Server]:
    with tempfile.TemporaryDirectory(prefix="skarbnik-second-") as name:
        running = postgres.start(Path(name), durable=False)
        try:
            postgres.prepare_roles(running)
            yield running
        finally:
            running.stop()


@pytest.fixture
def elsewhere(
    second_server: postgres.Server, server: postgres.Server, copy_database, django_db_blocker, settings
) -> Iterator[Callable[[], Elsewhere]]:
    """`elsewhere()`: from here on this process is a new deployment without a single gmina."""
    from tenants.directory.provisioning import migrate

    before = settings.MASTER_KEY, settings.PLATFORM_KEYS
    name = f"clean_{time.monotonic_ns()}"

    def move() -> Elsewhere:
        postgres.prepare_database(second_server, name)
        use_database(second_server, name)
        cache.clear()
        settings.MASTER_KEY = crypto.new_master_keyset()
        settings.PLATFORM_KEYS = crypto.new_platform_keys(settings.MASTER_KEY)
        crypto._platform_keys.cache_clear()
        migrate(tenancy.PUBLIC)
        return Elsewhere(second_server, before[0])

    with django_db_blocker.unblock():
        yield move
        settings.MASTER_KEY, settings.PLATFORM_KEYS = before
        crypto._platform_keys.cache_clear()
        cache.clear()
        use_database(server, copy_database(SESSION))


@contextmanager
def blocked(url: str, statement: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A `skarbnik` command that waits for the lock that `statement` takes; killed with SIGKILL at the end of the block."""
    with psycopg.connect(url) as holder:
        holder.execute(statement)
        process = skarbnik(*arguments)
        try:
            _wait_until_it_waits(url, process)
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=PATIENCE)
            # Its session would go on as soon as it has the lock: PostgreSQL notices a lost client when it writes to it.
            holder.execute(f"SELECT pg_terminate_backend(pid) {WAITING_SESSIONS}")
    _wait_until_its_sessions_end(url)


def skarbnik(*arguments: str) -> subprocess.Popen[str]:
    """A management command in a process of its own."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    return subprocess.Popen(
        [sys.executable, "-m", "portal", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


WAITING_SESSIONS = """
FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""
WAITING = f"SELECT count(*) {WAITING_SESSIONS}"
ARCHIVING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND locktype = 'advisory' AND granted
"""


def _wait_until_it_waits(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while one(url, WAITING) == 0:
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < deadline, "it never waits"
        time.sleep(0.05)


def _wait_until_its_sessions_end(url: str) -> None:
    """The killed process's own lock goes with its session."""
    deadline = time.monotonic() + PATIENCE
    while one(url, ARCHIVING) != 0:
        assert time.monotonic() < deadline, "a session of the killed process stays"
        time.sleep(0.05)
