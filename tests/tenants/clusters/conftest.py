"""A second PostgreSQL server, known to this process and to those that it starts as the cluster `north`."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from kernel import tenancy
from portal.embedded import postgres
from tenants.directory.models import ClusterMove, Tenant
from tests.fixtures.database import clusters_named
from tests.kernel.conftest import own_borki, own_dabrowa, own_database
from tests.tenants.archive.conftest import live

__all__ = ["own_borki", "own_dabrowa", "own_database"]

BORKI, DABROWA, NORTH = "0615022", "2465011", "north"
SCHEMA = f"gmina_{BORKI}"
GIVE_BACK = "GRANT {} TO skarbnik_app WITH INHERIT FALSE, SET TRUE"


@pytest.fixture(scope="session")
def second_server() -> Iterator[postgres.Server]:
    with tempfile.TemporaryDirectory(prefix="skarbnik-north-") as name:
        running = postgres.start(Path(name), durable=False)
        try:
            postgres.prepare_roles(running)
            yield running
        finally:
            running.stop()


@contextmanager
def cluster(
    server: postgres.Server, database: str, second_server: postgres.Server, settings
) -> Iterator[str]:
    """Name of a database in the second cluster, known to the program. The first server is shared by the databases of all
    tests: its roles are given back afterwards."""
    name = f"north_{uuid4().hex[:10]}"
    postgres.prepare_database(second_server, name)
    place = {
        "NAME": name, "HOST": "127.0.0.1", "PORT": str(second_server.port), "USER": "skarbnik_app",
        "PASSWORD": second_server.password,
    }  # fmt: skip
    urls = {
        "url": second_server.url("skarbnik_app", name),
        "provisioning_url": second_server.url("skarbnik_provisioner", name),
    }
    try:
        with clusters_named(settings, **{NORTH: place}):
            settings.DATABASE_CLUSTERS = {NORTH: urls}
            os.environ["DATABASE_CLUSTERS"] = json.dumps(settings.DATABASE_CLUSTERS)
            yield name
    finally:
        os.environ.pop("DATABASE_CLUSTERS", None)
        with psycopg.connect(server.url("skarbnik_provisioner", database), autocommit=True) as provisioner:
            for schema in (SCHEMA, f"gmina_{DABROWA}"):
                provisioner.execute(GIVE_BACK.format(schema))
        with psycopg.connect(second_server.url("postgres", "postgres"), autocommit=True) as administrator:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def north(
    own_database: str, server: postgres.Server, second_server: postgres.Server, settings
) -> Iterator[str]:
    """The second cluster beside a database of the test's own."""
    with cluster(server, own_database, second_server, settings) as name:
        yield name


@pytest.fixture
def lived_in(own_borki: tenancy.Scope, north: str) -> tenancy.Scope:
    """Borki with dues, money, seals, an audit entry and texts that files find hard; it lives in the main cluster."""
    with tenancy.enter(own_borki):
        live()
    return own_borki


@pytest.fixture
def there(second_server: postgres.Server, north: str) -> str:
    """URL of the second cluster for whoever may look at everything."""
    return second_server.url("postgres", north)


@pytest.fixture
def here(server: postgres.Server, own_database: str) -> str:
    """The same of the main cluster."""
    return server.url("postgres", own_database)


@pytest.fixture
def writer(server: postgres.Server, own_database: str) -> Callable[[], object]:
    """`with writer():` a transaction of the application in the main cluster is under way."""

    @contextmanager
    def begin() -> Iterator[psycopg.Connection]:
        with psycopg.connect(server.url("skarbnik_app", own_database)) as session:
            session.execute("SELECT 1")
            yield session

    return begin


def tenant(teryt: str = BORKI) -> Tenant:
    with tenancy.public():
        return Tenant.objects.get(teryt=teryt)


def state(teryt: str = BORKI) -> str:
    """State of the gmina's newest move, "" without one."""
    with tenancy.public():
        return str(
            ClusterMove.objects.filter(tenant__teryt=teryt).values_list("state", flat=True).first() or ""
        )
