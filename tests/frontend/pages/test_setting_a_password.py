"""A forgotten password and the link that sets a new one, for residents and for the office's staff."""

import re
from uuid import UUID

import pytest

from kernel import tenancy
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import StaffUserFactory
from tests.fixtures.cast import PASSWORD
from tests.fixtures.ways import with_passwords
from tests.frontend.reading import error_beside, heading, words

pytestmark = pytest.mark.django_db
NEW = "calkiem nowe haslo 77"
ANNA = "anna@mieszkaniec.example"


@pytest.fixture
def scope(borki):
    with tenancy.enter(borki):
        yield borki


def link() -> str:
    """Path of the newest link in a letter."""
    body = Message.objects.filter(kind="password_reset").latest("created_at").body
    return re.search(r"http://[^/\s]+(/haslo/\S+)", body)[1]


def works(client, password: str, email: str = ANNA) -> bool:
    return client.post("/logowanie/", {"email": email, "password": password}).status_code == 302


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(client_for, scope):
    answers = [
        client_for(None, scope).post("/haslo/", {"email": email}) for email in (ANNA, "nikt@example.org")
    ]
    assert {(a.status_code, a["Location"], a.content) for a in answers} == {
        (302, "/haslo/sprawdz-poczte/", b"")
    }
    assert [message.recipient for message in Message.objects.all()] == [ANNA]


def test_a_closed_account_gets_no_letter(client_for, scope):
    User.objects.filter(pk=User.objects.find(ANNA, "resident").pk).update(is_active=False)
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    assert not Message.objects.exists()


@pytest.mark.covers("S65")
def test_letters_to_one_address_are_limited(client_for, scope):
    for _ in range(6):
        client_for(None, scope).post("/haslo/", {"email": ANNA})
    assert Message.objects.count() == 3


@pytest.mark.covers("S106", "S107")
def test_the_link_sets_a_new_password_once(client_for, scope):
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    path = link()
    assert heading(client_for(None, scope).get(path)) == "Ustaw hasło"
    sent = {"password": NEW, "password_again": NEW}
    answer = client_for(None, scope).post(path, sent)
    assert (answer.status_code, answer["Location"]) == (302, "/logowanie/")
    assert works(client_for(None, scope), NEW)
    assert not works(client_for(None, scope), PASSWORD)
    again = client_for(None, scope).post(
        path, {"password": "trzecie haslo 333", "password_again": "trzecie haslo 333"}
    )
    assert again.status_code == 404
    assert works(client_for(None, scope), NEW)


def test_a_new_password_ends_the_sessions_that_were_open(client_for, scope):
    elsewhere = client_for("anna", scope)
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    client_for(None, scope).post(link(), {"password": NEW, "password_again": NEW})
    assert elsewhere.get("/konto/").status_code == 302


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"password": "krotkie", "password_again": "krotkie"}, "password"),
        ({"password": NEW, "password_again": NEW + "x"}, "password_again"),
        ({"password": "", "password_again": ""}, "password"),
    ],
)
def test_a_password_that_is_no_good_is_refused_beside_its_field_and_changes_nothing(
    sent, field, client_for, scope
):
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    path = link()
    page = client_for(None, scope).post(path, sent)
    assert page.status_code == 422
    assert error_beside(page, field)
    assert client_for(None, scope).get(path).status_code == 200
    assert works(client_for(None, scope), PASSWORD)


@pytest.mark.parametrize(
    "spoil",
    [lambda path: path[:-3] + "xx/", lambda path: path.replace(path.split("/")[2], str(UUID(int=0)))],
    ids=["token", "account"],
)
def test_a_forged_link_says_that_it_is_dead_before_anything_is_typed(spoil, client_for, scope):
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    page = client_for(None, scope).get(spoil(link()))
    assert page.status_code == 404
    assert "Linki działają 3 dni i tylko raz." in words(page)


def test_the_link_of_one_gmina_is_dead_in_the_other(client_for, scope, dabrowa):
    with_passwords(dabrowa)
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    path = link()
    assert client_for(None, dabrowa).post(path, {"password": NEW, "password_again": NEW}).status_code == 404
    assert works(client_for(None, dabrowa), PASSWORD)
    assert works(client_for(None, scope), PASSWORD)


def test_a_person_of_the_office_is_led_to_the_office(client_for, scope):
    client_for(None, scope).post("/haslo/", {"email": "daria@urzad.example"})
    assert "konta pracownika urzędu" in Message.objects.get().body
    answer = client_for(None, scope).post(link(), {"password": NEW, "password_again": NEW})
    assert answer["Location"] == "/urzad/logowanie/"


def test_somebody_who_is_a_resident_and_a_clerk_gets_a_letter_for_each_account(client_for, scope):
    StaffUserFactory(email=ANNA)
    client_for(None, scope).post("/haslo/", {"email": ANNA})
    bodies = [message.body for message in Message.objects.order_by("id")]
    assert [("mieszkańca" in body, "pracownika" in body) for body in bodies] == [(True, False), (False, True)]
