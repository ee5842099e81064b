"""All processes of the embedded default, started in order and ended by process id.

The web server, worker and clock are the ones of production; only the addresses and keys come from here. Each server that
an environment variable names already (DATABASE_URL, BROKER_URL, EMAIL_URL) is used instead of an embedded one.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kernel import crypto
from portal.embedded import postgres
from tenants.directory.presets import load_preset, names

DATABASE = "skarbnik"
READY_SECONDS = 60


@dataclass
class Ports:
    """TCP ports on loopback."""

    web: int
    emulator: int
    mailbox: int
    smtp: int


@dataclass
class Stack:
    """The running processes and where they are reached."""

    home: Path
    ports: Ports
    database: str = DATABASE
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
        if "DATABASE_URL" in os.environ:
            return
        self.server = postgres.start(self.home / "postgres", durable=durable)
        postgres.prepare_roles(self.server)
        postgres.prepare_database(self.server, self.database)

    def prepare_environment(self) -> dict[str, str]:
        """Make what the processes get as their environment; keys are made once and kept in the home folder."""
        keys = self._keys()
        defaults = {
            **keys,
            "DJANGO_SETTINGS_MODULE": "portal.settings.local",
            "SKARBNIK_DOMAIN": "localhost",
            "PORTAL_SCHEME": "http",
            "PORTAL_PORT": str(self.ports.web),
            "BROKER_URL": "filesystem://",
            "BROKER_OPTIONS": self.broker_options(self.home / "broker"),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.ports.smtp}",
            "LOG_LEVEL": "WARNING",
        }
        if self.server is not None:
            defaults["DATABASE_URL"] = self.server.url("skarbnik_app", self.database)
            defaults["PROVISIONING_DATABASE_URL"] = self.server.url("skarbnik_provisioner", self.database)
        self.environment = {**os.environ, **{k: v for k, v in defaults.items() if k not in os.environ}}
        return self.environment

    def broker_options(self, folder: Path) -> str:
        """Options of the broker that needs no installation: messages are files, JSON for BROKER_OPTIONS."""
        for name in ("queue", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        queue = str(folder / "queue")
        options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
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

    def operator_secrets(self) -> dict[str, dict[str, str]]:
        """Secrets at the emulator by posId, made once; the merchants file tells them to the emulator."""
        path = self.home / "operator-secrets.json"
        if not path.exists():
            found = {
                account.merchant_ids["pos_id"]: {"crc": secrets.token_hex(8), "api_key": secrets.token_hex(16)}
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
        self.spawn("emulator", [*module, "--port", str(self.ports.emulator), "--state", str(state), "--merchants", str(path)])
        self.wait_for(f"{self.emulator_url}/")

    def start_mailbox(self, *, always: bool = False) -> None:
        """Start the SMTP server that keeps every e-mail, unless EMAIL_URL names a real one."""
        if "EMAIL_URL" in os.environ and not always:
            return
        arguments = ["-m", "integrations.emulators.mailbox", "--smtp-port", str(self.ports.smtp)]
        self.spawn("mailbox", [*arguments, "--http-port", str(self.ports.mailbox), "--folder", str(self.home / "mail")])
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
    def spawn(self, name: str, arguments: list[str]) -> None:
        """Start a child with its own log file. Ctrl-C reaches us only; we end the children ourselves."""
        (self.home / "log").mkdir(parents=True, exist_ok=True)
        log: IO[bytes] = (self.home / "log" / f"{name}.log").open("ab")
        command = [sys.executable, *arguments]
        self.processes[name] = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def manage(self, *arguments: str) -> str:
        """Run one management command to its end; returns what it printed. Raises RuntimeError with its output."""
        done = subprocess.run(
            [sys.executable, "-m", "portal", *arguments], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def wait_for(self, url: str) -> None:
        """Wait until `url` answers. Raises RuntimeError with the end of the child's log."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if dead:
                tail = (self.home / "log" / f"{dead[0]}.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"{dead[0]} ended:\n{tail}")
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{url} does not answer")

    def stop(self) -> None:
        """End every child: politely, then for good; PostgreSQL last."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                _kill_group(process)
        self.processes.clear()
        if self.server is not None:
            self.server.stop()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def label_of(name: str) -> str:
    """First label of a preset's host, checked to be one."""
    label = load_preset(name).label
    assert re.fullmatch(r"[a-z0-9-]+", label)
    return label
