"""Every attack of identity.md section 7 on a signed XML is refused with its reason, and nobody is identified."""

import pytest

from integrations.emulators.trusted_profile import forging
from tests.integrations.identity.signatures.conftest import reason

REFUSED = {
    # whose signature it is (section 2.3, steps 2, 3 and 6)
    "forged_claim": "claim.without_seal",
    "forged_claim_b": "claim.without_seal",
    "own_claim": "claim.without_seal",
    "foreign_seal": "certificate.untrusted",
    "company_seal": "seal.unknown",
    "other_seal": "seal.unknown",
    "names_other_certificate": "signature.invalid",
    "shows_other_certificate": "certificate.substituted",
    "unnamed_certificate": "certificate.unnamed",
    "person_revoked": "certificate.revoked",
    "person_expired": "certificate.expired",
    "person_early": "certificate.early",
    "person_foreign": "certificate.untrusted",
    "person_advanced": "certificate.not_qualified",
    "person_no_device": "certificate.not_qualified",
    "person_login_only": "certificate.usage",
    "person_weak_key": "signature.algorithm",
    # the claim
    "missing_claim": "claim.missing",
    "two_claims": "claim.shape",
    "unknown_claim": "claim.shape",
    "claim_without_pesel": "claim.shape",
    "claim_with_two_pesels": "claim.shape",
    "claim_of_stranger": "person.pesel",
    # what was signed
    "other_form": "content",
    "other_attempt": "content",
    "other_xpath": "signature.algorithm",
    "narrow_xpath": "signature.algorithm",
    "xslt": "signature.algorithm",
    "base64": "signature.algorithm",
    "without_transform": "signature.reference",
    "remote_uri": "signature.reference",
    "file_uri": "signature.reference",
    "other_uri": "signature.reference",
    "third_reference": "signature.reference",
    "remote_reference": "signature.reference",
    "second_object": "signature.shape",
    "manifest": "signature.shape",
    # algorithms
    "sha1_digest": "signature.algorithm",
    "rsa_sha1": "signature.algorithm",
    "hmac": "signature.algorithm",
    # time
    "signed_later": "signing_time",
    "signed_before": "signing_time",
    "without_time": "signing_time",
    # changes after the signature
    "tampered_form": "signature.invalid",
    "tampered_claim": "signature.invalid",
    "tampered_value": "signature.invalid",
    "without_signature": "signature.missing",
    "two_signatures": "signature.count",
    "signature_deeper": "signature.place",
    "wrapped_in_object": "signature.shape",
    "wrapped_in_root": "signature.place",
    "second_content": "signature.invalid",
    "second_properties": "signature.shape",
    "duplicate_id": "xml.duplicate_id",
    "blank_added": "signature.invalid",
    # hostile XML
    "doctype": "xml.doctype",
    "entity_bomb": "xml.doctype",
    "external_entity": "xml.doctype",
    "instruction": "xml.instruction",
    "comment": "xml.comment",
    "cdata": "xml.cdata",
    "utf16": "xml.malformed",
    "truncated": "xml.malformed",
    "huge": "file.size",
    "deep": "xml.malformed",
    "many": "file.size",
    "html": "signature.missing",
    "empty": "xml.malformed",
}
RIGHT = {"claim_b", "person_qualified", "person_nip", "person_passport", "person_no_number"}


def test_the_stand_in_makes_nothing_that_is_not_expected_here():
    assert set(forging.MODES) == REFUSED.keys() | RIGHT


@pytest.mark.parametrize("mode", REFUSED)
def test_a_forged_file_names_nobody(mode, sign, verify):
    forged = sign(mode=mode)

    assert reason(lambda: verify(forged)) == f"signatures.{REFUSED[mode]}"


def test_a_right_signature_over_the_form_of_another_attempt_names_nobody(sign, verify, xml, other_attempt):
    assert reason(lambda: verify(sign(other_attempt))) == "signatures.content"
    assert verify(sign(other_attempt), other_attempt).signer.pesel
    assert verify(sign(xml)).signer.pesel


def test_a_personal_certificate_with_a_claim_is_refused_before_anybody_is_asked_about_it(
    sign, verify, profile
):
    """The critical case of section 2.3: each check of the signature passes, only the rule of the seal refuses."""
    forged = sign(mode="forged_claim")
    without_claim = sign(mode="person_qualified")

    assert verify(without_claim).identity is not None
    assert reason(lambda: verify(forged)) == "signatures.claim.without_seal"
