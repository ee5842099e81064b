"""The clerk's decision: who the person is, and which payer's file is hers or his."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.dates import WARSAW, add_working_days, warsaw_day
from kernel.errors import Conflict, NotFound, Refused
from services.accounts.access import can
from services.accounts.actions import approve_registration
from services.accounts.domain import ResidentState
from services.accounts.models import Representation
from services.accounts.queries import counts, matching_payers, payer_for, registrations
from services.notices.models import Message
from services.users.domain import Verb
from tests.factories.accounts import PayerFactory, ResidentFactory, ResidentUserFactory
from tests.fixtures.cast import Person
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(in_borki):
    return ResidentFactory(submitted=True)


@pytest.fixture
def file_of_the_same_person(waiting):
    return PayerFactory(identifier=waiting.pesel)


def own_actor(resident):
    return Person("", "", resident.user_id, str(resident.user.public_id), "resident").actor


@pytest.mark.covers("S46", "S55", "S6")
def test_where_the_clerk_alone_decides_the_person_is_let_in(
    waiting, file_of_the_same_person, set_policy, daria
):
    set_policy("clerk")
    approve_registration(
        registration_id=waiting.public_id,
        payer_id=file_of_the_same_person.public_id,
        version=1,
        actor=daria.actor,
    )
    row = reread(waiting)
    assert (row.state, row.version) == (ResidentState.ACTIVE, 2)
    assert (row.verified_by, row.activated_by) == (daria.ref, daria.ref)
    assert row.verified_at is not None
    assert row.activated_at is not None
    assert can(own_actor(row), Verb.OWN_DUES)
    assert payer_for(own_actor(row), None) == file_of_the_same_person


@pytest.mark.covers("D31")
def test_the_person_is_written_to_when_the_account_is_fully_active(waiting, set_policy, daria):
    set_policy("clerk")
    approve_registration(registration_id=waiting.public_id, payer_id=None, version=1, actor=daria.actor)
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("account_active", waiting.user.email)


@pytest.mark.covers("S47", "S53")
def test_where_the_administrator_must_agree_the_person_still_sees_nothing(
    waiting, file_of_the_same_person, set_policy, daria
):
    set_policy("clerk_then_admin")
    approve_registration(
        registration_id=waiting.public_id,
        payer_id=file_of_the_same_person.public_id,
        version=1,
        actor=daria.actor,
    )
    row = reread(waiting)
    assert row.state == ResidentState.VERIFIED
    assert row.activated_at is None
    assert not can(own_actor(row), Verb.OWN_DUES)
    assert [letter.kind for letter in Message.objects.all()] == ["registration_verified"]


def test_the_decision_and_its_author_are_in_the_log(waiting, file_of_the_same_person, daria):
    approve_registration(
        registration_id=waiting.public_id,
        payer_id=file_of_the_same_person.public_id,
        version=1,
        actor=daria.actor,
    )
    entry = AuditEntry.objects.get(action="registration.verified")
    assert (entry.actor_ref, entry.role) == (daria.ref, "clerk")
    assert entry.details == {"payer": str(file_of_the_same_person.public_id), "state": "verified"}


def test_a_person_without_dues_is_let_in_without_a_file(waiting, set_policy, daria):
    set_policy("clerk")
    approve_registration(registration_id=waiting.public_id, payer_id=None, version=1, actor=daria.actor)
    assert reread(waiting).state == ResidentState.ACTIVE
    assert payer_for(own_actor(waiting), None) is None


def test_the_clerk_is_offered_the_files_with_the_same_pesel_only(waiting, file_of_the_same_person):
    PayerFactory()
    assert matching_payers(waiting) == [file_of_the_same_person]


def assert_undecided(waiting, state=ResidentState.SUBMITTED):
    row = reread(waiting)
    assert (row.state, row.version, row.verified_at) == (state, 1, None)
    assert not Representation.objects.filter(resident=waiting).exists()
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(action="registration.verified").exists()


@pytest.mark.covers("S35")
@pytest.mark.parametrize("version", [0, 2])
def test_who_looked_at_an_older_version_decides_nothing(waiting, file_of_the_same_person, daria, version):
    with pytest.raises(Conflict, match=r"registration\.stale"):
        approve_registration(
            registration_id=waiting.public_id,
            payer_id=file_of_the_same_person.public_id,
            version=version,
            actor=daria.actor,
        )
    assert_undecided(waiting)


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_who_is_no_clerk_decides_nothing(waiting, file_of_the_same_person, person, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        approve_registration(
            registration_id=waiting.public_id,
            payer_id=file_of_the_same_person.public_id,
            version=1,
            actor=person(name).actor,
        )
    assert_undecided(waiting)


def test_nobody_is_let_in_whose_address_is_not_proven(in_borki, daria):
    waiting = ResidentFactory(submitted=True, user=ResidentUserFactory(unconfirmed=True))
    with pytest.raises(Conflict, match=r"registration\.address_unconfirmed"):
        approve_registration(registration_id=waiting.public_id, payer_id=None, version=1, actor=daria.actor)
    assert_undecided(waiting)


@pytest.mark.covers("S8", "S63")
def test_a_second_account_of_a_person_cannot_be_let_in(in_borki, daria):
    first = ResidentFactory()
    second = ResidentFactory(duplicate=True, pesel=first.pesel)
    with pytest.raises(Conflict, match=r"registration\.duplicate"):
        approve_registration(registration_id=second.public_id, payer_id=None, version=1, actor=daria.actor)
    assert_undecided(second, ResidentState.DUPLICATE)


def test_a_payer_who_does_not_exist_leaves_everything_undecided(waiting, daria):
    with pytest.raises(NotFound, match=r"payer\.unknown"):
        approve_registration(
            registration_id=waiting.public_id,
            payer_id=UUID("0192f0a0-0000-7000-8000-000000000000"),
            version=1,
            actor=daria.actor,
        )
    assert_undecided(waiting)


def test_a_registration_of_another_gmina_is_unknown_here(waiting, dabrowa, person):
    from kernel import tenancy

    with tenancy.enter(dabrowa):
        theirs = person("daria").actor
        with pytest.raises(NotFound, match=r"registration\.unknown"):
            approve_registration(registration_id=waiting.public_id, payer_id=None, version=1, actor=theirs)
    assert_undecided(waiting)


# --- the queue and its deadline ------------------------------------------------------------------------------------------


@pytest.mark.covers("D32")
def test_the_queue_shows_the_last_day_and_what_is_overdue(in_borki):
    today = timezone.localdate()
    ages = {days: ResidentFactory(submitted=True) for days in (0, 3, 30)}
    for days, resident in ages.items():
        resident.submitted_at = timezone.now() - timedelta(days=days)
        resident.save()
    rows = registrations()
    assert [row.public_id for row in rows] == [ages[30].public_id, ages[3].public_id, ages[0].public_id]
    for row in rows:
        assert row.deadline_on == add_working_days(warsaw_day(row.submitted_at), 7)
        assert row.is_overdue == (row.deadline_on < today)
    assert [row.is_overdue for row in rows] == [True, False, False]


@pytest.mark.covers("D32")
def test_seven_working_days_are_counted_over_christmas(in_borki):
    """Sent on Friday 18 December 2026: 24, 25 and 26 December and both week-ends do not count."""
    late = ResidentFactory(submitted=True, submitted_at=datetime(2026, 12, 18, 23, 30, tzinfo=WARSAW))
    (row,) = registrations()
    assert row.public_id == late.public_id
    assert f"{row.deadline_on}" == "2026-12-31"


@pytest.mark.covers("S53")
def test_the_queue_masks_the_number_and_tells_what_each_one_waits_for(in_borki):
    made = {
        state: ResidentFactory(state=state)
        for state in ResidentState
        if state in {"submitted", "verified", "duplicate", "active", "rejected"}
    }
    rows = {row.public_id: row for row in registrations()}
    assert {row.state for row in rows.values()} == {"submitted", "verified", "duplicate"}
    waiting = made[ResidentState.SUBMITTED]
    assert waiting.pesel not in rows[waiting.public_id].masked_pesel
    assert counts() == {"submitted": 1, "verified": 1, "duplicate": 1}
