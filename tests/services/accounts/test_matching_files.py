"""Whose file of the finance system a resident is: by itself where it is clean, by a clerk otherwise; also later."""

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.actions import (
    approve_registration,
    link_payer,
    match_waiting,
    settle_match,
    unlink_payer,
)
from services.accounts.domain.matching import Fit
from services.accounts.models import NotThisPayer, Representation
from services.accounts.queries import acts_for, match_of, own_file_of, unmatched
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(in_borki):
    """Active, and nobody has linked a file yet."""
    return ResidentFactory()


def file_of(resident, **more):
    return PayerFactory(identifier=resident.pesel, **more)


def test_a_file_that_comes_with_a_later_import_is_linked_by_itself(resident):
    assert match_waiting() == 0
    own = file_of(resident)
    assert match_waiting() == 1
    assert own_file_of(resident) == own
    entry = AuditEntry.objects.get(action="resident.matched")
    assert (entry.actor_kind, entry.details) == ("system", {"payer": str(own.public_id)})
    assert match_waiting() == 0


@pytest.mark.parametrize("state", ["submitted", "blocked", "rejected", "deactivated", "duplicate"])
def test_only_verified_and_active_accounts_are_linked_by_themselves(in_borki, state):
    one = ResidentFactory(state=state)
    file_of(one)
    assert match_waiting() == 0
    assert not one.representations.exists()


@pytest.mark.parametrize("fit", [Fit.SEVERAL, Fit.OTHER_NAME, Fit.TAKEN])
def test_what_is_in_doubt_waits_for_a_clerk(resident, fit):
    if fit == Fit.SEVERAL:
        file_of(resident)
    own = file_of(resident, name="Inna Osoba" if fit == Fit.OTHER_NAME else "Genowefa Próbna")
    if fit == Fit.TAKEN:
        ResidentFactory(payer=own)
    assert match_of(resident).fit == fit
    assert list(unmatched()) == [resident]
    assert match_waiting() == 0
    assert not resident.representations.exists()


def test_a_clerk_links_one_of_several_and_the_case_is_gone(resident, daria):
    first, second = file_of(resident), file_of(resident)
    link_payer(resident_id=resident.public_id, payer_id=second.public_id, version=1, actor=daria.actor)
    assert acts_for(resident, timezone.localdate()) == [second]
    assert list(unmatched()) == []
    link_payer(resident_id=resident.public_id, payer_id=first.public_id, version=2, actor=daria.actor)
    assert set(acts_for(resident, timezone.localdate())) == {first, second}


def test_a_file_without_a_number_can_be_linked_by_the_clerk(resident, daria):
    nameless = PayerFactory(identifier="", identifier_index=None)
    link_payer(resident_id=resident.public_id, payer_id=nameless.public_id, version=1, actor=daria.actor)
    assert own_file_of(resident) == nameless


def test_another_persons_file_is_not_linked_a_second_time(resident, daria):
    own = file_of(resident)
    other = ResidentFactory(payer=own)
    with pytest.raises(Conflict, match=r"payer\.taken"):
        link_payer(resident_id=resident.public_id, payer_id=own.public_id, version=1, actor=daria.actor)
    assert not resident.representations.exists()
    waiting = ResidentFactory(submitted=True)
    with pytest.raises(Conflict, match=r"payer\.taken"):
        approve_registration(
            registration_id=waiting.public_id, payer_id=own.public_id, version=1, actor=daria.actor
        )
    assert reread(waiting).state == "submitted"
    assert own_file_of(other) == own


def test_the_file_of_a_closed_account_is_free(resident, daria):
    own = file_of(resident)
    ResidentFactory(deactivated=True, payer=own)
    assert match_of(resident).fit == Fit.CLEAN
    assert match_waiting() == 1


def test_what_a_clerk_has_ruled_out_is_not_shown_again_but_a_new_file_is(resident, daria):
    file_of(resident, name="Inna Osoba")
    settle_match(resident_id=resident.public_id, version=1, actor=daria.actor)
    assert list(unmatched()) == []
    assert match_of(resident).fit == Fit.MISSING
    new = file_of(resident)
    assert match_waiting() == 1
    assert own_file_of(resident) == new


def test_approving_without_a_payer_rules_the_fitting_ones_out(daria, set_policy, in_borki):
    set_policy("clerk")
    waiting = ResidentFactory(submitted=True)
    file_of(waiting)
    approve_registration(registration_id=waiting.public_id, payer_id=None, version=1, actor=daria.actor)
    assert match_waiting() == 0
    assert own_file_of(reread(waiting)) is None


def test_a_wrong_link_is_taken_away_with_a_reason_and_does_not_come_back(resident, daria):
    own = file_of(resident)
    match_waiting()
    unlink_payer(
        resident_id=resident.public_id,
        payer_id=own.public_id,
        reason="To brat.",
        version=1,
        actor=daria.actor,
    )
    assert acts_for(resident, timezone.localdate()) == []
    assert match_waiting() == 0
    assert NotThisPayer.objects.filter(resident=resident, payer=own).exists()
    row = Representation.objects.get(resident=resident)
    assert row.revoke_reason == "To brat."
    link_payer(resident_id=resident.public_id, payer_id=own.public_id, version=2, actor=daria.actor)
    assert acts_for(resident, timezone.localdate()) == [own]


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_who_is_no_clerk_links_nothing(resident, person, name):
    own = file_of(resident)
    given = {"resident_id": resident.public_id, "version": 1, "actor": person(name).actor}
    with pytest.raises(Refused):
        link_payer(payer_id=own.public_id, **given)
    with pytest.raises(Refused):
        settle_match(**given)
    with pytest.raises(Refused):
        unlink_payer(payer_id=own.public_id, reason="Powód.", **given)
    assert not Representation.objects.filter(payer=own).exists()
    assert not NotThisPayer.objects.exists()


@pytest.mark.covers("S35")
def test_a_clerk_who_saw_an_older_page_links_nothing(resident, daria):
    own = file_of(resident)
    with pytest.raises(Conflict, match=r"registration\.stale"):
        link_payer(resident_id=resident.public_id, payer_id=own.public_id, version=4, actor=daria.actor)
    assert not Representation.objects.filter(payer=own).exists()


def test_unlinking_needs_a_reason_and_a_link(resident, daria):
    own = file_of(resident)
    given = {"resident_id": resident.public_id, "payer_id": own.public_id, "version": 1, "actor": daria.actor}
    with pytest.raises(NotFound, match=r"payer\.unknown"):
        unlink_payer(reason="Powód.", **given)
    match_waiting()
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        unlink_payer(reason=" ", **given)
    assert own_file_of(resident) == own


def test_a_clerk_of_another_gmina_links_nothing_here(resident, dabrowa, person):
    own = file_of(resident)
    with tenancy.enter(dabrowa), pytest.raises(NotFound, match=r"registration\.unknown"):
        link_payer(
            resident_id=resident.public_id, payer_id=own.public_id, version=1, actor=person("daria").actor
        )
    assert not Representation.objects.filter(payer=own).exists()
