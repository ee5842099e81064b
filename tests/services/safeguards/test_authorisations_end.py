"""S33, L-33: an authorisation gives nothing after its last day, and its end is announced 30 and 7 days before."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts import staff
from services.accounts.access import can, roles_for
from services.notices.models import Message
from services.safeguards.authorisations import announce_ending
from services.safeguards.watching import keep_watch
from services.users.actions import Authorisation
from services.users.domain import Role, Verb
from services.users.models import StaffRole, User
from services.users.models_sessions import Session
from tests.factories.accounts import StaffRoleFactory
from tests.factories.safeguards import actor_of

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 31)


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


@pytest.fixture
def grant(in_borki) -> StaffRole:
    return StaffRoleFactory(valid_from=date(2026, 1, 1), valid_to=LAST)


def paper(**changes) -> Authorisation:
    today = timezone.localdate()
    return Authorisation(**({"number": "OR.1", "on": today, "issuer": "Wójt", "valid_from": today} | changes))


@pytest.mark.covers("S33")
def test_the_last_day_counts_and_the_day_after_gives_nothing(grant):
    actor = actor_of(grant.user)
    assert roles_for(actor, Verb.BOOK_PAYMENT, LAST) == [Role.CLERK]
    assert roles_for(actor, Verb.BOOK_PAYMENT, LAST + timedelta(days=1)) == []
    assert roles_for(actor, Verb.BOOK_PAYMENT, date(2025, 12, 31)) == []


@pytest.mark.covers("S33")
@pytest.mark.parametrize(("left", "letters"), [(31, 0), (30, 1), (8, 1), (7, 1), (0, 1), (-1, 0)])
def test_the_administrators_are_told_in_time(grant, person, left, letters):
    announce_ending(LAST - timedelta(days=left))
    found = Message.objects.filter(kind="role_ending")
    assert len(set(found.values_list("related_ref", flat=True))) == letters
    assert all("31.12.2026" in one.body and grant.authorisation_number in one.body for one in found)


def test_each_of_the_two_letters_goes_once(grant, person):
    days = [LAST - timedelta(days=left) for left in range(40, -3, -1)]
    told = [(LAST - day).days for day in days for _ in range(2) if announce_ending(day)]
    assert told == [30, 7]


def test_a_gmina_with_one_administrator_hears_it_in_the_offices_mailbox_too(grant, person):
    announce_ending(LAST - timedelta(days=7))
    assert Message.objects.filter(kind="role_ending").count() == 2


@pytest.mark.parametrize("how", ["revoked", "closed"])
def test_nothing_is_announced_of_what_gives_nothing_anyway(grant, how):
    if how == "revoked":
        StaffRole.objects.filter(pk=grant.pk).update(revoked_at=timezone.now())
    else:
        User.objects.filter(pk=grant.user_id).update(is_active=False)
    assert announce_ending(LAST - timedelta(days=7)) == 0
    assert not Message.objects.filter(kind="role_ending").exists()


def test_the_job_of_every_minute_announces_too(in_borki):
    StaffRoleFactory(valid_to=timezone.localdate() + timedelta(days=5))
    for _ in range(2):
        keep_watch()
    assert len(set(Message.objects.filter(kind="role_ending").values_list("related_ref", flat=True))) == 1


# --- a new authorisation in the place of an old one ------------------------------------------------------------------
def test_a_new_authorisation_takes_the_place_of_the_old_one_without_a_gap(grant, filip):
    staff.extend_role(
        user_id=grant.user.public_id, role=Role.CLERK, authorisation=paper(number="OR.2"), actor=filip
    )
    rows = list(StaffRole.objects.filter(user=grant.user).order_by("id"))
    assert [(row.authorisation_number, row.revoked_at is None) for row in rows] == [
        (grant.authorisation_number, False),
        ("OR.2", True),
    ]
    assert can(actor_of(grant.user), Verb.BOOK_PAYMENT)


def test_an_expired_role_comes_back_with_a_new_authorisation(in_borki, filip):
    expired = StaffRoleFactory(expired=True)
    assert not can(actor_of(expired.user), Verb.DESK)
    staff.extend_role(user_id=expired.user.public_id, role=Role.CLERK, authorisation=paper(), actor=filip)
    assert can(actor_of(expired.user), Verb.DESK)


def test_one_that_is_not_in_force_yet_would_leave_a_gap(grant, filip):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(InvalidInput, match=r"role\.renewal_early"):
        staff.extend_role(
            user_id=grant.user.public_id,
            role=Role.CLERK,
            authorisation=paper(valid_from=tomorrow),
            actor=filip,
        )
    assert StaffRole.objects.get(user=grant.user).revoked_at is None


def test_what_is_not_held_is_not_extended(grant, filip):
    with pytest.raises(NotFound, match=r"role\.not_held"):
        staff.extend_role(user_id=grant.user.public_id, role=Role.ADMIN, authorisation=paper(), actor=filip)
    assert StaffRole.objects.filter(user=grant.user).count() == 1


# --- sessions ---------------------------------------------------------------------------------------------------------
def test_with_the_last_role_the_sessions_end_and_before_it_they_stay(client_for, in_borki, person, filip):
    daria = person("daria")
    StaffRoleFactory(user=User.objects.get(pk=daria.user_id), role=Role.MODERATOR)
    client = client_for("daria", in_borki)
    assert client.get("/urzad/").status_code == 200
    staff.take_role(user_id=UUID(daria.ref), role=Role.CLERK, actor=filip)
    assert client.get("/urzad/").status_code == 200
    staff.take_role(user_id=UUID(daria.ref), role=Role.MODERATOR, actor=filip)
    assert not Session.objects.filter(user_id=daria.user_id).exists()
    assert client.get("/urzad/").status_code == 302


def test_a_closed_account_has_no_session(client_for, in_borki, person, filip):
    client = client_for("daria", in_borki)
    staff.close_account(user_id=UUID(person("daria").ref), actor=filip)
    assert not Session.objects.filter(user_id=person("daria").user_id).exists()
    assert client.get("/urzad/").status_code == 302


# --- closing an account -----------------------------------------------------------------------------------------------
def test_a_closed_account_gives_nothing_and_is_opened_again(grant, filip):
    user_id = grant.user.public_id
    for _ in range(2):
        staff.close_account(user_id=user_id, actor=filip)
    assert not can(actor_of(grant.user), Verb.DESK)
    staff.reopen_account(user_id=user_id, actor=filip)
    assert can(actor_of(grant.user), Verb.DESK)


def test_the_last_administrators_account_is_not_closed(filip):
    with pytest.raises(Conflict, match=r"role\.last_admin"):
        staff.close_account(user_id=UUID(filip.ref), actor=filip)
    assert User.objects.get(pk=filip.user_id).is_active


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_nobody_else_closes_accounts_or_extends_roles(grant, person, name):
    acts = (
        lambda actor: staff.close_account(user_id=grant.user.public_id, actor=actor),
        lambda actor: staff.reopen_account(user_id=grant.user.public_id, actor=actor),
        lambda actor: staff.extend_role(
            user_id=grant.user.public_id, role=Role.CLERK, authorisation=paper(), actor=actor
        ),
    )
    for act in acts:
        with pytest.raises(Refused, match=r"access\.denied"):
            act(person(name).actor)
    assert User.objects.get(pk=grant.user_id).is_active
    assert StaffRole.objects.get(user=grant.user).revoked_at is None
