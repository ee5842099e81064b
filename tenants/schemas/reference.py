"""A schema that the migrations make for this once, to compare another with."""

from collections.abc import Iterator
from contextlib import contextmanager

from kernel import tenancy
from tenants.schemas import recording
from tenants.schemas.dropping import drop_schema
from tenants.schemas.making import Connection, make_schema, only_one


@contextmanager
def migrated(connection: Connection, shard: str = tenancy.MAIN_SHARD) -> Iterator[tenancy.Scope]:
    """Scope of a schema of no gmina, migrated from nothing and dropped after the block.

    `connection` is the provisioner's in the cluster `shard`.
    """
    scope = recording.template(connection, "_reference", shard=shard)
    with only_one(connection, "reference schema"):
        drop_schema(connection, scope)
        try:
            make_schema(connection, scope)
            recording.migrate_once(scope)
            yield scope
        finally:
            drop_schema(connection, scope)
