"""An archive into an empty schema: the tables by the migrations that had made them, then the rows, then a comparison."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.db import connection as django_connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from kernel import tenancy
from kernel.errors import InvalidInput
from tenants.archive import catalog, rows, servers
from tenants.archive.catalog import Table
from tenants.archive.manifest import Manifest
from tenants.archive.packing import Archive
from tenants.archive.rows import Form
from tenants.archive.servers import Connection
from tenants.archive.writing import Counted, ledger_sums
from tenants.directory import provisioning

Check = Callable[[], list[str]]

LEDGER_ENTRIES: Final = "ledger_entry"
_checks: list[Check] = []


def check_with(check: Check) -> None:
    """Let `check` look at every gmina that was loaded, in its scope; it returns what is wrong, nothing when all is well.

    The layers above tell what they know of their data here: the ledger, that it stands as it was written.
    """
    _checks.append(check)


@dataclass(slots=True)
class Compared:
    """What a loaded gmina has beside what its archive says; `findings` name what differs."""

    rows: int = 0
    findings: list[str] = field(default_factory=list)


def load(scope: tenancy.Scope, archive: Archive) -> Compared:
    """Make the scope's schema and fill it from the archive; it must not exist. Returns the comparison.

    The scope carries the keys with which the encrypted columns open. Raises InvalidInput("archive.newer") when the archive
    was made by a newer version of the platform, ("archive.tables") or ("archive.columns") when it has others than its
    migrations make.
    """
    provisioning.make_schema(scope)
    with tenancy.enter(scope):
        _make_tables(archive.manifest)
        with servers.owner(scope) as connection, connection.transaction():
            _fill(connection, scope, archive)
        return compare(scope, archive.manifest)


def compare(scope: tenancy.Scope, expected: Manifest) -> Compared:
    """Rows, content of every table, sums of the ledger, readability of encrypted columns, and every check; reads only."""
    outcome = Compared()
    with tenancy.enter(scope):
        with servers.snapshot(scope) as connection:
            found = catalog.read(connection, scope.schema_name)
            for table in found.tables.values():
                _compare_table(connection, scope, table, expected, outcome)
            for name, value in expected.sequences.items():
                if found.sequences.get(name) != value:
                    outcome.findings.append(f"{name}: {found.sequences.get(name)}, not {value}")
            sums = ledger_sums(connection, scope, found)
            for account in sorted({*sums, *expected.sums}):
                if sums.get(account, 0) != expected.sums.get(account, 0):
                    outcome.findings.append(
                        f"{account}: {sums.get(account, 0)} gr, not {expected.sums.get(account, 0)}"
                    )
        outcome.findings += checked()
    return outcome


def checked() -> list[str]:
    """What the layers above find wrong in the gmina whose scope is open."""
    return [finding for check in _checks for finding in check()]


def _make_tables(manifest: Manifest) -> None:
    """Migrate the open scope to exactly the migrations that the archive names, not to the newest."""
    recorded = set(manifest.migrations)
    executor = MigrationExecutor(django_connection)
    graph = executor.loader.graph
    if not recorded <= set(graph.nodes):
        raise InvalidInput("archive.newer")
    last = [
        node for node in recorded if not {child.key for child in graph.node_map[node].children} & recorded
    ]
    executor.migrate(sorted(last))


def _fill(connection: Connection, scope: tenancy.Scope, archive: Archive) -> None:
    """All rows in one transaction. Triggers of ours rest meanwhile: they refuse what only a restore may do."""
    found = catalog.read(connection, scope.schema_name)
    expected = archive.manifest.tables
    if set(found.tables) != set(expected):
        raise InvalidInput("archive.tables", place=sorted(set(found.tables) ^ set(expected))[0])
    places = {name: sql.Identifier(scope.schema_name, name) for name in found.tables}
    triggered = [places[name] for name, table in found.tables.items() if table.triggered]
    for table_place in triggered:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table_place))
    # What the migrations themselves have put in stands in the archive as well.
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(places.values())))
    for name, table in found.tables.items():
        if tuple(column.name for column in table.carried) != expected[name].columns:
            raise InvalidInput("archive.columns", table=name)
        with archive.part(expected[name].file) as file:
            rows.load(connection, scope, table, archive.manifest.form, file)
    for name, last in archive.manifest.sequences.items():
        place = f'"{scope.schema_name}"."{name}"'
        # Not called yet: the next value is the first one, whatever the migrations have used.
        connection.execute("SELECT setval(%s, coalesce(%s, 1), %s)", [place, last, last is not None])
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table_place in triggered:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table_place))
    if LEDGER_ENTRIES in found.tables:
        keep_order_of_transactions(connection, places[LEDGER_ENTRIES])


def keep_order_of_transactions(connection: Connection, entries: sql.Identifier) -> None:
    """Let entries that are written here come after the loaded ones in the ledger's chain.

    The chain orders entries by the number of their transaction (`services.ledger.sealing`). A younger server counts lower
    than the one where they were written, so its numbers are raised by a constant, above every loaded one. That constant is
    part of the column's default, where sealing reads it. On the same server nothing changes.
    """
    query = sql.SQL(
        "SELECT coalesce(max(xid), 0) + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM {}"
    ).format(entries)
    found = connection.execute(query).fetchone()
    behind = found[0] if found else 0
    if behind > 0:
        default = "(pg_current_xact_id()::text)::bigint"
        alter = f"ALTER TABLE {{}} ALTER COLUMN xid SET DEFAULT {default} + {int(behind)}"
        connection.execute(sql.SQL(alter).format(entries))


def _compare_table(
    connection: Connection, scope: tenancy.Scope, table: Table, expected: Manifest, outcome: Compared
) -> None:
    if table.name not in expected.tables:
        outcome.findings.append(f"{table.name}: not in the archive")
        return
    digest = sha256()
    counted = Counted(rows.write(connection, scope, table, expected.form), expected.form)
    for chunk in counted:
        digest.update(chunk)
    outcome.rows += counted.rows
    if counted.rows != expected.tables[table.name].rows:
        outcome.findings.append(f"{table.name}: {counted.rows} rows, not {expected.tables[table.name].rows}")
    elif digest.hexdigest() != expected.digest_of(table.name):
        outcome.findings.append(f"{table.name}: other content")
    if expected.form == Form.RAW and (column := rows.unreadable(connection, scope, table)):
        outcome.findings.append(f"{column}: does not open with the keys of the gmina")
