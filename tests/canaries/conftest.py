"""Borki with a thousand planted words: real processes, real forms, real money, real letters, real failures."""

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.cache.backends import locmem

from kernel import tenancy
from portal.embedded import postgres
from portal.embedded.stack import Ports, Stack
from tests.canaries.planting import Planting
from tests.canaries.planting_cases import Cases
from tests.fixtures.canaries import Cage
from tests.fixtures.database import ACTOR, SECRETS, SESSION, use_database
from tests.fixtures.running import stack_environment

BORKI = "0615022"


@dataclass
class Reports:
    """A server that takes error reports and traces; `raw` is everything it was sent, unpacked."""

    raw: list[bytes] = field(default_factory=list)
    port: int = 0


@pytest.fixture(scope="module")
def reports() -> Iterator[Reports]:
    kept = Reports()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.raw.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


@dataclass
class Place:
    """Where the gmina lived: its processes, its folder, its database, and what was planted."""

    stack: Stack
    server: postgres.Server
    cage: Cage
    backups: Path
    cached: list[bytes] = field(default_factory=list)
    """Keys and values that the pages left in the cache of the process that drew them."""

    @property
    def url(self) -> str:
        """The database as its superuser sees it."""
        return self.server.url("postgres", self.stack.database)


@pytest.fixture(scope="module")
def place(
    server: postgres.Server,
    copy_database: Callable[[str], str],
    reports: Reports,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker,
) -> Iterator[Place]:
    """Borki after a day in which everything happened that can happen to personal data."""
    from tenants.configuration.models import Office
    from tenants.directory.presets import load_preset
    from tenants.directory.queries import scope_of
    from tenants.directory.setup import install_preset

    home: Path = tmp_path_factory.mktemp("canaries")
    stack = Stack(
        home=home,
        ports=Ports(*(postgres.free_port() for _ in range(4))),
        database=copy_database("skarbnik_canaries"),
    )
    stack.environment = stack_environment(server, stack) | {
        "DJANGO_SETTINGS_MODULE": "tests.fixtures.reporting_settings",
        "SENTRY_DSN": f"http://publickey@127.0.0.1:{reports.port}/1",
        "LOG_LEVEL": "INFO",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "BACKUP_DIR": str(home / "backups"),
    }
    (home / "operator-secrets.json").write_text(_secrets())
    try:
        stack.start_emulators()
        stack.start_mailbox(always=True)
        with django_db_blocker.unblock():
            use_database(server, stack.database)
            preset = load_preset("borki")
            install_preset(
                scope_of(BORKI),
                preset,
                operator_secrets={account.account_nrb: SECRETS for account in preset.operator_accounts},
                operator_api_urls=stack.emulator_urls,
                actor=ACTOR,
            )
            with tenancy.enter(scope_of(BORKI)):
                Office.objects.update(takes_local_accounts=True)
            stack.start_web(workers=1, threads=4)
            stack.start_worker()
            found = Place(stack, server, Cage(), home / "backups")
            planting = Planting(stack, found.cage, scope_of(BORKI), found.url)
            planting.everything()
            Cases(planting).everything()
            planting.letters_have_left()
            found.cached = [
                part
                for cached in locmem._caches.values()
                for key, value in cached.items()
                for part in (key.encode(), value)
            ]
            stack.manage("back_up_gmina", BORKI)
            yield found
    finally:
        stack.stop()
        with django_db_blocker.unblock():
            use_database(server, copy_database(SESSION))


def _secrets() -> str:
    import json

    from tests.fixtures.running import merchants

    return json.dumps({str(merchant["account"]): SECRETS for merchant in merchants()})
