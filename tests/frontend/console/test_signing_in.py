"""The console opens to the platform's operators and to nobody else."""

from urllib.parse import urlencode

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.users.models import User
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import through_the_page
from tests.frontend.console.conftest import browser

OLGA = "olga@platforma.example"
WRONG = "Adres e-mail albo hasło się nie zgadza"


def attempts() -> list[tuple[str, str]]:
    with tenancy.public():
        rows = AuditEntry.objects.filter(action="operator.signed_in").order_by("id")
        return list(rows.values_list("outcome", "actor_kind"))


def test_an_operator_signs_in_and_out(db):
    client = browser()
    answer = through_the_page(client, "/logowanie/", " OLGA@platforma.example ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    page = client.get("/").content.decode()
    assert "Olga Operatorska" in page
    assert "Gmina Borki" in page
    client.post("/wyloguj/")
    assert client.get("/")["Location"] == "/logowanie/?next=/"
    assert attempts() == [("done", "platform")]


def test_who_is_signed_in_already_goes_on(operator):
    assert operator.get("/logowanie/?next=/stopy/")["Location"] == "/stopy/"


def test_the_page_that_was_asked_for_opens_after_signing_in(db):
    client = browser()
    assert client.get("/stopy/")["Location"] == "/logowanie/?next=/stopy/"
    assert through_the_page(client, "/logowanie/?next=/stopy/", OLGA)["Location"] == "/stopy/"


@pytest.mark.parametrize(
    "target", ["https://zly.example/", "//zly.example/", "javascript:alert(1)", "/\\zly.example"]
)
def test_signing_in_leads_to_no_foreign_host(target, db):
    path = "/logowanie/?" + urlencode({"next": target})
    assert through_the_page(browser(), path, OLGA)["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (OLGA, "inne haslo 123456"),
        ("nikt@platforma.example", PASSWORD),
        ("filip@urzad.example", PASSWORD),
        ("anna@mieszkaniec.example", PASSWORD),
    ],
)
@pytest.mark.covers("S102")
def test_nobody_else_gets_in(email, password, db):
    client = browser()
    answer = client.post("/logowanie/", {"email": email, "password": password})
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert password not in answer.content.decode()
    assert client.get("/").status_code == 302
    assert attempts() == [("refused", "anonymous")]


def test_an_account_that_was_closed_does_not_get_in(db):
    with tenancy.public():
        User.objects.update(is_active=False)
    client = browser()
    assert client.post("/logowanie/", {"email": OLGA, "password": PASSWORD}).status_code == 422
    assert client.get("/").status_code == 302


@pytest.mark.covers("S65")
def test_guessing_is_stopped_even_when_the_guess_is_right(db):
    client = browser()
    for _ in range(8):
        assert client.post("/logowanie/", {"email": OLGA, "password": "zgaduje"}).status_code == 422
    answer = client.post("/logowanie/", {"email": OLGA, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Zbyt wiele prób" in answer.content.decode()
    assert client.get("/").status_code == 302
    assert len(attempts()) == 8


@pytest.mark.parametrize("path", ["/urzad/logowanie/", "/logowanie/"])
def test_an_operator_does_not_get_into_a_gmina(path, borki):
    client = browser("borki.localhost")
    form = {"email": OLGA, "password": PASSWORD}
    assert client.post(path, form).status_code in (200, 422)
    assert client.get("/urzad/").status_code == 302
    assert client.get("/naleznosci/").status_code == 302
