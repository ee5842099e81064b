"""P18: the gmina in every line of the log, trace and error report, of a request, a task and a command.

Requests and failed tasks of real processes are in test_telemetry, Celery's own lines in test_tasks_keep_their_gmina.
"""

import io
import json
import logging
import threading
from logging.config import dictConfig

import pytest
import structlog
from django.conf import settings
from django.core.management import BaseCommand, call_command

from kernel import tenancy
from kernel.logs import log_settings
from kernel.telemetry import scrub, scrub_trace


class Visit(BaseCommand):
    """A command that opens the gminas that it is told, as ours do."""

    def handle(self, *args: object, **options: object) -> None:
        from tenants.directory.queries import scope_named

        log = structlog.get_logger("command")
        log.info("before")
        for name in ("borki", "2465011"):
            with tenancy.enter(scope_named(name)):
                log.info("inside")
                logging.getLogger("somebody.else").warning("inside %s", "too")
                thread = threading.Thread(target=log.info, args=("another thread",))
                thread.start()
                thread.join()
        with tenancy.public():
            log.info("on the platform")
        log.info("after")


@pytest.fixture
def lines(monkeypatch):
    """What is written while the test runs, read as JSON."""
    written = io.StringIO()
    config = log_settings("INFO")
    config["handlers"]["console"]["stream"] = written
    dictConfig(config)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    dictConfig(settings.LOGGING)


def test_every_line_of_a_command_names_the_gmina_that_is_open(db, lines):
    call_command(Visit())
    told = [
        (line["event"], line["tenant"]) for line in lines() if line["logger"] in ("command", "somebody.else")
    ]
    assert told == [
        ("before", "-"),
        ("inside", "0615022"),
        ("inside too", "0615022"),
        ("another thread", "-"),  # a thread starts in no gmina, and can read the data of none
        ("inside", "2465011"),
        ("inside too", "2465011"),
        ("another thread", "-"),
        ("on the platform", "public"),
        ("after", "-"),
    ]


def test_a_report_and_a_trace_name_the_gmina_that_is_open(borki):
    with tenancy.enter(borki):
        assert scrub({}, {})["tags"] == {"tenant": "0615022"}
        assert scrub_trace({"spans": []}, {})["tags"] == {"tenant": "0615022"}
    with tenancy.public():
        assert scrub({}, {})["tags"] == {"tenant": "public"}
    assert scrub({}, {})["tags"] == {"tenant": "-"}


def test_a_trace_that_ends_outside_the_gmina_keeps_its_name(db):
    assert scrub_trace({"tags": {"tenant": "0615022"}}, {})["tags"] == {"tenant": "0615022"}


def test_a_trace_says_neither_statements_nor_addresses():
    sql = "SELECT * FROM resident WHERE pesel = '75870300017'"
    event = {
        "request": {
            "method": "GET",
            "url": "https://borki.example/haslo/token-of-a-mail/",
            "query_string": "q=1",
        },
        "spans": [
            {"op": "db", "description": sql, "data": {"db.params": ["75870300017"]}, "start_timestamp": 1}
        ],
        "contexts": {
            "trace": {"op": "http.server", "data": {"url": "https://borki.example/haslo/token-of-a-mail/"}}
        },
    }
    told = json.dumps(scrub_trace(event, {}))
    assert "75870300017" not in told
    assert "token-of-a-mail" not in told
    assert '"op": "db"' in told


def test_each_process_of_production_may_send_traces(monkeypatch):
    import kernel.telemetry

    asked: dict[str, object] = {}
    monkeypatch.setattr(kernel.telemetry.sentry_sdk, "init", lambda **options: asked.update(options))
    kernel.telemetry.start_sentry("http://key@127.0.0.1:1/1", traces=0.25)
    assert (asked["traces_sample_rate"], asked["before_send_transaction"]) == (0.25, scrub_trace)
