"""The resident asks for reminders, ends them from a letter without signing in, and learns that letters come back."""

import pytest
from django.test import Client

from services.accounts.actions.consenting import leaving_address
from services.accounts.domain.consents import Purpose
from services.accounts.models import Consent
from services.notices.models import BadAddress
from services.notices.queries import address_index
from services.users.models import User
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/konto/przypomnienia/"


@pytest.fixture
def anna(client_for, borki, in_borki) -> Client:
    return client_for("anna", borki)


@pytest.fixture
def link(person, in_borki) -> str:
    user = User.objects.get(pk=person("anna").user_id)
    return leaving_address(user, Purpose.REMINDERS).removeprefix("http://borki.localhost")


def wants() -> bool:
    return Consent.objects.filter(withdrawn_at__isnull=True).exists()


@pytest.mark.covers("S77")
def test_reminders_are_off_and_the_resident_turns_them_on_and_off(anna):
    assert "Przypomnienia wyłączone" in words(anna.get("/konto/"))
    answer = anna.post(PAGE, {"a_week_before": "on", "text_version": "1"}, follow=True)
    assert "Przypomnimy o terminach e-mailem." in words(answer)
    assert "Przypomnienia 7 dni przed terminem" in words(anna.get("/konto/"))
    assert "Nie wyślemy przypomnień." in words(anna.post(PAGE, {"text_version": "1"}, follow=True))
    assert not wants()


@pytest.mark.covers("S77")
def test_opening_the_link_ends_nothing_and_the_button_does_without_signing_in(anna, link, client_for, borki):
    """Mail programs and virus scanners open links by themselves (RFC 8058 section 1)."""
    anna.post(PAGE, {"a_week_before": "on", "text_version": "1"})
    nobody = client_for(None, borki)
    assert "Zrezygnować z tych wiadomości?" in words(nobody.get(link))
    assert wants()
    assert "Nie wyślemy Ci już tych wiadomości." in words(nobody.post(link))
    assert not wants()


@pytest.mark.covers("S77")
def test_the_mail_programs_own_button_needs_no_cookie_and_no_page(anna, link, borki):
    """RFC 8058 section 3.2: a POST without cookies with the body List-Unsubscribe=One-Click."""
    anna.post(PAGE, {"on_the_day": "on", "text_version": "1"})
    stranger = Client(enforce_csrf_checks=True, headers={"host": borki.host}, SERVER_NAME=borki.host)
    answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants()


def test_the_page_shows_the_words_that_are_agreed_to_and_refuses_others(anna):
    assert "Chcę dostawać e-mailem przypomnienia" in words(anna.get(PAGE))
    assert anna.post(PAGE, {"on_the_day": "on", "text_version": "99"}).status_code == 422
    assert not wants()


def test_a_broken_link_says_what_to_do_and_ends_nothing(anna, link, client_for, borki):
    anna.post(PAGE, {"on_the_day": "on", "text_version": "1"})
    nobody = client_for(None, borki)
    for method in (nobody.get, nobody.post):
        answer = method(f"{link[:-4]}AAA/")
        assert answer.status_code == 404
        assert "Otwórz go jeszcze raz z wiadomości" in words(answer)
    assert wants()


def test_whose_letters_come_back_sees_it_after_signing_in_and_says_when_it_works_again(anna):
    BadAddress.objects.create(
        address_index=address_index("anna@mieszkaniec.example"), since="2026-03-05T10:00:00Z"
    )
    for page in ("/naleznosci/", "/konto/", PAGE):
        assert "Listy do Ciebie wracają" in words(anna.get(page))
    anna.post("/konto/e-mail/dziala/")
    assert "Listy do Ciebie wracają" not in words(anna.get("/naleznosci/"))
    assert not BadAddress.objects.exists()
