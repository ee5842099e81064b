"""A database of small gminas, and a way to let readers loose on it in a program of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from portal.embedded import postgres
from tests.fixtures.pooler import pgbouncer
from tests.isolation.arena import NOT_OURS, OURS, STOCK, Arena, Seen

DATABASE = "skarbnik_isolation"
SCHEMAS = [f"izolacja_{number:02d}" for number in range(20)]
READS = int(os.environ.get("READS", "3000"))
"""Reads of one run; `READS=1000000` is the long one."""

Fight = Callable[..., Seen]


@pytest.fixture(scope="session")
def small_gminas(server: postgres.Server) -> Arena:
    """Twenty schemas with a role each, and the owner's name in a table of each; stock's login sees them all."""
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as administrator:
        administrator.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        administrator.execute("CREATE ROLE stock_app LOGIN SUPERUSER PASSWORD {}".format(f"'{server.password}'"))
    with psycopg.connect(server.url("postgres", DATABASE), autocommit=True) as administrator:
        statement = """
            CREATE ROLE {0} NOLOGIN; GRANT {0} TO skarbnik_app WITH INHERIT FALSE, SET TRUE; CREATE SCHEMA {0} AUTHORIZATION {0};
            CREATE TABLE {0}.mine (owner text); INSERT INTO {0}.mine VALUES ({1}); ALTER TABLE {0}.mine OWNER TO {0}
        """
        for schema in SCHEMAS:
            administrator.execute(sql.SQL(statement).format(sql.Identifier(schema), sql.Literal(schema)))
        administrator.execute("CREATE TABLE public.mine (owner text); GRANT SELECT ON public.mine TO PUBLIC")
        administrator.execute("INSERT INTO public.mine VALUES (%s)", [NOT_OURS])
    return Arena(
        engine=OURS,
        host="127.0.0.1",
        port=server.port,
        user="skarbnik_app",
        password=server.password,
        database=DATABASE,
        schemas=SCHEMAS,
        reads=READS,
    )


@pytest.fixture(scope="session")
def stock(small_gminas: Arena) -> Arena:
    """The same with django-tenants' own backend, which needs one login that may read everything."""
    return replace(small_gminas, engine=STOCK, user="postgres")


@pytest.fixture(scope="session")
def pooler(server: postgres.Server, small_gminas: Arena, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Port of a PgBouncer that shares two connections by transaction."""
    with pgbouncer(server, tmp_path_factory.mktemp("pooler")) as port:
        yield port


def fight(arena: Arena, **changes: Any) -> Seen:
    """Let the readers of the arena loose in a program of their own."""
    arena = replace(arena, **changes)
    done = subprocess.run(
        [sys.executable, "-m", "tests.isolation.arena", json.dumps(asdict(arena))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Seen(**json.loads(done.stdout))
