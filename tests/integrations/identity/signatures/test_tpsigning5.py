"""TpSigning5 over a real connection: the way of a document, and what the service may answer instead (section 2.1)."""

import logging
from datetime import UTC, datetime

import httpx
import pytest
from cryptography import x509

from integrations.emulators.serving import InProcess
from integrations.emulators.trusted_profile import start
from integrations.emulators.trusted_profile.authority import office_keys
from integrations.identity import soap
from integrations.identity.base import IssuerRefused, IssuerUnavailable, Rejected
from integrations.identity.login_gov.certificates import is_of_stand_in
from integrations.identity.signatures.form import as_xml
from integrations.identity.signatures.verify import verify_xml
from integrations.identity.trusted_profile import client
from integrations.identity.trusted_profile.client import (
    NOT_SIGNED,
    add_document,
    second_opinion,
    signed_document,
)
from integrations.identity.trusted_profile.envelope import envelope
from integrations.identity.trusted_profile.environments import ENVIRONMENTS
from integrations.identity.trusted_profile.service import SigningService
from tests.integrations.identity.signatures.conftest import GESLA, form_of, reason

WEB = httpx.Client(timeout=15, trust_env=False)
SUCCESS, FAILURE = (
    "http://borki.localhost/rejestracja/podpisano",
    "http://borki.localhost/rejestracja/nie-podpisano",
)


def access(url, keys):
    return ENVIRONMENTS["stand_in"].service(
        private_key=keys.private_pem, certificate=keys.certificate_pem, base_url=url
    )


@pytest.fixture
def service(profile, office):
    return access(profile.url, office)


@pytest.fixture
def hand_in(service, xml):
    def handed_in(document=xml):
        return add_document(
            service, document, success_url=SUCCESS, failure_url=FAILURE, info="Rejestracja, gmina Borki"
        )

    return handed_in


def choose(page, action="sign", persona="gesla", means="profile", mode=""):
    return WEB.post(page, data={"action": action, "persona": persona, "means": means, "mode": mode})


@pytest.mark.covers("D28", "D29")
@pytest.mark.parametrize("means", ["profile", "qualified"])
def test_a_document_goes_to_the_service_and_comes_back_signed(means, service, hand_in, verify, profile):
    page = hand_in()
    shown = WEB.get(page).text
    answer = choose(page, means=means)
    found = verify(signed_document(service, page))

    assert page.startswith(profile.url)
    assert "Rejestracja, gmina Borki" in shown
    assert "Urząd Gminy w Borkach" in shown
    assert "Żółć-Ćmiąca" in shown
    assert (answer.status_code, answer.headers["location"]) == (303, SUCCESS)
    assert found.identity is not None
    assert found.identity.pesel == GESLA.identifier
    assert second_opinion(service, signed_document(service, page)).is_valid


def test_a_person_who_refuses_goes_back_and_nothing_is_fetched(service, hand_in):
    page = hand_in()

    with pytest.raises(IssuerRefused) as early:
        signed_document(service, page)
    answer = choose(page, action="refuse")
    with pytest.raises(IssuerRefused) as refused:
        signed_document(service, page)

    assert answer.headers["location"] == FAILURE
    assert early.value.code == refused.value.code == NOT_SIGNED
    assert WEB.get(page).status_code == 404


def test_a_document_is_signed_once(hand_in, service):
    page = hand_in()
    choose(page)
    first = signed_document(service, page)

    assert choose(page, persona="anna").status_code == 404
    assert signed_document(service, page) == first


def test_the_return_alone_proves_nothing(service, hand_in, xml, policy):
    """Whoever opens the return address without having signed: the document is not there."""
    page = hand_in()

    with pytest.raises(IssuerRefused):
        verify_xml(signed_document(service, page), xml, policy, received_at=datetime.now(UTC))


def test_the_signed_document_of_another_attempt_is_refused(service, hand_in, profile, verify):
    first = hand_in(as_xml(form_of(GESLA)))
    choose(first)
    second = hand_in()
    choose(second, mode="other_document")

    assert reason(lambda: verify(signed_document(service, second))) == "signatures.content"


@pytest.mark.parametrize("mode", ["forged_claim", "tampered_form", "wrapped_in_object", "entity_bomb"])
def test_a_forgery_that_comes_through_the_service_is_refused_as_well(mode, service, hand_in, profile, verify):
    """The service's connection proves nothing: only the signature does."""
    profile.state.order(mode, 1)
    page = hand_in()
    choose(page)
    content = signed_document(service, page)

    with pytest.raises(Rejected):
        verify(content)


@pytest.mark.parametrize(
    ("mode", "kind", "code"),
    [
        ("soap_fault", IssuerRefused, "trusted_profile.refused"),
        ("http_503", IssuerUnavailable, "trusted_profile.status"),
        ("redirect", IssuerUnavailable, "trusted_profile.status"),
        ("html", IssuerUnavailable, "trusted_profile.answer"),
        ("reset", IssuerUnavailable, "trusted_profile.unavailable"),
        ("huge", IssuerUnavailable, "trusted_profile.too_long"),
        ("foreign_page", IssuerUnavailable, "trusted_profile.page"),
    ],
)
def test_every_other_answer_is_an_error_with_its_code(mode, kind, code, profile, hand_in):
    profile.state.order(mode, 1)

    with pytest.raises(kind) as refusal:
        hand_in()

    assert refusal.value.code == code
    assert not profile.state.documents or mode == "foreign_page"
    assert hand_in()


@pytest.mark.parametrize("mode", ["slow", "drip"])
def test_nobody_waits_long(mode, profile, hand_in, monkeypatch):
    monkeypatch.setattr(client, "LIMITS", soap.Limits(read=0.5, total=1.0))
    monkeypatch.setattr("integrations.emulators.trusted_profile.service.SLOW_SECONDS", 2.0)
    profile.state.order(mode, 1)

    with pytest.raises(IssuerUnavailable) as refusal:
        hand_in()

    assert refusal.value.code in {"trusted_profile.unavailable", "trusted_profile.too_slow"}


def test_a_document_that_is_not_base64_is_no_document(profile, service, hand_in):
    page = hand_in()
    choose(page)
    profile.state.order("not_base64", 1)

    with pytest.raises(IssuerUnavailable) as refusal:
        signed_document(service, page)

    assert refusal.value.code == "trusted_profile.answer"


def test_another_office_gets_neither_a_page_nor_a_document(profile, hand_in, xml):
    """WS-Security names the office; a stranger's certificate is refused by the service."""
    stranger = access(profile.url, office_keys("Obcy urząd"))
    page = hand_in()
    choose(page)

    with pytest.raises(IssuerRefused):
        add_document(stranger, xml, success_url=SUCCESS, failure_url=FAILURE, info="")
    with pytest.raises(IssuerRefused):
        signed_document(stranger, page)

    assert len(profile.state.documents) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda request: request.replace(b"<info>abc", b"<info>xyz"),
        lambda request: request.replace(b"rsa-sha256", b"rsa-sha512"),
        lambda request: request.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        lambda request: request.replace(b"BinarySecurityToken", b"OtherToken"),
        lambda request: request.replace(b"<soapenv:Body", b"<soapenv:Body><x/></soapenv:Body><soapenv:Body"),
    ],
)
def test_the_service_takes_only_what_the_office_signed(change, profile, service):
    request = envelope(
        "addDocumentToSigning", {"doc": "eA==", "successURL": "a", "failureURL": "b", "info": "abc"}, service
    )
    headers = {"Content-Type": "text/xml", "SOAPAction": '"addDocumentToSigning"'}

    answer = WEB.post(service.url, content=change(request), headers=headers)

    assert answer.status_code == 500
    assert not profile.state.documents
    assert WEB.post(service.url, content=request, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["http://pz.gov.pl", "https://10.0.0.1", "ftp://pz.gov.pl", "https://x@pz.gov.pl", "http://127.0.0.1:1"],
)
def test_only_https_to_the_real_service_is_taken(url, office):
    with pytest.raises(ValueError, match=r"https|address"):
        SigningService.at(url, private_key=office.private_pem, certificate=office.certificate_pem)


def test_a_certificate_of_another_key_is_refused(office):
    other = office_keys("Inny")

    with pytest.raises(ValueError, match="another key"):
        SigningService.at(
            "https://pz.gov.pl", private_key=office.private_pem, certificate=other.certificate_pem
        )


def test_no_log_and_no_repr_holds_a_person_or_a_key(service, hand_in, caplog, office, xml):
    caplog.set_level(logging.DEBUG)
    page = hand_in()
    choose(page)
    signed_document(service, page)

    said = caplog.text + repr(service) + repr(xml) + repr(xml.form)

    assert GESLA.identifier not in said
    assert "Żółć" not in said
    assert "PRIVATE KEY" not in said
    assert repr(office.private) not in said


def test_only_the_stand_in_may_be_on_loopback(office, profile):
    keys = {"private_key": office.private_pem, "certificate": office.certificate_pem}

    assert ENVIRONMENTS["production"].service(**keys).url == "https://pz.gov.pl/ep-services/tpSigning5"
    assert ENVIRONMENTS["integration"].service(**keys).url == "https://int.pz.gov.pl/ep-services/tpSigning5"
    with pytest.raises(ValueError, match="loopback"):
        ENVIRONMENTS["production"].service(**keys, base_url=profile.url)


def test_every_certificate_of_the_stand_in_is_known_as_such(profile, office, sign, verify):
    """What a check of the settings refuses outside development."""
    authority = profile.state.authority
    believed = [x509.load_der_x509_certificate(one) for one in verify(sign()).evidence.chain]

    for certificate in (authority.list_issuer.certificate, office.certificate, *believed):
        assert is_of_stand_in(certificate)


def test_the_stand_in_runs_as_a_process_of_its_own(tmp_path):
    running = InProcess("integrations.emulators.trusted_profile", ["--port", "0", "--folder", str(tmp_path)])
    try:
        url = running.ready.split()[-1]
        assert WEB.get(f"{url}/PL_TSL.xml").content.startswith(b"<?xml")
        assert "Podpisz plik" in WEB.get(url).text
    finally:
        running.stop()


def test_keys_of_the_stand_in_survive_a_restart(tmp_path):
    with start(folder=tmp_path) as first:
        before = first.state.authority.list_issuer.certificate_pem
        qualified = first.state.authority.qualified.certificate
        assert WEB.get(f"{first.url}/wydawca-listy.pem").content == before
    with start(folder=tmp_path) as second:
        assert second.state.authority.list_issuer.certificate_pem == before
        assert second.state.authority.qualified.certificate == qualified
