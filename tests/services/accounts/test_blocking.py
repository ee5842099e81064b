"""Blocking, unblocking and closing an account: who may, what the person is told, what stays (eKasa § 7, § 13 pkt 7)."""

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.access import can
from services.accounts.actions import (
    block_account,
    close_own_account,
    deactivate_account,
    register,
    unblock_account,
)
from services.accounts.domain import ResidentState
from services.accounts.models import Payer, Representation, Resident
from services.accounts.queries import acts_for, person_index
from services.liabilities.queries import statement
from services.notices.models import Message
from services.users.domain import Verb
from services.users.models import User
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import RESIDENTS, Person
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db
ACTS = {"block": block_account, "unblock": unblock_account, "close": deactivate_account}


@pytest.fixture
def anna(in_borki, person) -> Person:
    return person("anna")


@pytest.fixture
def row(anna) -> Resident:
    return Resident.objects.select_related("user").get(user_id=anna.user_id)


def do(act, row, actor, reason="Naruszenie § 5 regulaminu.", version=None):
    given = {"resident_id": row.public_id, "version": version or row.version}
    return ACTS[act](**given, reason=reason, actor=actor)


@pytest.mark.covers("D37", "D38", "D107", "D108", "D109")
def test_a_blocked_person_is_told_why_at_once_and_reaches_no_dues(anna, row, filip):
    do("block", row, filip.actor)
    assert reread(row).state == ResidentState.BLOCKED
    assert not can(anna.actor, Verb.OWN_DUES)
    assert can(anna.actor, Verb.OWN_ACCOUNT)
    letter = Message.objects.get()
    assert (letter.kind, letter.recipient) == ("account_blocked", "anna@mieszkaniec.example")
    assert "Naruszenie § 5 regulaminu." in letter.body
    assert "zwykłym przelewem albo w urzędzie" in letter.body
    entry = AuditEntry.objects.get(action="account.blocked")
    assert (entry.role, entry.actor_ref) == ("admin", filip.ref)


def test_what_a_blocked_person_owes_stays_owed(row, anna, filip):
    payer = Payer.objects.get(public_id=anna.payer_id)
    due = LiabilityFactory(payer=payer)
    do("block", row, filip.actor)
    assert [one.public_id for one in statement(payer, timezone.localdate()).dues] == [due.public_id]
    assert Representation.objects.get(resident=row).revoked_at is None


def test_an_unblocked_person_has_everything_again_and_no_second_welcome(row, anna, filip):
    do("block", row, filip.actor)
    do("unblock", reread(row), filip.actor, reason="Wyjaśniono.")
    found = reread(row)
    assert (found.state, found.block_reason, found.blocked_at) == ("active", None, None)
    assert can(anna.actor, Verb.OWN_DUES)
    kinds = list(Message.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["account_blocked", "account_unblocked"]


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("name", ["daria", "edyta", "celina", "anna"])
def test_who_is_no_administrator_changes_nothing(row, person, act, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        do(act, row, person(name).actor)
    assert (reread(row).state, reread(row).version) == ("active", 1)
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_happens(row, filip, act, reason):
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        do(act, row, filip.actor, reason=reason)
    assert reread(row).state == "active"
    assert not Message.objects.exists()


@pytest.mark.covers("S35")
@pytest.mark.parametrize("act", sorted(ACTS))
def test_who_saw_an_older_page_changes_nothing(row, filip, act):
    with pytest.raises(Conflict, match=r"registration\.stale"):
        do(act, row, filip.actor, version=9)
    assert reread(row).state == "active"
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_administrator_of_another_gmina_knows_no_such_account(row, dabrowa, person, act):
    with tenancy.enter(dabrowa), pytest.raises(NotFound, match=r"registration\.unknown"):
        do(act, row, person("filip").actor)
    assert reread(row).state == "active"


def test_who_waits_for_the_office_is_rejected_and_not_blocked(filip, in_borki):
    waiting = ResidentFactory(submitted=True)
    with pytest.raises(Conflict, match=r"registration\.state"):
        do("block", waiting, filip.actor)
    assert reread(waiting).state == "submitted"


@pytest.mark.covers("D96")
def test_a_resident_closes_the_own_account_and_may_come_back(row, anna, application, visitor):
    close_own_account(version=1, actor=anna.actor)
    found = reread(row)
    assert found.state == ResidentState.DEACTIVATED
    assert not found.user.is_active
    assert acts_for(found, timezone.localdate()) == []
    assert User.objects.find("anna@mieszkaniec.example", "resident") is None
    assert "tak długo, jak każą przepisy" in Message.objects.get().body
    register(application(pesel=RESIDENTS["anna"], email="anna@mieszkaniec.example"), actor=visitor)
    new = Resident.objects.get(person_index=person_index(RESIDENTS["anna"]), state="submitted")
    assert new.pk != row.pk


def test_closing_the_own_account_needs_the_version_that_was_shown(row, anna):
    with pytest.raises(Conflict, match=r"registration\.stale"):
        close_own_account(version=2, actor=anna.actor)
    assert reread(row).state == "active"
    assert reread(row).user.is_active


@pytest.mark.covers("S63")
def test_a_blocked_person_cannot_end_the_block_by_closing_the_account(row, anna, filip):
    do("block", row, filip.actor)
    with pytest.raises(Refused, match=r"account\.blocked"):
        close_own_account(version=2, actor=anna.actor)
    assert reread(row).state == ResidentState.BLOCKED


def test_the_office_may_close_an_account_also_a_blocked_one(row, filip):
    do("block", row, filip.actor)
    do("close", reread(row), filip.actor, reason="Osoba zmarła.")
    assert reread(row).state == ResidentState.DEACTIVATED
    assert "Osoba zmarła." in Message.objects.get(kind="account_closed").body
    with pytest.raises(Conflict, match=r"registration\.state"):
        do("unblock", reread(row), filip.actor)
