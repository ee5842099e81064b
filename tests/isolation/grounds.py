"""A database of small gminas, and a way to let readers loose on it in a program of their own."""

import json
import subprocess
import sys
import textwrap
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from portal.embedded import postgres
from tests.isolation.arena import NOT_OURS, OURS, Arena, Seen

DATABASE = "skarbnik_isolation"
SCHEMAS = [f"izolacja_{number:02d}" for number in range(20)]

WAYS: dict[str, dict[str, Any]] = {
    "a connection for each thread": {},
    "psycopg's pool": {"pool": 3},
    "coroutines": {"way": "coroutines"},
    "coroutines and psycopg's pool": {"way": "coroutines", "pool": 3},
    "Celery's threads": {"way": "tasks"},
    "Celery's threads and psycopg's pool": {"way": "tasks", "pool": 3},
}
"""Each of them is tried on PostgreSQL itself and behind a pooler by transaction."""


def make_small_gminas(server: postgres.Server, reads: int) -> Arena:
    """Twenty schemas with a role each, and the owner's name in a table of each; stock's login sees them all."""
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as administrator:
        administrator.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with psycopg.connect(server.url("postgres", DATABASE), autocommit=True) as administrator:
        statement = """
            CREATE ROLE {0} NOLOGIN; GRANT {0} TO skarbnik_app WITH INHERIT FALSE, SET TRUE;
            CREATE SCHEMA {0} AUTHORIZATION {0};
            CREATE TABLE {0}.mine (owner text); INSERT INTO {0}.mine VALUES ({1}); ALTER TABLE {0}.mine OWNER TO {0}
        """
        for schema in SCHEMAS:
            administrator.execute(sql.SQL(statement).format(sql.Identifier(schema), sql.Literal(schema)))
        administrator.execute("CREATE TABLE public.mine (owner text); GRANT SELECT ON public.mine TO PUBLIC")
        administrator.execute(
            "CREATE TABLE public.only_public (owner text); GRANT SELECT ON only_public TO PUBLIC"
        )
        administrator.execute("INSERT INTO mine VALUES (%(o)s)", {"o": NOT_OURS})
        administrator.execute("INSERT INTO only_public VALUES (%(o)s)", {"o": NOT_OURS})
    return Arena(
        engine=OURS,
        host="127.0.0.1",
        port=server.port,
        user="skarbnik_app",
        password=server.password,
        database=DATABASE,
        schemas=SCHEMAS,
        reads=reads,
    )


def fight(arena: Arena, **changes: Any) -> Seen:
    """Let the readers of the arena loose in a program of their own."""
    return Seen(**json.loads(_run(["-m", "tests.isolation.arena"], replace(arena, **changes))))


PREAMBLE = """
import asyncio, json, sys, threading
from concurrent.futures import ThreadPoolExecutor
from tests.isolation.arena import NOT_OURS, Arena, configure, opened, whose
arena = Arena(**json.loads(sys.argv[1]))
configure(arena)
engine, (A, B) = arena.engine, arena.schemas[:2]
from django.db import connection
from tests.isolation.stock import stock_tenant
def our_gmina(schema):
    return opened(engine, schema)
async def outside(threads):
    return await asyncio.get_running_loop().run_in_executor(threads, whose)
say = print
try:
"""


def program(arena: Arena, text: str) -> str:
    """What a small program says, or the name of the error that ends it."""
    body = textwrap.indent(textwrap.dedent(text), "    ")
    whole = f"{PREAMBLE}{body}\nexcept Exception as error:\n    say(type(error).__name__)\n"
    # A pool of one: whoever comes next gets the very connection that was used.
    return _run(["-c", whole], replace(arena, pool=1 if ".pool" in text else 0)).strip()


def _run(what: list[str], arena: Arena) -> str:
    done = subprocess.run(
        [sys.executable, *what, json.dumps(asdict(arena))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
