"""Which cookies there are: all necessary or asked for, for one host, without data of anybody (L-15, S90, S93)."""

import re

import pytest
from django.conf import settings as configured
from django.test import Client

from kernel import tenancy
from portal.settings import base
from tests.fixtures.cast import PASSWORD

pytestmark = pytest.mark.django_db

PUBLIC = ("/", "/regulamin/", "/prywatnosc/", "/dostepnosc/", "/kontakt/", "/kalkulator/", "/ustawienia/")


@pytest.fixture
def visitor(client_for, borki) -> Client:
    return client_for(None, borki)


@pytest.fixture
def by_https(borki, settings) -> Client:
    """Cookies as in production."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sesja", "__Host-csrf"
    return Client(headers={"host": borki.host}, SERVER_NAME=borki.host)


def test_reading_leaves_no_persistent_cookie(visitor):
    """Art. 399 Prawa komunikacji elektronicznej: nothing is kept before it is asked for."""
    for path in PUBLIC:
        visitor.get(path)
    kept = {name: cookie["max-age"] for name, cookie in visitor.cookies.items()}
    assert set(kept) <= {"csrf"}


@pytest.mark.covers("S90")
def test_the_size_of_the_text_is_kept_for_a_year_and_holds_on_every_page(visitor):
    answer = visitor.post("/ustawienia/", {"size": "najwiekszy"})
    cookie = answer.cookies["ustawienia"]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == ("najwiekszy", 365 * 24 * 3600, True)
    for path in PUBLIC:
        assert re.search(r'<html[^>]*class="[^"]*text-larger', visitor.get(path).content.decode()), path
    page = visitor.get("/ustawienia/").content.decode()
    assert re.search(r'value="najwiekszy"[^>]*checked|checked[^>]*value="najwiekszy"', page)


def test_the_size_holds_after_signing_in_and_at_the_desk(client_for, borki):
    for name, path in (("anna", "/konto/"), ("daria", "/urzad/")):
        client = client_for(name, borki)
        client.cookies["ustawienia"] = "duzy"
        assert 'text-large"' in client.get(path).content.decode()


@pytest.mark.covers("S93")
def test_the_usual_size_takes_the_cookie_away(visitor):
    visitor.post("/ustawienia/", {"size": "duzy"})
    gone = visitor.post("/ustawienia/", {"size": "zwykly"}).cookies["ustawienia"]
    assert (gone.value, gone["max-age"]) == ("", 0)
    assert "text-large" not in visitor.get("/").content.decode().partition("<head>")[0]


@pytest.mark.parametrize("value", ["", "ogromny", '"><script>', "x" * 4000])
def test_any_other_word_in_the_cookie_changes_nothing(visitor, value):
    visitor.cookies["ustawienia"] = value
    start = visitor.get("/").content.decode()
    assert "text-large" not in start.partition("<head>")[0]
    assert "<script>" not in start.partition("<head>")[0]
    assert visitor.post("/ustawienia/", {"size": value}).status_code == 422


@pytest.mark.covers("S93")
def test_every_cookie_is_for_one_host_and_the_persistent_ones_are_necessary_or_asked_for(by_https, borki):
    """The prefix makes browsers refuse a cookie that is not Secure, has a domain or another path."""
    by_https.post("/ustawienia/", {"size": "duzy"}, secure=True)
    with tenancy.enter(borki):
        by_https.post("/logowanie/", {"email": "anna@mieszkaniec.example", "password": PASSWORD}, secure=True)
    by_https.get("/kalkulator/", secure=True)
    found = by_https.cookies
    assert {"__Host-sesja", "__Host-ustawienia", "__Host-znana-resident"} <= set(found)
    for name, cookie in found.items():
        assert name.startswith("__Host-"), name
        assert (cookie["secure"], cookie["httponly"]) == (True, True), name
        assert (cookie["domain"], cookie["path"]) == ("", "/"), name
        assert "anna" not in cookie.value.casefold(), name
    persistent = {name for name, cookie in found.items() if cookie["max-age"] not in ("", None)}
    assert persistent - {"__Host-csrf"} == {"__Host-ustawienia", "__Host-znana-resident"}
    by_https.post("/ustawienia/", {"size": "zwykly"}, secure=True)
    assert by_https.cookies["__Host-ustawienia"]["secure"]


@pytest.mark.covers("S93")
def test_the_forms_cookie_ends_with_the_browser():
    assert configured.CSRF_COOKIE_AGE is None
    assert configured.SESSION_EXPIRE_AT_BROWSER_CLOSE


def test_every_page_has_the_headers_of_the_security_list(by_https, settings):
    """T-32, ASVS V3.4.1, V3.4.3 to V3.4.6, V14.3.2: on pages for everybody, for the signed-in, and for nobody."""
    settings.SECURE_HSTS_SECONDS = base.SECURE_HSTS_SECONDS  # switched off where one develops
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = base.SECURE_HSTS_INCLUDE_SUBDOMAINS
    for path in ("/", "/naleznosci/", "/nie-ma-takiej/"):
        headers = by_https.get(path, secure=True).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        names = ("default-src", "object-src", "base-uri", "frame-ancestors", "form-action")
        assert [policy[name] for name in names] == ["'self'", "'none'", "'none'", "'none'", "'self'"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        age, domains = headers["Strict-Transport-Security"].split("; ")
        assert int(age.removeprefix("max-age=")) >= 365 * 24 * 3600
        assert domains == "includeSubDomains"
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
        assert headers["Cache-Control"] == "no-store", path
