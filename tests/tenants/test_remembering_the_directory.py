"""A process remembers the directory of gminas only while it would hear of a change."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kernel import tenancy
from kernel.errors import NotFound
from tenants.directory import remembered
from tenants.directory.actions import resume_tenant, suspend_tenant
from tenants.directory.queries import scope_of, tenant_for_host
from tests.fixtures.database import ACTOR

BORKI, HOST = "0615022", "borki.localhost"


@pytest.fixture
def memory(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[remembered.Memory]:
    """A memory that listens to a database on which everything commits."""
    fresh = remembered.Memory()
    monkeypatch.setattr(settings, "REMEMBER_DIRECTORY", True)
    monkeypatch.setattr(settings, "DIRECTORY_DATABASE_URL", settings.PROVISIONING_DATABASE_URL)
    monkeypatch.setattr("tenants.directory.queries.MEMORY", fresh)
    monkeypatch.setattr(remembered, "PROOF_EVERY_SECONDS", 0.2)
    tenant_for_host(HOST)
    within(lambda: fresh.is_proven)
    yield fresh
    fresh.close()


def within(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until it holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.005)


def state() -> str:
    served = tenant_for_host(HOST)
    assert served is not None
    return served.state


@contextmanager
def statements() -> Iterator[list[Any]]:
    """The statements that are sent meanwhile."""
    with tenancy.public(), CaptureQueriesContext(connection) as sent:
        yield sent  # type: ignore[misc]


def test_a_gmina_is_asked_for_once(memory):
    tenant_for_host(HOST)
    scope_of(BORKI)
    with statements() as sent:
        served, scope = tenant_for_host(HOST), scope_of(BORKI)
    assert len(sent) == 0
    assert served is not None
    assert served.scope == scope
    assert scope.tenant_id == BORKI


def test_a_change_is_seen_at_once(memory):
    assert state() == "active"
    with tenancy.public():
        suspend_tenant(BORKI, reason="Próba", actor=ACTOR)
    within(lambda: state() == "suspended", seconds=1)
    with tenancy.public():
        resume_tenant(BORKI, actor=ACTOR)
    within(lambda: state() == "active", seconds=1)


def test_a_change_of_another_process_by_plain_sql_is_seen_at_once(memory):
    assert state() == "active"
    change = "SET ROLE skarbnik_public; UPDATE public.directory_tenant SET state = 'suspended' WHERE teryt = '0615022'"
    program = "import sys, psycopg\nwith psycopg.connect(sys.argv[1]) as c: c.execute(sys.argv[2])"
    url = settings.DATABASES["default"]
    place = f"postgres://{url['USER']}:{url['PASSWORD']}@{url['HOST']}:{url['PORT']}/{url['NAME']}"
    subprocess.run([sys.executable, "-c", program, place, change], check=True, timeout=60)
    within(lambda: state() == "suspended", seconds=1)


def test_an_unknown_gmina_is_remembered_by_nobody(memory):
    for _ in range(2):
        with statements() as sent:
            assert tenant_for_host("nie-ma.localhost") is None
        assert len(sent) == 1
        with pytest.raises(NotFound, match=r"tenant\.unknown"):
            scope_of("9999999")


def test_inside_a_transaction_its_own_changes_count_and_are_not_remembered(memory):
    assert state() == "active"
    with tenancy.public(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE directory_tenant SET state = 'suspended' WHERE teryt = %s", [BORKI])
        assert state() == "suspended"
        transaction.set_rollback(True)
    assert state() == "active"


def test_when_the_listening_connection_is_lost_nothing_is_remembered_until_it_is_back(memory, server):
    assert state() == "active"
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as administrator:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'skarbnik directory'"
        administrator.execute(ended)
        within(lambda: not memory.is_proven)
        with statements() as sent:
            tenant_for_host(HOST)
            tenant_for_host(HOST)
        assert len(sent) == 2
    within(lambda: memory.is_proven)
    tenant_for_host(HOST)
    with statements() as sent:
        tenant_for_host(HOST)
    assert len(sent) == 0


def test_an_answer_from_before_a_change_is_not_kept(memory):
    def slow() -> str:
        assert state() == "active"
        with tenancy.public():
            suspend_tenant(BORKI, reason="Próba", actor=ACTOR)
        within(lambda: state() == "suspended")
        return "from before"

    assert memory.get("key", slow) == "from before"
    assert memory.get("key", lambda: "from after") == "from after"


@pytest.mark.parametrize(
    "order", [("own", remembered.CHANNEL), (remembered.CHANNEL, "own")], ids=["behind", "before"]
)
def test_a_change_that_comes_in_one_packet_with_the_proof_is_not_lost(server, order):
    quiet = remembered.Memory()
    url = server.url("postgres", "postgres")
    with psycopg.connect(url, autocommit=True) as listener, psycopg.connect(url) as speaker:
        listener.execute(f"LISTEN own; LISTEN {remembered.CHANNEL}")
        for channel in order:
            speaker.execute(f"NOTIFY {channel}")
        speaker.commit()  # both are told at once
        time.sleep(0.2)
        assert quiet._is_heard(listener, "own")
    assert quiet._generation == 1


def test_without_the_proof_in_time_nothing_is_believed(server, monkeypatch):
    monkeypatch.setattr(remembered, "PROOF_WITHIN_SECONDS", 0.2)
    quiet = remembered.Memory()
    url = server.url("postgres", "postgres")
    with psycopg.connect(url, autocommit=True) as listener, psycopg.connect(url, autocommit=True) as speaker:
        listener.execute(f"LISTEN {remembered.CHANNEL}")
        speaker.execute(f"NOTIFY {remembered.CHANNEL}")
        assert not quiet._is_heard(listener, "own")
    assert quiet._generation == 1
