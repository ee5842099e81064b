"""P6: one gmina goes back to an instant, out of a base backup and archived WAL of real servers."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.cache import cache

from kernel import tenancy
from kernel.errors import InvalidInput, Unavailable
from portal.embedded import postgres
from services.ledger.models import Entry
from services.ledger.verification import verify
from tenants.archive.point_in_time import Sources, restore_to
from tenants.archive.programs import login, program
from tenants.directory.queries import scope_of
from tests.fixtures.cast import make_cast
from tests.fixtures.database import SESSION, set_up_gminas, use_database
from tests.tenants.archive.conftest import OLGA, live, live_on, one

BORKI, DABROWA = "0615022", "2465011"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the server's own user may walk into."""
    with tempfile.TemporaryDirectory(prefix="skarbnik-wal-") as name:
        folder = Path(name)
        for part in ("wal", "base"):
            (folder / part).mkdir()
            (folder / part).chmod(0o777)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def archiving(
    place: Path, server: postgres.Server, copy_database, django_db_blocker
) -> Iterator[postgres.Server]:
    """A server that archives its WAL, with both gminas."""
    home = place / "server"
    home.mkdir()
    running = postgres.start(home)
    try:
        with psycopg.connect(running.url("postgres", "postgres"), autocommit=True) as administrator:
            administrator.execute("ALTER SYSTEM SET archive_mode = 'on'")
            administrator.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {place}/wal/%f'")
        running.stop()
        running = postgres.start(home)
        postgres.prepare_roles(running)
        postgres.prepare_database(running, "skarbnik")
        with django_db_blocker.unblock():
            use_database(running, "skarbnik")
            cache.clear()
            set_up_gminas()
            make_cast()
            yield running
            cache.clear()
            use_database(server, copy_database(SESSION))
    finally:
        running.stop()


def now(server: postgres.Server) -> datetime:
    moment = one(server.url("postgres", "skarbnik"), "SELECT clock_timestamp()")
    assert isinstance(moment, datetime)
    return moment


def entries(scope: tenancy.Scope) -> int:
    with tenancy.enter(scope):
        return Entry.objects.count()


def test_p6_one_gmina_goes_back_to_an_instant_between_two_backups_and_the_other_goes_on(
    archiving: postgres.Server, place: Path, folder: Path
) -> None:
    borki, dabrowa = scope_of(BORKI), scope_of(DABROWA)
    url = archiving.url("postgres", "skarbnik")
    base = place / "base" / "data"
    command = [program("pg_basebackup"), "--pgdata", str(base), "--checkpoint=fast", "--wal-method=none"]
    subprocess.run(command, env=login(url), check=True, capture_output=True)
    with tenancy.enter(borki):
        live()
    moment, then = now(archiving), entries(borki)
    live_on(borki)
    live_on(dabrowa)
    one(url, "SELECT pg_switch_wal()")
    _wait_for_wal(url)

    system_user = postgres.SYSTEM_USER if os.geteuid() == 0 else ""
    sources = Sources(base, f"cp {place}/wal/%f %p", system_user)
    with pytest.raises(InvalidInput, match=r"recovery\.base"):
        restore_to(BORKI, moment, Sources(place, "false"), actor=OLGA)
    with pytest.raises(Unavailable, match=r"recovery\.failed"):
        restore_to(BORKI, datetime.now(UTC) + timedelta(days=1), sources, actor=OLGA)
    assert entries(borki) == then + 1

    outcome = restore_to(BORKI, moment, sources, actor=OLGA)
    assert outcome.findings == []
    assert entries(borki) == then
    assert entries(dabrowa) == 1
    with tenancy.enter(borki):
        assert verify().findings == ()
    assert list((folder / BORKI).iterdir()) == []
    live_on(borki)


def _wait_for_wal(url: str) -> None:
    """Until everything written so far is in the archive."""
    archived = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"
    while one(url, archived):
        pass
