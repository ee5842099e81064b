"""Removing a schema that is no gmina's."""

import time

from psycopg import sql

from kernel import tenancy
from tenants.schemas import catalog
from tenants.schemas.making import Connection

PATIENCE_S = 120
"""A statement of a killed process, or a pg_dump that it started, is over long before."""


def drop_schema(connection: Connection, scope: tenancy.Scope) -> None:
    """Remove a schema that is no gmina's, with its role and all that it owns in this database; may be repeated."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [scope.role]).fetchone():
        return
    _wait_for_others(connection, scope)
    role = sql.Identifier(scope.role)
    with connection.transaction():
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(role))
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
        connection.execute("DROP OWNED BY CURRENT_USER CASCADE")
        connection.execute("RESET ROLE")
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def _wait_for_others(connection: Connection, scope: tenancy.Scope) -> None:
    """Wait until no session uses the schema's tables: what a killed process began runs on in the server, locks tables in
    its own order, and would meet us in a deadlock. Afterwards nobody comes: the caller holds the lock for this work."""
    deadline = time.monotonic() + PATIENCE_S
    while catalog.ask(connection, scope, catalog.USERS):
        if time.monotonic() > deadline:
            raise TimeoutError(f"other sessions still use {scope.schema_name}")
        time.sleep(0.05)
