"""P16: what new gminas get is recorded when a version is deployed: a refusal shows then, not to whoever opens one."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kernel import tenancy
from tenants.schemas import recording
from tests.fixtures.database import take_letters_back
from tests.tenants.conftest import own_borki, own_database

__all__ = ["own_borki", "own_database"]


@pytest.fixture
def forgotten(own_borki, monkeypatch):
    """Borki lacks a migration, and nobody has recorded anything."""
    monkeypatch.setattr(recording, "_known", {})
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS schema_recording")
    with tenancy.enter(own_borki):
        take_letters_back()
    return own_borki


def kept() -> int:
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('schema_recording')")
        if cursor.fetchone()[0] is None:
            return 0
        cursor.execute("SELECT count(*) FROM schema_recording")
        return cursor.fetchone()[0]


def has_messages(scope: tenancy.Scope) -> bool:
    with tenancy.enter(scope), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('notices_message') IS NOT NULL")
        return cursor.fetchone()[0]


def test_p16_a_deployment_records_the_schema_once(forgotten):
    call_command("fleet_migrate")
    assert kept() == 1
    assert has_messages(forgotten)
    call_command("fleet_migrate")
    assert kept() == 1


def test_p16_what_cannot_be_recorded_stops_the_deployment_before_any_gmina(forgotten, settings):
    settings.PROVISIONING_DATABASE_URL += "?tcp_user_timeout=60000"  # pg_dump cannot be told that
    with pytest.raises(CommandError, match="the schema of new gminas cannot be recorded"):
        call_command("fleet_migrate")
    assert kept() == 0
    assert not has_messages(forgotten), "no gmina was touched"
    call_command("fleet_migrate", "--no-recording")
    assert has_messages(forgotten)
