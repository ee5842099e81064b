"""Attacks on the sign-in through login.gov.pl (identity.md, section 7), all the way through the portal, on real HTTP.

Each is refused with its reason code, and there is no session, no account and no proof afterwards.
"""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from integrations.emulators.login_gov import NodeEmulator
from integrations.identity import soap
from integrations.identity.login_gov.reasons import Reason
from kernel import tenancy
from services.accounts.models import Resident
from services.identity import attempts
from services.identity.models import LoginAttempt, ProvenPerson, ProviderKey, SeenMessage
from services.users.models import User
from tests.fixtures.national_node import Traveller
from tests.frontend.reading import heading
from tests.integrations.identity.login_gov.attacks import ABOUT_THE_PERSON, BEFORE_THE_PERSON, BROKEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def victim(at_node, traveller, borki) -> Traveller:
    at_node(borki)
    return traveller(borki)


@pytest.fixture
def before(in_borki) -> tuple[int, int]:
    return state()


def state() -> tuple[int, int]:
    return User.objects.count(), Resident.objects.count()


def outcomes() -> list[str]:
    return [row.outcome for row in LoginAttempt.objects.order_by("id")]


def nobody_came_in(traveller: Traveller, before: tuple[int, int]) -> bool:
    """No session, no account, no proof that a registration could take."""
    return traveller.user_id is None and state() == before and not ProvenPerson.objects.exists()


# --- answers ------------------------------------------------------------
@pytest.mark.covers("D19")
@pytest.mark.parametrize(("attack", "code"), [*BEFORE_THE_PERSON.items(), *ABOUT_THE_PERSON.items()])
def test_a_forged_answer_lets_nobody_in(attack, code, victim, before):
    page = victim.log_in("anna", mode=attack)
    assert page.status_code == 403
    assert outcomes() == [code]
    assert nobody_came_in(victim, before)
    assert SeenMessage.objects.count() == (attack in ABOUT_THE_PERSON)


@pytest.mark.parametrize(("fault", "code"), BROKEN.items())
def test_a_broken_answer_lets_nobody_in(fault, code, victim, before):
    page = victim.log_in("anna", mode=fault)
    assert page.status_code == 503
    assert outcomes() == [code]
    assert nobody_came_in(victim, before)


@pytest.mark.parametrize(("fault", "code"), [("slow", "soap.unavailable"), ("drip", "soap.too_slow")])
def test_a_slow_answer_keeps_no_process_and_lets_nobody_in(fault, code, victim, before, monkeypatch):
    monkeypatch.setattr(soap, "LIMITS", soap.Limits(read=0.7, total=1.0))
    start = datetime.now(UTC)
    page = victim.log_in("anna", mode=fault)
    assert datetime.now(UTC) - start < timedelta(seconds=8)
    assert page.status_code == 503
    assert outcomes() == [code]
    assert nobody_came_in(victim, before)


def test_an_answer_that_was_given_before_is_refused(victim, before, traveller, borki):
    """T-22: the same assertion again, signed anew by the node itself: its id was seen."""
    first = traveller(borki)
    first.log_in("anna")
    page = victim.log_in("anna", mode="replay")
    assert page.status_code == 403
    assert outcomes() == ["login_gov.done", Reason.REPLAY]
    assert victim.user_id is None
    assert state() == before


@pytest.mark.parametrize("status", ["refused", "unknown_person"])
def test_a_refusal_that_brings_an_assertion_lets_nobody_in(status, victim, before):
    page = victim.log_in("anna", mode=status)
    assert heading(page) == "Nie potwierdzono Twojej tożsamości"
    assert nobody_came_in(victim, before)


def test_an_expired_certificate_of_the_node_opens_nothing(
    victim, before, national_node: NodeEmulator, settings
):
    """Even the right signature by the right key: the pinned certificate has to be in force."""
    authority = national_node.state.authority
    ended = datetime.now(UTC) - timedelta(days=800)
    old = authority.issue("login.gov.pl", starts_at=ended, lasts=timedelta(days=30))
    right = authority.node
    authority.node = old
    settings.LOGIN_GOV_CERTIFICATES = old.certificate_pem.decode()
    try:
        page = victim.log_in("anna")
    finally:
        authority.node = right
    assert page.status_code == 403
    assert outcomes() == [Reason.NODE_CERTIFICATE]
    assert nobody_came_in(victim, before)


def test_a_node_with_another_key_than_the_pinned_one_is_not_believed(victim, before, national_node, settings):
    stranger = national_node.state.authority.issue("ktoś inny")
    settings.LOGIN_GOV_CERTIFICATES = stranger.certificate_pem.decode()
    page = victim.log_in("anna")
    assert page.status_code == 403
    assert outcomes() == [Reason.SIGNATURE_INVALID]
    assert nobody_came_in(victim, before)


def test_during_a_change_both_certificates_of_the_node_are_believed(victim, national_node, settings):
    coming = national_node.state.authority.issue("następny")
    settings.LOGIN_GOV_CERTIFICATES = (coming.certificate_pem + national_node.certificate_pem).decode()
    assert victim.log_in("anna")["Location"] == "/naleznosci/"


# --- whose browser, whose attempt ------------------------------------------------------------
def test_login_csrf_an_attempt_that_ends_in_another_browser_signs_nobody_in(victim, before, traveller, borki):
    """The attacker logs in at the node as themselves and lets the victim's browser post the answer."""
    attacker = traveller(borki)
    fields = attacker.choose(attacker.leave(), "gesla")
    answered = victim.deliver(fields)
    page = victim.follow(answered)
    assert heading(page) == "Ta próba logowania już się skończyła"
    assert outcomes() == [attempts.OTHER_BROWSER]
    assert nobody_came_in(victim, before)
    # And the attempt is used up: the attacker cannot finish it later either.
    assert attacker.follow(answered).status_code == 410
    assert attacker.user_id is None


def test_a_victim_with_an_attempt_of_their_own_is_no_way_in_for_the_attackers(
    victim, before, traveller, borki
):
    attacker = traveller(borki)
    victim.leave()
    answered = victim.deliver(attacker.choose(attacker.leave(), "gesla"))
    victim.follow(answered)
    assert attempts.OTHER_BROWSER in outcomes()
    assert nobody_came_in(victim, before)


@pytest.mark.covers("D9")
def test_the_address_of_one_gmina_does_not_take_the_attempt_of_another(
    at_node, traveller, borki, dabrowa, before
):
    node = at_node(borki, dabrowa)
    there = traveller(dabrowa)
    fields = there.choose(there.leave(), "anna")
    answered = there.deliver(fields, borki)
    assert (answered.status_code, answered["Location"]) == (303, "/wk/wynik/zakonczone/")
    here = traveller(borki)
    assert here.follow(answered).status_code == 410
    assert nobody_came_in(here, before)
    assert not LoginAttempt.objects.exists()
    assert [one["kind"] for one in node.state.calls] == [
        "AuthnRequest"
    ]  # nobody asked what the artifact proves
    # At home it still works: nothing was spent.
    assert there.follow(there.deliver(fields))["Location"] == "/naleznosci/"


def test_an_attempt_of_another_gmina_is_not_finished_here_by_its_id(
    at_node, traveller, borki, dabrowa, before
):
    at_node(borki, dabrowa)
    there = traveller(dabrowa)
    answered = there.deliver(there.choose(there.leave(), "anna"))
    here = traveller(borki)
    page = here.follow(answered)
    assert page.status_code == 410
    assert nobody_came_in(here, before)


def test_an_assertion_for_another_gmina_is_refused_although_it_is_genuine(
    at_node, traveller, borki, dabrowa, before
):
    """Dąbrowa's provider in Borki's database: the audience and the artifact belong to somebody else."""
    at_node(borki, dabrowa)
    there, here = traveller(dabrowa), traveller(borki)
    foreign = there.choose(there.leave(), "anna")
    own = here.leave()
    answered = here.deliver({"SAMLart": foreign["SAMLart"], "RelayState": own.fields["RelayState"]})
    page = here.follow(answered)
    assert page.status_code == 403
    assert outcomes() == [Reason.MESSAGE_SHAPE]
    assert nobody_came_in(here, before)


def test_a_changed_registration_ends_the_attempts_that_were_under_way(victim, before):
    from services.identity.models import ServiceProvider

    fields = victim.choose(victim.leave(), "anna")
    answered = victim.deliver(fields)
    ServiceProvider.objects.update(entity_id="inny-dostawca")
    assert victim.follow(answered).status_code == 403
    assert outcomes() == [Reason.OTHER_PROVIDER]
    assert nobody_came_in(victim, before)


# --- once only ------------------------------------------------------------
def test_the_answer_is_posted_twice_and_proves_once(victim, in_borki, national_node):
    fields = victim.choose(victim.leave(), "anna")
    first, second = victim.deliver(fields), victim.deliver(fields)
    assert first["Location"] == second["Location"]
    assert victim.follow(first)["Location"] == "/naleznosci/"
    victim.client.post("/wyloguj/")
    assert victim.follow(second).status_code == 410
    assert victim.user_id is None
    assert [one["kind"] for one in national_node.state.calls].count("ArtifactResolve") == 1
    assert victim.deliver(fields)["Location"] == "/wk/wynik/zakonczone/"


def test_a_second_artifact_does_not_replace_the_first(victim, in_borki):
    fields = victim.choose(victim.leave(), "anna")
    first = victim.deliver(fields)
    other = victim.deliver({**fields, "SAMLart": "AAQAAPodstawiony"})
    assert other["Location"] == "/wk/wynik/zakonczone/"
    assert victim.follow(first)["Location"] == "/naleznosci/"


def test_an_attempt_ends_after_ten_minutes(victim, before):
    fields = victim.choose(victim.leave(), "anna")
    LoginAttempt.objects.update(started_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert victim.deliver(fields)["Location"] == "/wk/wynik/zakonczone/"
    assert not LoginAttempt.objects.exclude(artifact="").exists()
    assert nobody_came_in(victim, before)


def test_an_answer_that_waited_too_long_in_the_browser_is_refused(victim, before):
    answered = victim.deliver(victim.choose(victim.leave(), "anna"))
    LoginAttempt.objects.update(started_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert victim.follow(answered).status_code == 410
    assert outcomes() == [Reason.ATTEMPT_EXPIRED]
    assert nobody_came_in(victim, before)


# --- the session ------------------------------------------------------------
def test_session_fixation_the_key_of_the_session_changes_with_the_sign_in(victim, in_borki):
    answered = victim.deliver(victim.choose(victim.leave(), "anna"))
    planted = victim.client.session.session_key
    victim.follow(answered)
    assert victim.user_id is not None
    assert victim.client.session.session_key != planted
    thief = Client(headers={"host": victim.scope.host}, SERVER_NAME=victim.scope.host)
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert "_auth_user_id" not in thief.session
    assert thief.get("/naleznosci/").status_code == 302


def test_the_address_for_answers_touches_no_session(victim, in_borki):
    """Otherwise the cookie of an empty session would replace the one of the browser that began."""
    fields = victim.choose(victim.leave(), "anna")
    for sent in (fields, {**fields, "RelayState": "nieznany"}, {}):
        answered = victim.deliver(sent)
        assert answered.status_code == 303
        assert not answered.cookies
        assert "Cookie" not in answered.get("Vary", "")
        assert answered.content == b""


def test_the_address_for_answers_needs_no_csrf_token_and_the_button_does(victim):
    strict = Client(
        enforce_csrf_checks=True, headers={"host": victim.scope.host}, SERVER_NAME=victim.scope.host
    )
    assert strict.post("/wk/odpowiedz/", {}).status_code == 303
    assert strict.post("/wk/start/").status_code == 403
    with tenancy.enter(victim.scope):
        assert not LoginAttempt.objects.exists()


def test_who_was_signed_in_as_somebody_else_is_that_no_more(victim, in_borki, client_for, person):
    bartek = client_for("bartek", in_borki)
    somebody = Traveller(bartek, in_borki)
    somebody.log_in("anna")
    assert somebody.user_id == str(person("anna").user_id)


# --- where it leads ------------------------------------------------------------
EVIL = [
    "//zly.example", "https:zly.example", "https://zly.example/", "/\\zly.example", "\\\\zly.example", "/\t/zly.example",
    "///zly.example", "javascript:alert(1)", "http:///zly.example", "/" + "a" * 600, "zly.example", "/\x00//zly",
]  # fmt: skip


@pytest.mark.parametrize("wanted", EVIL)
def test_no_wanted_page_leads_out_of_the_portal(wanted, victim, in_borki):
    page = victim.log_in("anna", wanted=wanted)
    assert page["Location"] == "/naleznosci/"
    assert LoginAttempt.objects.get().next_path == ""


@pytest.mark.parametrize("relay_state", [*EVIL, "", "x" * 600])
def test_relay_state_is_a_key_and_never_an_address(relay_state, victim, before):
    fields = victim.choose(victim.leave(), "anna")
    answered = victim.deliver({**fields, "RelayState": relay_state})
    assert answered.status_code == 303
    assert answered["Location"] in {"/wk/wynik/zakonczone/", "/wk/wynik/odrzucone/"}
    assert victim.follow(answered).status_code in {403, 410}
    assert nobody_came_in(victim, before)


def test_the_page_of_an_outcome_shows_only_its_own_words(victim):
    assert victim.client.get("/wk/wynik/cokolwiek/").status_code == 404
    assert victim.client.get("/wk/wynik/odrzucone/").status_code == 403


# --- floods ------------------------------------------------------------
@pytest.mark.covers("S65", "S64")
def test_a_flood_of_attempts_is_stopped_and_writes_no_more_rows(victim, in_borki):
    for _ in range(30):
        victim.leave()
    page = victim.client.post("/wk/start/")
    assert (page.status_code, heading(page)) == (429, "Zbyt wiele prób logowania")
    assert LoginAttempt.objects.count() == 30
    assert victim.user_id is None


def test_a_flood_of_artifacts_is_stopped_before_the_database_is_asked_for_them(victim, in_borki):
    fields = victim.choose(victim.leave(), "anna")
    for number in range(60):
        victim.deliver({**fields, "RelayState": f"nieznany-{number}"})
    assert victim.deliver(fields)["Location"] == "/wk/wynik/zbyt-czesto/"
    assert LoginAttempt.objects.get().artifact == ""
    assert victim.user_id is None


def test_a_flood_of_finishing_asks_the_node_for_nothing(victim, in_borki, national_node):
    answered = victim.deliver(victim.choose(victim.leave(), "anna"))
    for _ in range(30):
        victim.client.get("/wk/koniec/00000000-0000-7000-8000-000000000000/")
    assert victim.follow(answered).status_code == 429
    assert victim.user_id is None
    assert [one["kind"] for one in national_node.state.calls] == ["AuthnRequest"]


# --- secrets ------------------------------------------------------------
def test_no_log_no_audit_entry_and_no_page_holds_what_opens_a_login(victim, in_borki, caplog, capfd):
    from kernel.audit.models import AuditEntry

    caplog.set_level(logging.DEBUG)
    leaving = victim.leave()
    fields = victim.choose(leaving, "gesla")
    caplog.clear()  # what the browser and the node logged
    capfd.readouterr()
    victim.follow(victim.deliver(fields))
    victim.log_in("gesla", mode="check_digit")
    told = caplog.text + "".join(capfd.readouterr())
    written = str([(row.action, row.details, row.subject_ref) for row in AuditEntry.objects.all()])
    private = [row.private_key for row in ProviderKey.objects.all()]
    secrets = [
        "75870300024",
        "Gęślą",
        "Żółć",
        fields["SAMLart"],
        fields["RelayState"],
        "PRIVATE KEY",
        *private,
    ]
    for secret in secrets:
        assert secret not in told
        assert secret not in written
    row = LoginAttempt.objects.order_by("id").first()
    assert row.artifact == ""


def test_the_private_keys_lie_encrypted_and_a_retired_one_is_gone(victim, in_borki):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM identity_providerkey")
        sealed = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"PRIVATE KEY" not in sealed
    assert all("PRIVATE KEY" in row.private_key for row in ProviderKey.objects.all())
