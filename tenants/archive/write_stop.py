"""Nobody writes to a gmina: its role is taken from the application, and who has it still is waited for.

PostgreSQL looks at the right to a role whenever one is taken, and the application takes it anew in each transaction. So a
transaction that is under way ends as it would have ended, and none begins after it: not in a process that did not hear of
the stop either.
"""

import time
from typing import Final

from psycopg import sql

from kernel import tenancy
from kernel.errors import Conflict
from tenants.archive.servers import Connection
from tenants.schemas.making import APPLICATION_ROLE

_STEP_S: Final = 0.01
_UNDER_WAY: Final = """
SELECT DISTINCT virtualtransaction FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'virtualxid' AND usename = %s AND datname = current_database()
"""


def stop(connection: Connection, scope: tenancy.Scope, patience_s: float) -> float:
    """Take the role away and wait until all transactions that may have it are over; returns the seconds waited.

    `connection` is the provisioner's. Raises Conflict("move.role_stays") when somebody else than the provisioner has given
    the role too, Conflict("move.writers") when a transaction lasts longer than `patience_s`: end the stop then.
    """
    role, application = sql.Identifier(scope.role), sql.Identifier(APPLICATION_ROLE)
    connection.execute(sql.SQL("REVOKE {} FROM {}").format(role, application))
    if may_write(connection, scope):
        raise Conflict("move.role_stays", role=scope.role)
    start = time.monotonic()
    # Of whichever gmina: only the transaction itself knows whose role it has. Each is over within a request's time.
    waiting = _under_way(connection)
    while waiting := waiting & _under_way(connection):
        if time.monotonic() - start > patience_s:
            raise Conflict("move.writers", seconds=round(patience_s), transactions=len(waiting))
        time.sleep(_STEP_S)
    return time.monotonic() - start


def end(connection: Connection, scope: tenancy.Scope) -> None:
    """Give the role back; may be repeated."""
    give = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
    connection.execute(give.format(sql.Identifier(scope.role), sql.Identifier(APPLICATION_ROLE)))


def close(connection: Connection, scope: tenancy.Scope) -> None:
    """Take the role away from a copy that nobody uses; may be repeated."""
    take = sql.SQL("REVOKE {} FROM {}")
    connection.execute(take.format(sql.Identifier(scope.role), sql.Identifier(APPLICATION_ROLE)))


def may_write(connection: Connection, scope: tenancy.Scope) -> bool:
    """Whether the application may take the gmina's role."""
    found = connection.execute("SELECT pg_has_role(%s, %s, 'SET')", [APPLICATION_ROLE, scope.role]).fetchone()
    return bool(found and found[0])


def _under_way(connection: Connection) -> set[str]:
    return {name for (name,) in connection.execute(_UNDER_WAY, [APPLICATION_ROLE])}
