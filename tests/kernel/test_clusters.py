"""A gmina's scope chooses the cluster; everything else says `default` and gets there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kernel import tenancy
from kernel.postgresql import clusters
from portal.embedded import postgres

NORTH, CITY, VILLAGE = "north", "gmina_2465011", "gmina_0615022"

PROGRAM = """
import django, json
django.setup()
from django.db import connection, connections, transaction
from kernel import tenancy
scopes = [tenancy.Scope(schema_name=s, role=s, tenant_id=s[-7:], shard=shard) for s, shard in (
    ("{village}", "main"), ("{city}", "{north}"))]
def where():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('port'), current_user")
        return list(cursor.fetchone())
{body}
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def second_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """A second PostgreSQL, which holds the city's schema; the village's is on the first."""
    server = postgres.start(tmp_path_factory.mktemp("north"), durable=False)
    try:
        postgres.prepare_roles(server)
        postgres.prepare_database(server, "skarbnik")
        with psycopg.connect(server.url("postgres", "skarbnik"), autocommit=True) as administrator:
            administrator.execute(
                f"CREATE ROLE {CITY}; GRANT {CITY} TO skarbnik_app WITH INHERIT FALSE, SET TRUE;"
                f"CREATE SCHEMA {CITY} AUTHORIZATION {CITY}"
            )
        yield server
    finally:
        server.stop()


@pytest.fixture
def say(own_database: str, server: postgres.Server, second_server: postgres.Server):
    """What a program of two clusters says."""
    url = second_server.url("skarbnik_app", "skarbnik")
    named = json.dumps({NORTH: {"url": url, "provisioning_url": url}})

    def run(body: str, **environment: str) -> object:
        text = PROGRAM.format(village=VILLAGE, city=CITY, north=NORTH, body=body)
        done = subprocess.run(
            [sys.executable, "-c", text],
            env={
                **os.environ, "DATABASE_URL": server.url("skarbnik_app", own_database),
                "DATABASE_CLUSTERS": named, "DJANGO_SETTINGS_MODULE": "portal.settings.test", **environment,
            },
            cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


EACH = """
said = []
for scope in [*scopes, *scopes]:
    with tenancy.enter(scope):
        said.append(where())
        with transaction.atomic():
            said.append(where())
        with tenancy.public():
            said.append(where())
"""


@pytest.mark.parametrize("pool", ["0", "2"], ids=["a connection for each thread", "psycopg's pool"])
def test_each_gmina_is_asked_for_where_it_is(say, server, second_server, pool):
    here = [str(server.port), VILLAGE]
    there, platform = [str(second_server.port), CITY], [str(server.port), tenancy.PUBLIC_ROLE]
    said = say(EACH, DATABASE_POOL=pool)
    assert said == [here, here, platform, there, there, platform] * 2


def test_a_transaction_of_one_cluster_stays_open_while_the_platform_is_asked(say):
    said = say("""
with tenancy.enter(scopes[1]), transaction.atomic():
    where()
    with tenancy.public():
        said = [connection.in_atomic_block]
    said.append(connection.in_atomic_block)
    transaction.set_rollback(True)
""")
    assert said == [False, True]


def test_what_waits_for_the_commit_waits_for_that_of_its_own_cluster(say):
    said = say("""
said = []
with tenancy.enter(scopes[1]), transaction.atomic():
    transaction.on_commit(lambda: said.append("city"))
    with tenancy.public():
        transaction.on_commit(lambda: said.append("platform, at once"))
    said.append("inside")
""")
    assert said == ["platform, at once", "inside", "city"]


def test_the_end_of_a_request_looks_at_the_connections_of_all_clusters(say):
    said = say("""
for scope in scopes:
    with tenancy.enter(scope):
        where()
with tenancy.enter(scopes[1]):
    said = [len({id(one) for one in connections.all(initialized_only=True)})]
    connections.close_all()
    said.append([one.connection is None for one in connections.all(initialized_only=True)])
""")
    assert said == [2, [True, True]]


def test_a_cluster_that_nobody_named_is_an_error_that_says_so(borki):
    lost = replace(borki, shard="south")
    with pytest.raises(ImproperlyConfigured, match="no cluster 'south'"):
        clusters.provisioning_url(lost.shard)
    from django.db import connection

    with tenancy.enter(lost), pytest.raises(ImproperlyConfigured, match="no cluster 'south'"):
        connection.cursor()


def test_the_main_cluster_comes_first_and_is_the_one_of_the_settings():
    assert clusters.names() == [tenancy.MAIN_SHARD]
    assert clusters.provisioning_url(tenancy.MAIN_SHARD) == settings.PROVISIONING_DATABASE_URL


def test_a_connection_that_was_kept_serves_no_gmina_of_another_cluster(say):
    """After a move the cluster left behind may still hold a copy that would answer."""
    said = say("""
with tenancy.enter(scopes[0]):
    kept, cursor = connections["default"], connection.cursor()
said = []
with tenancy.enter(scopes[1]):
    for use in (lambda: kept.cursor().execute("SELECT 1"), lambda: cursor.execute("SELECT 1")):
        try:
            use()
            said.append("served")
        except Exception as error:
            said.append(type(error).__name__)
    said.append(where()[1])
""")
    assert said == ["WrongCluster", "WrongCluster", CITY]
