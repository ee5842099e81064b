"""The one door: every verb is decided for every kind of actor, and the right to a thing is asked of the database."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, product

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm

from kernel import tenancy
from kernel.actors import ANONYMOUS, Actor, ActorKind, system
from kernel.errors import NotFound, Refused
from services.accounts.access import can, require, types_handled
from services.accounts.domain import ResidentState
from services.accounts.queries import payer_for, resident_of
from services.liabilities.queries import liabilities_for, liability_for
from services.users.domain import Role, Verb
from services.users.models import User
from tenants.configuration.models import Department, LiabilityType
from tests.factories.accounts import PayerFactory, ResidentFactory, StaffRoleFactory, StaffUserFactory
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.cast import Person

pytestmark = pytest.mark.django_db

# Who may do what, written out once more: a verb that is added to the program must be decided here too.
RESIDENT = {"own_account"}
ACTIVE_RESIDENT = RESIDENT | {"own_dues"}
CLERK = {
    "desk", "verify_registration", "view_liabilities", "import_liabilities", "view_payments", "book_payment",
    "correct_ledger", "refund_payment", "resolve_mismatch", "reveal_data", "handle_letters", "view_statistics",
    "handle_complaint", "assist_at_counter", "answer_messages", "report_text",
}  # fmt: skip
MODERATOR = {
    "desk", "draft_regulation", "approve_regulation", "edit_publications", "review_publications", "report_text", "moderate",
}  # fmt: skip
ADMIN = {
    "desk", "authorise_registration", "configure", "draft_regulation", "publish_regulation", "manage_staff",
    "manage_api_clients", "view_audit", "decide_change", "grant_support", "protect_data", "reveal_data",
    "handle_letters", "view_statistics", "approve_regulation", "edit_publications", "review_publications", "report_text",
}  # fmt: skip
API = {"liabilities:read", "liabilities:write", "payments:read", "payments:book"}
PLATFORM = {"operate_platform"}
STAFF = {"clerk": CLERK, "moderator": MODERATOR, "admin": ADMIN}
ROLE_SETS = [roles for count in range(4) for roles in combinations(STAFF, count)]


def staff_with(*roles: str) -> Actor:
    user = StaffUserFactory()
    for role in roles:
        StaffRoleFactory(user=user, role=role)
    return Actor(kind=ActorKind.STAFF, ref=str(user.public_id), user_id=user.pk)


def actor_of(resident) -> Actor:
    return Person("", "", resident.user_id, str(resident.user.public_id), ActorKind.RESIDENT).actor


def allowed(actor: Actor) -> set[str]:
    return {verb.value for verb in Verb if can(actor, verb)}


def test_no_verb_is_left_undecided():
    assert {verb.value for verb in Verb} == ACTIVE_RESIDENT | CLERK | MODERATOR | ADMIN | API | PLATFORM


@pytest.mark.covers("S28", "S29", "S30", "S31")
@pytest.mark.parametrize("roles", ROLE_SETS, ids="+".join)
def test_staff_may_do_what_their_roles_say_and_nothing_else(in_borki, roles):
    assert allowed(staff_with(*roles)) == set().union(*(STAFF[role] for role in roles))


@pytest.mark.covers("S41", "S47")
@pytest.mark.parametrize("state", list(ResidentState))
def test_a_resident_reaches_dues_only_when_the_account_is_active(in_borki, state):
    expected = ACTIVE_RESIDENT if state == ResidentState.ACTIVE else RESIDENT
    assert allowed(actor_of(ResidentFactory(state=state))) == expected


@pytest.mark.covers("S47")
def test_an_active_resident_whose_sign_in_was_closed_reaches_no_dues(in_borki):
    resident = ResidentFactory()
    User.objects.filter(pk=resident.user_id).update(is_active=False)
    assert allowed(actor_of(resident)) == RESIDENT


@pytest.mark.covers("S39", "S40", "D9")
def test_nobody_in_particular_may_do_nothing(in_borki):
    assert allowed(ANONYMOUS) == set()
    assert allowed(Actor(kind=ActorKind.RESIDENT)) == RESIDENT  # an account that does not exist: no dues


@pytest.mark.parametrize("scopes", [set(), {"liabilities:read"}, {"payments:book", "payments:read"}, API])
def test_an_api_client_may_do_what_its_scopes_say(in_borki, scopes):
    assert allowed(Actor(kind=ActorKind.API, ref="client", scopes=frozenset(scopes))) == scopes


def test_no_scope_gives_an_api_client_a_verb_of_people(in_borki):
    everything = frozenset(verb.value for verb in Verb)
    assert allowed(Actor(kind=ActorKind.API, ref="client", scopes=everything)) == API


@pytest.mark.parametrize(
    "kind", [kind for kind in ActorKind if kind not in {ActorKind.API, ActorKind.SYSTEM}]
)
def test_scopes_give_nothing_to_anybody_but_api_clients(in_borki, kind):
    everything = frozenset(verb.value for verb in Verb)
    assert not allowed(Actor(kind=kind, ref="x", scopes=everything)) & API


def test_the_platforms_operator_runs_the_platform_and_reads_no_gmina(in_borki):
    assert allowed(Actor(kind=ActorKind.PLATFORM, ref="x", user_id=1)) == PLATFORM


def test_the_program_itself_is_let_through_everywhere(in_borki):
    assert allowed(system("sweep")) == {verb.value for verb in Verb}


def test_kinds_do_not_mix_although_numbers_are_equal(in_borki, person):
    """The same user number in another kind of session opens nothing of the person's own kind."""
    daria, anna = person("daria").actor, person("anna").actor
    assert allowed(replace(daria, kind=ActorKind.RESIDENT)) == RESIDENT
    assert allowed(replace(anna, kind=ActorKind.STAFF)) == set()
    assert allowed(replace(daria, kind=ActorKind.PLATFORM)) == PLATFORM


def test_the_door_says_in_which_role_it_let_the_act_through(in_borki):
    everything = staff_with("clerk", "moderator", "admin")
    roles = {verb: require(everything, verb).role for verb in Verb if can(everything, verb)}
    assert {verb.value for verb, role in roles.items() if role == "clerk"} == CLERK
    assert {verb.value for verb, role in roles.items() if role == "moderator"} == MODERATOR - CLERK
    assert {verb.value for verb, role in roles.items() if role == "admin"} == ADMIN - MODERATOR - CLERK
    assert require(Actor(kind=ActorKind.PLATFORM, ref="x"), Verb.OPERATE_PLATFORM).role == "operator"


# --- authorisations -----------------------------------------------------------------------------------------------------


@pytest.mark.covers("S33")
@pytest.mark.parametrize("fault", ["not_yet", "expired", "revoked"])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_whose_authorisation_is_not_in_force_gives_nothing(in_borki, role, fault):
    grant = StaffRoleFactory(role=role, **{fault: True})
    actor = Actor(kind=ActorKind.STAFF, ref=str(grant.user.public_id), user_id=grant.user_id)
    assert allowed(actor) == set()
    with pytest.raises(Refused, match=r"access\.denied"):
        require(actor, Verb.DESK)


@pytest.mark.covers("S33")
@pytest.mark.parametrize(
    ("from_days", "to_days", "is_in_force"), [(0, 0, True), (0, None, True), (-9, -1, False)]
)
def test_an_authorisation_is_in_force_from_its_first_to_its_last_day(
    in_borki, from_days, to_days, is_in_force
):
    today = timezone.localdate()
    grant = StaffRoleFactory(
        valid_from=today + timedelta(days=from_days),
        valid_to=None if to_days is None else today + timedelta(days=to_days),
    )
    actor = Actor(kind=ActorKind.STAFF, ref=str(grant.user.public_id), user_id=grant.user_id)
    assert can(actor, Verb.DESK) is is_in_force


def test_a_closed_office_account_has_no_role(in_borki):
    grant = StaffRoleFactory()
    User.objects.filter(pk=grant.user_id).update(is_active=False)
    assert allowed(Actor(kind=ActorKind.STAFF, ref=str(grant.user.public_id), user_id=grant.user_id)) == set()


# --- another gmina's people -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["daria", "edyta", "filip"])
def test_another_gminas_official_is_nobody_here_although_the_numbers_are_the_same(
    borki, dabrowa, person, name
):
    with tenancy.enter(dabrowa):
        theirs = person(name)
        assert allowed(theirs.actor)
    with tenancy.enter(borki):
        ours = person(name)
        assert ours.user_id == theirs.user_id  # each gmina counts its own people from one
        assert allowed(theirs.actor) == set()
        assert not types_handled(theirs.actor).exists()


def test_another_gminas_resident_is_nobody_here_although_the_numbers_are_the_same(borki, dabrowa, person):
    with tenancy.enter(dabrowa):
        theirs = person("anna")
        assert allowed(theirs.actor) == ACTIVE_RESIDENT
    with tenancy.enter(borki):
        assert person("anna").user_id == theirs.user_id
        assert not can(theirs.actor, Verb.OWN_DUES)
        with pytest.raises(NotFound, match=r"resident\.unknown"):
            resident_of(theirs.actor)
        with pytest.raises(NotFound):
            payer_for(theirs.actor, None)


# --- the right to a thing ---------------------------------------------------------------------------------------------


@pytest.fixture
def tax(in_borki):
    return LiabilityFactory(payer=PayerFactory())


@pytest.fixture
def lease(in_borki):
    return LiabilityFactory(payer=PayerFactory(), lease=True)


def clerk_of(*, department: str = "", liability_type: str = "") -> Actor:
    actor = staff_with("clerk")
    user = User.objects.get(pk=actor.user_id)
    if department:
        assign_perm("configuration.handle_department", user, Department.objects.get(code=department))
    if liability_type:
        assign_perm(
            "configuration.handle_liabilitytype", user, LiabilityType.objects.get(code=liability_type)
        )
    return actor


def test_a_department_gives_all_its_types_and_no_other(tax, lease):
    clerk = clerk_of(department="FN")
    expected = set(LiabilityType.objects.filter(department__code="FN").values_list("code", flat=True))
    assert set(types_handled(clerk).values_list("code", flat=True)) == expected
    assert "lease" not in expected
    assert set(liabilities_for(clerk)) == {tax}


def test_a_type_alone_gives_only_itself(tax, lease):
    other = LiabilityFactory(
        payer=PayerFactory(), liability_type=LiabilityType.objects.get(code="forest_tax")
    )
    clerk = clerk_of(liability_type="property_tax")
    assert [kind.code for kind in types_handled(clerk)] == ["property_tax"]
    assert set(liabilities_for(clerk)) == {tax}
    with pytest.raises(NotFound):
        liability_for(clerk, other.public_id)


def test_a_department_and_a_type_of_another_one_add_up(tax, lease):
    clerk = clerk_of(department="FN", liability_type="lease")
    assert set(liabilities_for(clerk)) == {tax, lease}


def test_a_clerk_without_a_grant_handles_nothing(tax):
    clerk = clerk_of()
    assert not types_handled(clerk).exists()
    assert not liabilities_for(clerk).exists()
    with pytest.raises(NotFound, match=r"access\.foreign"):
        liability_for(clerk, tax.public_id)


def test_a_grant_without_the_role_opens_nothing(tax):
    actor = staff_with("admin", "moderator")
    assign_perm(
        "configuration.handle_department",
        User.objects.get(pk=actor.user_id),
        Department.objects.get(code="FN"),
    )
    with pytest.raises(Refused, match=r"access\.denied"):
        liability_for(actor, tax.public_id)
    with pytest.raises(Refused, match=r"access\.denied"):
        liabilities_for(actor)


def test_a_type_added_to_the_department_later_is_handled_at_once(in_borki):
    clerk = clerk_of(department="GN")
    assert "forest_tax" not in types_handled(clerk).values_list("code", flat=True)
    LiabilityType.objects.filter(code="forest_tax").update(department=Department.objects.get(code="GN"))
    assert "forest_tax" in types_handled(clerk).values_list("code", flat=True)


@pytest.mark.parametrize(("verb", "subject"), list(product(["view_liabilities"], ["tax", "lease"])))
def test_a_foreign_due_looks_as_if_it_did_not_exist(tax, lease, verb, subject):
    clerk = clerk_of(department="FN")
    thing = {"tax": tax, "lease": lease}[subject]
    if subject == "tax":
        assert require(clerk, Verb(verb), thing).role == "clerk"
    else:
        with pytest.raises(NotFound, match=r"access\.foreign"):
            require(clerk, Verb(verb), thing)


def test_a_payment_over_two_departments_is_seen_by_both_and_booked_by_who_handles_both(in_borki):
    """Reading needs one of the types; changing money needs them all."""
    payer = PayerFactory()
    dues = [
        LiabilityFactory(payer=payer),
        LiabilityFactory(payer=payer, liability_type=LiabilityType.objects.get(code="forest_tax")),
    ]
    payment = PaymentFactory(payer=payer, dues=dues, paid=True)
    half, whole = clerk_of(liability_type="property_tax"), clerk_of(department="FN")
    assert can(half, Verb.VIEW_PAYMENTS, payment)
    assert not can(half, Verb.BOOK_PAYMENT, payment)
    assert can(whole, Verb.BOOK_PAYMENT, payment)
    assert not can(clerk_of(department="GN"), Verb.VIEW_PAYMENTS, payment)


def test_a_payment_of_reminder_costs_belongs_to_the_types_of_their_dues(tax):
    payer = PayerFactory()
    cost = ReminderCostFactory(payer=payer, liabilities=[tax])
    payment = PaymentFactory(payer=payer, costs=[cost], paid=True)
    assert can(clerk_of(liability_type="property_tax"), Verb.BOOK_PAYMENT, payment)
    assert not can(clerk_of(liability_type="lease"), Verb.VIEW_PAYMENTS, payment)


def test_a_grant_of_another_gmina_opens_nothing_here(borki, dabrowa, person):
    with tenancy.enter(borki):
        tax = LiabilityFactory(payer=PayerFactory())
    with tenancy.enter(dabrowa):
        theirs = person("daria").actor
    with tenancy.enter(borki), pytest.raises((Refused, NotFound)):
        liability_for(theirs, tax.public_id)
