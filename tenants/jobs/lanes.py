"""How many batches of a job run in one database cluster at one time, and which of them are alive.

A batch holds a lock of PostgreSQL in a session of its own, past any pooler; it ends with the process, however that ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

import psycopg
from django.conf import settings

from tenants.directory.setup import KEEP_ALIVE

TAKE = "SELECT number FROM generate_series(1, %s) AS number WHERE pg_try_advisory_lock(%s, number) LIMIT 1"

LIVE = """
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %(lock)s::bigint
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""Lanes that a living process holds, for the key `lock` as `lock_of` gives it."""


def lock_of(job: str, shard: str) -> int:
    """First half of the locks' key, 0 to 2³¹ - 1; the second is the number of the lane, and 0 guards the claiming."""
    return crc32(f"skarbnik job {job} {shard}".encode()) & 0x7FFFFFFF


@contextmanager
def lane(job: str, shard: str, lanes: int) -> Iterator[int | None]:
    """Hold one of the job's lanes in the cluster for the block: its number, or None when all are taken."""
    with psycopg.connect(
        settings.PROVISIONING_DATABASE_URL, autocommit=True, connect_timeout=5, application_name=f"job {job}"
    ) as session:
        session.execute(KEEP_ALIVE)
        taken = session.execute(TAKE, [lanes, lock_of(job, shard)]).fetchone()
        yield taken[0] if taken else None
