"""The stand-in node refuses what the real one refuses, and a person can drive it in a browser."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect

from integrations.emulators.login_gov.answering import LOGOUT_PATH
from integrations.emulators.serving import InProcess
from integrations.identity import registry
from integrations.identity.login_gov import login
from integrations.identity.login_gov.requests import artifact_resolve, authn_request, logout_request
from tests.integrations.identity.login_gov.portal import (
    WEB,
    Portal,
    application_of,
    pair,
    provider_named,
    visit,
)


def ask(portal: Portal, now: datetime | None = None, **changes: object) -> str:
    """The page that answers a request with these changes to the provider or the node."""
    at_node = {name: changes.pop(name) for name in ("sso_url",) if name in changes}
    document = authn_request(
        replace(portal.node, **at_node), replace(portal.provider, **changes), now=now or datetime.now(UTC)
    ).document
    fields = {"SAMLRequest": base64.b64encode(document).decode(), "RelayState": "x"}
    answer = WEB.post(portal.node.sso_url, data=fields)
    assert (answer.status_code == 200) == ("Kim jesteś?" in answer.text)
    return answer.text


def test_a_right_request_shows_the_choice(borki):
    assert "Kim jesteś?" in ask(borki)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"provider_name": "Inna nazwa"}, "ProviderName"),
        ({"entity_id": "nieznany"}, "nie zna"),
        ({"acs_url": "http://zla.localhost:8000/wk/"}, "AssertionConsumerServiceURL"),
        ({"sso_url": "http://127.0.0.1:1/login/SingleSignOnService"}, "Destination"),
        ({"now": datetime(2026, 1, 1, tzinfo=UTC)}, "IssueInstant"),
        ({"now": datetime.now(UTC) + timedelta(hours=1)}, "IssueInstant"),
    ],
)
def test_a_request_that_differs_from_the_application_is_refused(borki, changes, words):
    assert words in ask(borki, **changes)


def test_a_request_signed_with_another_key_is_refused(borki, emulator):
    assert "Podpis" in ask(borki, signing=pair(emulator.state.authority.issue("obcy")))


def test_a_changed_request_is_refused(borki):
    document = authn_request(borki.node, borki.provider, now=datetime.now(UTC)).document
    changed = document.replace(b"LoA/substantial", b"LoA/low")

    answer = WEB.post(
        borki.node.sso_url, data={"SAMLRequest": base64.b64encode(changed).decode(), "RelayState": "x"}
    )

    assert answer.status_code == 400
    assert "Podpis" in answer.text


def test_a_request_is_taken_once(borki):
    _, begun = borki.begin()
    visit(begun)

    again = WEB.post(begun.url, data=dict(begun.fields))

    assert again.status_code == 400
    assert "już użyta" in again.text


def test_an_artifact_is_not_given_to_another_gmina_and_stays_for_its_own(borki, dabrowa, emulator):
    attempt, begun = borki.begin()
    delivery = visit(begun)
    foreign = artifact_resolve(dabrowa.provider, delivery.artifact, now=datetime.now(UTC))

    answer = WEB.post(borki.node.artifact_url, content=foreign.envelope)

    assert b"EncryptedAssertion" not in answer.content
    assert borki.receive(attempt, delivery).pesel


def test_a_logout_for_another_address_is_refused(borki, emulator):
    evidence = borki.log_in().evidence
    other = replace(borki.node, logout_url="http://127.0.0.1:1" + LOGOUT_PATH)
    request = logout_request(other, borki.provider, evidence, now=datetime.now(UTC))

    answer = WEB.post(borki.node.logout_url, content=request.envelope)

    assert answer.status_code == 500
    assert len(emulator.state.sessions) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<x/>", b"<!DOCTYPE x><x/>", b"\xff\xfe", b"SAMLRequest=%%%&RelayState=x"]
)
def test_rubbish_gets_an_answer_and_no_person(borki, body):
    for url in (borki.node.sso_url, borki.node.artifact_url, borki.node.logout_url):
        answer = WEB.post(url, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code in {400, 500}
        assert "Kim jesteś?" not in answer.text


def test_faults_are_ordered_for_the_next_logins_only(borki, emulator):
    assert WEB.post(f"{emulator.url}/__emu__/faults", json={"mode": "high"}).status_code == 201
    assert WEB.post(f"{emulator.url}/__emu__/faults", json={"mode": "nie_ma"}).status_code == 400

    assert [borki.log_in().level.name for _ in range(2)] == ["HIGH", "SUBSTANTIAL"]


def test_no_artifact_and_no_person_is_in_the_state_for_tests(borki, emulator):
    _, begun = borki.begin()
    delivery = visit(begun)

    shown = WEB.get(f"{emulator.url}/__emu__/state").text

    assert delivery.artifact not in shown
    assert "75870300017" not in shown


def test_the_stand_in_runs_as_a_process_and_keeps_its_keys(tmp_path):
    arguments = ["--port", "0", "--folder", str(tmp_path / "wezel")]
    certificates = []
    for _ in range(2):
        process = InProcess("integrations.emulators.login_gov", arguments)
        try:
            url = process.ready.removeprefix("login_gov ready ")
            certificates.append(WEB.get(f"{url}/certyfikat.pem").content)
            assert "Panel symulatora" in WEB.get(url).text
        finally:
            process.stop()

    assert certificates[0] == certificates[1]
    made = registry.NODES[registry.STAND_IN].node(certificates[0])
    assert "Symulator" in made.certificates[0].subject.rfc4514_string()
    assert (tmp_path / "wezel" / "node.pem").stat().st_mode & 0o077 == 0


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_person_logs_in_through_a_browser(
    emulator, node, receiver, visitor: Callable[..., Page], look, has_scripts
):
    keys = [emulator.state.authority.issue(purpose) for purpose in ("podpis", "szyfr")]
    made = provider_named("przegladarka", *keys)
    provider = replace(made, acs_url=receiver.url("wk"))
    emulator.state.register([application_of(provider)])
    portal = Portal(node, provider)
    attempt, begun = portal.begin()
    fields = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in begun.fields.items())
    page = visitor(java_script_enabled=has_scripts)
    page.set_content(f'<form method="post" action="{begun.url}">{fields}<button>Zaloguj</button></form>')
    page.get_by_role("button", name="Zaloguj").click()
    if has_scripts:
        look(page, "login-gov-choice")

    page.get_by_label("Bartłomiej Przykładowy").check()
    page.get_by_label("E-dowód").check()
    page.get_by_role("button", name="Zaloguj się").click()
    if not has_scripts:
        page.get_by_role("button", name="Dalej").click()
    expect(page.get_by_text("OK")).to_be_visible()

    [request] = receiver.of("wk")
    receiver.requests.remove(request)
    found = portal.receive(attempt, login.take_delivery(dict(parse_qsl(request.body.decode()))))
    assert found.family_name == "Przykładowy"
    assert found.level.name == "HIGH"
