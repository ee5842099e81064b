"""Registration with a proof of identity: what the proof does instead of the clerk, and what it cannot do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, Refused
from services.accounts.actions import approve_registration, confirm_address, prove_identity, register
from services.accounts.actions.registering import _signer
from services.accounts.domain import ResidentState
from services.accounts.models import Representation, Resident
from services.accounts.proofs import ProvenIdentity, resident_with
from services.accounts.queries import person_index
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import PayerFactory, ResidentFactory, ResidentUserFactory
from tests.fixtures.cast import Person
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db
PESEL = "75870300048"


@pytest.fixture
def proof() -> Callable[..., ProvenIdentity]:
    """`proof(pesel=…)`: what login.gov.pl would say of the person of the application."""

    def say(**changes: Any) -> ProvenIdentity:
        values = {
            "method": "login_gov",
            "pesel": PESEL,
            "first_name": "Zdzisława",
            "last_name": "Źrebięcka-Łoś",
            "born_on": date(1875, 7, 3),
            "evidence_ref": "0192f0a0-0000-7000-8000-00000000abcd",
        }
        return ProvenIdentity(**(values | changes))

    return say


def confirm(resident: Resident, visitor) -> Resident:
    confirm_address(_signer().sign(str(resident.public_id)), actor=visitor)
    return reread(resident)


def own_actor(resident: Resident):
    return Person("", "", resident.user_id, str(resident.user.public_id), "resident").actor


def file_of(pesel: str = PESEL, name: str = "ZREBIECKA LOS ZDZISLAWA", **more):
    return PayerFactory(identifier=pesel, name=name, **more)


@pytest.mark.covers("S54", "D28", "D31", "S16")
def test_where_the_policy_trusts_it_the_proof_and_the_confirmed_address_open_the_account(
    application, visitor, proof, set_policy
):
    set_policy("automatic")
    own = file_of()
    resident = register(application(), actor=visitor, proof=proof())
    assert resident.state == ResidentState.SUBMITTED
    row = confirm(resident, visitor)
    assert (row.state, row.proof_method) == (ResidentState.ACTIVE, "login_gov")
    assert row.proof_ref == "0192f0a0-0000-7000-8000-00000000abcd"
    assert Representation.objects.get(resident=row, is_self=True).payer == own
    assert Message.objects.get(kind="account_active").recipient == row.user.email
    entry = AuditEntry.objects.get(action="registration.verified")
    assert (entry.actor_kind, entry.details["proof"]) == ("system", "login_gov")


@pytest.mark.covers("S53", "S54")
def test_where_the_administrator_authorises_the_proof_does_the_clerks_step_only(
    application, visitor, proof, set_policy
):
    set_policy("clerk_then_admin")
    row = confirm(register(application(), actor=visitor, proof=proof()), visitor)
    assert row.state == ResidentState.VERIFIED
    assert not Message.objects.filter(kind="account_active").exists()


@pytest.mark.covers("S55")
def test_where_a_clerk_decides_in_any_case_the_proof_only_helps_the_clerk(
    application, visitor, proof, set_policy
):
    set_policy("clerk")
    row = confirm(register(application(), actor=visitor, proof=proof()), visitor)
    assert (row.state, row.proof_method) == (ResidentState.SUBMITTED, "login_gov")
    assert not row.representations.exists()


@pytest.mark.parametrize("policy", ["automatic", "clerk_then_admin"])
def test_without_a_confirmed_address_the_proof_opens_nothing(application, visitor, proof, set_policy, policy):
    set_policy(policy)
    row = reread(register(application(), actor=visitor, proof=proof()))
    assert row.state == ResidentState.SUBMITTED
    assert not row.representations.exists()


def test_without_a_proof_the_automatic_policy_leaves_it_to_the_clerk(application, visitor, set_policy, daria):
    set_policy("automatic")
    assert register(application(), actor=visitor) is None
    row = confirm(Resident.objects.get(person_index=person_index(PESEL)), visitor)
    assert row.state == ResidentState.SUBMITTED
    approve_registration(registration_id=row.public_id, payer_id=None, version=1, actor=daria.actor)
    assert reread(row).state == ResidentState.ACTIVE


def test_names_and_number_are_those_of_the_proof_and_a_password_is_not_needed(application, visitor, proof):
    typed = application(first_name="Zuzanna", last_name="Inna", password="")
    row = reread(register(typed, actor=visitor, proof=proof()))
    assert (row.first_name, row.last_name) == ("Zdzisława", "Źrebięcka-Łoś")
    assert row.user.full_name == "Zdzisława Źrebięcka-Łoś"
    assert not row.user.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pesel": "75870300049"}, "proof.pesel"),
        ({"pesel": ""}, "proof.pesel"),
        ({"born_on": date(1875, 7, 4)}, "proof.birth_date"),
    ],
)
def test_a_proof_that_contradicts_itself_makes_no_account(application, visitor, proof, changes, code):
    before = Resident.objects.count(), User.objects.count(), Message.objects.count()
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        register(application(), actor=visitor, proof=proof(**changes))
    assert (Resident.objects.count(), User.objects.count(), Message.objects.count()) == before


def test_a_proof_of_somebody_else_makes_no_account(application, visitor, proof):
    before = Resident.objects.count()
    with pytest.raises(InvalidInput, match=r"pesel\.not_proven"):
        register(application(pesel="75870300055"), actor=visitor, proof=proof())
    assert Resident.objects.count() == before


@pytest.mark.covers("S8", "S63")
@pytest.mark.parametrize("state", ["active", "blocked", "verified"])
def test_who_has_an_account_is_let_into_it_and_makes_no_second_one(application, visitor, proof, state):
    """One person, one account, whatever the way in; a blocked person does not come back through the node."""
    has = ResidentFactory(state=state, pesel=PESEL)
    assert resident_with(PESEL) == has
    with pytest.raises(Conflict, match=r"registration\.known_person"):
        register(application(), actor=visitor, proof=proof())
    assert Resident.objects.filter(person_index=has.person_index).count() == 1


@pytest.mark.covers("S63")
def test_a_number_typed_by_anybody_is_no_account_of_the_proven_person(
    application, visitor, proof, set_policy
):
    """Somebody registers with a foreign number and waits for its owner's login: the owner's proof must not open that."""
    set_policy("automatic")
    file_of()
    strangers = ResidentFactory(submitted=True, pesel=PESEL)
    assert resident_with(PESEL) is None
    row = confirm(register(application(), actor=visitor, proof=proof()), visitor)
    old = reread(strangers)
    assert (row.state, old.state) == (ResidentState.ACTIVE, ResidentState.REJECTED)
    assert not old.user.is_active
    assert not old.representations.exists()
    letters = set(Message.objects.values_list("kind", flat=True))
    assert letters == {"registration_superseded", "registered", "account_active"}


def test_her_own_waiting_registration_gives_way_and_leaves_her_the_address(application, visitor, proof):
    register(application(), actor=visitor)
    row = register(application(), actor=visitor, proof=proof())
    assert row is not None
    assert reread(row).user.email == "zdzislawa@poczta.example"
    assert Resident.objects.filter(person_index=row.person_index, state="submitted").count() == 1


def test_an_address_that_has_an_account_makes_nothing_although_the_person_is_proven(
    application, visitor, proof
):
    before = Resident.objects.count()
    assert register(application(email="anna@mieszkaniec.example"), actor=visitor, proof=proof()) is None
    assert Resident.objects.count() == before
    assert Message.objects.get().kind == "address_taken"


@pytest.mark.covers("S54")
def test_who_waits_with_a_password_may_prove_the_identity_later(visitor, proof, set_policy):
    set_policy("automatic")
    waiting = ResidentFactory(submitted=True, pesel=PESEL, first_name="Zdzisława", last_name="Źrebięcka-Łoś")
    own = file_of()
    prove_identity(proof(), actor=own_actor(waiting))
    row = reread(waiting)
    assert (row.state, row.proof_method) == (ResidentState.ACTIVE, "login_gov")
    assert row.representations.get(is_self=True).payer == own


def test_the_proof_of_another_person_proves_nothing(proof, set_policy, in_borki):
    set_policy("automatic")
    waiting = ResidentFactory(submitted=True, pesel="75870300055")
    with pytest.raises(Refused, match=r"proof\.other_person"):
        prove_identity(proof(), actor=own_actor(waiting))
    row = reread(waiting)
    assert (row.state, row.proof_method, row.version) == (ResidentState.SUBMITTED, "", 1)


def test_a_second_registration_is_not_opened_by_a_proof(proof, set_policy, in_borki):
    set_policy("automatic")
    ResidentFactory(pesel=PESEL)
    second = ResidentFactory(duplicate=True, pesel=PESEL)
    with pytest.raises(Conflict, match=r"registration\.duplicate"):
        prove_identity(proof(), actor=own_actor(second))
    assert reread(second).state == ResidentState.DUPLICATE


@pytest.mark.parametrize(
    "case", ["missing", "several", "other_name", "taken"], ids=lambda case: f"payer {case}"
)
def test_a_file_that_does_not_fit_beyond_doubt_waits_for_a_clerk(
    application, visitor, proof, set_policy, case
):
    set_policy("automatic")
    if case == "several":
        file_of()
        file_of()
    elif case == "other_name":
        file_of(name="KOWALSKA ZDZISLAWA")
    elif case == "taken":
        ResidentFactory(payer=file_of())
    row = confirm(register(application(), actor=visitor, proof=proof()), visitor)
    assert row.state == ResidentState.ACTIVE
    assert not row.representations.exists()


def test_the_other_gmina_knows_neither_the_person_nor_the_proof(application, visitor, proof, borki, dabrowa):
    with tenancy.enter(borki):
        ResidentFactory(pesel=PESEL)
    with tenancy.enter(dabrowa):
        assert resident_with(PESEL) is None
        assert not Resident.objects.filter(pesel__isnull=False, proven_at__lte=timezone.now()).exists()


def test_an_account_whose_address_is_unconfirmed_waits_also_after_a_later_proof(proof, set_policy, in_borki):
    set_policy("automatic")
    waiting = ResidentFactory(submitted=True, pesel=PESEL, user=ResidentUserFactory(unconfirmed=True))
    prove_identity(proof(), actor=own_actor(waiting))
    assert reread(waiting).state == ResidentState.SUBMITTED
