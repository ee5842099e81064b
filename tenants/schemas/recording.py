"""The text that makes a gmina's schema: what the migrations made once, written down by pg_dump.

A schema of no gmina is migrated, dumped, and dropped again. The text is kept in the platform's database under a hash of
everything that decides what the migrations make, so a new version of the code records anew, once, whoever comes first.
"""

import json
import re
from dataclasses import dataclass

from django.db import connection as application

from kernel import tenancy
from kernel.postgresql import clusters
from tenants.schemas import catalog
from tenants.schemas.comparison import differences
from tenants.schemas.dropping import drop_schema
from tenants.schemas.dumping import dump
from tenants.schemas.folding import folded
from tenants.schemas.keys import migration_key
from tenants.schemas.making import (
    Connection,
    as_role,
    empty_schema,
    make_schema,
    migrate,
    only_one,
)
from tenants.schemas.own_values import refuse_own_values

SCHEMA = "skarbnik_template_schema"
ROLE = "skarbnik_template_role"
KEPT = 5
"""Recordings that stay: those of versions that still run somewhere, with some to go back to."""

_PREPARE = "SET LOCAL ROLE {role};\nSET LOCAL search_path = '';\nSET LOCAL check_function_bodies = false;\n"
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_recording (
    key text PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    text text NOT NULL,
    fingerprint text NOT NULL,
    migrations jsonb NOT NULL
)"""


_CAST_LIST = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
"""How PostgreSQL prints `state IN ('a', 'b')`. Read back, the cast moves into the elements and is printed otherwise for
ever; without the cast it is read as it was at first."""


class NotReplayable(RuntimeError):
    """The text would not make the same schema in every gmina; it is not used."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`text` names SCHEMA and ROLE; `migrations` are "app.name"; `fingerprint` see `catalog.FINGERPRINT`."""

    text: str
    fingerprint: str
    migrations: frozenset[str]

    def message(self, start: str, scope: tenancy.Scope) -> bytes:
        """All statements for a gmina, after those that make its role and schema."""
        text = self.text.replace(SCHEMA, scope.schema_name).replace(ROLE, scope.role)
        return (start + text).encode()


_known: dict[str, Recording] = {}


def current(connection: Connection, shard: str = tenancy.MAIN_SHARD) -> Recording:
    """The recording for the migrations of the running code, made now if nobody has made it.

    `connection` is the provisioner's in the cluster `shard`. Clusters of one version of PostgreSQL share a recording, which
    whoever comes first makes in its own cluster. Raises NotReplayable, OwnValues, NoDump.
    """
    key = migration_key(connection.info.server_version // 10_000)
    if key not in _known:
        found = _read(key)
        if found is None:
            with only_one(connection, "recording of the schema"):
                found = _read(key) or _keep(key, record(connection, shard))
        _known[key] = found
    return _known[key]


def template(connection: Connection, suffix: str = "", *, shard: str = tenancy.MAIN_SHARD) -> tenancy.Scope:
    """Scope of the schema that is recorded. Roles belong to the whole server, so the name tells its databases apart."""
    database = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    role = f"{ROLE}_{database[0] if database else 0}{suffix}"
    return tenancy.Scope(schema_name=f"{SCHEMA}{suffix}", role=role, shard=shard)


def record(connection: Connection, shard: str = tenancy.MAIN_SHARD) -> Recording:
    """Migrate a schema, write it down, prove the text on a second schema, and drop both."""
    scope, proof = template(connection, shard=shard), template(connection, "_proof", shard=shard)
    drop_schema(connection, scope)  # what a killed run left
    drop_schema(connection, proof)
    try:
        make_schema(connection, scope)
        migrate_once(scope)
        refuse_own_values(connection, scope, proof, migrate=migrate_once)
        recording = _written(connection, scope)
        replay(connection, recording, proof)
        _prove(connection, scope, proof)
    finally:
        if not connection.broken:
            drop_schema(connection, proof)
            drop_schema(connection, scope)
    return recording


def replay(connection: Connection, recording: Recording, scope: tenancy.Scope) -> None:
    """Make role, schema and tables in one transaction, all of it in one message, and look at what came of it.

    Raises NotReplayable, and leaves nothing, when the schema is not the recorded one.
    """
    with connection.transaction():
        start = empty_schema(connection, scope).as_string(connection)
        connection.execute(recording.message(start, scope))
        if fingerprint(connection, scope) != recording.fingerprint:
            raise NotReplayable(f"{scope.schema_name}: not what was recorded")


def fingerprint(connection: Connection, scope: tenancy.Scope) -> str:
    """One value for the whole of a schema's structure. Names of schema and role are no part of it."""
    [(found,)] = catalog.ask(connection, scope, catalog.FINGERPRINT)
    return str(found)


def migrate_once(scope: tenancy.Scope) -> None:
    """Migrate a schema that is dropped soon, and forget the connection that did it."""
    try:
        migrate(scope)
    finally:
        with tenancy.enter(
            scope
        ):  # its role is dropped soon, and it has seen relations that it will never need again
            application.close()


def _written(connection: Connection, scope: tenancy.Scope) -> Recording:
    """The schema as text, with what pg_dump means for psql taken out."""
    no_days = f"--exclude-table-data={scope.schema_name}.django_migrations"
    text = dump(connection, clusters.provisioning_url(scope.shard), scope, no_days)
    text = text.replace(scope.role, ROLE)
    _refuse_stray_names(text)
    # What is meant for psql (\restrict, settings of the session) stands before the first thing or after the last.
    _, separator, body = text.partition("\n--\n-- Name: ")
    body, _, _ = body.partition("\n--\n-- PostgreSQL database dump complete\n")
    own, body = f"\nCREATE SCHEMA {SCHEMA};\n", f"{separator}{body}\n"
    if body.count(own) != 1:
        raise NotReplayable(f"pg_dump does not make {SCHEMA} as expected")
    with as_role(connection, scope.role):
        found = connection.execute(
            f"SELECT id, app, name FROM {scope.schema_name}.django_migrations ORDER BY id".encode()  # noqa: S608
        ).fetchall()
        seen = fingerprint(connection, scope)
    rows = ", ".join(f"({number}, '{app}', '{name}', now())" for number, app, name in found)
    applied = f"INSERT INTO {SCHEMA}.django_migrations (id, app, name, applied) VALUES {rows};\n"  # noqa: S608
    return Recording(
        text=_PREPARE.format(role=ROLE)
        + folded(_CAST_LIST.sub(r"ARRAY[\1]", body.replace(own, "\n")))
        + applied,
        fingerprint=seen,
        migrations=frozenset(f"{app}.{name}" for _, app, name in found),
    )


def _refuse_stray_names(text: str) -> None:
    """The names stand for the gmina's wherever they are whole words; inside a longer word they would be nonsense."""
    strays = set(re.findall(rf"\w*(?:{SCHEMA}|{ROLE})\w*", text)) - {SCHEMA, ROLE}
    if strays:
        raise NotReplayable(f"names made out of the schema's name: {', '.join(sorted(strays))}")


def _prove(connection: Connection, scope: tenancy.Scope, proof: tenancy.Scope) -> None:
    found = differences(connection, scope, proof)
    if found:
        raise NotReplayable("replayed is not migrated: " + "; ".join(map(str, found[:10])))


def _read(key: str) -> Recording | None:
    with tenancy.public(), application.cursor() as cursor:
        cursor.execute("SELECT to_regclass('schema_recording')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute("SELECT text, fingerprint, migrations FROM schema_recording WHERE key = %s", [key])
        found = cursor.fetchone()
    if found is None:
        return None
    text, seen, migrations = found
    names = json.loads(migrations) if isinstance(migrations, str) else migrations
    return Recording(text, seen, frozenset(names))


def _keep(key: str, recording: Recording) -> Recording:
    with tenancy.public(), application.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute(
            "INSERT INTO schema_recording (key, text, fingerprint, migrations) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO NOTHING",
            [key, recording.text, recording.fingerprint, json.dumps(sorted(recording.migrations))],
        )
        cursor.execute(
            "DELETE FROM schema_recording WHERE key NOT IN"
            " (SELECT key FROM schema_recording ORDER BY recorded_at DESC LIMIT %s)",
            [KEPT],
        )
    return recording
