"""Setting up a gmina: role, schema, tables.

Every step may be repeated, so a killed run is simply run again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from psycopg import sql

from kernel import tenancy

APPLICATION_ROLE = "skarbnik_app"


@contextmanager
def _provisioner() -> Iterator[psycopg.Connection[Any]]:
    """A connection that may make roles and schemas; the application's own connection may not."""
    with psycopg.connect(
        settings.PROVISIONING_DATABASE_URL, autocommit=True, connect_timeout=5
    ) as connection:
        yield connection


def make_schema(scope: tenancy.Scope) -> None:
    """Make the gmina's PostgreSQL role and the schema that it owns.

    The application's role may take the gmina's role (SET) but inherits nothing from it: without `SET ROLE` it sees no
    data of anybody.
    """
    schema, role = sql.Identifier(scope.schema_name), sql.Identifier(scope.role)
    with _provisioner() as connection, connection.transaction():
        # One at a time: PostgreSQL has no CREATE ROLE IF NOT EXISTS.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('skarbnik provisioning'))")
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [scope.role]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        grant = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
        connection.execute(grant.format(role, sql.Identifier(APPLICATION_ROLE)))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(role))
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(schema, role))


def migrate(scope: tenancy.Scope) -> None:
    """Bring the scope's schema to the newest version of its tables."""
    with tenancy.enter(scope):
        call_command(DjangoMigrate(), interactive=False, verbosity=0)
