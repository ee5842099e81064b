"""All processes of the embedded default, started in order and ended by process id.

The web server, worker and clock are the ones of production; only the addresses and keys come from here. Each server that
an environment variable names already (DATABASE_URL, BROKER_URL, EMAIL_URL, or the same with _FILE) is used instead of an
embedded one.
"""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from integrations.emulators.registry import EMULATORS
from integrations.payments import registry
from kernel import crypto
from portal.demo import merchants as demo_merchants
from portal.demo import node_persons
from portal.demo.people import GMINAS
from portal.embedded import postgres
from portal.embedded.children import ChildEnded, Children
from portal.embedded.kept import kept_secret
from portal.embedded.profile import ProfileStandIn
from tenants.directory.presets import load_preset, names
from tenants.directory.presets.shapes import OperatorAccountPreset, Preset

DATABASE = "skarbnik"


def is_given(name: str) -> bool:
    """Whether the environment brings this setting itself, or a file with it."""
    return name in os.environ or f"{name}_FILE" in os.environ


@dataclass
class Ports:
    """TCP ports on loopback."""

    web: int
    emulator: int
    """Of the presets' operator."""
    mailbox: int
    smtp: int
    operators: int = 0
    """The first of those of the other emulated operators, which follow it; 0: each takes a free port."""
    node: int = 0
    """Of the stand-in for the national node (login.gov.pl); 0 takes a free port."""


@dataclass(kw_only=True)
class Stack(Children):
    """The running processes and where they are reached."""

    ports: Ports
    database: str = DATABASE
    server: postgres.Server | None = None
    _further_ports: dict[str, int] = field(default_factory=dict)
    _profile_port: int = field(default_factory=postgres.free_port)

    # --- addresses --------------------------------------------------------------------------------------------------
    def portal(self, label: str) -> str:
        """Address of a gmina's portal (or of the console) by the first label of its host."""
        return f"http://{label}.localhost:{self.ports.web}"

    @property
    def emulator_urls(self) -> dict[str, str]:
        """Where the operators' emulators answer, for us and for the payer's browser; that of the presets first."""
        return {code: f"http://127.0.0.1:{port}" for code, port in self._emulator_ports().items()}

    @property
    def profile(self) -> ProfileStandIn:
        """The stand-in for Profil Zaufany."""
        return ProfileStandIn(f"http://127.0.0.1:{self._profile_port}", self.home / "profile")

    @property
    def node_url(self) -> str:
        """The stand-in for the national node, for us and for the resident's browser."""
        return f"http://127.0.0.1:{self.ports.node}"

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
            "RETURN_ADDRESS": "zwroty@poczta.localhost",
            "RETURN_MAILDIR": str(self.home / "returns"),
            "LETTER_DOUBT_SECONDS": "60",
            "LOG_LEVEL": "WARNING",
        }
        if not is_given("BROKER_URL"):
            defaults["BROKER_URL"] = "filesystem://localhost"
            defaults["BROKER_OPTIONS"] = self.broker_options(self.home / "broker")
        self.profile.prepare()
        if not is_given("TRUST_LOTL_URL"):
            defaults |= self.profile.settings()
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
        loaded: dict[str, str] = json.loads(kept_secret(self.home / "keys.json", _new_keys))
        return loaded

    @property
    def operator_secrets_file(self) -> Path:
        """The file with what `operator_secrets` returns, for `skarbnik provision`."""
        return self.home / "operator-secrets.json"

    @property
    def merchants_file(self) -> Path:
        """The file with the demo gminas' contracts as the emulators know them, keys included."""
        return self.home / "merchants.json"

    def operator_secrets(self) -> dict[str, dict[str, str]]:
        """Secrets at the emulators by bank account, made once; the merchants file tells them to the emulators."""
        path = self.operator_secrets_file
        known: dict[str, dict[str, str]] = json.loads(kept_secret(path, lambda: _operator_secrets({})))
        if any(account.account_nrb not in known for account in _operator_accounts()):  # presets have grown
            path.unlink()
            known = json.loads(kept_secret(path, lambda: _operator_secrets(known)))
        return known

    def start_emulators(self, *, is_waiting: bool = True) -> None:
        """Start one process with all emulated operators: a merchant for each operator account of the presets, and one more
        for each demo gmina at the operators that its preset does not use."""
        merchants: dict[str, list[object]] = {}
        for preset in map(load_preset, names()):
            for account in preset.operator_accounts:
                merchant = {
                    "name": preset.office.office_name,
                    "account": account.account_nrb,
                    # The emulated contract costs what the gmina tells its payers; a percentage it cannot know.
                    "ids": {**account.merchant_ids, "commissions": _commissions(preset)},
                    "secrets": self.operator_secrets()[account.account_nrb],
                }
                merchants.setdefault(account.operator, []).append(merchant)
        for code, spare in self._spare_merchants():
            merchants.setdefault(code, []).append(spare)
        path = self.merchants_file
        path.write_text(json.dumps(merchants, ensure_ascii=False))
        listening = [f"--listen={code}={port}" for code, port in self._emulator_ports().items()]
        module = ["-m", "integrations.emulators", *listening]
        self.spawn("emulator", [*module, "--state", str(self.home / "operators"), "--merchants", str(path)])
        if is_waiting:
            self.wait_for_emulators()

    def _spare_merchants(self) -> Iterator[tuple[str, object]]:
        keys = json.loads(kept_secret(self.home / "spare-merchants.json", demo_merchants.new_secrets))
        for name in GMINAS:
            preset = load_preset(name)
            first, used = preset.operator_accounts[0], {one.operator for one in preset.operator_accounts}
            for code in EMULATORS.keys() - used:
                yield (
                    code,
                    {
                        "name": preset.office.office_name,
                        "account": first.account_nrb,
                        "ids": demo_merchants.IDS[name][code],
                        "secrets": keys[name][code],
                    },
                )

    def _emulator_ports(self) -> dict[str, int]:
        first = _operator_accounts()[0].operator
        for place, code in enumerate(code for code in EMULATORS if code != first):
            if code not in self._further_ports:
                self._further_ports[code] = (
                    self.ports.operators + place if self.ports.operators else postgres.free_port()
                )
        return {first: self.ports.emulator, **self._further_ports}

    def start_profile(self, *, is_waiting: bool = True) -> None:
        """Start the stand-in for Profil Zaufany, where invented people sign."""
        self.profile.prepare()
        self.spawn("profile", self.profile.arguments())
        if is_waiting:
            self.wait_for(f"{self.profile.url}/")

    def start_node(self) -> None:
        """Start the stand-in for the national node with the demo's residents; every process after this one pins its
        certificate. A gmina is registered there by `skarbnik join_node`."""
        self.ports.node = self.ports.node or postgres.free_port()
        folder = self.home / "login-gov"
        folder.mkdir(exist_ok=True)
        (folder / "persons.json").write_text(node_persons.persons(), encoding="utf-8")
        module = ["-m", "integrations.emulators.login_gov", "--port", str(self.ports.node)]
        self.spawn("node", [*module, "--folder", str(folder), "--persons", str(folder / "persons.json")])
        self.wait_for(f"{self.node_url}/certyfikat.pem")
        pinned = folder / "pinned.pem"
        pinned.write_bytes(httpx.get(f"{self.node_url}/certyfikat.pem", trust_env=False).content)
        self.environment |= {
            "LOGIN_GOV_NODE": "stand_in",
            "LOGIN_GOV_URL": self.node_url,
            "LOGIN_GOV_CERTIFICATES_FILE": str(pinned),
        }

    def start_mailbox(self, *, always: bool = False, is_waiting: bool = True) -> None:
        """Start the SMTP server that keeps every e-mail, unless EMAIL_URL names a real one."""
        if is_given("EMAIL_URL") and not always:
            return
        arguments = ["-m", "integrations.emulators.mailbox", "--smtp-port", str(self.ports.smtp)]
        self.spawn(
            "mailbox",
            [
                *arguments, "--http-port", str(self.ports.mailbox), "--folder", str(self.home / "mail"),
                "--returns", str(self.home / "returns"),
            ],
        )  # fmt: skip
        if is_waiting:
            self.wait_for(f"{self.mailbox_url}/")

    def wait_for_emulators(self) -> None:
        """Wait for what was started without waiting."""
        if "emulator" in self.processes:
            for url in self.emulator_urls.values():
                self.wait_for(f"{url}/")
        if "profile" in self.processes:
            self.wait_for(f"{self.profile.url}/")
        if "mailbox" in self.processes:
            self.wait_for(f"{self.mailbox_url}/")

    def start_web(
        self, *, workers: int = 2, threads: int = 4, application: str = "portal.wsgi:application"
    ) -> None:
        """Start the web server on the one public port."""
        self.spawn(
            "web",
            [
                "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.ports.web}",
                "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread", "--preload",
                "--log-level", "warning", "--graceful-timeout", "5",
            ],
        )  # fmt: skip
        self.wait_for(f"http://127.0.0.1:{self.ports.web}/readyz")

    def start_worker(self) -> None:
        """Start the worker with its clock. Of four threads some wait for PostgreSQL, operators and the mail server."""
        schedule = str(self.home / "celerybeat")
        arguments = ["-m", "celery", "-A", "portal.celery", "worker", "--beat", "--schedule", schedule]
        self.spawn("worker", [*arguments, "--concurrency", "4", "--loglevel", "WARNING", "--pool", "threads"])

    # --- life -------------------------------------------------------------------------------------------------------
    def check_children(self) -> None:
        """Raise ChildEnded when a child or the database is gone."""
        super().check_children()
        if self.server is not None and self.server.process.poll() is not None:
            raise ChildEnded(f"the database has ended; its log: {self.server.folder / 'log'}")

    def stop(self) -> None:
        """End every child, PostgreSQL last."""
        super().stop()
        if self.server is not None:
            self.server.stop()


def _new_keys() -> str:
    master = crypto.new_master_keyset()
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "MASTER_KEY": master,
        "PLATFORM_KEYS": crypto.new_platform_keys(master),
    }
    return json.dumps(keys)


def _operator_secrets(known: dict[str, dict[str, str]]) -> str:
    found = {
        account.account_nrb: known.get(account.account_nrb)
        or known.get(account.merchant_ids.get("pos_id", ""))
        or {wanted.name: secrets.token_hex(16) for wanted in registry.entry(account.operator).secret_fields}
        for account in _operator_accounts()
    }
    return json.dumps(found)


def _commissions(preset: Preset) -> str:
    """The fixed fees of the gmina's tariff in grosze, as the emulators read them."""
    return ";".join(
        f"{line.method_group}={line.fixed_gr}" for line in preset.fee_tariff.lines if line.fixed_gr
    )


def _operator_accounts() -> list[OperatorAccountPreset]:
    return [account for name in names() for account in load_preset(name).operator_accounts]
