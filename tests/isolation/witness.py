"""What a schema looked like: digests of its rows, sequences and structure, so that an absent effect can be asserted."""

from django.db import connection

from kernel import tenancy

STRUCTURE = """
SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
    SELECT concat_ws(' ', relname, relkind, relowner, relacl, relrowsecurity, attname, atttypid, atthasdef) AS line
    FROM pg_class c LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 WHERE relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT concat_ws(' ', proname, proowner, proacl, prosecdef, prosrc) FROM pg_proc
    WHERE pronamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT concat_ws(' ', tgname, tgenabled, tgrelid) FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT concat_ws(' ', nspname, nspowner, nspacl) FROM pg_namespace WHERE nspname = %(schema)s
) found
"""


def state_of(scope: tenancy.Scope, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """A digest of each table and sequence of the scope's schema and of its structure, asked under its own role.

    `without` are tables whose rows may change.
    """
    with tenancy.enter(scope), connection.cursor() as cursor:
        cursor.execute(STRUCTURE, {"schema": scope.schema_name})
        found = {"structure": str(cursor.fetchone()[0])}
        cursor.execute(
            "SELECT relname, relkind FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'S')"
            " ORDER BY relname",
            [scope.schema_name],
        )
        rows = {
            "r": "md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))",
            "S": "max(last_value)::text",
        }
        each = [
            f"SELECT '{name}', {rows[kind]} FROM {connection.ops.quote_name(name)} t"
            for name, kind in cursor.fetchall()
            if name.removesuffix("_id_seq") not in without
        ]
        cursor.execute(" UNION ALL ".join(each))
        return found | dict(cursor.fetchall())
