"""All processes of the embedded default, started in order and ended by process id.

The web server, worker and clock are the ones of production; only the addresses and keys come from here. Each server that
an environment variable names already (DATABASE_URL, BROKER_URL, EMAIL_URL, or the same with _FILE) is used instead of an
embedded one.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kernel import crypto
from portal.embedded import postgres
from portal.embedded.home import Child, Home
from tenants.directory.presets import load_preset, names

DATABASE = "skarbnik"
READY_SECONDS = 60
END_SECONDS = 10
TAIL = 3000
"""Characters of a log that an error shows."""


class Interrupted(RuntimeError):
    """Somebody asked for the end while the stack was starting."""


class ChildEnded(RuntimeError):
    """A child ended that should run, or a command failed; the text has the end of its log."""


def is_given(name: str) -> bool:
    """Whether the environment brings this setting itself, or a file with it."""
    return name in os.environ or f"{name}_FILE" in os.environ


@dataclass
class Ports:
    """TCP ports on loopback."""

    web: int
    emulator: int
    mailbox: int
    smtp: int


@dataclass
class Stack:
    """The running processes and where they are reached.

    `keeper` records the children for a later run; `is_interrupted` is set from outside, by a signal.
    """

    home: Path
    ports: Ports
    database: str = DATABASE
    keeper: Home | None = None
    is_interrupted: bool = False
    server: postgres.Server | None = None
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    # --- addresses --------------------------------------------------------------------------------------------------
    def portal(self, label: str) -> str:
        """Address of a gmina's portal (or of the console) by the first label of its host."""
        return f"http://{label}.localhost:{self.ports.web}"

    @property
    def emulator_url(self) -> str:
        """Where the operator's emulator answers, for us and for the payer's browser."""
        return f"http://127.0.0.1:{self.ports.emulator}"

    @property
    def mailbox_url(self) -> str:
        """The page of caught e-mails."""
        return f"http://127.0.0.1:{self.ports.mailbox}"

    # --- parts ------------------------------------------------------------------------------------------------------
    def start_database(self, *, durable: bool = True) -> None:
        """Start PostgreSQL unless DATABASE_URL names one."""
        if is_given("DATABASE_URL"):
            return
        self.server = postgres.start(self.home / "postgres", durable=durable)
        postgres.prepare_roles(self.server)
        postgres.prepare_database(self.server, self.database)

    def prepare_environment(self) -> dict[str, str]:
        """Make what the processes get as their environment; keys are made once and kept in the home folder."""
        own = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.local",
            "SKARBNIK_DOMAIN": "localhost",
            "CONSOLE_HOST": "console.localhost",
            "PORTAL_SCHEME": "http",
            "PORTAL_PORT": str(self.ports.web),
        }
        defaults = {
            **self._keys(),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
            "LOG_LEVEL": "WARNING",
        }
        if not is_given("BROKER_URL"):
            defaults["BROKER_URL"] = "filesystem://localhost"
            defaults["BROKER_OPTIONS"] = self.broker_options(self.home / "broker")
        if self.server is not None:
            defaults["DATABASE_URL"] = self.server.url("skarbnik_app", self.database)
            defaults["PROVISIONING_DATABASE_URL"] = self.server.url("skarbnik_provisioner", self.database)
        missing = {name: value for name, value in defaults.items() if not is_given(name)}
        self.environment = {**os.environ, **missing, **own}
        return self.environment

    def broker_options(self, folder: Path) -> str:
        """Options of the broker that needs no installation: messages are files, JSON for BROKER_OPTIONS."""
        for name in ("queue", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        queue = str(folder / "queue")
        options = {
            "data_folder_in": queue,
            "data_folder_out": queue,
            "control_folder": str(folder / "control"),
        }
        return json.dumps(options | {"polling_interval": 0.1})

    def _keys(self) -> dict[str, str]:
        path = self.home / "keys.json"
        if not path.exists():
            master = crypto.new_master_keyset()
            keys = {
                "SECRET_KEY": secrets.token_urlsafe(48),
                "MASTER_KEY": master,
                "PLATFORM_KEYS": crypto.new_platform_keys(master),
            }
            path.touch(mode=0o600)
            path.write_text(json.dumps(keys))
        loaded: dict[str, str] = json.loads(path.read_text())
        return loaded

    @property
    def operator_secrets_file(self) -> Path:
        """The file with what `operator_secrets` returns, for `skarbnik provision`."""
        return self.home / "operator-secrets.json"

    def operator_secrets(self) -> dict[str, dict[str, str]]:
        """Secrets at the emulator by posId, made once; the merchants file tells them to the emulator."""
        path = self.operator_secrets_file
        if not path.exists():
            found = {
                account.merchant_ids["pos_id"]: {
                    "crc": secrets.token_hex(8),
                    "api_key": secrets.token_hex(16),
                }
                for name in names()
                for account in load_preset(name).operator_accounts
            }
            path.touch(mode=0o600)
            path.write_text(json.dumps(found))
        loaded: dict[str, dict[str, str]] = json.loads(path.read_text())
        return loaded

    def start_emulator(self) -> None:
        """Start the operator's emulator with one merchant for each operator account of the presets."""
        merchants = [
            {
                "merchant_id": int(account.merchant_ids["merchant_id"]),
                "pos_id": int(account.merchant_ids["pos_id"]),
                "name": preset.office.office_name,
                "account": account.account_nrb,
                **self.operator_secrets()[account.merchant_ids["pos_id"]],
            }
            for preset in map(load_preset, names())
            for account in preset.operator_accounts
        ]
        path = self.home / "merchants.json"
        path.write_text(json.dumps(merchants, ensure_ascii=False))
        state = self.home / "przelewy24.sqlite"
        module = ["-m", "integrations.emulators.przelewy24"]
        self.spawn(
            "emulator",
            [*module, "--port", str(self.ports.emulator), "--state", str(state), "--merchants", str(path)],
        )
        self.wait_for(f"{self.emulator_url}/")

    def start_mailbox(self, *, always: bool = False) -> None:
        """Start the SMTP server that keeps every e-mail, unless EMAIL_URL names a real one."""
        if is_given("EMAIL_URL") and not always:
            return
        arguments = ["-m", "integrations.emulators.mailbox", "--smtp-port", str(self.ports.smtp)]
        self.spawn(
            "mailbox",
            [*arguments, "--http-port", str(self.ports.mailbox), "--folder", str(self.home / "mail")],
        )
        self.wait_for(f"{self.mailbox_url}/")

    def start_web(self, *, workers: int = 2, threads: int = 4) -> None:
        """Start the web server on the one public port."""
        self.spawn(
            "web",
            [
                "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{self.ports.web}",
                "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread", "--preload",
                "--log-level", "warning", "--graceful-timeout", "5",
            ],
        )  # fmt: skip
        self.wait_for(f"http://127.0.0.1:{self.ports.web}/readyz")

    def start_worker(self) -> None:
        """Start the worker with its clock."""
        schedule = str(self.home / "celerybeat")
        arguments = ["-m", "celery", "-A", "portal.celery", "worker", "--beat", "--schedule", schedule]
        self.spawn("worker", [*arguments, "--concurrency", "2", "--loglevel", "WARNING", "--pool", "threads"])

    # --- processes --------------------------------------------------------------------------------------------------
    def spawn(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        """Start a child with a log file of its own. Ctrl-C reaches us only; we end the children ourselves."""
        self._log(name).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *arguments]
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own modules with our own arguments
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        if self.keeper is not None:
            self.keeper.record(Child(name, process.pid, tuple(command)))
        return process

    def manage(self, *arguments: str, tell: Callable[[str], object] = lambda line: None) -> None:
        """Run one management command to its end; each line that it prints goes to `tell` at once.

        Raises ChildEnded with its output when it fails, Interrupted when the end was asked for meanwhile.
        """
        name = arguments[0]
        process = self.spawn(name, ["-m", "portal", *arguments])
        with self._log(name).open(encoding="utf-8", errors="replace") as log:
            while True:
                has_ended = process.poll() is not None
                for line in log:
                    tell(line.rstrip("\n"))
                if has_ended:
                    break
                self.check_interrupted()
                time.sleep(0.1)
        del self.processes[name]
        if process.returncode:
            raise ChildEnded(f"skarbnik {' '.join(arguments)} failed:\n{self._tail(name)}")

    def wait_for(self, url: str) -> None:
        """Wait until `url` answers 200. Raises ChildEnded, or Interrupted when the end was asked for meanwhile."""
        deadline = time.monotonic() + READY_SECONDS
        answer = "nothing"
        while time.monotonic() < deadline:
            self.check_interrupted()
            self.check_children()
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- loopback
                    return
            except urllib.error.HTTPError as error:
                answer = str(error.code)
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        raise ChildEnded(f"{url} is not ready: {answer}")

    def check_children(self) -> None:
        """Raise ChildEnded with the end of its log when a child is gone."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise ChildEnded(f"{name} has ended ({process.returncode}):\n{self._tail(name)}")
        if self.server is not None and self.server.process.poll() is not None:
            raise ChildEnded(f"the database has ended; its log: {self.server.folder / 'log'}")

    def check_interrupted(self) -> None:
        """Raise Interrupted when the end was asked for."""
        if self.is_interrupted:
            raise Interrupted

    def stop(self) -> None:
        """End every child with all that it started: politely, then for good; PostgreSQL last."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + END_SECONDS
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            _kill_group(process)
        self.processes.clear()
        if self.server is not None:
            self.server.stop()
        if self.keeper is not None:
            self.keeper.forget_children()

    def _log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"

    def _tail(self, name: str) -> str:
        return self._log(name).read_text(errors="replace")[-TAIL:].strip()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the session that the child led: usually nobody."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
