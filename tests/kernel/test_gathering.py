"""What is asked for many times in a moment travels in few messages, each in its gmina, and nothing is sent twice."""

import json
from base64 import b64decode
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from kernel import gathering, tenancy
from kernel.tasks import TENANT_HEADER
from portal.celery import app


@pytest.fixture(autouse=True)
def empty_broker():
    app.set_current()
    gathering.flush()
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[name]).mkdir(parents=True, exist_ok=True)
    for left in Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]).glob("*.msg"):
        left.unlink()


def messages() -> list[tuple[Any, ...]]:
    """Gmina, task and, where there are some, items of all messages that wait; they are taken away."""
    found = []
    for path in sorted(Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]).glob("*.msg")):
        message = json.loads(path.read_text())
        path.unlink()
        items = json.loads(b64decode(message["body"]))[0]
        found.append((message["headers"][TENANT_HEADER], message["headers"]["task"], *items))
    return found


def test_many_in_a_moment_are_few_messages(own_borki):
    with tenancy.enter(own_borki):
        for number in range(20):
            gathering.gather("tests.gathered", str(number))
    gathering.flush()
    sent = messages()
    assert {(gmina, task) for gmina, task, _ in sent} == {("0615022", "tests.gathered")}
    assert sorted(int(item) for _, _, items in sent for item in items) == list(range(20))
    assert len(sent) <= 20 // gathering.AT_MOST + 2  # the moment may have ended once meanwhile


def test_each_gmina_has_its_own_messages(own_borki, own_dabrowa):
    for scope in (own_borki, own_dabrowa):
        with tenancy.enter(scope):
            gathering.gather("tests.gathered", scope.tenant_id)
    gathering.flush()
    assert {(gmina, *items) for gmina, _, items in messages()} == {("0615022",) * 2, ("2465011",) * 2}


def test_a_job_without_items_is_asked_for_once_and_in_its_time(own_borki):
    with tenancy.enter(own_borki):
        for _ in range(5):
            gathering.ask_once("tests.found", within_seconds=0.5)
        gathering.gather("tests.gathered", "1")
    sleep(gathering.MOMENT_SECONDS + 0.1)
    before = messages()
    sleep(0.6)
    assert before == [("0615022", "tests.gathered", ["1"])]
    assert messages() == [("0615022", "tests.found")]


def test_what_is_rolled_back_is_not_asked_for(own_borki):
    with tenancy.enter(own_borki), transaction.atomic():
        gathering.gather("tests.gathered", "1")
        transaction.set_rollback(True)
    gathering.flush()
    assert messages() == []


def test_without_a_gmina_nothing_can_be_asked_for():
    with tenancy.public(), pytest.raises(tenancy.NoTenant):
        gathering.gather("tests.gathered", "1")
    gathering.flush()
    assert messages() == []


def test_a_broker_that_is_away_is_told_of_and_no_error(own_borki, caplog, monkeypatch):
    monkeypatch.setattr(app, "send_task", lambda *args, **options: 1 / 0)
    with tenancy.enter(own_borki):
        gathering.gather("tests.gathered", "1")
    gathering.flush()
    assert "broker.away" in caplog.text
