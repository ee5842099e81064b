"""The link that proves an e-mail address: looking at it does nothing, the button confirms."""

import re

import pytest

from kernel import tenancy
from services.accounts.actions import send_confirmation
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import ResidentFactory, ResidentUserFactory
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(borki):
    with tenancy.enter(borki):
        yield borki


@pytest.fixture
def address(scope) -> str:
    """Path of the link in the letter of somebody who has just registered."""
    resident = ResidentFactory(
        submitted=True, user=ResidentUserFactory(unconfirmed=True, email="nowa@example.org")
    )
    send_confirmation(resident)
    body = Message.objects.get(kind="registered").body
    return re.search(r"http://[^/\s]+(/rejestracja/potwierdz/\S+)", body)[1]


def confirmed() -> bool:
    return User.objects.find("nowa@example.org", "resident").email_confirmed_at is not None


def test_opening_the_link_confirms_nothing_because_mail_programs_open_links_too(client_for, scope, address):
    page = client_for(None, scope).get(address)
    assert heading(page) == "Potwierdź adres e-mail"
    assert not confirmed()


def test_the_button_confirms_and_leads_to_signing_in(client_for, scope, address):
    client = client_for(None, scope)
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, "/logowanie/")
    assert confirmed()
    assert "Adres e-mail jest potwierdzony." in words(client.get("/logowanie/"))


def test_a_second_click_is_the_same_as_one(client_for, scope, address):
    client = client_for(None, scope)
    client.post(address)
    assert client.post(address).status_code == 302
    assert confirmed()


def test_a_forged_link_confirms_nothing_and_says_what_to_do(client_for, scope, address):
    page = client_for(None, scope).post(address[:-3] + "xx/")
    assert page.status_code == 404
    assert heading(page) == "Ten link już nie działa"
    assert "Zaloguj się adresem i hasłem z formularza." in words(page)
    assert not confirmed()


def test_the_link_of_one_gmina_is_dead_in_the_other(client_for, scope, dabrowa, address):
    assert client_for(None, dabrowa).post(address).status_code == 404
    assert not confirmed()
