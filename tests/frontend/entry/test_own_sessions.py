"""Own sessions: seen, ended, and ended by themselves (R33, T-25, ASVS V7.3, V7.4, V7.5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.users.entrance import SESSION_LIMITS
from services.users.models import Session, User
from services.users.sessions import SessionStore, ends_at, key_hash
from tests.fixtures.cast import PASSWORD
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
RIGHT = {"email": "anna@mieszkaniec.example", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
NEW = "kura znosi jajka w piatki"


@pytest.fixture
def two(visitor_of):
    """Anna in two browsers."""
    made = []
    for name in (FIREFOX, PHONE):
        client = visitor_of()
        client.defaults["HTTP_USER_AGENT"] = name
        assert client.post("/logowanie/", RIGHT).status_code == 302
        made.append(client)
    return made


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


def test_the_list_names_devices_and_this_one(two):
    page = words(two[0].get("/konto/bezpieczenstwo/"))
    assert "Firefox, Windows to urządzenie" in page
    assert "Chrome, Android" in page
    assert "127.0.0.1" in page


def test_one_other_device_is_signed_out(two, anna):
    other = Session.objects.get(key_hash=key_hash(two[1].cookies["sesja"].value))
    two[0].post(f"/konto/sesje/{other.public_id}/zakoncz/")
    assert is_in(two[0])
    assert not is_in(two[1])


def test_all_others_are_signed_out_and_this_one_stays(two):
    two[0].post("/konto/sesje/inne/zakoncz/")
    assert [is_in(client) for client in two] == [True, False]


def test_nobody_ends_somebody_elses_session(two, client_for, scope):
    victim = Session.objects.get(key_hash=key_hash(two[0].cookies["sesja"].value))
    answer = client_for("bartek", scope).post(f"/konto/sesje/{victim.public_id}/zakoncz/")
    assert answer.status_code == 404
    assert is_in(two[0])


def test_a_changed_password_signs_all_others_out(two, anna):
    form = {"current": PASSWORD, "password": NEW, "password_again": NEW}
    assert two[0].post("/konto/haslo/", form)["Location"] == "/konto/bezpieczenstwo/"
    assert [is_in(client) for client in two] == [True, False]
    anna.refresh_from_db()
    assert anna.check_password(NEW)


def test_a_wrong_present_password_changes_nothing(two, anna):
    page = two[0].post("/konto/haslo/", {"current": "nie to", "password": NEW, "password_again": NEW})
    assert page.status_code == 422
    assert "To nie jest Twoje dotychczasowe hasło." in words(page)
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert is_in(two[1])


def test_a_closed_account_is_out_at_once(two, anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert [is_in(client) for client in two] == [False, False]


@pytest.mark.parametrize(
    ("kind", "idle", "whole"), [("resident", 30, 480), ("staff", 60, 720), ("platform", 15, 480)]
)
def test_how_long_a_session_lives_is_what_the_document_says(kind, idle, whole):
    """docs/accounts.md; ASVS V7.3.1 and V7.3.2 ask for both limits."""
    limits = SESSION_LIMITS[kind]
    assert (limits.idle, limits.whole) == (timedelta(minutes=idle), timedelta(minutes=whole))
    now = timezone.now()
    entered = {"kind": kind, "at": now.timestamp()}
    assert ends_at({"entered": entered}, now) == now + limits.idle
    late = now + limits.whole - timedelta(minutes=1)
    assert abs(ends_at({"entered": entered}, late) - (now + limits.whole)) < timedelta(seconds=1)


def test_an_idle_session_is_over_and_is_no_longer_listed(two):
    own = Session.objects.filter(key_hash=key_hash(two[1].cookies["sesja"].value))
    own.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not is_in(two[1])
    assert "Chrome, Android" not in words(two[0].get("/konto/bezpieczenstwo/"))
    SessionStore.clear_expired()
    assert not own.exists()


def test_use_moves_the_end_on_but_writes_at_most_once_a_minute(two):
    own = Session.objects.filter(key_hash=key_hash(two[0].cookies["sesja"].value))
    before = own.get().seen_at
    assert is_in(two[0])
    assert own.get().seen_at == before
    own.update(seen_at=before - timedelta(minutes=5), ends_at=before + timedelta(minutes=1))
    assert is_in(two[0])
    assert own.get().seen_at > before
    assert own.get().ends_at > before + timedelta(minutes=20)


def test_the_table_gives_neither_keys_nor_contents_away(two):
    from django.db import connection

    key = two[0].cookies["sesja"].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM users_session t")
        dump = "".join(row[0] for row in cursor.fetchall())
    for secret in (key, key.encode().hex(), "Firefox", b"Firefox".hex(), "_auth_user", b"_auth_user".hex()):
        assert secret not in dump


# --- proof once more -------------------------------------------------------------------------------------------------
def age(client, seconds: int) -> None:
    session = client.session
    session["entered"] = session["entered"] | {"proven_at": session["entered"]["proven_at"] - seconds}
    session.save()


SENSITIVE = ("haslo/", "aplikacja/", "klucze/nowy/", "kody-zapasowe/nowe/")


@pytest.mark.parametrize("page", SENSITIVE)
def test_a_sensitive_page_asks_again_after_ten_minutes(page, two):
    age(two[0], 601)
    answer = two[0].get(f"/konto/{page}")
    assert answer["Location"] == f"/konto/potwierdz/?next=/konto/{page}"


def test_a_late_form_changes_nothing(two, anna):
    age(two[0], 601)
    two[0].post("/konto/haslo/", {"current": PASSWORD, "password": NEW, "password_again": NEW})
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_the_proof_leads_back_and_holds_for_a_while(two):
    age(two[0], 601)
    way = two[0].get("/konto/haslo/")["Location"]
    assert two[0].post(way, {"password": "nie to haslo 123"}).status_code == 422
    assert two[0].get("/konto/haslo/").status_code == 302
    assert two[0].post(way, {"password": PASSWORD})["Location"] == "/konto/haslo/"
    assert two[0].get("/konto/haslo/").status_code == 200


def test_who_has_a_second_factor_shows_both_again(client_for, scope, daria):
    from tests.fixtures.signing import code_of

    clerk = client_for("daria", scope)
    age(clerk, 601)
    way = clerk.get("/urzad/konto/haslo/")["Location"]
    assert clerk.post(way, {"password": PASSWORD}).status_code == 422
    assert clerk.post(way, {"password": PASSWORD, "code": "000000"}).status_code == 422
    assert clerk.get("/urzad/konto/haslo/").status_code == 302
    assert (
        clerk.post(way, {"password": PASSWORD, "code": code_of(daria)})["Location"] == "/urzad/konto/haslo/"
    )


def test_guessing_the_proof_ends_the_session(two):
    age(two[0], 601)
    for _ in range(7):
        two[0].post("/konto/potwierdz/", {"password": "zgaduje zgaduje"})
    assert not is_in(two[0])


# --- cookies ---------------------------------------------------------------------------------------------------------
def test_cookies_in_production_are_bound_to_this_host_and_hold_nobodys_data(
    settings, client_for, scope, anna
):
    """T-32, ASVS V3.3: `__Host-`, Secure, HttpOnly, SameSite, no Domain; read from the real responses."""
    import importlib

    base = importlib.import_module("portal.settings.base")
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    for name in names:
        setattr(settings, name, getattr(base, name))
    client = client_for(None, scope)
    client.get("/logowanie/", secure=True)
    client.post("/logowanie/", RIGHT, secure=True)
    set_there = {name: morsel for name, morsel in client.cookies.items() if morsel.value}
    assert set(set_there) == {"__Host-sesja", "__Host-csrf", "__Host-znana-resident"}
    for name, morsel in set_there.items():
        assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (
            True,
            True,
            "/",
            "",
        ), name
        assert morsel["samesite"] in ("Lax", "Strict")
        for datum in ("anna", anna.full_name.split()[0].lower(), str(anna.public_id), anna.public_id.hex):
            assert datum not in morsel.value.lower(), name
