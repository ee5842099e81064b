"""A refusal: its reason, its letter, and what is free again afterwards."""

import pytest
from django.contrib.auth import authenticate

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, Refused
from services.accounts.actions import register, reject_registration
from services.accounts.domain import ResidentState
from services.accounts.models import Representation, Resident
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import PASSWORD, PayerFactory, ResidentFactory, ResidentUserFactory
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db

REASON = "Nazwisko różni się od tego w rejestrze PESEL."


@pytest.fixture
def waiting(in_borki):
    return ResidentFactory(submitted=True, user=ResidentUserFactory(password=PASSWORD))


@pytest.fixture
def verified(in_borki):
    return ResidentFactory(verified=True, payer=PayerFactory())


@pytest.mark.covers("S46")
def test_the_person_is_told_the_reason(waiting, daria):
    reject_registration(
        registration_id=waiting.public_id, reason=f"  {REASON} ", version=1, actor=daria.actor
    )
    row = reread(waiting)
    assert (row.state, row.version, row.decision_reason) == (ResidentState.REJECTED, 2, REASON)
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("registration_rejected", waiting.user.email)
    assert REASON in message.body


def test_the_reason_is_not_in_the_log_but_the_author_is(waiting, daria):
    reject_registration(registration_id=waiting.public_id, reason=REASON, version=1, actor=daria.actor)
    entry = AuditEntry.objects.get(action="registration.rejected")
    assert (entry.actor_ref, entry.role, entry.details) == (daria.ref, "clerk", {})


def test_a_rejected_account_cannot_be_signed_in_to(waiting, daria):
    email = waiting.user.email
    assert authenticate(None, email=email, password=PASSWORD, kind="resident") == waiting.user
    reject_registration(registration_id=waiting.public_id, reason=REASON, version=1, actor=daria.actor)
    assert authenticate(None, email=email, password=PASSWORD, kind="resident") is None
    assert not reread(waiting).user.is_active


def test_a_rejected_person_may_register_anew_with_the_same_address(waiting, application, visitor, daria):
    email, pesel = waiting.user.email, waiting.pesel
    reject_registration(registration_id=waiting.public_id, reason=REASON, version=1, actor=daria.actor)
    register(application(email=email, pesel=pesel), actor=visitor)
    anew = Resident.objects.get(user=User.objects.find(email, "resident"))
    assert anew.pk != waiting.pk
    assert anew.state == ResidentState.SUBMITTED


def test_two_refusals_of_one_address_do_not_collide(waiting, application, visitor, daria):
    email, pesel = waiting.user.email, waiting.pesel
    reject_registration(registration_id=waiting.public_id, reason=REASON, version=1, actor=daria.actor)
    register(application(email=email, pesel=pesel), actor=visitor)
    anew = Resident.objects.get(user=User.objects.find(email, "resident"))
    reject_registration(registration_id=anew.public_id, reason=REASON, version=1, actor=daria.actor)
    assert Resident.objects.filter(person_index=waiting.person_index, state="rejected").count() == 2


@pytest.mark.covers("S53")
def test_the_administrator_can_refuse_what_the_clerk_let_pass_and_the_file_is_taken_away(verified, filip):
    reject_registration(registration_id=verified.public_id, reason=REASON, version=1, actor=filip.actor)
    assert reread(verified).state == ResidentState.REJECTED
    assert not Representation.objects.filter(resident=verified).exists()
    assert AuditEntry.objects.get(action="registration.rejected").role == "admin"


@pytest.mark.covers("S8")
def test_a_second_registration_of_a_person_is_refused_by_the_clerk_and_the_first_account_stays(
    in_borki, daria
):
    first = ResidentFactory(payer=PayerFactory())
    second = ResidentFactory(duplicate=True, pesel=first.pesel)
    reject_registration(registration_id=second.public_id, reason=REASON, version=1, actor=daria.actor)
    assert reread(second).state == ResidentState.REJECTED
    assert reread(first).state == ResidentState.ACTIVE
    assert reread(first).user.is_active
    assert first.representations.exists()


def assert_unchanged(resident, state):
    row = reread(resident)
    assert (row.state, row.version, row.decision_reason) == (state, 1, "")
    assert row.user.is_active
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(action="registration.rejected").exists()


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_refusal_needs_a_reason(waiting, daria, reason):
    with pytest.raises(InvalidInput, match=r"reason\.missing") as refused:
        reject_registration(registration_id=waiting.public_id, reason=reason, version=1, actor=daria.actor)
    assert refused.value.params["field"] == "reason"
    assert_unchanged(waiting, ResidentState.SUBMITTED)


@pytest.mark.covers("S35")
def test_who_looked_at_an_older_version_refuses_nobody(waiting, daria):
    with pytest.raises(Conflict, match=r"registration\.stale"):
        reject_registration(registration_id=waiting.public_id, reason=REASON, version=3, actor=daria.actor)
    assert_unchanged(waiting, ResidentState.SUBMITTED)


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_refuses_what_no_clerk_has_checked(waiting, person, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        reject_registration(
            registration_id=waiting.public_id, reason=REASON, version=1, actor=person(name).actor
        )
    assert_unchanged(waiting, ResidentState.SUBMITTED)


@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_only_the_administrator_refuses_what_a_clerk_has_checked(verified, person, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        reject_registration(
            registration_id=verified.public_id, reason=REASON, version=1, actor=person(name).actor
        )
    assert_unchanged(verified, ResidentState.VERIFIED)
    assert verified.representations.exists()
