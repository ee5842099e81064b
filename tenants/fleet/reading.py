"""Which migrations schemas have recorded, read for all of them in one call. It needs no models, so `at_rest` may use it.

A schema's *signature* is the md5 of the sorted names of its recorded migrations. Schemas of one signature are alike, so what
one of them needs is what all of them need.
"""

from collections.abc import Iterable

from psycopg import sql

from tenants.fleet.sessions import Session

Key = tuple[str, str]
"""Application label and name of a migration."""

# The application's role inherits nothing, so the function takes each gmina's role in turn, as the login may. It is made in
# the session's own temporary schema: nothing has to be installed, and nobody else sees it.
READ_ALL = """
CREATE FUNCTION pg_temp.fleet_signatures(schemas text[], roles text[])
RETURNS TABLE (schema_name text, signature text) LANGUAGE plpgsql AS $$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT n.nspname, r.rolname
          FROM unnest(schemas, roles) AS wanted (schema, role)
          JOIN pg_namespace n ON n.nspname = wanted.schema
          JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'django_migrations'
          JOIN pg_roles r ON r.rolname = wanted.role AND pg_has_role(session_user, r.oid, 'SET')
    LOOP
        PERFORM set_config('role', place.rolname, true);
        schema_name := place.nspname;
        EXECUTE format(
            'SELECT md5(coalesce(string_agg(app || ''.'' || name, '','' ORDER BY (app || ''.'' || name) COLLATE "C"), ''''))'
            '  FROM %I.django_migrations', place.nspname) INTO signature;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('role', 'none', true);
END $$
"""


def read_signatures(session: Session, places: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Signature of each (schema, role); a schema is absent where it, its role or its list of migrations is missing."""
    pairs = list(places)
    with session.transaction(force_rollback=True):
        session.execute(READ_ALL)
        rows = session.execute(
            "SELECT schema_name, signature FROM pg_temp.fleet_signatures(%s, %s)",
            [[schema for schema, _ in pairs], [role for _, role in pairs]],
        )
        return dict(rows.fetchall())


def read_applied(session: Session, schema: str, role: str) -> frozenset[Key]:
    """The migrations that one schema has recorded."""
    with session.transaction(force_rollback=True):
        session.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        table = sql.Identifier(schema, "django_migrations")
        return frozenset(session.execute(sql.SQL("SELECT app, name FROM {}").format(table)).fetchall())
