"""The office's key at the signing service is changed by two persons, as the keys of payment operators are (ADR 0018)."""

import pytest
from django.db import connection
from django.utils import timezone

from integrations.emulators.trusted_profile.authority import Keys, office_keys
from kernel import tenancy
from kernel.actors import system
from kernel.errors import Conflict, InvalidInput, Refused
from services.safeguards.changes import approve_change, refuse_change
from services.safeguards.key_changes import submit_signing_access
from services.safeguards.models import ProposedChange
from services.safeguards.queries import changed_fields
from services.signing.access_actions import install_access
from services.signing.models import SigningAccess
from services.users.models import User
from tenants.directory.models import Tenant
from tests.factories.safeguards import actor_of, make_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def keys() -> Keys:
    return office_keys("Urząd Gminy Borki")


@pytest.fixture(scope="session")
def other_keys() -> Keys:
    return office_keys("Urząd Gminy Borki")


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


@pytest.fixture
def grazyna(in_borki) -> User:
    return make_administrator()


def propose(filip, keys: Keys, **changes):
    values = {
        "environment": "integration",
        "certificate": keys.certificate_pem,
        "private_key": keys.private_pem,
        "version": 0,
    }
    return submit_signing_access(**(values | changes), actor=filip)


def test_the_key_counts_only_when_another_administrator_has_agreed(filip, grazyna, keys):
    change = propose(filip, keys)
    assert isinstance(change, ProposedChange)
    assert not SigningAccess.objects.exists()
    with pytest.raises(Refused, match=r"change\.same_person"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=filip)
    assert not SigningAccess.objects.exists()
    approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    row = SigningAccess.objects.get()
    assert (row.environment, row.private_key) == ("integration", keys.private_pem.decode())
    change.refresh_from_db()
    assert (change.state, change.content["secrets"]) == ("approved", {"private_key": ""})


def test_a_refused_key_is_forgotten(filip, grazyna, keys):
    change = propose(filip, keys)
    refuse_change(
        change_id=change.public_id,
        reason="Nie znamy tego klucza.",
        now=timezone.now(),
        actor=actor_of(grazyna),
    )
    change.refresh_from_db()
    assert change.content["secrets"] == {"private_key": ""}
    assert not SigningAccess.objects.exists()


def test_what_the_second_person_compares_holds_no_key(filip, grazyna, keys, other_keys):
    install_access(
        environment="integration",
        certificate=keys.certificate_pem,
        private_key=keys.private_pem,
        actor=system("tests"),
    )
    change = propose(filip, other_keys, version=1)
    shown = changed_fields(change)
    assert {one.name for one in shown} == {"fingerprint", "secret_private_key"}
    assert "PRIVATE KEY" not in str(shown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM safeguards_proposedchange")
        assert b"PRIVATE KEY" not in bytes(cursor.fetchone()[0])


def test_nobody_goes_around_the_second_person(filip, keys):
    for agreed_with in ("", filip.ref):
        with pytest.raises(Refused, match=r"change\.needs_second_person"):
            install_access(
                environment="integration",
                certificate=keys.certificate_pem,
                private_key=keys.private_pem,
                actor=filip,
                agreed_with=agreed_with,
            )
    assert not SigningAccess.objects.exists()


def test_before_the_opening_one_person_sets_it_up(filip, keys, borki):
    with tenancy.public():
        Tenant.objects.filter(teryt=borki.tenant_id).update(activated_at=None)
    assert isinstance(propose(filip, keys), SigningAccess)


def test_one_proposal_at_a_time(filip, keys, other_keys):
    propose(filip, keys)
    with pytest.raises(Conflict, match=r"change\.open"):
        propose(filip, other_keys)
    assert ProposedChange.objects.count() == 1


def test_a_key_that_was_replaced_meanwhile_is_not_overwritten(filip, grazyna, keys, other_keys):
    change = propose(filip, keys)
    install_access(
        environment="integration",
        certificate=other_keys.certificate_pem,
        private_key=other_keys.private_pem,
        actor=system("tests"),
    )
    with pytest.raises(Conflict, match=r"change\.stale"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert SigningAccess.objects.get().private_key == other_keys.private_pem.decode()


def test_a_key_of_somebody_else_is_not_even_proposed(filip, keys, other_keys):
    with pytest.raises(InvalidInput, match=r"signing\.access"):
        propose(filip, keys, private_key=other_keys.private_pem)
    assert not ProposedChange.objects.exists()


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_a_local_administrator_proposes(name, in_borki, person, keys):
    with pytest.raises(Refused):
        propose(person(name).actor, keys)
    assert not ProposedChange.objects.exists()
