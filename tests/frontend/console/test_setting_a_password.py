"""The link that `make_operator` prints sets a password once, and only for an account of the console."""

import pytest

from kernel import tenancy
from services.users.actions import password_token
from services.users.models import User
from services.users.operators import make_operator
from tests.fixtures.cast import PASSWORD
from tests.fixtures.database import ACTOR
from tests.fixtures.signing import first_time
from tests.frontend.console.conftest import browser

NEW = "cztery zwykle slowa razem"
EMAIL = "oskar@platforma.example"


@pytest.fixture
def oskar(in_public):
    return make_operator(email=EMAIL, full_name="Oskar Operatorski", actor=ACTOR)


def link(user: User) -> str:
    return f"/haslo/{user.public_id}/{password_token(user)}/"


def test_the_link_sets_the_password_and_then_dies(oskar):
    address, client = link(oskar), browser()
    assert client.get(address).status_code == 200
    answer = client.post(address, {"password": NEW, "password_again": NEW})
    assert answer["Location"] == "/logowanie/"
    assert first_time(client, "/logowanie/", EMAIL, NEW)["Location"] == "/konto/kody-zapasowe/"
    assert client.get(address).status_code == 404
    again = client.post(address, {"password": NEW + "2", "password_again": NEW + "2"})
    assert again.status_code == 404
    assert User.objects.get(pk=oskar.pk).check_password(NEW)


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("krotkie", "krotkie", "Wybierz inne hasło"),
        ("password1234", "password1234", "Wybierz inne hasło"),
        (NEW, NEW + "x", "Hasła różnią się"),
        ("", "", "Wymyśl hasło"),
    ],
)
@pytest.mark.covers("S106", "S108")
def test_a_bad_password_is_refused_beside_its_field(password, again, words, oskar):
    answer = browser().post(link(oskar), {"password": password, "password_again": again})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert not password or password not in page
    assert not User.objects.get(pk=oskar.pk).has_usable_password()


def test_a_changed_link_sets_nothing(oskar):
    address = link(oskar)[:-4] + "000/"
    assert browser().get(address).status_code == 404
    assert browser().post(address, {"password": NEW, "password_again": NEW}).status_code == 404
    assert not User.objects.get(pk=oskar.pk).has_usable_password()


def test_a_link_of_a_gmina_sets_nothing_on_the_console(borki, person):
    with tenancy.enter(borki):
        filip = User.objects.get(pk=person("filip").user_id)
        address = link(filip)
    assert browser().post(address, {"password": NEW, "password_again": NEW}).status_code == 404
    with tenancy.enter(borki):
        assert User.objects.get(pk=filip.pk).check_password(PASSWORD)


def test_a_link_of_the_console_sets_nothing_in_a_gmina(oskar, borki):
    client = browser("borki.localhost")
    assert client.post(link(oskar), {"password": NEW, "password_again": NEW}).status_code == 404
    with tenancy.public():
        assert not User.objects.get(pk=oskar.pk).has_usable_password()
