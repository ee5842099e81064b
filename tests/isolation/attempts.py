"""Everything that SQL can try on somebody else's schema, generated from what the catalog says is there.

All attempts on a schema go to PostgreSQL in one statement: a function of the intruder's own runs each in a subtransaction
and returns what became of it.
"""

from dataclasses import dataclass, field

from django.db import connection, transaction

from kernel import tenancy

REFUSED = "42501"
"""SQLSTATE insufficient_privilege."""
DONE = "done"

ON_A_TABLE = (
    "SELECT * FROM {table}",
    "SELECT count(*) FROM {table}",
    "SELECT '{table}'::regclass",
    "SELECT NULL::{table}",
    "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE {table} CASCADE",
    "LOCK TABLE {table} IN ACCESS SHARE MODE",
    "COPY {table} TO '/tmp/spy'",
    "ALTER TABLE {table} ADD COLUMN spy int",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} OWNER TO {own}",
    "ALTER TABLE {table} SET SCHEMA {own_schema}",
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "DROP TABLE {table} CASCADE",
    "GRANT ALL ON {table} TO PUBLIC",
    "COMMENT ON TABLE {table} IS 'spy'",
    "CREATE INDEX spy ON {table} ({column})",
    "CREATE RULE spy AS ON DELETE TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER spy BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE VIEW spy AS SELECT * FROM {table}",
    "CREATE TABLE spy (LIKE {table})",
    "CREATE TABLE spy () INHERITS ({table})",
    "CREATE TABLE spy (id bigint REFERENCES {table})",
)
ON_A_SEQUENCE = (
    "SELECT last_value FROM {sequence}",
    "SELECT nextval('{sequence}')",
    "SELECT nextval({oid}::regclass)",
    "SELECT currval({oid}::regclass)",
    "SELECT setval({oid}::regclass, 1)",
    "ALTER SEQUENCE {sequence} RESTART",
    "DROP SEQUENCE {sequence} CASCADE",
)
ON_A_FUNCTION = (
    "SELECT {function}()",
    "ALTER FUNCTION {function} SECURITY DEFINER",
    "DROP FUNCTION {function} CASCADE",
    "CREATE TABLE spy (id int); CREATE TRIGGER spy BEFORE INSERT ON spy EXECUTE FUNCTION {function}()",
)
ON_A_SCHEMA = (
    "CREATE TABLE {schema}.spy (id int)",
    "CREATE FUNCTION {schema}.spy() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE TYPE {schema}.spy AS ENUM ('spy')",
    "DROP SCHEMA {schema} CASCADE",
    "ALTER SCHEMA {schema} RENAME TO spy",
    "ALTER SCHEMA {schema} OWNER TO {own}",
    "GRANT ALL ON SCHEMA {schema} TO PUBLIC",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT SELECT ON TABLES TO PUBLIC",
    "REASSIGN OWNED BY {role} TO {own}",
    "DROP OWNED BY {role} CASCADE",
    "GRANT {role} TO {own}",
    "ALTER ROLE {role} LOGIN",
    "ALTER ROLE {role} SET search_path = {own_schema}",
    "DROP ROLE {role}",
)
ON_THE_SERVER = (
    "CREATE SCHEMA spy",
    "CREATE ROLE spy SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE PUBLICATION spy FOR ALL TABLES",
    "CREATE FUNCTION spy() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
    "SET LOCAL log_statement = 'all'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/spy'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('PG_VERSION')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT pg_create_logical_replication_slot('spy', 'pgoutput')",
    "SET LOCAL session_replication_role = 'replica'",
    "CREATE TEMPORARY TABLE users_user (id int)",
    "SET SESSION AUTHORIZATION postgres",
    "SET ROLE postgres",
)

TRY = """
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';  -- undone, so that the next attempt finds everything in its place
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'ZZ000' THEN 'done' ELSE SQLSTATE || ' ' || SQLERRM END;
END $$
"""


@dataclass(frozen=True)
class Contents:
    """What a schema holds: quoted, with its name; oid, first column."""

    schema: str
    role: str
    tables: dict[str, tuple[int, str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    functions: tuple[str, ...] = ()


def contents(scope: tenancy.Scope) -> Contents:
    """Everything in a scope's schema that has a name to attack. The catalog may be asked by everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT format('%%I.%%I', nspname, relname), relkind, c.oid, coalesce(quote_ident(attname), '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum = 1
            WHERE nspname = %s AND relkind <> 'i' ORDER BY 1
            """,
            [scope.schema_name],
        )
        relations = cursor.fetchall()
        cursor.execute(
            "SELECT format('%%I.%%I', nspname, proname) FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE nspname = %s ORDER BY 1",
            [scope.schema_name],
        )
        functions = tuple(name for (name,) in cursor.fetchall())
    return Contents(
        schema=scope.schema_name,
        role=scope.role,
        tables={name: (oid, column) for name, kind, oid, column in relations if kind != "S"},
        sequences={name: oid for name, kind, oid, _ in relations if kind == "S"},
        functions=functions,
    )


def attempts_on(victim: Contents, intruder: tenancy.Scope) -> list[str]:
    """One statement for each thing that can be tried on each object."""
    own = {"own": intruder.role, "own_schema": intruder.schema_name}
    statements = [one.format(schema=victim.schema, role=victim.role, **own) for one in ON_A_SCHEMA]
    for table, (oid, column) in victim.tables.items():
        statements += [one.format(table=table, oid=oid, column=column, **own) for one in ON_A_TABLE]
    for sequence, oid in victim.sequences.items():
        statements += [one.format(sequence=sequence, oid=oid) for one in ON_A_SEQUENCE]
    for function in victim.functions:
        statements += [one.format(function=function) for one in ON_A_FUNCTION]
    return statements


def outcomes(statements: list[str]) -> dict[str, str]:
    """What became of each, in the open scope: "done", or SQLSTATE and message. What it did is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TRY)
        cursor.execute("SELECT one, attempt(one) FROM unnest(%s::text[]) AS one", [statements])
        found: dict[str, str] = dict(cursor.fetchall())
        transaction.set_rollback(True)
    return found


def not_refused(statements: list[str]) -> dict[str, str]:
    """Those that PostgreSQL did not refuse for want of a right."""
    return {one: what for one, what in outcomes(statements).items() if not what.startswith(REFUSED)}
