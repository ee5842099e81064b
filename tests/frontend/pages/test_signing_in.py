"""Signing in and out: one sentence for every refusal, a brake on guessing, no way out of the portal."""

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.notices.models import Message
from services.users.models import User
from tests.factories.accounts import ResidentFactory, ResidentUserFactory
from tests.fixtures.cast import PASSWORD
from tests.fixtures.ways import with_passwords
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db
REFUSAL = "Adres e-mail albo hasło się nie zgadza. Sprawdź je i spróbuj jeszcze raz."
RIGHT = {"email": "anna@mieszkaniec.example", "password": PASSWORD}


@pytest.fixture
def scope(borki):
    with tenancy.enter(borki):
        yield borki


def is_signed_in(client) -> bool:
    return client.get("/konto/").status_code == 200


@pytest.mark.covers("S45", "S106")
def test_the_right_password_opens_the_dues(client_for, scope):
    client = client_for(None, scope)
    answer = client.post("/logowanie/", RIGHT)
    assert (answer.status_code, answer["Location"]) == (302, "/naleznosci/")
    assert is_signed_in(client)


@pytest.mark.covers("S40")
def test_a_page_of_the_private_zone_leads_to_signing_in_and_back(client_for, scope):
    client = client_for(None, scope)
    answer = client.get("/konto/")
    assert answer["Location"] == "/logowanie/?next=/konto/"
    page = client.get(answer["Location"])
    assert 'name="next" value="/konto/"' in page.content.decode()
    assert client.post("/logowanie/", RIGHT | {"next": "/konto/"})["Location"] == "/konto/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "zupelnie inne haslo"},
        {"email": "nikt@mieszkaniec.example"},
        {"email": "daria@urzad.example"},
    ],
    ids=["password", "address", "an account of the office"],
)
def test_every_refusal_is_one_and_the_same_sentence(wrong, client_for, scope):
    client = client_for(None, scope)
    page = client.post("/logowanie/", RIGHT | wrong)
    assert page.status_code == 422
    assert REFUSAL in words(page)
    assert PASSWORD not in page.content.decode()
    assert not is_signed_in(client)


def test_an_account_that_was_closed_gets_the_same_sentence(client_for, scope):
    User.objects.filter(pk=User.objects.find(RIGHT["email"], "resident").pk).update(is_active=False)
    client = client_for(None, scope)
    assert REFUSAL in words(client.post("/logowanie/", RIGHT))
    assert not is_signed_in(client)


def test_the_letter_case_of_the_address_does_not_matter(client_for, scope):
    assert (
        client_for(None, scope)
        .post("/logowanie/", RIGHT | {"email": " ANNA@Mieszkaniec.example "})
        .status_code
        == 302
    )


@pytest.mark.parametrize(
    "next_page", ["https://zly.example/", "//zly.example/", "javascript:alert(1)", "/\\zly.example"]
)
def test_signing_in_never_leads_out_of_the_portal(next_page, client_for, scope):
    answer = client_for(None, scope).post("/logowanie/", RIGHT | {"next": next_page})
    assert answer["Location"] == "/naleznosci/"


@pytest.mark.covers("S65", "S64")
def test_guessing_one_account_is_stopped_even_for_the_right_password(client_for, scope):
    client = client_for(None, scope)
    for _ in range(8):
        client.post("/logowanie/", RIGHT | {"password": "zgaduje zgaduje"})
    page = client.post("/logowanie/", RIGHT)
    assert "Zbyt wiele prób logowania. Odczekaj 15 minut" in words(page)
    assert not is_signed_in(client)


def test_a_neighbour_is_not_locked_out_by_somebody_elses_mistakes(client_for, scope):
    for _ in range(8):
        client_for(None, scope).post("/logowanie/", RIGHT | {"password": "zgaduje zgaduje"})
    other = client_for(None, scope)
    assert other.post("/logowanie/", RIGHT | {"email": "bartek@mieszkaniec.example"}).status_code == 302


@pytest.mark.covers("S65")
def test_one_client_cannot_try_many_accounts(client_for, scope):
    client = client_for(None, scope)
    for number in range(40):
        client.post("/logowanie/", {"email": f"n{number}@mieszkaniec.example", "password": "zgaduje zgaduje"})
    assert "Zbyt wiele prób logowania." in words(client.post("/logowanie/", RIGHT))
    assert not is_signed_in(client)


def test_the_brake_of_one_gmina_does_not_stop_the_other(client_for, scope, dabrowa):
    with_passwords(dabrowa)
    for _ in range(8):
        client_for(None, scope).post("/logowanie/", RIGHT | {"password": "zgaduje zgaduje"})
    assert client_for(None, dabrowa).post("/logowanie/", RIGHT).status_code == 302


def test_a_right_password_gives_all_tries_back(client_for, scope):
    for _ in range(3):
        for _ in range(7):
            client_for(None, scope).post("/logowanie/", RIGHT | {"password": "pomylka pomylka"})
        assert client_for(None, scope).post("/logowanie/", RIGHT).status_code == 302


@pytest.mark.covers("D36")
def test_every_attempt_is_kept_without_the_address_that_was_typed(client_for, scope):
    client_for(None, scope).post("/logowanie/", RIGHT | {"password": "zgaduje zgaduje"})
    client_for(None, scope).post("/logowanie/", RIGHT)
    refused, done = AuditEntry.objects.filter(action="resident.signed_in").order_by("id")
    assert (refused.outcome, refused.actor_kind, refused.address) == ("refused", "anonymous", "127.0.0.1")
    assert (done.outcome, done.actor_ref) == (
        "done",
        str(User.objects.find(RIGHT["email"], "resident").public_id),
    )
    assert "anna" not in str(refused.details) + refused.actor_ref


@pytest.fixture
def unconfirmed(scope) -> dict[str, str]:
    user = ResidentUserFactory(unconfirmed=True, email="nowa@example.org", password=PASSWORD)
    ResidentFactory(submitted=True, user=user)
    return {"email": "nowa@example.org", "password": PASSWORD}


def test_an_unproven_address_is_told_only_to_who_knows_the_password(client_for, scope, unconfirmed):
    stranger = client_for(None, scope)
    assert REFUSAL in words(stranger.post("/logowanie/", unconfirmed | {"password": "nie to haslo"}))
    owner = client_for(None, scope)
    answer = owner.post("/logowanie/", unconfirmed)
    assert answer["Location"] == "/logowanie/potwierdz-adres/"
    assert heading(owner.get(answer["Location"])) == "Najpierw potwierdź adres e-mail"
    assert not is_signed_in(owner)


def test_the_letter_can_be_asked_for_again_but_not_without_end(client_for, scope, unconfirmed):
    owner = client_for(None, scope)
    owner.post("/logowanie/", unconfirmed)
    for _ in range(5):
        assert "Wysłaliśmy nowy link." in words(owner.post("/logowanie/potwierdz-adres/", follow=True))
    assert Message.objects.filter(kind="registered").count() == 3


def test_without_a_right_password_there_is_no_letter_to_ask_for(client_for, scope, unconfirmed):
    answer = client_for(None, scope).post("/logowanie/potwierdz-adres/")
    assert answer["Location"] == "/logowanie/"
    assert not Message.objects.exists()


def test_signing_out_ends_the_session_and_needs_a_button(client_for, scope):
    client = client_for("anna", scope)
    assert client.get("/wyloguj/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/wyloguj/")["Location"] == "/"
    assert not is_signed_in(client)


def test_the_session_is_a_new_one_after_signing_in(client_for, scope, unconfirmed):
    client = client_for(None, scope)
    client.post("/logowanie/", unconfirmed)
    before = client.cookies["sesja"].value
    client.post("/logowanie/", RIGHT)
    assert client.cookies["sesja"].value != before
