"""The local administrator's word after the clerk's (Borki RK 4.1)."""

import pytest

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, Refused
from services.accounts.access import can
from services.accounts.actions import authorise_registration
from services.accounts.domain import ResidentState
from services.accounts.queries import payer_for
from services.notices.models import Message
from services.users.domain import Verb
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.fixtures.cast import Person
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def verified(in_borki):
    return ResidentFactory(verified=True, payer=PayerFactory())


@pytest.mark.covers("S53", "S47", "D31")
def test_an_authorised_person_is_let_in_and_written_to(verified, filip):
    authorise_registration(registration_id=verified.public_id, version=1, actor=filip.actor)
    row = reread(verified)
    assert (row.state, row.version, row.activated_by) == (ResidentState.ACTIVE, 2, filip.ref)
    actor = Person("", "", row.user_id, str(row.user.public_id), "resident").actor
    assert can(actor, Verb.OWN_DUES)
    assert payer_for(actor, None) is not None
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("account_active", row.user.email)


@pytest.mark.covers("S53")
def test_who_authorised_and_when_is_in_the_log(verified, filip):
    authorise_registration(registration_id=verified.public_id, version=1, actor=filip.actor)
    entry = AuditEntry.objects.get(action="registration.authorised")
    assert (entry.actor_ref, entry.role, entry.subject_ref) == (filip.ref, "admin", str(verified.public_id))
    assert entry.details == {"state": "active"}


def test_who_waits_since_the_policy_changed_can_still_be_let_in(verified, set_policy, filip):
    set_policy("clerk")
    authorise_registration(registration_id=verified.public_id, version=1, actor=filip.actor)
    assert reread(verified).state == ResidentState.ACTIVE


def assert_not_let_in(verified):
    row = reread(verified)
    assert (row.state, row.version, row.activated_at) == (ResidentState.VERIFIED, 1, None)
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(action="registration.authorised").exists()


@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_who_is_no_administrator_lets_nobody_in(verified, person, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        authorise_registration(registration_id=verified.public_id, version=1, actor=person(name).actor)
    assert_not_let_in(verified)


@pytest.mark.covers("S35")
def test_an_older_version_lets_nobody_in(verified, filip):
    verified.version = 2
    verified.save()
    with pytest.raises(Conflict, match=r"registration\.stale"):
        authorise_registration(registration_id=verified.public_id, version=1, actor=filip.actor)
    row = reread(verified)
    assert (row.state, row.version) == (ResidentState.VERIFIED, 2)
    assert not Message.objects.exists()
