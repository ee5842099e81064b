"""Error reports and logs of real processes: the gmina is named in each, and nobody else.

The reports go to a server of ours that speaks Sentry's envelopes; the settings are those of production.
"""

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sentry_sdk

from kernel.telemetry import start_sentry
from portal.embedded import postgres
from portal.embedded.stack import Ports, Stack
from tests.fixtures.canaries import CANARIES
from tests.fixtures.running import stack_environment

pytestmark = pytest.mark.xdist_group("stack")

TERYT = "0615022"
PATIENCE = 20


@dataclass
class Recorder:
    """A server for Sentry's envelopes; `raw` is everything that it was sent, opened."""

    raw: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def dsn(self) -> str:
        return f"http://publickey@127.0.0.1:{self.port}/1"

    def events(self) -> list[dict[str, Any]]:
        found = []
        for envelope in list(self.raw):
            lines = envelope.split(b"\n")
            for header, item in zip(lines[1::2], lines[2::2], strict=False):
                if json.loads(header or b"{}").get("type") == "event":
                    found.append(json.loads(item))
        return found

    def wait_for(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for event in self.events():
                if is_it(event):
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no such report among {len(self.events())}")


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    kept = Recorder()

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


@pytest.fixture(scope="module")
def processes(
    server: postgres.Server, copy_database: Callable[[str], str], recorder: Recorder, tmp_path_factory
) -> Iterator[Stack]:
    """A web server and a worker with production's settings, whose pages and tasks fail."""
    home: Path = tmp_path_factory.mktemp("failing")
    ports = Ports(*(postgres.free_port() for _ in range(4)))
    stack = Stack(home=home, ports=ports, database=copy_database("skarbnik_failing"))
    stack.environment = stack_environment(server, stack) | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SENTRY_DSN": recorder.dsn,
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "LOG_LEVEL": "INFO",
    }
    bind = f"127.0.0.1:{ports.web}"
    try:
        stack.spawn(
            "web", ["-m", "gunicorn", "tests.fixtures.failing:application", "--bind", bind, "--threads", "4"]
        )
        stack.spawn(
            "worker",
            [
                "-m",
                "celery",
                "-A",
                "tests.fixtures.failing",
                "worker",
                "--pool",
                "solo",
                "--loglevel",
                "INFO",
            ],
        )
        stack.wait_for(f"http://{bind}/readyz")
        yield stack
    finally:
        for process in stack.processes.values():
            os.killpg(process.pid, signal.SIGKILL)  # nothing here is worth an orderly end
        stack.stop()


@pytest.fixture(scope="module")
def browse(processes: Stack) -> Callable[..., httpx.Response]:
    """Ask as a browser behind the ingress would: cookies, query, form, address of the client."""

    def ask(path: str, method: str = "POST") -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
            return http.request(
                method,
                f"http://127.0.0.1:{processes.ports.web}{path}?q={CANARIES['query']}",
                data={"pesel": CANARIES["pesel"], "note": CANARIES["body"], "password": CANARIES["secret"]}
                if method == "POST"
                else None,
                headers={
                    "Host": "borki.localhost",
                    "Cookie": f"__Host-sesja={CANARIES['cookie']}; __Host-csrf={'c' * 32}",
                    "X-CSRFToken": "c" * 32,
                    "Origin": "https://borki.localhost",
                    "X-Forwarded-For": CANARIES["address"],
                    "X-Forwarded-Proto": "https",
                    "User-Agent": f"Mozilla/5.0 {CANARIES['browser']}",
                },
            )

    return ask


def send_task(processes: Stack, name: str, *arguments: str) -> None:
    """Put a message of Borki's into the broker, as `enqueue` does."""
    from celery import Celery

    from kernel.tasks import TENANT_HEADER

    with Celery("sender", broker=processes.environment["BROKER_URL"], set_as_current=False) as app:
        app.conf.broker_transport_options = json.loads(processes.environment["BROKER_OPTIONS"])
        app.send_task(name, arguments, headers={TENANT_HEADER: TERYT})


def kinds(event: dict[str, Any]) -> list[str]:
    return [value["type"] for value in event["exception"]["values"]] if "exception" in event else []


def assert_discreet(text: str) -> None:
    for what, canary in CANARIES.items():
        assert canary not in text, what
        assert json.dumps(canary)[1:-1] not in text, what


# --- error reports ------------------------------------------------------------------------------------------


@pytest.mark.covers("S109")
def test_a_failed_request_is_reported_with_the_gmina_and_without_anything_of_the_person(browse, recorder):
    assert browse("/zmienne/").status_code == 500
    event = recorder.wait_for(lambda event: kinds(event) == ["ValueError", "RuntimeError"])
    assert event["tags"]["tenant"] == TERYT
    assert event["transaction"] == "/zmienne/"
    assert event["request"] == {"method": "POST", "url": "https://borki.localhost"}
    assert not {"user", "breadcrumbs", "extra"} & event.keys()
    frames = [frame for value in event["exception"]["values"] for frame in value["stacktrace"]["frames"]]
    assert any(frame["function"] == "fail_with_local_variables" for frame in frames)
    assert all("vars" not in frame for frame in frames)
    assert_discreet(json.dumps(event, ensure_ascii=False))


@pytest.mark.covers("S109")
def test_the_token_of_a_mailed_link_is_not_in_the_report(browse, recorder):
    assert browse(f"/haslo/{CANARIES['token']}/").status_code == 500
    event = recorder.wait_for(lambda event: "{token}" in event.get("transaction", ""))
    assert_discreet(json.dumps(event, ensure_ascii=False))


def test_a_value_that_the_database_quotes_stays_here_and_the_constraint_is_told(browse, recorder):
    assert browse("/baza/").status_code == 500
    event = recorder.wait_for(lambda event: "IntegrityError" in kinds(event))
    told = {value["type"]: value["value"] for value in event["exception"]["values"]}
    assert told["UniqueViolation"].startswith("23505 configuration_department")
    assert_discreet(json.dumps(event, ensure_ascii=False))


def test_our_own_errors_are_reported_with_their_code(browse, recorder):
    assert browse("/kod/").status_code == 500
    event = recorder.wait_for(lambda event: kinds(event) == ["Conflict"])
    assert event["exception"]["values"][0]["value"] == "registration.duplicate"
    assert_discreet(json.dumps(event, ensure_ascii=False))


@pytest.mark.covers("S109")
def test_a_failed_task_is_reported_with_the_gmina_and_without_its_arguments(processes, recorder):
    send_task(processes, "tests.fail", CANARIES["email"], CANARIES["pesel"])
    event = recorder.wait_for(lambda event: event.get("transaction") == "tests.fail")
    assert kinds(event) == ["ValueError"]
    assert event["tags"]["tenant"] == TERYT
    assert_discreet(json.dumps(event, ensure_ascii=False))


def test_what_a_job_catches_and_logs_is_reported_too(processes, recorder):
    send_task(processes, "tests.log_exception", CANARIES["pesel"])
    event = recorder.wait_for(lambda event: event.get("logentry", {}).get("message") == "job.failed")
    assert kinds(event) == ["ValueError"]
    assert event["tags"]["tenant"] == TERYT
    assert_discreet(json.dumps(event, ensure_ascii=False))


def test_nothing_that_was_ever_sent_holds_anything_of_the_person(browse, recorder):
    """Also not in envelopes of other kinds, and not in headers."""
    browse("/zmienne/")
    recorder.wait_for(lambda event: kinds(event) == ["ValueError", "RuntimeError"])
    for envelope in recorder.raw:
        assert_discreet(envelope.decode())


def test_without_a_dsn_nothing_is_reported():
    start_sentry("")
    assert not sentry_sdk.is_initialized()
    assert "SENTRY_DSN" not in os.environ


# --- logs ---------------------------------------------------------------------------------------------------


def lines_of(processes: Stack, name: str) -> list[str]:
    """What the process has written, split as a careless reader might split it."""
    text = (processes.home / "log" / f"{name}.log").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def entries(processes: Stack, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(processes, name) if line.startswith("{")]


def test_what_somebody_typed_cannot_forge_a_line_of_the_log(browse, processes):
    """T-30: line breaks of every kind are escaped."""
    assert browse("/wpisy/", "GET").status_code == 200
    found = entries(processes, "web")
    assert not [entry for entry in found if entry["event"] == "forged"]
    (ours,) = [entry for entry in found if entry["event"] == "typed.ours"]
    (others,) = [entry for entry in found if entry["event"].startswith("typed.others")]
    assert ours["typed"].count("forged") == 3
    assert others["event"].count("forged") == 3


def test_every_line_of_ours_and_of_others_names_the_gmina(browse, processes):
    browse("/wpisy/", "GET")
    found = {entry["event"].split()[0]: entry for entry in entries(processes, "web")}
    for event in ("typed.ours", "typed.others"):
        assert found[event]["tenant"] == TERYT
        assert found[event]["level"] == "warning"


@pytest.mark.covers("S109")
def test_logs_tell_where_it_failed_and_nothing_of_the_person(browse, processes, recorder):
    browse("/zmienne/")
    browse(f"/haslo/{CANARIES['token']}/")
    send_task(processes, "tests.fail", CANARIES["email"], CANARIES["pesel"])
    send_task(processes, "tests.log_exception", CANARIES["pesel"])
    recorder.wait_for(lambda event: event.get("logentry", {}).get("message") == "job.failed")
    recorder.wait_for(lambda event: event.get("transaction") == "tests.fail")
    failed = [
        entry for entry in entries(processes, "web") if entry["event"].startswith("Internal Server Error")
    ]
    assert {entry["event"] for entry in failed} >= {
        "Internal Server Error: /zmienne/",
        "Internal Server Error: /haslo/<str:token>/",
    }
    for entry in failed:
        assert entry["tenant"] == TERYT
    places = json.dumps([entry["exception"] for entry in failed])
    assert "failing.py" in places
    assert "fail_with_local_variables" in places
    logged = [entry for entry in entries(processes, "worker") if entry["event"] == "job.failed"]
    assert {(entry["tenant"], entry["exception"][0]["type"]) for entry in logged} == {(TERYT, "ValueError")}
    for name in ("web", "worker"):
        assert_discreet("\n".join(lines_of(processes, name)))
