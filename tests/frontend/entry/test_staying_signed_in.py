"""Limits of a session on the pages: told, warned of and moved on (WCAG 2.2.1), for residents, the office and the console."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from services.users.entrance import ENTERED_KEY, SESSION_LIMITS
from services.users.models_sessions import Session
from tests.frontend.reading import plain, tags, words

pytestmark = pytest.mark.django_db
SURFACES = [
    ("anna", "/konto/", "/konto/zostaje/", "30 minutach", "8 godzin"),
    ("daria", "/urzad/", "/urzad/konto/zostaje/", "60 minutach", "12 godzin"),
    ("olga", "/", "/konto/zostaje/", "15 minutach", "8 godzin"),
]


@pytest.fixture
def browser(client_for, borki):
    def of(name: str):
        return client_for(name, tenancy.PUBLIC if name == "olga" else borki)

    return of


def scope_of(name: str, borki: tenancy.Scope):
    return tenancy.public() if name == "olga" else tenancy.enter(borki)


def rest(browser, how_long: timedelta) -> None:
    """Nothing has been asked for so long."""
    Session.objects.update(seen_at=timezone.now() - how_long, ends_at=timezone.now() + timedelta(minutes=2))


@pytest.mark.parametrize(("name", "address", "stay", "idle", "whole"), SURFACES)
def test_every_page_says_how_long_one_stays_signed_in(name, address, stay, idle, whole, browser):
    page = browser(name).get(address)
    text = plain(page.content.decode())
    assert f"wylogujemy Cię po {idle} bez żadnej czynności, a najpóźniej {whole} po zalogowaniu" in text
    [box] = tags(page, "dialog")
    assert (box["role"], box["data-stay"]) == ("alertdialog", stay)
    assert box["aria-labelledby"] == "idle-title"
    assert f'id="{box["aria-describedby"]}"' in page.content.decode()
    assert int(box["data-warned"]) >= 20  # WCAG 2.2.1: twenty seconds at least


@pytest.mark.parametrize(("name", "address", "stay", "idle", "whole"), SURFACES)
def test_the_answer_moves_the_end_on(name, address, stay, idle, whole, browser, borki):
    client = browser(name)
    with scope_of(name, borki):
        rest(client, timedelta(minutes=10))
        answer = client.post(stay)
        limit = SESSION_LIMITS[Session.objects.get().content[ENTERED_KEY]["kind"]].idle
        left = Session.objects.get().ends_at - timezone.now()
    assert limit - timedelta(seconds=30) < left <= limit
    assert abs(answer.json()["ends_in"] - left.total_seconds()) < 30


def test_what_is_over_is_not_moved_on(browser, borki):
    client = browser("anna")
    with tenancy.enter(borki):
        Session.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
        page = client.post("/konto/zostaje/")
        assert (page.status_code, page["Location"].split("?")[0]) == (302, "/logowanie/")
        assert not Session.objects.filter(ends_at__gt=timezone.now(), user__isnull=False).exists()


def test_near_the_whole_limit_the_page_says_that_nothing_moves_it(browser, borki):
    client = browser("anna")
    with tenancy.enter(borki):
        session = client.session
        entered = session[ENTERED_KEY]
        session[ENTERED_KEY] = {
            **entered,
            "at": entered["at"] - timedelta(hours=7, minutes=50).total_seconds(),
        }
        session.save()
        page = client.get("/konto/")
    [box] = tags(page, "dialog")
    assert "data-final" in box
    assert int(box["data-ends-in"]) <= 600
    assert "tego czasu nie da się przedłużyć" in plain(page.content.decode())


def test_visitors_are_told_of_no_limit(client_for, borki):
    for address in ("/", "/logowanie/", "/urzad/logowanie/"):
        assert not re.search(r"<dialog|wylogujemy Cię", client_for(None, borki).get(address).content.decode())


def test_who_was_signed_out_is_told_why_and_comes_back_to_the_page(browser, borki):
    page = browser("anna").get("/konto/?x=1")
    [box] = tags(page, "dialog")
    assert box["data-sign-in"] == "/logowanie/?next=%2Fkonto%2F%3Fx%3D1&koniec=1"


def test_the_sign_in_page_says_that_the_time_was_over(client_for, borki):
    page = client_for(None, borki).get("/logowanie/?next=/konto/&koniec=1")
    assert "Czas zalogowania się skończył" in words(page)
    assert 'value="/konto/"' in page.content.decode()
