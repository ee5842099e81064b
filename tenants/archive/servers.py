"""Connections that carry a gmina's rows: signed in as the provisioner, in the gmina's own role.

They are not Django's: a copy runs in one REPEATABLE READ transaction of its own, however long it takes, and must not be
undone or committed by what the calling code does.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from kernel import tenancy
from kernel.postgresql import clusters

Connection = psycopg.Connection[Any]

_PLAIN: LiteralString = (
    "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET bytea_output = 'hex'; "
    "SET extra_float_digits = 1; SET standard_conforming_strings = on"
)
"""One way to write values, whatever the server is set to: files of two servers can be compared."""


@contextmanager
def administrator(scope: tenancy.Scope, url: str = "") -> Iterator[Connection]:
    """The provisioner in the cluster that holds the gmina (or at `url`), in autocommit mode."""
    with psycopg.connect(
        url or clusters.provisioning_url(scope.shard), autocommit=True, connect_timeout=5
    ) as connection:
        yield connection


@contextmanager
def owner(scope: tenancy.Scope, url: str = "") -> Iterator[Connection]:
    """The gmina's own role with its schema alone on the search path."""
    with administrator(scope, url) as connection:
        role, schema = sql.Identifier(scope.role), sql.Identifier(scope.schema_name)
        arm = sql.SQL("{}; SET ROLE {}; SET search_path = {}")
        connection.execute(arm.format(sql.SQL(_PLAIN), role, schema))
        yield connection


@contextmanager
def snapshot(scope: tenancy.Scope, url: str = "") -> Iterator[Connection]:
    """The gmina as it stands at one moment: one read-only REPEATABLE READ transaction under its own role."""
    with owner(scope, url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            yield connection


def drop_schema(scope: tenancy.Scope) -> bool:
    """Drop the scope's schema with everything in it, as its owner; whether there was one. May be repeated."""
    with administrator(scope) as connection:
        if not has_schema(connection, scope.schema_name):
            return False
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(scope.role)))
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(scope.schema_name)))
        return True


def drop_role(scope: tenancy.Scope) -> None:
    """Drop the scope's role once its schemas are gone, with its rights on shared tables. May be repeated.

    A role that another database of the server needs stays: it can neither sign in nor read anything here.
    """
    role = sql.Identifier(scope.role)
    with administrator(scope) as connection, connection.transaction():
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [scope.role]).fetchone():
            return
        # Rights on the platform's shared tables would keep the role.
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute("RESET ROLE")
        with suppress(psycopg.errors.DependentObjectsStillExist), connection.transaction():
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def has_schema(connection: Connection, name: str) -> bool:
    """Whether the database has a schema of this name."""
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name]).fetchone()
    return found is not None
