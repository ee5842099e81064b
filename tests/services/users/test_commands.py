"""`skarbnik make_operator`, `new_keys`, `fleet_migrate`, `provision`: each opens what it needs and may be repeated."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from kernel import crypto, tenancy
from kernel.audit.models import AuditEntry
from portal.__main__ import main
from services.users.models import AuthenticatorApp, User
from tenants.configuration.models import OperatorAccount
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_of
from tenants.rates.models import InterestRate, RatesConfirmation
from tests.fixtures.database import SECRETS, take_letters_back
from tests.fixtures.signing import first_time
from tests.frontend.console.conftest import browser

ROOT = Path(__file__).parents[3]
PASSWORD = "cztery zwykle slowa razem"


def skarbnik(*arguments: str) -> None:
    main(["skarbnik", *arguments])


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        return {name for (name,) in cursor.fetchall()}


# --- make_operator ----------------------------------------------------------------------------------------------------
@pytest.mark.covers("S102")
def test_a_new_operator_sets_a_password_from_the_printed_link(own_database, capsys):
    skarbnik("make_operator", "oskar@platforma.example", "Oskar Operatorski")
    [path] = re.findall(r"http://console\.localhost(/haslo/\S+/)", capsys.readouterr().out)
    client = browser()
    assert client.post(path, {"password": PASSWORD, "password_again": PASSWORD})["Location"] == "/logowanie/"
    first_time(client, "/logowanie/", "oskar@platforma.example", PASSWORD)
    assert "Oskar Operatorski" in client.get("/").content.decode()
    with tenancy.public():
        assert AuditEntry.objects.filter(action="operator.made", actor_kind="system").count() == 1


def test_for_an_operator_who_is_there_it_only_prints_a_new_link(own_database, capsys):
    skarbnik("make_operator", "olga@platforma.example", "Ktoś Inny", "--password", PASSWORD)
    assert "/haslo/" in capsys.readouterr().out
    with tenancy.public():
        olga = User.objects.get()
        assert olga.full_name == "Olga Operatorska"
        assert not olga.check_password(PASSWORD)


def test_with_a_password_the_operator_signs_in_at_once(own_database, capsys):
    skarbnik("make_operator", "oskar@platforma.example", "Oskar Operatorski", "--password", PASSWORD)
    printed = capsys.readouterr().out
    assert PASSWORD not in printed
    assert "/haslo/" not in printed
    answer = first_time(browser(), "/logowanie/", "oskar@platforma.example", PASSWORD)
    assert answer["Location"] == "/konto/kody-zapasowe/"


@pytest.mark.covers("S106")
def test_a_weak_password_makes_no_operator(own_database):
    with tenancy.public():
        before = User.objects.count()
    with pytest.raises(SystemExit):
        skarbnik("make_operator", "oskar@platforma.example", "Oskar", "--password", "krotkie")
    with tenancy.public():
        assert User.objects.count() == before


# --- reset_operator ---------------------------------------------------------------------------------------------------
def test_the_only_operator_who_lost_the_phone_gets_in_again_from_the_server(own_database, capsys):
    skarbnik("reset_operator", "olga@platforma.example", "--reason", "replaced")
    [path] = re.findall(r"http://console\.localhost(/haslo/\S+/)", capsys.readouterr().out)
    with tenancy.public():
        olga = User.objects.get()
        assert not AuthenticatorApp.objects.exists()
        assert not olga.has_usable_password()
        entry = AuditEntry.objects.get(action="factor.reset")
    assert (entry.actor_kind, entry.details) == ("system", {"reason": "replaced"})
    client = browser()
    client.post(path, {"password": PASSWORD, "password_again": PASSWORD})
    assert first_time(client, "/logowanie/", "olga@platforma.example", PASSWORD).status_code == 302
    assert client.get("/").status_code == 200


def test_an_unknown_operator_is_not_reset(own_database):
    with pytest.raises(SystemExit):
        skarbnik("reset_operator", "nikt@platforma.example")
    with tenancy.public():
        assert AuthenticatorApp.objects.count() == 1


# --- new_keys -----------------------------------------------------------------------------------------------------------
def test_new_keys_open_what_they_close_and_need_no_database():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
    }
    command = [sys.executable, "-m", "portal", "new_keys"]
    made = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    lines = dict(line.split("=", 1) for line in made.stdout.splitlines())
    assert set(lines) == {"MASTER_KEY", "PLATFORM_KEYS"}
    again = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert again.stdout != made.stdout
    wrapped = crypto.new_wrapped_keys("0615022", lines["MASTER_KEY"])
    assert wrapped.data_key
    assert len(lines["PLATFORM_KEYS"].split(".")) == 2


# --- fleet_migrate ----------------------------------------------------------------------------------------------------
def test_everything_behind_is_migrated_and_told(own_borki, own_dabrowa, capsys):
    with tenancy.enter(own_borki):
        take_letters_back()
        assert "notices_message" not in tables()
    skarbnik("fleet_migrate")
    printed = capsys.readouterr().out
    assert "canary: 0615022 Gmina Borki, for 1 gminas" in printed
    assert "gminas: 2, of this version: 2, migrated now: 1" in printed
    with tenancy.enter(own_borki):
        assert "notices_message" in tables()


def test_it_may_be_repeated_and_leaves_confirmed_rates_alone(own_database):
    with tenancy.public():
        rows = InterestRate.objects.count()
        InterestRate.objects.filter(kind="tax").first().delete()
    skarbnik("fleet_migrate")
    skarbnik("fleet_migrate")
    with tenancy.public():
        assert InterestRate.objects.count() == rows - 1
        assert RatesConfirmation.objects.count() == 1


def test_a_gmina_without_its_schema_is_named_and_stops_no_other(own_borki, own_dabrowa, capsys):
    with tenancy.enter(own_borki), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA gmina_0615022 CASCADE")
    with tenancy.enter(own_dabrowa):
        take_letters_back()
    skarbnik("fleet_migrate")
    printed = capsys.readouterr().out
    assert "schema or role missing, left out: 0615022 Gmina Borki" in printed
    assert "migrated now: 1" in printed
    with tenancy.enter(own_dabrowa):
        assert "notices_message" in tables()


# --- provision --------------------------------------------------------------------------------------------------------
@pytest.fixture
def without_borki(own_database: str) -> None:
    """The platform before its first gmina; schemas and roles of the cluster are made anew."""
    with tenancy.enter(scope_of("0615022")), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA gmina_0615022 CASCADE")
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").delete()


def test_a_prepared_gmina_is_set_up_from_nothing(without_borki, tmp_path, capsys):
    assert browser("borki.localhost").get("/").status_code == 404
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"610101": SECRETS, "04999900130000100020000102": SECRETS}))
    arguments = (
        "provision",
        "borki",
        "--operator-url",
        "przelewy24=http://127.0.0.1:9",
        "--operator-secrets",
        str(secrets),
    )
    skarbnik(*arguments)
    printed = capsys.readouterr().out
    assert "Gmina Borki: open at borki.localhost" in printed
    assert "Przelewy24 – nieruchomości left out" in printed
    assert SECRETS["crc"] not in printed
    assert "Portal eNALEŻNOŚCI" in browser("borki.localhost").get("/").content.decode()
    with tenancy.enter(scope_of("0615022")):
        assert OperatorAccount.objects.count() == 2
    skarbnik(*arguments)
    with tenancy.enter(scope_of("0615022")):
        assert OperatorAccount.objects.count() == 2
    with tenancy.public():
        assert (
            AuditEntry.objects.filter(action="tenant.went_live").count() == 3
        )  # Borki of before, Dąbrowa, Borki


def test_an_unknown_preset_is_refused(own_database):
    with pytest.raises(SystemExit):
        skarbnik("provision", "atlantyda")
    with tenancy.public():
        assert Tenant.objects.count() == 2


@pytest.mark.parametrize("content", ["not json", "[]", '{"610101": "crc"}'])
def test_a_bad_file_of_secrets_is_refused_before_anything_is_registered(content, without_borki, tmp_path):
    secrets = tmp_path / "secrets.json"
    secrets.write_text(content)
    with pytest.raises(SystemExit):
        skarbnik("provision", "borki", "--operator-secrets", str(secrets))
    with tenancy.public():
        assert not Tenant.objects.filter(teryt="0615022").exists()


def test_a_stock_command_that_opens_nothing_gets_no_data(own_database, capsys):
    with pytest.raises(SystemExit):
        skarbnik("dumpdata", "users.User")
    printed = capsys.readouterr()
    assert "no gmina and not the public schema" in printed.err
    assert "email" not in printed.out
