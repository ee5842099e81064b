"""Own data: changed at any moment, told, seen by the office; the address only by who reads its mail (S44, D92, D93)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.actions import (
    OwnData,
    ask_email_change,
    change_own_data,
    confirm_email_change,
    drop_email_change,
    note_changes_seen,
)
from services.accounts.actions import own_data as own_data_module
from services.accounts.models import DataChange, EmailChange, Resident
from services.accounts.queries import changes_of, open_email_change, residents_with_unseen_changes
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import ResidentFactory
from tests.fixtures.cast import Person
from tests.services.accounts.conftest import reread

pytestmark = pytest.mark.django_db
NEW = "nowy.adres@poczta.example"


@pytest.fixture
def anna(in_borki, person) -> Person:
    return person("anna")


@pytest.fixture
def row(anna) -> Resident:
    return Resident.objects.select_related("user").get(user_id=anna.user_id)


def token() -> str:
    found = re.search(
        r"/konto/e-mail/potwierdz/([^/\s]+)/", Message.objects.get(kind="email_change_link").body
    )
    assert found is not None
    return found[1]


@pytest.mark.covers("S44", "D93", "S83")
def test_a_change_holds_at_once_is_told_and_shown_to_the_office(anna, row):
    change_own_data(OwnData(last_name=" Nowak ", address="ul. Inna 2", phone=""), version=1, actor=anna.actor)
    found = reread(row)
    assert (found.first_name, found.last_name, found.address, found.version) == (
        "Anna",
        "Nowak",
        "ul. Inna 2",
        2,
    )
    assert found.user.full_name == "Anna Nowak"
    changes = {one.field: (one.before, one.after) for one in changes_of(row)}
    assert changes == {
        "last_name": ("Przykładowa", "Nowak"),
        "address": ("ul. Próbna 1, 00-001 Próba", "ul. Inna 2"),
    }
    assert list(residents_with_unseen_changes()) == [row]
    assert "adres, nazwisko" in Message.objects.get().body
    entry = AuditEntry.objects.get(action="resident.data_changed")
    assert entry.details == {"fields": ["address", "last_name"]}


def test_what_is_not_changed_leaves_no_trace(anna, row):
    change_own_data(OwnData(first_name="Anna", phone=""), version=1, actor=anna.actor)
    assert reread(row).version == 1
    assert not DataChange.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (OwnData(first_name=" "), "own_data.missing"),
        (OwnData(address=""), "own_data.missing"),
        (OwnData(last_name="x" * 121), "own_data.too_long"),
        (OwnData(first_name="Ewa", phone="1" * 41), "own_data.too_long"),
    ],
)
def test_what_cannot_be_leaves_everything_as_it_was(anna, row, wanted, code):
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        change_own_data(wanted, version=1, actor=anna.actor)
    assert reread(row).first_name == "Anna"
    assert not DataChange.objects.exists()


@pytest.mark.covers("S35")
def test_two_windows_do_not_overwrite_each_other(anna, row):
    change_own_data(OwnData(phone="600 000 001"), version=1, actor=anna.actor)
    with pytest.raises(Conflict, match=r"registration\.stale"):
        change_own_data(OwnData(phone="600 000 002"), version=1, actor=anna.actor)
    assert reread(row).phone == "600 000 001"


def test_who_has_no_account_any_more_changes_nothing(in_borki):
    gone = ResidentFactory(deactivated=True)
    actor = Person("", "", gone.user_id, str(gone.user.public_id), "resident").actor
    with pytest.raises(NotFound, match=r"resident\.unknown"):
        change_own_data(OwnData(phone="600"), version=1, actor=actor)
    assert reread(gone).phone == ""


def test_only_a_clerk_says_that_the_office_has_seen_a_change_and_only_the_shown_one(anna, row, daria, filip):
    change_own_data(OwnData(phone="600 000 001"), version=1, actor=anna.actor)
    shown = [changes_of(row).get().public_id]
    change_own_data(OwnData(phone="600 000 002"), version=2, actor=anna.actor)
    with pytest.raises(Refused):
        note_changes_seen(resident_id=row.public_id, change_ids=shown, actor=filip.actor)
    assert changes_of(row).filter(seen_at__isnull=True).count() == 2
    note_changes_seen(resident_id=row.public_id, change_ids=shown, actor=daria.actor)
    assert [one.seen_at is None for one in changes_of(row)] == [True, False]


# --- the e-mail address --------------------------------------------------------------------------------------------------


def test_the_old_address_holds_until_the_link_to_the_new_one_was_followed(anna, row):
    ask_email_change(NEW, actor=anna.actor)
    assert reread(row).user.email == "anna@mieszkaniec.example"
    sent = {(one.kind, one.recipient) for one in Message.objects.all()}
    assert sent == {("email_change_link", NEW), ("email_change_asked", "anna@mieszkaniec.example")}
    assert NEW not in Message.objects.get(kind="email_change_asked").body
    confirm_email_change(token(), actor=anna.actor)
    assert User.objects.find(NEW, "resident") == row.user
    assert User.objects.find("anna@mieszkaniec.example", "resident") is None
    assert Message.objects.get(kind="email_changed").recipient == "anna@mieszkaniec.example"
    change = changes_of(row).get()
    assert (change.field, change.before, change.after) == ("email", "anna@mieszkaniec.example", NEW)
    confirm_email_change(token(), actor=anna.actor)
    assert changes_of(row).count() == 1


@pytest.mark.covers("S8")
def test_an_address_that_has_an_account_is_not_betrayed_and_not_given(anna, row):
    ask_email_change("celina@mieszkaniec.example", actor=anna.actor)
    sent = {(one.kind, one.recipient) for one in Message.objects.all()}
    assert sent == {
        ("address_taken", "celina@mieszkaniec.example"),
        ("email_change_asked", "anna@mieszkaniec.example"),
    }
    assert open_email_change(row) is not None  # the page looks as it does for a free address
    assert reread(row).user.email == "anna@mieszkaniec.example"


def test_an_address_that_was_taken_meanwhile_is_not_given(anna, row):
    ask_email_change(NEW, actor=anna.actor)
    ResidentFactory(user__email=NEW)
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(token(), actor=anna.actor)
    assert reread(row).user.email == "anna@mieszkaniec.example"


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("ANNA@mieszkaniec.example ", "email.same"),
        ("nie adres", "email.invalid"),
        ("", "email.invalid"),
        ("a@b.example\nBcc: c@d.example", "email.invalid"),
    ],
)
def test_what_is_no_other_address_is_refused(anna, email, code):
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        ask_email_change(email, actor=anna.actor)
    assert not EmailChange.objects.exists()
    assert not Message.objects.exists()


def test_a_second_request_or_a_change_of_mind_kills_the_first_link(anna, row):
    ask_email_change(NEW, actor=anna.actor)
    first = token()
    Message.objects.filter(kind="email_change_link").delete()
    ask_email_change("jeszcze.inny@poczta.example", actor=anna.actor)
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(first, actor=anna.actor)
    second = token()
    drop_email_change(actor=anna.actor)
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(second, actor=anna.actor)
    assert reread(row).user.email == "anna@mieszkaniec.example"


def test_a_forged_an_old_and_a_foreign_link_are_dead(anna, row, dabrowa, monkeypatch):
    ask_email_change(NEW, actor=anna.actor)
    link = token()
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(link[:-2] + "xx", actor=anna.actor)
    with tenancy.enter(dabrowa), pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(link, actor=anna.actor)
    monkeypatch.setattr(own_data_module, "EMAIL_LINK_HOURS", 0)
    EmailChange.objects.update(asked_at=timezone.now() - timedelta(days=2))
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_email_change(link, actor=anna.actor)
    assert reread(row).user.email == "anna@mieszkaniec.example"
