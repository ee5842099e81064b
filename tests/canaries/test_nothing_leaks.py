"""A thousand words about people, planted through the real ways in, and none is readable anywhere (S43, S109, T-29, T-31)."""

import base64
import json
import subprocess
import time
import zipfile
import zlib

import httpx
import psycopg
import pytest

from portal.embedded.postgres import POSTGRES_BIN_PATH
from tests.canaries.conftest import BORKI, Place, Reports
from tests.canaries.planting import files_under
from tests.fixtures.canaries import Cage

pytestmark = pytest.mark.xdist_group("stack")
TABLES = (
    "accounts_representationrequest",
    "accounts_representationdocument",
    "banking_statementfile",
    "banking_statementline",
    "complaints_complaint",
    "complaints_complaintdocument",
    "complaints_complaintstep",
    "complaints_discrepancyreport",
    "correspondence_duemessage",
    "counter_counteract",
    "liabilities_importfinding",
    "liabilities_importpart",
    "liabilities_stageddue",
    "liabilities_stagedpayer",
    "moderation_moderatedtext",
    "notices_message",
    "privacy_breach",
    "privacy_datarequest",
    "privacy_disclosure",
    "safeguards_reveal",
    "worklists_savedview",
)
"""Tables in whose rows something was planted: a scan of empty ones would find nothing either."""


def test_at_least_a_thousand_were_planted(place: Place) -> None:
    assert len(place.cage.planted) >= 1000


@pytest.mark.covers("S43", "S49", "S107", "S21", "S69", "S78", "S86", "D83")
def test_none_is_in_a_raw_dump_of_the_database(place: Place) -> None:
    """T-31: the whole cluster's database, all gminas, sessions, letters, jobs and logs in it."""
    dump = subprocess.run(
        [str(POSTGRES_BIN_PATH / "pg_dump"), "--inserts", place.url], capture_output=True, check=True
    ).stdout
    assert b"accounts_resident" in dump
    for table in TABLES:
        assert f"INSERT INTO gmina_{BORKI}.{table} ".encode() in dump, table
    assert place.cage.found_in(dump) == set()


def test_none_is_in_a_session(place: Place) -> None:
    """Nor is a key with which somebody could take one over: the row has only its hash."""
    with psycopg.connect(place.url) as connection:
        rows = connection.execute(f"SELECT key_hash, content FROM gmina_{BORKI}.users_session").fetchall()
    assert rows
    for key_hash, content in rows:
        assert len(key_hash) == 32
        assert place.cage.found_in(bytes(content)) == set()


@pytest.mark.covers("S109")
def test_none_is_in_the_logs_of_any_process(place: Place) -> None:
    """T-29. The emulators speak for the operators and the mail server: their logs are not ours."""
    logs = [
        path
        for path in files_under(place.stack.home / "log")
        if path.stem.startswith(("web", "worker", "beat"))
    ]
    assert any(path.stat().st_size for path in logs)
    for path in logs:
        assert place.cage.found_in(path.read_bytes()) == set(), path.name


def test_none_is_in_a_message_of_the_broker(place: Place) -> None:
    for path in files_under(place.stack.home / "broker"):
        assert place.cage.found_in(path.read_bytes()) == set(), path.name


def test_none_is_in_a_cached_value(place: Place) -> None:
    """Of the cache that every process has for itself, as Django keeps it: keys and pickled values."""
    assert place.cached
    for one in place.cached:
        assert place.cage.found_in(one) == set()


@pytest.mark.covers("S109")
def test_none_is_in_an_error_report_or_a_trace(place: Place, reports: Reports) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not any(b'"exception"' in one for one in reports.raw):
        time.sleep(0.2)
    assert any(b'"exception"' in one for one in reports.raw), "the failure on purpose was not reported"
    assert any(b'"transaction"' in one for one in reports.raw)
    for one in reports.raw:
        assert place.cage.found_in(one) == set()


def test_none_is_in_the_metrics(place: Place) -> None:
    answer = httpx.get(f"http://127.0.0.1:{place.stack.ports.web}/metrics", trust_env=False)
    assert place.cage.found_in(answer.content) == set()


@pytest.mark.covers("S78", "S86")
def test_none_is_in_a_backup(place: Place) -> None:
    files = files_under(place.backups)
    assert files
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    assert place.cage.found_in(archive.read(name)) == set(), name
        assert place.cage.found_in(path.read_bytes()) == set(), path.name


@pytest.mark.parametrize(
    "written",
    [
        "x Kanarzbbbbński y",
        "Kanarzbbbbński".encode().hex(),
        base64.b64encode("a Kanarzbbbbński z".encode()).decode(),
        base64.b64encode(b"xy" + "Kanarzbbbbński i reszta tekstu".encode()).decode(),
        json.dumps("Kanarzbbbbński"),
        "Kanarzbbbb%C5%84ski",
        base64.b64encode(zlib.compress("Kanarzbbbbński".encode())).decode(),
        "\\x" + "Kanarzbbbbński".encode().hex(),
        "KANARZBBBBŃSKI",
    ],
)
def test_the_search_finds_what_it_looks_for(written: str) -> None:
    """A search that finds nothing anywhere would pass too."""
    cage = Cage({"kanarzbbbbński"})
    assert cage.found_in(f"przed {written} po".encode()) == {"kanarzbbbbński"}
