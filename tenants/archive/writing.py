"""One gmina into one archive: everything as it stood at one moment."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from psycopg import sql

from kernel import crypto, tenancy
from tenants.archive import catalog, description, programs, rows
from tenants.archive.catalog import Catalog, Table
from tenants.archive.manifest import Contents, Manifest
from tenants.archive.packing import Packer, Sink
from tenants.archive.rows import Form
from tenants.archive.servers import Connection, snapshot

LEDGER: Final = "ledger_posting"
MIGRATIONS: Final = "django_migrations"
KEYS: Final = "klucze.json"


def write_archive(
    out: Sink, scope: tenancy.Scope, kind: str, form: Form, *, url: str = "", with_dump: bool = False
) -> Manifest:
    """Write the gmina's archive into `out`: COPY table by table in one REPEATABLE READ transaction under its own role.

    The OPEN form has CSV, JSON, descriptions, the regulation and the gmina's keys in the clear: it must go into an
    encrypted file. The RAW form has the rows alone and no keys. `url` names another server than the gmina's own.
    """
    with tenancy.enter(scope), snapshot(scope, url) as connection:
        found = catalog.read(connection, scope.schema_name)
        packer = Packer(out)
        tables = {
            table.name: _add_table(packer, connection, scope, table, form) for table in found.tables.values()
        }
        if form == Form.OPEN:
            _add_open_parts(packer, connection, scope, found)
        if with_dump:
            name = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert name is not None
            packer.add("zrzut/gmina.sql", programs.dump(scope, name[0], url))
        last = Manifest(
            form=form,
            teryt=scope.tenant_id,
            name=scope.name,
            kind=kind,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            migrations=_migrations(connection, scope),
            tables=tables,
            sequences=found.sequences,
            sums=ledger_sums(connection, scope, found),
            parts=packer.parts,
        )
        packer.finish(last)
        return last


def ledger_sums(connection: Connection, scope: tenancy.Scope, found: Catalog) -> dict[str, int]:
    """Totals of the ledger by account, in grosze; debit above zero."""
    if LEDGER not in found.tables:
        return {}
    query = "SELECT account, sum(amount_gr)::bigint FROM {} GROUP BY account ORDER BY account"
    place = sql.Identifier(scope.schema_name, LEDGER)
    return dict(connection.execute(sql.SQL(query).format(place)).fetchall())


class Counted:
    """Passes chunks on and counts rows: lines of COPY's text form, or whole rows after the line of names."""

    def __init__(self, chunks: Iterable[bytes], form: Form) -> None:
        self._chunks = chunks
        self._form = form
        self.rows = 0 if form == Form.RAW else -1

    def __iter__(self) -> Iterator[bytes]:
        """The chunks."""
        for chunk in self._chunks:
            self.rows += chunk.count(b"\n") if self._form == Form.RAW else 1
            yield chunk


def _add_table(
    packer: Packer, connection: Connection, scope: tenancy.Scope, table: Table, form: Form
) -> Contents:
    file = f"tabele/{table.name}.copy" if form == Form.RAW else f"dane/{table.name}.csv"
    counted = Counted(rows.write(connection, scope, table, form), form)
    packer.add(file, counted)
    return Contents(file, counted.rows, tuple(column.name for column in table.carried))


def _add_open_parts(packer: Packer, connection: Connection, scope: tenancy.Scope, found: Catalog) -> None:
    packer.add("CZYTAJ.txt", [description.READ_ME.encode()])
    packer.add("opis.json", [description.describe(found)])
    for table in found.tables.values():
        packer.add(f"dane/{table.name}.json", rows.write_json(connection, scope, table))
    for name, text in description.regulation_texts(connection, found):
        packer.add(name, [text])
    keys = crypto.WrappedKeys(scope.wrapped_data_key, scope.wrapped_index_key)
    packer.add(KEYS, [json.dumps(crypto.clear_keysets(scope.tenant_id, keys)).encode()])


def _migrations(connection: Connection, scope: tenancy.Scope) -> tuple[tuple[str, str], ...]:
    query = sql.SQL("SELECT app, name FROM {} ORDER BY id")
    place = sql.Identifier(scope.schema_name, MIGRATIONS)
    return tuple((app, name) for app, name in connection.execute(query.format(place)))
