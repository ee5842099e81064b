"""Pages that tell: who runs the portal, what happens with data, how to get in touch, how accessible it is."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from kernel import tenancy
from tenants.configuration.models import FeeTariff
from tenants.configuration.queries import office
from tests.fixtures.cast import PASSWORD
from tests.frontend.reading import heading, main, plain, words

pytestmark = pytest.mark.django_db

EVERY_PAGE = [
    "/",
    "/regulamin/",
    "/prywatnosc/",
    "/dostepnosc/",
    "/kontakt/",
    "/rejestracja/",
    "/logowanie/",
    "/haslo/",
]


@pytest.mark.covers("S60", "D5", "D17")
@pytest.mark.parametrize(
    ("gmina", "name", "address"),
    [
        ("borki", "Urząd Gminy w Borkach", "ul. Wojska Polskiego 41 21-345 Borki"),
        ("dabrowa", "Urząd Miejski w Dąbrowie Górniczej", "ul. Graniczna 21 41-300 Dąbrowa Górnicza"),
    ],
)
def test_the_start_page_says_who_runs_the_portal(gmina, name, address, request, client_for):
    shown = words(client_for(None, request.getfixturevalue(gmina)).get("/"))
    assert f"Kto prowadzi portal {name} {address}" in shown


def test_the_start_page_lists_what_can_be_paid_in_this_gmina(client_for, borki, dabrowa):
    one, other = (words(client_for(None, scope).get("/")) for scope in (borki, dabrowa))
    assert "Opłata za gospodarowanie odpadami komunalnymi" in one
    assert "Opłata za zajęcie pasa drogowego" in other
    assert "pasa drogowego" not in one


@pytest.mark.covers("D34", "D35")
@pytest.mark.parametrize(
    ("bearer", "sentence"),
    [
        ("payer", "Za samą płatność operator pobiera opłatę."),
        ("office", "Koszt płatności pokrywa urząd"),
        ("none", "Do płatności nie doliczamy żadnej opłaty."),
    ],
)
def test_the_start_page_says_that_use_is_free_and_voluntary_and_who_bears_the_fee(
    bearer, sentence, client_for, borki
):
    with tenancy.enter(borki):
        FeeTariff.objects.update(bearer=bearer)
    shown = words(client_for(None, borki).get("/"))
    assert "Korzystanie z portalu jest dobrowolne i bezpłatne." in shown
    assert sentence in shown


def test_a_resident_who_is_signed_in_goes_on_to_the_dues(client_for, borki):
    answer = client_for("anna", borki).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/naleznosci/")


@pytest.mark.covers("S72", "D8")
@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_public_page_opens_and_links_privacy_regulation_and_accessibility(address, client_for, borki):
    page = client_for(None, borki).get(address)
    assert page.status_code == 200
    foot = re.search(r"<footer.*</footer>", page.content.decode(), re.S)[0]
    for link in ("/regulamin/", "/prywatnosc/", "/dostepnosc/", "/kontakt/"):
        assert f'href="{link}"' in foot


@pytest.mark.covers("S70", "S71", "S75", "D84", "D85", "D86", "D87", "D88", "D97", "D99")
@pytest.mark.parametrize("gmina", ["borki", "dabrowa"])
def test_the_privacy_page_gives_what_article_13_asks_for(gmina, request, client_for):
    scope = request.getfixturevalue(gmina)
    with tenancy.enter(scope):
        row = office()
    shown = words(client_for(None, scope).get("/prywatnosc/"))
    for fact in (
        row.controller_name,
        row.controller_address,
        row.dpo_email,
        row.legal_basis,
        "Osobę wskazują: imię i nazwisko, numer PESEL",
        "nikogo nie wskazują",
        "w jakiej formie chcesz dostać odpowiedź",
        "udostępnić mieszkańcom i przedsiębiorcom informacje o ich należnościach",
        "dobrowolne, ale konieczne, żeby korzystać z portalu",
        "dostępu do swoich danych i ich kopii",
        "poprawienia danych",
        "ograniczenia przetwarzania",
        "usunięcia danych",
        "sprzeciwić się",
        "Prezesa Urzędu Ochrony Danych Osobowych, ul. Stawki 2, 00-193 Warszawa",
        "przestrzega przepisów o ochronie danych osobowych",
        "2016/679",
    ):
        assert plain(fact) in shown, fact


@pytest.mark.covers("S95", "S96")
def test_the_privacy_page_says_what_stops_without_cookies(client_for, borki):
    shown = words(client_for(None, borki).get("/prywatnosc/"))
    assert "Możesz zablokować pliki cookie w przeglądarce." in shown
    assert "nie zalogujesz się, nie zarejestrujesz i nie zapłacisz" in shown


@pytest.mark.covers("S89", "S91", "S92", "S94")
def test_the_cookies_are_what_the_privacy_page_says(client_for, borki):
    client = client_for(None, borki)
    assert client.get("/prywatnosc/").cookies == {}
    answer = client.post("/logowanie/", {"email": "anna@mieszkaniec.example", "password": PASSWORD})
    assert set(client.cookies) <= {"sesja", "csrf", "znana-resident"}
    known = answer.cookies["znana-resident"]
    assert (known["httponly"], known["samesite"]) == (True, "Strict")
    assert "anna" not in known.value
    session = answer.cookies["sesja"]
    assert re.fullmatch(r"[a-z0-9]{32}", session.value)
    assert (session["expires"], session["max-age"]) == ("", "")
    assert (session["httponly"], session["samesite"]) == (True, "Lax")


@pytest.mark.covers("D54", "D55", "D56")
@pytest.mark.parametrize(
    ("gmina", "address"), [("borki", "naleznosci@borki.example"), ("dabrowa", "ekasa@dabrowa-gornicza.pl")]
)
def test_a_wrong_due_can_be_reported_to_the_gminas_own_address(gmina, address, request, client_for):
    page = client_for(None, request.getfixturevalue(gmina)).get("/kontakt/")
    assert f'href="mailto:{address}"' in main(page)
    assert "nie jest odwołaniem w postępowaniu podatkowym ani administracyjnym" in words(page)
    assert "Nie zwalnia też z zapłaty w wyznaczonej kwocie i terminie." in words(page)


ACCESSIBILITY_IDS = [
    "a11y-wstep",
    "a11y-podmiot",
    "a11y-url",
    "a11y-data-publikacja",
    "a11y-data-aktualizacja",
    "a11y-status",
    "a11y-data-sporzadzenie",
    "a11y-data-deklaracja-przeglad",
    "a11y-kontakt",
    "a11y-email",
    "a11y-telefon",
    "a11y-procedura",
    "a11y-architektura",
]


@pytest.mark.parametrize("name", ACCESSIBILITY_IDS)
def test_the_accessibility_statement_has_each_identifier_once(name, client_for, borki):
    page = client_for(None, borki).get("/dostepnosc/")
    assert heading(page) == "Deklaracja dostępności"
    assert main(page).count(f'id="{name}"') == 1


def test_the_accessibility_statement_says_honestly_what_has_not_been_checked(client_for, borki):
    shown = words(client_for(None, borki).get("/dostepnosc/"))
    assert "częściowo zgodna" in shown
    assert "Niezależny ekspert nie zbadał jeszcze strony" in shown


def test_who_finds_a_hole_learns_whom_to_tell(borki, settings):
    """L-11, RFC 9116: on the portals and on the console; while nobody is named there is no page."""
    hosts = (borki.host, settings.CONSOLE_HOST)
    path = "/.well-known/security.txt"
    settings.SECURITY_CONTACT = []
    assert [Client(headers={"host": host}).get(path).status_code for host in hosts] == [404, 404]
    settings.SECURITY_CONTACT = ["mailto:bezpieczenstwo@platforma.example"]
    for host in hosts:
        answer = Client(headers={"host": host}).get(path)
        told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert told["Contact"] == "mailto:bezpieczenstwo@platforma.example"
        left = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)
        assert timedelta(days=1) < left < timedelta(days=365)
