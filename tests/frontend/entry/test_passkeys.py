"""Passkeys with a device in software: what is right opens, and each thing that is wrong opens nothing (ASVS V6.4, V6.6)."""

import json
import re

import pytest

from kernel.audit.models import AuditEntry
from services.users.models import Passkey, Session
from tests.fixtures.cast import PASSWORD
from tests.fixtures.soft_key import PRESENT, SoftKey
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
HOST = "borki.localhost"
ORIGIN = f"http://{HOST}"
RIGHT = {"email": "daria@urzad.example", "password": PASSWORD}
NEW, ENTER, SECOND = "/urzad/konto/klucze/nowy/", "/urzad/logowanie/klucz/", "/urzad/logowanie/drugi-klucz/"


def options(client, path: str) -> dict:
    page = client.get(path).content.decode()
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page)
    assert found, words(client.get(path))
    return json.loads(found[1])


def is_in(client) -> bool:
    return client.get("/urzad/").status_code == 200


@pytest.fixture
def key(client_for, scope, daria) -> SoftKey:
    """A key that Daria has just added."""
    client, key = client_for("daria", scope), SoftKey(ORIGIN, HOST)
    answer = client.post(NEW, {"name": "telefon", "answer": key.register(options(client, NEW))})
    assert answer["Location"] == "/urzad/konto/bezpieczenstwo/"
    Session.objects.all().delete()
    return key


def after_password(visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    return client


SIGN_IN = "/urzad/logowanie/"


def test_a_key_is_kept_under_its_name_and_told_by_letter(key, daria):
    kept = Passkey.objects.get()
    assert (kept.user, kept.name, kept.host) == (daria, "telefon", HOST)
    assert AuditEntry.objects.filter(action="factor.passkey_added").count() == 1


def test_the_key_alone_opens_the_desk_when_it_has_verified_its_holder(key, visitor_of):
    client = visitor_of()
    answer = client.post(ENTER, {"answer": key.sign(options(client, ENTER))})
    assert answer["Location"] == "/urzad/"
    assert is_in(client)
    assert AuditEntry.objects.filter(action="staff.signed_in", outcome="done").latest("id").details == {
        "method": "passkey"
    }


def test_after_the_password_the_key_is_the_second_factor(key, visitor_of):
    client = after_password(visitor_of)
    answer = client.post(SECOND, {"answer": key.sign(options(client, SECOND), flags=PRESENT)})
    assert answer["Location"] == "/urzad/"
    assert is_in(client)


def refused(client, path: str, answer: str) -> None:
    page = client.post(path, {"answer": answer})
    assert page.status_code == 422
    assert not is_in(client)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_without_pin_or_finger_the_key_alone_is_not_enough(key, visitor_of):
    client = visitor_of()
    refused(client, ENTER, key.sign(options(client, ENTER), flags=PRESENT))


@pytest.mark.parametrize(
    "origin", ["http://zly.example", "http://evil.borki.localhost", f"https://{HOST}", f"{ORIGIN}:81"]
)
def test_what_was_signed_for_another_page_opens_nothing(origin, key, visitor_of):
    client = visitor_of()
    refused(client, ENTER, key.sign(options(client, ENTER), origin=origin))


def test_a_key_of_another_host_opens_nothing(key, visitor_of):
    client = visitor_of()
    key.host = "dabrowa-gornicza.localhost"
    refused(client, ENTER, key.sign(options(client, ENTER)))


def test_an_answer_counts_once_and_only_for_its_own_question(key, visitor_of):
    client, other = visitor_of(), visitor_of()
    answer = key.sign(options(client, ENTER))
    options(other, ENTER)
    refused(other, ENTER, answer)
    assert client.post(ENTER, {"answer": answer}).status_code == 302
    client.post("/urzad/wyloguj/")
    refused(client, ENTER, answer)


def test_an_answer_for_the_second_step_does_not_replace_the_first(key, visitor_of):
    client = after_password(visitor_of)
    refused(client, ENTER, key.sign(options(client, SECOND)))


def test_a_foreign_signature_opens_nothing(key, visitor_of):
    client = visitor_of()
    forged = SoftKey(ORIGIN, HOST, user_handle=key.user_handle, credential_id=key.credential_id)
    refused(client, ENTER, forged.sign(options(client, ENTER)))


def test_an_unknown_key_opens_nothing(visitor_of, daria):
    client = visitor_of()
    refused(client, ENTER, SoftKey(ORIGIN, HOST).sign(options(client, ENTER)))


def test_a_counter_that_does_not_grow_betrays_a_copy(key, visitor_of):
    client = visitor_of()
    client.post(ENTER, {"answer": key.sign(options(client, ENTER), step=5)})
    client.post("/urzad/wyloguj/")
    page = client.post(ENTER, {"answer": key.sign(options(client, ENTER), step=-2)})
    assert "Ten klucz mógł zostać skopiowany" in words(page)
    assert not is_in(client)
    assert Passkey.objects.get().sign_count == 5


def test_a_device_that_does_not_count_is_taken(key, visitor_of):
    for _ in range(2):
        client = visitor_of()
        assert client.post(ENTER, {"answer": key.sign(options(client, ENTER), step=0)}).status_code == 302


def test_a_key_of_the_office_opens_no_residents_page(key, visitor_of):
    client = visitor_of()
    page = client.post("/logowanie/klucz/", {"answer": key.sign(options(client, "/logowanie/klucz/"))})
    assert page.status_code == 422
    assert client.get("/konto/").status_code == 302


def test_somebody_elses_key_is_no_second_factor_of_mine(key, visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, {"email": "filip@urzad.example", "password": PASSWORD})
    asked = options(client, SECOND)
    refused(client, SECOND, key.sign(asked))


def test_a_closed_account_is_not_opened_by_its_key(key, daria, visitor_of):
    daria.is_active = False
    daria.save()
    client = visitor_of()
    refused(client, ENTER, key.sign(options(client, ENTER)))


@pytest.mark.parametrize("answer", ["", "nie", "[]", "{}", '{"id": 1}', '{"rawId": "AA", "response": {}}'])
def test_what_no_device_would_say_is_refused_and_breaks_nothing(answer, visitor_of, daria):
    client = visitor_of()
    options(client, ENTER)
    refused(client, ENTER, answer)


def test_a_key_cannot_be_added_twice_nor_with_an_answer_to_another_question(key, client_for, scope):
    client = client_for("daria", scope)
    page = client.post(NEW, {"name": "drugi", "answer": key.register(options(client, NEW))})
    assert "Ten klucz jest już dodany do konta." in words(page)
    stranger = SoftKey(ORIGIN, HOST)
    old = stranger.register(options(client, NEW))
    options(client, NEW)
    assert client.post(NEW, {"name": "drugi", "answer": old}).status_code == 422
    assert Passkey.objects.count() == 1


def test_a_key_that_was_taken_away_opens_nothing(key, client_for, scope, visitor_of):
    passkey = Passkey.objects.get()
    client_for("daria", scope).post(f"/urzad/konto/klucze/{passkey.public_id}/usun/")
    assert not Passkey.objects.exists()
    Session.objects.all().delete()
    client = visitor_of()
    refused(client, ENTER, key.sign(options(client, ENTER)))


def test_nobody_takes_somebody_elses_key_away(key, client_for, scope):
    passkey = Passkey.objects.get()
    answer = client_for("filip", scope).post(f"/urzad/konto/klucze/{passkey.public_id}/usun/")
    assert answer.status_code == 404
    assert Passkey.objects.count() == 1


def test_who_has_only_a_key_is_asked_for_it_at_once(key, daria, visitor_of):
    daria.authenticator_app.delete()
    client = after_password(visitor_of)
    assert client.get("/urzad/logowanie/kod/")["Location"] == SECOND
