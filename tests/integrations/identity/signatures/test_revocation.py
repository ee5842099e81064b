"""Whether certificates were revoked: asked at their own addresses, believed only from their issuer (section 2.3, step 7)."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.emulators.trusted_profile.forging import QUALIFIED
from integrations.identity.base import IssuerUnavailable
from integrations.identity.signatures.download import fetch
from integrations.identity.signatures.outcome import RevocationAnswer
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.revocation import FetchedRevocation, SuppliedRevocation
from integrations.identity.signatures.verify import verify_xml
from tests.integrations.identity.signatures.conftest import GESLA, reason


@pytest.fixture
def verify_with(trusted, xml):
    def verified(content, *answers, received_at=None, **changes):
        policy = VerificationPolicy(trusted, SuppliedRevocation(answers), **changes)
        return verify_xml(content, xml, policy, received_at=received_at or datetime.now(UTC))

    return verified


def crl(content):
    return RevocationAnswer("crl", "http://crl.example", content)


def test_nobody_is_believed_while_revocation_cannot_be_asked(sign, verify, profile):
    content = sign()
    profile.state.authority.says_nothing = True

    assert reason(lambda: verify(content)) == "signatures.revocation.unknown"


def test_development_may_do_without_an_answer_but_not_with_a_bad_one(sign, verify_with, profile):
    assert verify_with(sign(), revocation_required=False).signer.pesel == GESLA.identifier

    revoked = sign(mode="person_revoked")
    answer = crl(profile.state.authority.crl())
    assert (
        reason(lambda: verify_with(revoked, answer, revocation_required=False))
        == "signatures.certificate.revoked"
    )


def test_the_list_is_asked_when_ocsp_is_silent(sign, verify, monkeypatch, profile):
    content, revoked = sign(means=QUALIFIED), sign(mode="person_revoked")
    monkeypatch.setattr(profile.state.authority, "ocsp_answer", lambda question: b"not an answer")

    assert [answer.kind for answer in verify(content).evidence.revocation] == ["crl"]
    assert reason(lambda: verify(revoked)) == "signatures.certificate.revoked"


def test_a_list_of_another_issuer_of_the_same_name_is_no_answer(sign, verify_with, profile):
    authority = profile.state.authority
    answer = crl(authority.crl(by=authority.foreign))

    assert reason(lambda: verify_with(sign(), answer)) == "signatures.revocation.unknown"


def test_yesterdays_list_is_no_answer(sign, verify_with, profile):
    answer = crl(profile.state.authority.crl(issued_at=datetime.now(UTC) - timedelta(days=1)))

    assert reason(lambda: verify_with(sign(), answer)) == "signatures.revocation.unknown"


def test_an_answer_about_another_certificate_is_no_answer(sign, verify_with, verify):
    other = verify(sign(means=QUALIFIED)).evidence.revocation

    assert reason(lambda: verify_with(sign(means=QUALIFIED), *other)) == "signatures.revocation.unknown"


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"<html>", b"\x30" * 1000])
@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_rubbish_is_no_answer(content, kind, sign, verify_with):
    assert reason(lambda: verify_with(sign(), RevocationAnswer(kind, "", content))) in {
        "signatures.revocation.unknown",
        "signatures.certificate.untrusted",
    }


def test_a_revocation_after_the_file_came_changes_nothing(sign, verify_with, profile):
    content = sign(mode="person_revoked")
    authority = profile.state.authority
    received_at = datetime.now(UTC)
    for number in authority.revoked:
        authority.revoked[number] = received_at + timedelta(minutes=2)
    answer = crl(authority.crl(issued_at=received_at + timedelta(minutes=3)))

    assert verify_with(content, answer, received_at=received_at).signer.pesel == GESLA.identifier


def test_nobody_is_asked_about_a_file_that_is_wrong_already(sign, trusted, xml):
    class Loud:
        def answers(self, certificate, issuer):
            raise AssertionError("asked")

    policy = VerificationPolicy(trusted, Loud())

    for mode in (
        "tampered_form",
        "foreign_seal",
        "company_seal",
        "person_expired",
        "other_form",
        "person_foreign",
    ):
        content = sign(mode=mode)
        reason(lambda content=content: verify_xml(content, xml, policy, received_at=datetime.now(UTC)))


def test_addresses_inside_our_own_network_are_not_asked(sign, trusted, xml, profile):
    """A certificate's addresses are somebody else's words: without leave, not even loopback."""
    policy = VerificationPolicy(trusted, FetchedRevocation())
    content = sign()

    assert (
        reason(lambda: verify_xml(content, xml, policy, received_at=datetime.now(UTC)))
        == "signatures.revocation.unknown"
    )
    for url in (
        profile.url,
        "http://10.0.0.1/x.crl",
        "http://[::1]/",
        "ftp://example.org/",
        "http://169.254.169.254/",
    ):
        with pytest.raises(IssuerUnavailable) as refusal:
            fetch(url, most_bytes=10)
        assert refusal.value.code == "signatures.download.address"


def test_a_download_ends_at_its_limit(profile):
    with pytest.raises(IssuerUnavailable) as refusal:
        fetch(f"{profile.url}/PL_TSL.xml", most_bytes=100, allow_loopback=True)

    assert refusal.value.code == "signatures.download.too_long"


def test_a_list_is_fetched_once_for_many(sign, trusted, xml, profile, monkeypatch):
    authority = profile.state.authority
    made = []
    original = authority.crl
    monkeypatch.setattr(authority, "ocsp_answer", lambda question: b"")
    monkeypatch.setattr(authority, "crl", lambda: made.append(1) or original())
    policy = VerificationPolicy(trusted, FetchedRevocation(allow_loopback=True))

    for _ in range(3):
        verify_xml(sign(), xml, policy, received_at=datetime.now(UTC))

    assert len(made) == 1
