"""Signing in to the desk: only accounts of the office, one sentence for every refusal, each attempt kept."""

import pytest

from kernel.audit.models import AuditEntry
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import through_the_page
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
SIGN_IN = "/urzad/logowanie/"
RIGHT = {"email": "daria@urzad.example", "password": PASSWORD}
REFUSAL = "Adres e-mail albo hasło się nie zgadza."


def is_in(client) -> bool:
    return client.get("/urzad/").status_code == 200


@pytest.mark.covers("S106", "S36")
def test_the_right_password_opens_the_desk(desk):
    client = desk(None)
    answer = through_the_page(client, SIGN_IN, RIGHT["email"])
    assert (answer.status_code, answer["Location"]) == (302, "/urzad/")
    assert is_in(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "zupelnie inne haslo"},
        {"email": "nikt@urzad.example"},
        {"email": "anna@mieszkaniec.example"},
    ],
    ids=["password", "address", "an account of a resident"],
)
@pytest.mark.covers("S7")
def test_every_refusal_is_one_and_the_same_sentence(wrong, desk):
    client = desk(None)
    page = client.post(SIGN_IN, RIGHT | wrong)
    assert page.status_code == 422
    assert REFUSAL in words(page)
    assert PASSWORD not in page.content.decode()
    assert not is_in(client)


def test_a_page_of_the_desk_leads_to_signing_in_and_back(desk):
    client = desk(None)
    way = client.get("/urzad/naleznosci/")["Location"]
    assert way == "/urzad/logowanie/?next=/urzad/naleznosci/"
    assert through_the_page(client, way, RIGHT["email"])["Location"] == "/urzad/naleznosci/"


@pytest.mark.parametrize("place", ["https://zly.example/", "//zly.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_out_of_the_portal(place, desk):
    assert through_the_page(desk(None), f"{SIGN_IN}?next={place}", RIGHT["email"])["Location"] == "/urzad/"


@pytest.mark.covers("S65")
def test_guessing_one_account_is_stopped_even_for_the_right_password(desk):
    client = desk(None)
    for _ in range(8):
        client.post(SIGN_IN, RIGHT | {"password": "zgaduje zgaduje"})
    assert "Zbyt wiele prób logowania." in words(client.post(SIGN_IN, RIGHT))
    assert not is_in(client)


def test_every_attempt_is_kept_without_what_was_typed(desk):
    desk(None).post(SIGN_IN, RIGHT | {"password": "zgaduje zgaduje"})
    through_the_page(desk(None), SIGN_IN, RIGHT["email"])
    refused, done = AuditEntry.objects.filter(action="staff.signed_in").order_by("id")
    assert (refused.outcome, refused.actor_kind, refused.address) == ("refused", "anonymous", "127.0.0.1")
    assert (done.outcome, done.actor_kind) == ("done", "staff")
    assert "daria" not in str(refused.details) + refused.actor_ref


def test_signing_out_takes_a_post_and_ends_the_session(desk):
    client = desk("daria")
    assert client.get("/urzad/wyloguj/").status_code == 405
    assert is_in(client)
    client.post("/urzad/wyloguj/")
    assert not is_in(client)


def test_an_empty_form_says_what_is_missing(desk):
    page = desk(None).post(SIGN_IN, {})
    assert page.status_code == 422
    assert "Służbowy adres e-mail" in words(page)
