"""Opening a gmina's schema: by replaying the recording, or, where there are tables already, by the migrations."""

from kernel import tenancy
from tenants.schemas import catalog, recording
from tenants.schemas.making import Connection, as_role, make_schema, migrate, only_one, provisioner


def build(scope: tenancy.Scope) -> None:
    """Make the gmina's role, schema and tables at the newest version; may be repeated, and by several processes at once.

    A schema comes into being whole or not at all. One that has tables, made by an older version, is migrated. Raises
    NotReplayable, OwnValues, NoDump, and what PostgreSQL says.
    """
    with (
        provisioner(scope.shard) as connection,
        only_one(connection, f"schema {scope.schema_name}"),
    ):
        made = recording.current(connection, scope.shard)
        if _is_empty(connection, scope):
            recording.replay(connection, made, scope)
            return
        make_schema(connection, scope)
        if not made.migrations <= _applied(connection, scope):
            migrate(scope)


def _is_empty(connection: Connection, scope: tenancy.Scope) -> bool:
    """Whether the schema has no table yet, or is not there."""
    [(is_empty,)] = catalog.ask(connection, scope, catalog.IS_EMPTY)
    return bool(is_empty)


def _applied(connection: Connection, scope: tenancy.Scope) -> frozenset[str]:
    """Migrations that the schema records, as "app.name"."""
    with as_role(connection, scope.role):
        place = f"{scope.schema_name}.django_migrations"
        if connection.execute("SELECT to_regclass(%s)", [place]).fetchone() == (None,):
            return frozenset()
        rows = connection.execute(f"SELECT app || '.' || name FROM {place}".encode()).fetchall()  # noqa: S608
    return frozenset(name for (name,) in rows)
