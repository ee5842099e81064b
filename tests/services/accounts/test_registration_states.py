"""Every state with every decision under every policy: what is not an edge changes nothing."""

from itertools import product

import pytest

from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict
from services.accounts.actions import approve_registration, authorise_registration, reject_registration
from services.accounts.domain import EDGES, ResidentEvent, ResidentState, next_state
from services.notices.models import Message
from tests.factories.accounts import PayerFactory, ResidentFactory, StaffRoleFactory
from tests.fixtures.cast import Person
from tests.services.accounts.conftest import reread

POLICIES = ("automatic", "clerk", "clerk_then_admin")
OF_THE_OFFICE = {"verified", "authorised", "rejected"}
"""The decisions about a registration; the other events have tests of their own."""
ALL = list(product(ResidentState, ResidentEvent, POLICIES))

# Written out once more, on purpose: the table of the program is held against it.
ALWAYS = {
    ("verified", "authorised"): "active",
    ("submitted", "rejected"): "rejected",
    ("verified", "rejected"): "rejected",
    ("duplicate", "rejected"): "rejected",
    ("active", "blocked"): "blocked",
    ("blocked", "unblocked"): "active",
    ("submitted", "deactivated"): "deactivated",
    ("verified", "deactivated"): "deactivated",
    ("active", "deactivated"): "deactivated",
    ("blocked", "deactivated"): "deactivated",
}
ALLOWED = {
    ("submitted", "proven", "automatic"): "active",
    ("submitted", "proven", "clerk_then_admin"): "verified",
    ("submitted", "verified", "automatic"): "active",
    ("submitted", "verified", "clerk"): "active",
    ("submitted", "verified", "clerk_then_admin"): "verified",
} | {(state, event, policy): after for (state, event), after in ALWAYS.items() for policy in POLICIES}
FORBIDDEN = [case for case in ALL if case not in ALLOWED]
DECISIONS_REFUSED = [case for case in FORBIDDEN if case[1] in OF_THE_OFFICE]
DECISIONS = sorted(case for case in ALLOWED if case[1] in OF_THE_OFFICE)


def test_there_are_no_more_and_no_fewer_edges_than_written_here():
    assert {
        (state.value, event.value, policy): after.value for (state, event, policy), after in EDGES.items()
    } == ALLOWED


@pytest.mark.parametrize(("state", "event", "policy"), FORBIDDEN)
def test_the_table_refuses_what_it_does_not_name(state, event, policy):
    with pytest.raises(Conflict, match=r"registration\.state"):
        next_state(state, event, policy)


@pytest.fixture
def anybody(in_borki) -> Person:
    """Somebody of the office with all three roles: only the state can refuse."""
    roles = [StaffRoleFactory(role="clerk")]
    roles += [StaffRoleFactory(role=role, user=roles[0].user) for role in ("moderator", "admin")]
    user = roles[0].user
    return Person("", "", user.pk, str(user.public_id), ActorKind.STAFF)


def decide(event: ResidentEvent, resident, actor) -> None:
    given = {"registration_id": resident.public_id, "version": 1, "actor": actor}
    match event:
        case ResidentEvent.VERIFIED:
            approve_registration(payer_id=None, **given)
        case ResidentEvent.AUTHORISED:
            authorise_registration(**given)
        case ResidentEvent.REJECTED:
            reject_registration(reason="Powód próbny.", **given)


@pytest.mark.django_db
@pytest.mark.covers("S35", "S46")
@pytest.mark.parametrize(("state", "event", "policy"), DECISIONS_REFUSED)
def test_a_decision_that_does_not_fit_changes_nothing(anybody, set_policy, state, event, policy):
    set_policy(policy)
    resident = ResidentFactory(state=state, payer=PayerFactory())
    with pytest.raises(Conflict, match=r"registration\.(state|duplicate)"):
        decide(event, resident, anybody.actor)
    row = reread(resident)
    assert (row.state, row.version, row.decision_reason) == (state, 1, "")
    assert row.user.is_active
    assert row.user.email == resident.user.email
    assert row.representations.count() == 1
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(subject_ref=str(resident.public_id)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "event", "policy"), DECISIONS)
def test_a_decision_that_fits_is_carried_out_once(anybody, set_policy, state, event, policy):
    set_policy(policy)
    resident = ResidentFactory(state=state)
    decide(ResidentEvent(event), resident, anybody.actor)
    assert reread(resident).state == ALLOWED[state, event, policy]
    with pytest.raises(Conflict, match=r"registration\.stale"):
        decide(ResidentEvent(event), resident, anybody.actor)
    assert reread(resident).version == 2
    assert AuditEntry.objects.filter(subject_ref=str(resident.public_id)).count() == 1
