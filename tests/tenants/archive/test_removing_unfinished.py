"""A gmina whose setting up never ended is taken back by a person; one with data never is (P1, P5)."""

import psycopg
import pytest
from django.conf import settings as django_settings

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import SkarbnikError
from services.accounts.tasks import onboard_gmina
from tenants.archive.removal import remove_unfinished
from tenants.directory import actions
from tenants.directory.models import Domain, Tenant
from tenants.directory.setup import only_one
from tests.fixtures.database import ACTOR
from tests.tenants.archive.conftest import OLGA, live_on, schemas
from tests.tenants.conftest import empty_gmina, own_borki, own_database

__all__ = ["empty_gmina", "own_borki", "own_database"]

NEW, NAME = "0201032", "Gmina Próbna"
BORKI = "0615022"


def is_there(teryt: str) -> bool:
    with tenancy.public():
        return Tenant.objects.filter(teryt=teryt).exists()


def refused(teryt: str = NEW, name: str = NAME) -> str:
    with pytest.raises(SkarbnikError) as error:
        remove_unfinished(teryt, name=name, actor=OLGA)
    assert is_there(teryt)
    return error.value.code


def test_a_gmina_that_never_came_into_being_leaves_nothing_and_can_be_founded_anew(empty_gmina, server):
    remove_unfinished(NEW, name=NAME, actor=OLGA)
    assert not is_there(NEW)
    database = django_settings.DATABASES["default"]["NAME"]
    assert f"gmina_{NEW}" not in schemas(server, database)
    with psycopg.connect(server.url("postgres", database)) as connection:
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"gmina_{NEW}"]).fetchone()
    assert role is None
    with tenancy.public():
        assert not Domain.objects.filter(domain="probna.localhost").exists()
        entry = AuditEntry.objects.get(action="tenant.removed")
        assert (entry.actor_ref, entry.details["text"]) == ("olga", f"{NAME} ({NEW})")
    with tenancy.public():
        actions.register_tenant(teryt=NEW, name=NAME, kind="rural", label="probna", setup={}, actor=ACTOR)
    assert actions.build_tenant(NEW).tenant_id == NEW


def test_one_without_even_a_schema_goes_too(own_database):
    with tenancy.public():
        actions.register_tenant(teryt=NEW, name=NAME, kind="rural", label="probna", setup={}, actor=ACTOR)
    remove_unfinished(NEW, name=NAME, actor=OLGA)
    assert not is_there(NEW)


def test_the_name_is_typed_once_more(empty_gmina):
    assert refused(name="Gmina Inna") == "tenant.confirm_name"


def test_a_gmina_that_was_ever_open_is_never_removed_so(own_borki):
    with tenancy.public():
        name = Tenant.objects.get(teryt=BORKI).name
    assert refused(BORKI, name) == "tenant.state"
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(state="provisioning")
    assert refused(BORKI, name) == "tenant.state", "it was open once"
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(opened_at=None)
    live_on(own_borki)
    assert refused(BORKI, name) == "tenant.has_data"


def test_nothing_is_removed_under_the_hands_of_a_worker(empty_gmina):
    with only_one(f"setup {NEW}") as is_first:
        assert is_first
        assert refused() == "archive.busy"


def test_a_message_that_comes_afterwards_makes_nothing(empty_gmina):
    remove_unfinished(NEW, name=NAME, actor=OLGA)
    with pytest.raises(SkarbnikError, match=r"tenant\.unknown"):
        onboard_gmina(NEW)
    assert not is_there(NEW)
