"""Every attack on a signed PDF is refused with its reason, and nobody is identified (identity.md sections 2.4 and 7)."""

import pytest

from integrations.emulators.trusted_profile import pdf_forging
from tests.integrations.identity.signatures.conftest import reason

REFUSED = {
    "person_revoked": "certificate.revoked",
    "person_expired": "certificate.expired",
    "person_early": "certificate.early",
    "person_foreign": "certificate.untrusted",
    "person_advanced": "certificate.not_qualified",
    "person_no_device": "certificate.not_qualified",
    "person_login_only": "certificate.usage",
    "company_seal": "seal.unknown",
    "stranger": "person.pesel",
    "without_signature": "signature.missing",
    "two_signatures": "signature.count",
    "unnamed_certificate": "certificate.unnamed",
    "sha1": "signature.algorithm",
    "tampered_form": "content",
    "tampered_signature": "signature.invalid",
    "update_afterwards": "changed_afterwards",
    "bytes_afterwards": "pdf.malformed",
    "note_before": "content",
    "page_before": "content",
    "script_before": "content",
    "rewritten": "content",
    "bomb": "pdf.too_large_inside",
    "huge": "file.size",
    "truncated": "pdf.malformed",
    "not_a_pdf": "pdf.malformed",
}
RIGHT = {
    "visible",
    "profile",
    "person_qualified",
    "person_nip",
    "person_passport",
    "person_no_number",
    "hidden_in_value",
}


def test_the_stand_in_makes_nothing_that_is_not_expected_here():
    assert set(pdf_forging.FORGED) == REFUSED.keys() | RIGHT


@pytest.mark.parametrize("mode", REFUSED)
def test_a_forged_file_names_nobody(mode, sign_pdf, verify_file):
    forged = sign_pdf(mode=mode)

    assert reason(lambda: verify_file(forged)) == f"signatures.{REFUSED[mode]}"
