"""Whose signature counts (payments.md 11, class 11: all that an x5u header can try)."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509

from integrations.payments.base import BadSignature, EnvironmentProfile, OperatorUnavailable
from integrations.payments.registry import entry
from integrations.payments.tpay import certificates, settings
from tests.integrations.payments.tpay.secure import LEAF, ROOT, leaf, root

ROOTS = Path(certificates.__file__).parent / "roots"
TPAY = entry("tpay")


def test_a_true_signature_is_accepted_and_its_certificate_asked_for_once(secure):
    assert secure.parse(secure.notice()).ref == "ref-1"
    assert secure.parse(secure.notice(tr_crc="ref-2")).ref == "ref-2"

    assert secure.asked == [LEAF, ROOT]


@pytest.mark.parametrize(
    "address",
    [
        "https://secure.tpay.com/x509/notifications-jws.pem",
        "http://127.0.0.1.evil.example/x509/notifications-jws.pem",
        "{url}.evil.example/x509/notifications-jws.pem",
        "{url}@evil.example/x509/notifications-jws.pem",
        "http://evil@{host}/x509/notifications-jws.pem",
        "https://{host}/x509/notifications-jws.pem",
        "ftp://{host}/x509/notifications-jws.pem",
        "{url}/x509/other.pem",
        "{url}/x509/notifications-jws.pem/",
        "{url}/x509/../x509/notifications-jws.pem",
        "{url}/x509/notifications-jws.pem?a=1",
        "{url}/x509/notifications-jws.pem?",
        "{url}/x509/notifications-jws.pem#x",
        "{url}/x509/notifications-\njws.pem",
        " {url}/x509/notifications-jws.pem",
        "//{host}/x509/notifications-jws.pem",
        "http://[/x509/notifications-jws.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_any_other_address_is_refused_and_nothing_is_fetched(secure, address):
    """Class 11: foreign host, suffix host, userinfo host, another scheme, another path; no request is forged from here."""
    url = address.format(url=secure.url, host=secure.url.removeprefix("http://"))

    with pytest.raises(BadSignature):
        secure.parse(secure.notice(header={"x5u": url}))

    assert secure.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://secure.tpay.com/x509/notifications-jws.pem",
        "https://secure.tpay.com.evil.example/x509/notifications-jws.pem",
        "https://secure.tpay.com@evil.example/x509/notifications-jws.pem",
        "https://secure.tpay.com:443/x509/notifications-jws.pem",
        "https://secure.sandbox.tpay.com/x509/notifications-jws.pem",
        "https://SECURE.tpay.com/x509/notifications-jws.pem",
    ],
)
def test_production_takes_its_own_https_address_and_no_other(url):
    """Class 11: http, suffix host, userinfo host."""
    production = TPAY.profiles["production"]
    certificates.check_address(production, "https://secure.tpay.com/x509/notifications-jws.pem")

    with pytest.raises(BadSignature):
        certificates.check_address(production, url)


def test_no_redirect_is_followed_to_a_certificate(secure):
    """Class 11: redirect."""
    secure.served["/elsewhere.pem"] = secure.served[LEAF]
    secure.served[LEAF] = (302, b"", {"Location": secure.url + "/elsewhere.pem"})

    with pytest.raises(BadSignature):
        secure.parse(secure.notice())

    assert secure.asked == [LEAF]


@pytest.mark.parametrize(
    "served",
    [
        leaf(first=-30, last=-1),
        leaf(first=1, last=30),
        leaf(issuer="another root"),
        leaf(key="small"),
        b"",
        b"no certificate",
        root("another root"),
    ],
    ids=["expired", "not yet", "another root", "small key", "empty", "rubbish", "a root of its own"],
)
def test_a_certificate_that_is_not_in_force_or_not_the_operators_is_refused(secure, served):
    """Class 11: expired leaf, leaf of another root."""
    secure.served[LEAF] = (200, served, {})

    with pytest.raises(BadSignature):
        secure.parse(secure.notice())


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "RS512", "PS256", "ES256", "rs256", "", None, 1]
)
def test_the_message_does_not_choose_the_algorithm(secure, algorithm):
    """Class 11: alg none and HS256; class 8: downgrade."""
    with pytest.raises(BadSignature):
        secure.parse(secure.notice(header={"alg": algorithm}))

    assert secure.asked == []


def test_a_signature_by_another_key_is_refused_and_fetches_nothing_more(secure):
    secure.parse(secure.notice())

    for _ in range(3):
        with pytest.raises(BadSignature):
            secure.parse(secure.notice(key="another leaf"))

    assert secure.asked == [LEAF, ROOT]


def test_a_new_certificate_of_the_operator_is_found_when_the_known_one_does_not_fit(secure, monkeypatch):
    secure.parse(secure.notice())
    secure.served[LEAF] = (200, leaf(key="next leaf"), {})
    monkeypatch.setattr(certificates, "RENEWED_SECONDS", 0)

    assert secure.parse(secure.notice(key="next leaf")).ref == "ref-1"


@pytest.mark.parametrize("status", [500, 503])
def test_a_certificate_that_cannot_be_had_is_no_forgery(secure, status):
    secure.served[LEAF] = (status, b"", {})

    for _ in range(2):
        with pytest.raises(OperatorUnavailable):
            secure.parse(secure.notice())

    assert secure.asked == [LEAF]  # and the next message does not ask again at once


def test_an_environment_without_a_pinned_root_is_refused():
    config = TPAY.configure(
        EnvironmentProfile("production", "https://api.example.org", ("pay.example.org",)),
        merchant_ids={"merchant_id": "1", "client_id": "01BORKI"},
        secrets={"client_secret": ("12345678",), "security_code": ("12345678",)},
    )

    with pytest.raises(BadSignature, match="no root is pinned"):
        certificates._anchors(config.profile)


@pytest.mark.parametrize("profile", TPAY.profiles.values(), ids=lambda profile: profile.name)
def test_the_pinned_certificates_of_both_environments_are_a_chain_in_force(profile):
    chain = certificates._anchors(profile)

    assert len(chain) == 2
    for issued, issuer in pairwise([*chain, chain[-1]]):
        issued.verify_directly_issued_by(issuer)
        assert issued.not_valid_before_utc < datetime.now(UTC) < issued.not_valid_after_utc
        assert issued.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_sandbox_cannot_sign_for_production():
    pinned = {
        name: x509.load_pem_x509_certificates((ROOTS / name).read_bytes())[0]
        for name in settings.ROOTS.values()
    }

    assert pinned["sandbox.pem"] not in certificates._anchors(TPAY.profiles["production"])
    assert pinned["production.pem"] not in certificates._anchors(TPAY.profiles["sandbox"])


def test_the_emulators_root_counts_on_loopback_only(secure):
    profile = replace(secure.config().profile, payer_url="https://secure.tpay.com")

    assert x509.load_pem_x509_certificate(root("root")).subject not in {
        anchor.subject for anchor in certificates._anchors(profile)
    }
    assert secure.asked == []
