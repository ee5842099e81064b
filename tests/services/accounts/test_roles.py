"""Roles stand on a recorded authorisation; who holds several acts in each of them by name."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor, ActorKind, system
from kernel.audit.models import AuditEntry
from kernel.audit.recording import history
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import can, require
from services.accounts.actions import approve_registration, authorise_registration
from services.accounts.oversight import Narrowing, audit_entries
from services.users.actions import Authorisation, grant_role, make_staff, revoke_role
from services.users.domain import Role, Verb
from services.users.models import StaffRole, User
from tenants.configuration.actions_regulation import draft_regulation
from tests.factories.accounts import ResidentFactory, StaffRoleFactory, StaffUserFactory

pytestmark = pytest.mark.django_db

PAPER = Authorisation(number="OR.077.5.2026", on=date(2026, 1, 2), issuer="Wójt", valid_from=date(2026, 1, 2))


def actor_of(user: User) -> Actor:
    return Actor(kind=ActorKind.STAFF, ref=str(user.public_id), user_id=user.pk, address="127.0.0.1")


@pytest.mark.covers("S29", "S30", "S31", "S33")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_granted_used_and_revoked(in_borki, filip, role):
    user = StaffUserFactory()
    grant = grant_role(user_id=user.public_id, role=role, authorisation=PAPER, actor=filip.actor)
    assert (grant.authorisation_number, grant.authorised_on, grant.issuer) == (
        PAPER.number,
        PAPER.on,
        PAPER.issuer,
    )
    assert require(actor_of(user), Verb.DESK).role == role
    revoke_role(user_id=user.public_id, role=role, actor=filip.actor)
    assert not can(actor_of(user), Verb.DESK)
    acts = [(entry.action, entry.actor_ref, entry.details["role"]) for entry in history(user)]
    assert acts == [("role.revoked", filip.ref, role), ("role.granted", filip.ref, role)]


@pytest.mark.covers("S33")
@pytest.mark.parametrize(
    ("missing", "code"), [("number", "authorisation_incomplete"), ("issuer", "authorisation_incomplete")]
)
def test_without_a_whole_authorisation_there_is_no_role(in_borki, filip, missing, code):
    user = StaffUserFactory()
    values = {"number": PAPER.number, "on": PAPER.on, "issuer": PAPER.issuer, "valid_from": PAPER.valid_from}
    with pytest.raises(InvalidInput, match=rf"role\.{code}"):
        grant_role(
            user_id=user.public_id,
            role=Role.CLERK,
            authorisation=Authorisation(**(values | {missing: "  "})),
            actor=filip.actor,
        )
    assert not StaffRole.objects.filter(user=user).exists()
    assert not history(user).exists()


@pytest.mark.covers("S33")
def test_an_authorisation_that_ends_before_it_begins_gives_no_role(in_borki, filip):
    user = StaffUserFactory()
    paper = Authorisation(PAPER.number, PAPER.on, PAPER.issuer, date(2026, 5, 2), date(2026, 5, 1))
    with pytest.raises(InvalidInput, match=r"role\.validity"):
        grant_role(user_id=user.public_id, role=Role.CLERK, authorisation=paper, actor=filip.actor)
    assert not StaffRole.objects.filter(user=user).exists()


@pytest.mark.covers("S33")
@pytest.mark.parametrize("missing", ["authorisation_number", "issuer"])
def test_not_even_a_program_can_store_a_role_without_its_authorisation(in_borki, missing):
    user = StaffUserFactory()
    with pytest.raises(IntegrityError, match="role_needs_authorisation"), transaction.atomic():
        StaffRoleFactory(user=user, **{missing: ""})
    assert not StaffRole.objects.filter(user=user).exists()


def test_a_role_that_is_held_is_not_granted_again(in_borki, filip, daria):
    grants = StaffRole.objects.filter(user_id=daria.user_id).count()
    with pytest.raises(Conflict, match=r"role\.held"):
        grant_role(user_id=UUID(daria.ref), role=Role.CLERK, authorisation=PAPER, actor=filip.actor)
    assert StaffRole.objects.filter(user_id=daria.user_id).count() == grants


def test_a_revoked_role_can_be_granted_anew_and_both_grants_are_kept(in_borki, filip, daria):
    revoke_role(user_id=UUID(daria.ref), role=Role.CLERK, actor=filip.actor)
    grant_role(user_id=UUID(daria.ref), role=Role.CLERK, authorisation=PAPER, actor=filip.actor)
    rows = StaffRole.objects.filter(user_id=daria.user_id).order_by("id")
    assert [row.revoked_at is None for row in rows] == [False, True]
    assert can(daria.actor, Verb.BOOK_PAYMENT)


def test_the_last_administrator_cannot_be_taken_away(in_borki, filip):
    with pytest.raises(Conflict, match=r"role\.last_admin"):
        revoke_role(user_id=UUID(filip.ref), role=Role.ADMIN, actor=filip.actor)
    assert can(filip.actor, Verb.MANAGE_STAFF)


@pytest.mark.parametrize("trait", ["expired", "not_yet"])
def test_an_administrator_without_an_authorisation_in_force_does_not_count_as_another_one(
    in_borki, filip, trait
):
    """Else the gmina would stand without anybody who can act as administrator."""
    StaffRoleFactory(role=Role.ADMIN, **{trait: True})
    with pytest.raises(Conflict, match=r"role\.last_admin"):
        revoke_role(user_id=UUID(filip.ref), role=Role.ADMIN, actor=filip.actor)
    assert can(filip.actor, Verb.MANAGE_STAFF)


def test_an_administrator_whose_account_is_closed_does_not_count_as_another_one(in_borki, filip):
    other = StaffRoleFactory(role=Role.ADMIN)
    User.objects.filter(pk=other.user_id).update(is_active=False)
    with pytest.raises(Conflict, match=r"role\.last_admin"):
        revoke_role(user_id=UUID(filip.ref), role=Role.ADMIN, actor=filip.actor)
    assert can(filip.actor, Verb.MANAGE_STAFF)


def test_one_of_two_administrators_can_go(in_borki, filip):
    other = StaffRoleFactory(role=Role.ADMIN)
    revoke_role(user_id=UUID(filip.ref), role=Role.ADMIN, actor=actor_of(other.user))
    assert not can(filip.actor, Verb.MANAGE_STAFF)


@pytest.mark.parametrize("kind", ["resident", "unknown"])
def test_only_accounts_of_the_office_get_roles(in_borki, filip, person, kind):
    user_id = UUID(person("anna").ref) if kind == "resident" else UUID("0192f0a0-0000-7000-8000-000000000000")
    with pytest.raises(NotFound, match=r"staff\.unknown"):
        grant_role(user_id=user_id, role=Role.ADMIN, authorisation=PAPER, actor=filip.actor)
    assert not StaffRole.objects.filter(user__public_id=user_id).exists()


@pytest.mark.covers("S7")
def test_an_office_account_is_made_by_the_office_and_cannot_be_signed_in_to_before_its_letter(
    in_borki, filip
):
    user = make_staff(email="nowa@urzad.example", full_name="Nowa Osoba", actor=filip.actor)
    assert user.kind == "staff"
    assert not user.has_usable_password()
    with pytest.raises(Conflict, match=r"staff\.exists"):
        make_staff(email="NOWA@urzad.example", full_name="Jeszcze Raz", actor=filip.actor)


# --- one person, three roles (S32, T-40) ----------------------------------------------------------------------------------


@pytest.fixture
def all_three(in_borki) -> Actor:
    user = StaffUserFactory()
    for role in Role:
        grant_role(user_id=user.public_id, role=role, authorisation=PAPER, actor=system("tests"))
    return actor_of(user)


@pytest.mark.covers("S32", "S53")
def test_the_log_shows_under_which_of_the_three_roles_each_act_was_done(all_three, set_policy):
    set_policy("clerk_then_admin")
    resident = ResidentFactory(submitted=True)
    approve_registration(registration_id=resident.public_id, payer_id=None, version=1, actor=all_three)
    authorise_registration(registration_id=resident.public_id, version=2, actor=all_three)
    draft_regulation(
        text="REGULAMIN PORTALU\n\n§ 1\n1. Tekst próbny.\n",
        act={
            "title": "Regulamin próbny", "act_annex": "", "act_kind": "zarządzenie", "act_number": "18",
            "act_issuer": "Wójt", "act_on": timezone.localdate(),
            "effective_on": timezone.localdate() + timedelta(days=30), "bip_url": "",
        },
        number=None,
        actor=require(all_three, Verb.DRAFT_REGULATION),
    )  # fmt: skip
    entries = AuditEntry.objects.filter(actor_ref=all_three.ref).order_by("id")
    assert [(entry.action, entry.role) for entry in entries] == [
        ("registration.verified", "clerk"),
        ("registration.authorised", "admin"),
        ("regulation.drafted", "moderator"),
    ]


@pytest.mark.covers("S32")
def test_taking_one_of_the_three_roles_leaves_the_other_two(all_three, filip):
    revoke_role(user_id=UUID(all_three.ref), role=Role.CLERK, actor=filip.actor)
    assert not can(all_three, Verb.VERIFY_REGISTRATION)
    assert can(all_three, Verb.AUTHORISE_REGISTRATION)
    assert require(all_three, Verb.DRAFT_REGULATION).role == "moderator"


def test_the_administrator_reads_the_acts_of_one_person(all_three, filip):
    resident = ResidentFactory(submitted=True)
    approve_registration(registration_id=resident.public_id, payer_id=None, version=1, actor=all_three)
    today = timezone.localdate()
    rows = audit_entries(filip.actor, Narrowing(actor_ref=all_three.ref, since=today, until=today))
    assert [(row.action, row.role) for row in rows] == [("registration.verified", "clerk")]
    assert not audit_entries(filip.actor, Narrowing(until=today - timedelta(days=1))).exists()
