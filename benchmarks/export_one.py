"""Export of one gmina beside pg_dump of the same schema, in a database with many other schemas.

Ours is the rows of a backup as it is written each night: every table by COPY in one REPEATABLE READ transaction under the
gmina's role, with digests and the ledger's sums, compressed into a ZIP. pg_dump writes the same schema as plain text.
`ratio` is our time divided by pg_dump's. Most of pg_dump's is reading the catalogs of all schemas, so it grows with their
number, and ours does not. Beside it the open form for the gmina (`open_ms`: decrypted, CSV and JSON, described).

The other schemas are copies of the gmina's tables without rows. SCHEMAS=20 is quick.
"""

import io
import os
import subprocess

import psycopg

from benchmarks.harness import fastest, finish, gmina, say

SCHEMAS = int(os.environ.get("SCHEMAS", "300"))
GOAL = 0.1
RECYCLE_AFTER = 50


def login() -> dict[str, str]:
    """The administrator's environment: every role of the private server has the same password."""
    from tenants.archive import programs

    return {**programs.login(os.environ["PROVISIONING_DATABASE_URL"]), "PGUSER": "postgres"}


def dump(schema: str, *options: str) -> bytes:
    """pg_dump of one schema."""
    from tenants.archive.programs import program

    command = [program("pg_dump"), f"--schema={schema}", "--no-owner", "--no-privileges", *options]
    return subprocess.run(command, env=login(), check=True, capture_output=True).stdout


def copy_schema(schema: str, number: int) -> None:
    """Make copies of the schema's tables. A session that has seen many relations is slow, so it is renewed."""
    text = dump(schema, "--schema-only").decode()
    lines = [
        line for line in text.splitlines() if not line.startswith(("\\", "SELECT pg_catalog.set_config"))
    ]
    template = "\n".join(lines)
    environment = login()
    address = {
        "host": environment["PGHOST"],
        "port": environment["PGPORT"],
        "dbname": environment["PGDATABASE"],
        "user": "postgres",
        "password": environment["PGPASSWORD"],
    }
    for first in range(0, number, RECYCLE_AFTER):
        with psycopg.connect(**address, autocommit=True) as connection:  # type: ignore[arg-type]
            for place in range(first, min(first + RECYCLE_AFTER, number)):
                connection.execute(template.replace(schema, f"copy_{place}"))  # type: ignore[call-overload]


def main() -> None:
    """Measure and print."""
    with gmina() as scope:
        from kernel import tenancy
        from tenants.archive.rows import Form
        from tenants.archive.writing import write_archive
        from tenants.directory.models import TenantKind

        say(f"making {SCHEMAS} schemas more")
        copy_schema(scope.schema_name, SCHEMAS)

        def export(form: Form) -> int:
            out = io.BytesIO()
            write_archive(out, scope, TenantKind.RURAL, form)
            return len(out.getvalue())

        say("measuring")
        with tenancy.enter(scope):
            ours = fastest(lambda: export(Form.RAW), rounds=9)
            opened = fastest(lambda: export(Form.OPEN), rounds=5)
            theirs = fastest(lambda: dump(scope.schema_name), rounds=3)
            size = export(Form.RAW)
    finish(
        "export_one",
        ratio=ours / theirs,
        goal=GOAL,
        schemas=SCHEMAS,
        export_ms=round(ours * 1000, 1),
        open_ms=round(opened * 1000, 1),
        pg_dump_ms=round(theirs * 1000, 1),
        archive_kib=round(size / 1024, 1),
    )


if __name__ == "__main__":
    main()
