"""A gmina made in the console: its portal answers at once, and a run that was interrupted is finished by the next one."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound
from portal import jobs
from portal.celery import app
from services.accounts.tasks import onboard_gmina
from services.notices.models import Message
from services.users.models import StaffRole, User
from tenants.configuration.models import (
    AllocationRuleVersion,
    Department,
    LiabilityType,
    Office,
    OperatorAccount,
    RegulationVersion,
)
from tenants.directory import setup
from tenants.directory.actions import register_tenant
from tenants.directory.models import Tenant
from tenants.directory.presets import load_kind
from tenants.directory.queries import scope_of
from tests.fixtures.database import ACTOR
from tests.fixtures.signing import first_time
from tests.frontend.console.conftest import browser

ROOT = Path(__file__).parents[3]
TERYT, HOST = "1216153", "zabawa.localhost"
PASSWORD = "cztery zwykle slowa razem"
KIND = load_kind("urban_rural")
STEPS = ["tenant.built", "tenant.configured", "tenant.invited", "tenant.opened", "tenant.registered"]


@pytest.fixture
def broker():
    """An empty broker, in the folders that the session's settings name, asked by the program's own Celery application."""
    app.set_current()
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        Path(options[name]).mkdir(parents=True, exist_ok=True)
    waiting()


@pytest.fixture
def registered(own_operator, filled_in, broker):
    """The third gmina, registered through the console and not yet set up."""
    answer = own_operator.post("/gminy/nowa/", filled_in())
    assert answer["Location"] == f"/gminy/{TERYT}/zakladanie/"
    return own_operator


def waiting() -> list[tuple[str, list]]:
    """Messages at the broker, taken from it: task and arguments."""
    found = []
    with app.connection_for_read() as broker, broker.SimpleQueue("celery") as queue:
        while queue.qsize():
            message = queue.get(block=False)
            message.ack()
            found.append((message.headers["task"], message.payload[0]))
    return found


def row() -> Tenant:
    with tenancy.public():
        return Tenant.objects.get(teryt=TERYT)


def steps() -> list[str]:
    with tenancy.public():
        entries = AuditEntry.objects.filter(subject_ref=str(row().public_id))
        return sorted(entries.values_list("action", flat=True))


def counts() -> dict[str, int]:
    """How much of each thing the new gmina has."""
    models = (
        Office,
        Department,
        LiabilityType,
        RegulationVersion,
        AllocationRuleVersion,
        User,
        StaffRole,
        Message,
    )
    with tenancy.enter(scope_of(TERYT)):
        return {model.__name__: model.objects.count() for model in models}


COMPLETE = {
    "Office": 1,
    "Department": len(KIND.departments),
    "LiabilityType": len(KIND.liability_types),
    "RegulationVersion": 1,
    "AllocationRuleVersion": 1,
    "User": 1,
    "StaffRole": 1,
    "Message": 1,
}


def assert_complete() -> None:
    assert counts() == COMPLETE
    with tenancy.public():
        assert (row().state, row().last_error, row().setup) == ("trial", "", {})
    assert steps() == STEPS
    assert browser(HOST).get("/").status_code == 200


@pytest.mark.covers("S1", "S3", "S14", "D6", "D104")
def test_the_portal_of_a_new_gmina_answers_at_once_without_a_restart(registered):
    """P1: a gmina of a preset's kind, minutes after the form, no restart; P2: it begins as a trial."""
    portal = browser(HOST)
    assert "Ten portal właśnie powstaje" in portal.get("/").content.decode()
    assert portal.get("/").status_code == 503
    progress = registered.get(f"/gminy/{TERYT}/zakladanie/")
    assert progress["Refresh"] == "3"
    assert "Refresh" not in registered.get(f"/gminy/{TERYT}/zakladanie/?bez-odswiezania=1")

    [(name, arguments)] = waiting()
    assert (name, arguments) == ("users.onboard_gmina", [TERYT])
    current_app.tasks[name].apply(args=arguments, throw=True)

    start = portal.get("/").content.decode()
    assert "Portal Zabawy" in start
    assert "Urząd Miejski w Zabawie" in start
    regulation = portal.get("/regulamin/").content.decode()
    for words in (
        "12/2026",
        "Burmistrz Zabawy",
        "Załącznik nr 1",
        "http://zabawa.localhost/",
        "iod@zabawa.example",
    ):
        assert words in regulation
    assert "Borki" not in start + regulation
    progress = registered.get(f"/gminy/{TERYT}/zakladanie/")
    assert "Refresh" not in progress
    assert "Portal jest otwarty" in progress.content.decode()
    assert 'href="http://zabawa.localhost/"' in progress.content.decode()
    assert_complete()


@pytest.mark.covers("S7", "S29", "S33")
def test_the_first_administrator_gets_one_letter_and_acts_by_the_recorded_authorisation(registered):
    onboard_gmina(TERYT)
    with tenancy.enter(scope_of(TERYT)):
        letter, grant = Message.objects.get(), StaffRole.objects.get()
        assert (letter.kind, letter.recipient) == ("staff_invited", "zofia@zabawa.example")
        assert (grant.role, grant.authorisation_number, grant.issuer) == (
            "admin",
            "OR.077.1.2026",
            "Burmistrz Zabawy",
        )
        assert grant.authorised_on.isoformat() == "2026-10-02"
        assert grant.user.full_name == "Zofia Zarządzająca"
        [link] = re.findall(r"http://zabawa\.localhost(/haslo/\S+/)", letter.body)
    zofia = browser(HOST)
    assert zofia.get(link).status_code == 200
    assert zofia.post(link, {"password": PASSWORD, "password_again": PASSWORD}).status_code == 302
    signed_in = first_time(zofia, "/urzad/logowanie/", "zofia@zabawa.example", PASSWORD)
    assert signed_in["Location"] == "/urzad/konto/kody-zapasowe/"
    assert zofia.get("/urzad/").status_code == 200
    assert zofia.get("/urzad/ustawienia/").status_code == 200


def test_nothing_can_be_paid_online_before_the_office_has_an_account(registered):
    onboard_gmina(TERYT)
    with tenancy.enter(scope_of(TERYT)):
        assert not OperatorAccount.objects.exists()
        assert set(LiabilityType.objects.values_list("account_nrb", flat=True)) == {""}


def test_a_second_run_changes_nothing(registered):
    onboard_gmina(TERYT)
    onboard_gmina(TERYT)
    assert_complete()


def test_a_gmina_that_works_is_left_alone(own_operator):
    with tenancy.public():
        before = AuditEntry.objects.count()
    onboard_gmina("0615022")
    with tenancy.public():
        assert AuditEntry.objects.count() == before
    with tenancy.enter(scope_of("0615022")):
        assert Office.objects.get().version == 1


INTERRUPTIONS = {
    "schema": "tenants.schemas.recording.empty_schema",
    "tables": "tenants.schemas.recording.fingerprint",
    "office": "tenants.configuration.actions.save_office",
    "kinds of dues": "tenants.configuration.actions.save_liability_type",
    "draft": "tenants.configuration.actions_regulation.publish_regulation",
    "letter": "services.accounts.staff.write_message",
    "opening": "tenants.directory.actions.open_trial",
}


@pytest.mark.parametrize("place", INTERRUPTIONS.values(), ids=INTERRUPTIONS)
def test_a_run_that_failed_is_said_and_finished_by_the_next_one(place, registered, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError("plug pulled\nDETAIL: Key (email)=(zofia@zabawa.example)")

    with monkeypatch.context() as patched:
        patched.setattr(place, fail)
        with pytest.raises(ConnectionError, match="plug pulled"):
            onboard_gmina(TERYT)
        assert (row().state, row().last_error) == ("provisioning", "ConnectionError: plug pulled")
        assert browser(HOST).get("/").status_code == 503
        page = registered.get(f"/gminy/{TERYT}/zakladanie/").content.decode()
        assert "ConnectionError: plug pulled" in page
        assert "zofia@zabawa.example" not in page
    onboard_gmina(TERYT)
    assert_complete()


def test_a_server_that_may_not_be_provisioned_now_is_said_too(registered, settings):
    right = settings.PROVISIONING_DATABASE_URL
    settings.PROVISIONING_DATABASE_URL = "postgres://nobody@127.0.0.1:1/nowhere"
    with pytest.raises(psycopg.OperationalError):
        onboard_gmina(TERYT)
    assert row().last_error.startswith("OperationalError: ")
    with pytest.raises(psycopg.OperationalError):
        onboard_gmina("0615022")
    with tenancy.public():
        assert Tenant.objects.get(teryt="0615022").last_error == ""
    settings.PROVISIONING_DATABASE_URL = right
    onboard_gmina(TERYT)
    assert_complete()


KILLED = """
import os, signal, sys
import django
django.setup()
from unittest.mock import patch
from services.accounts.tasks import onboard_gmina
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
with patch(sys.argv[1], die):
    onboard_gmina(sys.argv[2])
"""


@pytest.mark.parametrize("place", ["draft", "letter", "opening"])
def test_a_worker_that_was_killed_leaves_work_that_the_next_run_finishes(place, registered):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    command = [sys.executable, "-c", KILLED, INTERRUPTIONS[place], TERYT]
    dead = subprocess.run(command, env=environment, cwd=ROOT, timeout=60, check=False)
    assert dead.returncode == -signal.SIGKILL
    assert row().state == "provisioning"
    assert browser(HOST).get("/").status_code == 503
    onboard_gmina(TERYT)
    assert_complete()


def test_two_workers_at_once_do_the_work_once(registered):
    together = Barrier(4)

    def work() -> None:
        together.wait(10)
        try:
            onboard_gmina(TERYT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for task in [pool.submit(work) for _ in range(4)]:
            task.result()
    assert_complete()


def test_while_one_worker_is_at_it_another_goes_away(registered):
    with setup.only_one(f"setup {TERYT}") as is_first:
        assert is_first
        onboard_gmina(TERYT)
        assert (row().state, row().last_error) == ("provisioning", "")
    onboard_gmina(TERYT)
    assert_complete()


def test_the_sweep_asks_again_for_what_was_not_finished(registered):
    assert waiting() == [("users.onboard_gmina", [TERYT])]
    jobs.sweep()
    assert ("users.onboard_gmina", [TERYT]) in waiting()
    onboard_gmina(TERYT)
    jobs.sweep()
    assert ("users.onboard_gmina", [TERYT]) not in waiting()


def test_a_gmina_nobody_registered_is_an_error(own_database):
    with pytest.raises(NotFound):
        onboard_gmina("0201032")


def test_a_gmina_registered_without_what_it_needs_says_so(own_operator):
    with tenancy.public():
        register_tenant(
            teryt="0201032", name="Gmina Pusta", kind="rural", label="pusta", setup={}, actor=ACTOR
        )
    with pytest.raises(InvalidInput):
        onboard_gmina("0201032")
    assert "tenant.setup" in own_operator.get("/gminy/0201032/").content.decode()
    assert browser("pusta.localhost").get("/").status_code == 503


def test_a_prepared_gmina_whose_command_was_killed_is_finished_by_the_sweep_too(own_database):
    kept = {"preset": "borki", "operator_secrets": {}, "operator_api_urls": {}}
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").update(state="provisioning")
        borki = Tenant.objects.get(teryt="0615022")
        borki.setup = kept
        borki.save()
    assert browser("borki.localhost").get("/").status_code == 503
    onboard_gmina("0615022")
    assert browser("borki.localhost").get("/").status_code == 200
    with tenancy.enter(scope_of("0615022")):
        assert OperatorAccount.objects.count() == 3
        assert not Message.objects.exists()
