"""Roles and empty schemas, and the migrations on them: what every way of making a gmina's tables stands on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from psycopg import sql

from kernel import tenancy
from kernel.postgresql import clusters

APPLICATION_ROLE = "skarbnik_app"

Connection = psycopg.Connection[Any]


@contextmanager
def provisioner(shard: str = tenancy.MAIN_SHARD) -> Iterator[Connection]:
    """A connection that may make roles and schemas in the cluster; the application's own connection may not."""
    with psycopg.connect(clusters.provisioning_url(shard), autocommit=True, connect_timeout=5) as connection:
        yield connection


@contextmanager
def only_one(connection: Connection, work: str) -> Iterator[None]:
    """Wait until no other session does `work`, then do it; PostgreSQL ends the lock with the session, however that ends.

    A statement whose client was killed runs on in the server. Its session holds the lock for as long, so the next run
    finds what became of it.
    """
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"skarbnik {work}"])
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"skarbnik {work}"])


@contextmanager
def as_role(connection: Connection, role: str) -> Iterator[None]:
    """One transaction with the rights of a gmina's role."""
    with connection.transaction():
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        yield


def empty_schema(connection: Connection, scope: tenancy.Scope) -> sql.Composed:
    """Statements that make the gmina's PostgreSQL role and the schema that it owns, as far as they are not there.

    The application's role may take the gmina's role (SET) but inherits nothing from it: without `SET ROLE` it sees no
    data of anybody. Run them in one transaction, under `only_one`: PostgreSQL has no CREATE ROLE IF NOT EXISTS.
    """
    schema, role = sql.Identifier(scope.schema_name), sql.Identifier(scope.role)
    statements = []
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [scope.role]).fetchone():
        statements.append(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
    grant = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
    statements += [
        grant.format(role, sql.Identifier(APPLICATION_ROLE)),
        sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(role),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(schema, role),
    ]
    return sql.SQL(";\n").join(statements) + sql.SQL(";\n")


def make_schema(connection: Connection, scope: tenancy.Scope) -> None:
    """Make role and empty schema; may be repeated."""
    with connection.transaction():
        connection.execute(empty_schema(connection, scope))


def migrate(scope: tenancy.Scope) -> None:
    """Bring the scope's schema to the newest version of its tables, migration by migration."""
    with tenancy.enter(scope):
        call_command(DjangoMigrate(), interactive=False, verbosity=0)
