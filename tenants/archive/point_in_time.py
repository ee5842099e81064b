"""One gmina as it stood at an instant: from a base backup of the whole server and its archived WAL.

PostgreSQL replays WAL for a server as a whole, so a scratch server is recovered to the instant beside the running one, the
one schema is taken from it as an archive, and the scratch server is thrown away. The rest of the platform does not notice.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg

from kernel.actors import Actor
from kernel.errors import InvalidInput, Unavailable
from kernel.postgresql import clusters
from tenants.archive import files
from tenants.archive.gmina import tenant_of
from tenants.archive.loading import Compared
from tenants.archive.programs import program
from tenants.archive.restores import restore_gmina
from tenants.archive.rows import Form
from tenants.archive.writing import write_archive

_PATIENCE: Final = 6 * 3600
"""Seconds for which a recovery may replay WAL before it is given up."""


@dataclass(frozen=True)
class Sources:
    """What a recovery starts from.

    `base` is a folder that pg_basebackup made of the gmina's cluster (plain format; it is copied, never changed).
    `restore_command` fetches one WAL file, as PostgreSQL's setting of that name: "cp /wal/%f %p". `system_user` runs the
    scratch server when we are root.
    """

    base: Path
    restore_command: str
    system_user: str = ""


def restore_to(teryt: str, moment: datetime, sources: Sources, *, actor: Actor) -> Compared:
    """Put one gmina back to `moment` (an aware datetime); what stood there is kept as `restore_gmina` does.

    Raises InvalidInput("recovery.base") when `base` is no base backup, Unavailable("recovery.failed") when the WAL does not
    reach `moment` or the scratch server does not start, and what `restore_gmina` raises.
    """
    tenant, folder = tenant_of(teryt), files.folder_of(teryt)
    path = folder / f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.moment.zip"
    with recovered(sources, moment, tenant.shard) as url, files.written(path) as out:
        write_archive(out, tenant.scope(), tenant.kind, Form.RAW, url=url)
    try:
        return restore_gmina(teryt, path, actor=actor)
    finally:
        path.unlink()


@contextmanager
def recovered(sources: Sources, moment: datetime, shard: str) -> Iterator[str]:
    """A scratch server on loopback with the cluster as it stood at `moment`; its URL for the provisioner."""
    if not (sources.base / "PG_VERSION").is_file():
        raise InvalidInput("recovery.base", place=str(sources.base))
    with tempfile.TemporaryDirectory(prefix="skarbnik-recovery-") as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(sources.base, data, symlinks=True)
        port = _free_port()
        _configure(folder, data, port, sources, moment)
        _give_to(folder, sources.system_user)
        with (folder / "log").open("ab") as log:
            running = subprocess.Popen(  # noqa: S603
                [program("postgres"), "-D", str(data), "-c", f"config_file={folder / 'scratch.conf'}"],
                stdout=log, stderr=log, user=sources.system_user or None, start_new_session=True, cwd="/",
            )  # fmt: skip
        url = _url(port, shard)
        try:
            _wait(running, url, folder / "log")
            yield url
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def _configure(folder: Path, data: Path, port: int, sources: Sources, moment: datetime) -> None:
    """Settings of its own: those of the running server may name files that are not here, and must not archive WAL again."""
    for left in ("postmaster.pid", "standby.signal", "postgresql.auto.conf"):
        (data / left).unlink(missing_ok=True)
    (data / "recovery.signal").touch()
    (folder / "hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    lines = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "hba_file": folder / "hba.conf",
        # No reading before the end: else it had to be at least as large as the server of the backup.
        "hot_standby": "off",
        "archive_mode": "off",
        "max_locks_per_transaction": 512,
        "recovery_init_sync_method": "syncfs",
        "restore_command": sources.restore_command,
        "recovery_target_time": moment.astimezone(UTC).isoformat(),
        "recovery_target_action": "promote",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    text = "".join(f"{name} = {_quoted(str(value))}\n" for name, value in lines.items())
    (folder / "scratch.conf").write_text(text)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _give_to(folder: Path, system_user: str) -> None:
    if not system_user:
        return
    account = pwd.getpwnam(system_user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _url(port: int, shard: str) -> str:
    """The provisioner's own login, on loopback: roles and passwords are in the base backup."""
    given = urlsplit(clusters.provisioning_url(shard))
    login, at, _ = given.netloc.rpartition("@")
    return urlunsplit((given.scheme, f"{login}{at}127.0.0.1:{port}", given.path, "", ""))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Until the server has replayed what it should and takes connections for writing as well."""
    deadline = time.monotonic() + _PATIENCE
    while running.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                if found == (False,):
                    return
        except psycopg.OperationalError:
            pass
        time.sleep(0.2)
    told = log.read_text(errors="replace")[-500:]
    raise Unavailable("recovery.failed", told=told)
