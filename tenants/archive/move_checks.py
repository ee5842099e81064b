"""What must be so before a gmina is moved, and what the move would come to."""

import time
from collections.abc import Iterator
from typing import Final

from psycopg import sql

from kernel import tenancy
from kernel.errors import Conflict
from tenants.archive import catalog, move_states, moving_rows, servers
from tenants.archive.moving_rows import Side
from tenants.archive.restores import refuse_unconfirmed
from tenants.archive.servers import Connection
from tenants.schemas.comparison import differences

_OWN: Final = (("column", "ledger_entry.xid"),)
"""Its default says by how much numbers of transactions are raised in this cluster."""
_ROLES: Final = ("role", "role member")
"""Who signs in is each cluster's own matter."""


def plan_move(teryt: str, target: str) -> Iterator[str]:
    """What a move would do, a line at a time; nothing is changed. Raises as `move_gmina` where that can be known."""
    here, there = move_states.planned(teryt, target)
    with servers.administrator(here) as source, servers.administrator(there) as other:
        refuse_same_server(source, other)
        refuse_unconfirmed(here)
        kept = " (a copy that an earlier run left is brought up to date)"
        yield f"{here.tenant_id} {here.name}: {here.shard} -> {there.shard}" + (
            kept if servers.has_schema(other, there.schema_name) else ""
        )
    with servers.snapshot(here) as connection:
        side = Side(connection, here)
        places = [
            sql.Identifier(here.schema_name, name).as_string(connection) for name in side.catalog.tables
        ]
        query = (
            "SELECT sum(pg_total_relation_size(place::regclass)) / 1048576.0 FROM unnest(%s::text[]) AS place"
        )
        size = connection.execute(query, [places]).fetchone()
        start = time.perf_counter()
        rows = moving_rows.count(side)
        seconds = time.perf_counter() - start
        yield f"{rows} rows, {size[0] if size else 0:.1f} MiB with indexes"
        yield f"their digests take {seconds:.1f} s on this side: about so long nobody could write"


def refuse_same_server(source: Connection, target: Connection) -> None:
    """Raise Conflict("move.same_server"): roles belong to a server, so taking one away would take it from both copies."""
    started = "SELECT pg_postmaster_start_time()"
    if source.execute(started).fetchone() == target.execute(started).fetchone():
        raise Conflict("move.same_server")


def refuse_other_structure(
    source: Connection, here: tenancy.Scope, target: Connection, there: tenancy.Scope
) -> None:
    """Raise Conflict("move.version") unless the gmina is as this code, which has made the copy, makes it.

    Two versions of PostgreSQL describe one thing in two ways: tables and columns must do then.
    """
    if source.info.server_version // 10_000 == target.info.server_version // 10_000:
        found = differences(source, here, there, there=target)
        strange = [str(one) for one in found if (one.kind, one.name) not in _OWN and one.kind not in _ROLES]
    else:
        one = catalog.read(source, here.schema_name).tables
        other = catalog.read(target, there.schema_name).tables
        strange = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    if strange:
        raise Conflict("move.version", place=strange[0])
