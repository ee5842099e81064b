"""What a right signature gives: a person with a PESEL, or a clerk's work; and evidence that decides the same years later."""

import hashlib
import logging
from datetime import UTC, datetime, timedelta

import pytest

from integrations.emulators.login_gov.personas import PERSONAS
from integrations.emulators.trusted_profile import forging, pdf_forging
from integrations.emulators.trusted_profile.forging import QUALIFIED
from integrations.emulators.trusted_profile.xades import BY_ENVELOPED, CLAIM_A, EXCLUSIVE, Plan, claim, signed
from integrations.identity.base import AssuranceLevel
from integrations.identity.signatures.form import as_pdf, as_xml
from integrations.identity.signatures.outcome import SignatureKind
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.reasons import Review
from integrations.identity.signatures.revocation import SuppliedRevocation
from integrations.identity.signatures.verify import verify_pdf, verify_xml
from tests.integrations.identity.signatures.conftest import ANNA, GESLA, form_of, reason

LONG = next(one for one in PERSONAS if one.key == "dluga")


@pytest.mark.covers("D28", "S18", "D15")
@pytest.mark.parametrize("mode", ["", "claim_b"])
def test_profil_zaufany_proves_a_person_in_both_of_its_forms(mode, sign, verify):
    """Section 2.2: the service changed from the second form to the first without notice."""
    found = verify(sign(mode=mode))

    assert found.kind is SignatureKind.TRUSTED_PROFILE
    assert found.review is None
    assert (found.signer.given_names, found.signer.family_name) == ("Gęślą-Jaźń", "Żółć-Ćmiąca")
    identity = found.identity
    assert identity is not None
    assert (identity.pesel, identity.born_on) == (GESLA.identifier, GESLA.born_on)
    assert identity.level is AssuranceLevel.SUBSTANTIAL
    assert identity.method == "trusted_profile"


@pytest.mark.covers("D29")
def test_a_qualified_signature_on_the_same_page_proves_a_person_by_the_certificate(sign, verify):
    found = verify(sign(means=QUALIFIED))

    assert found.kind is SignatureKind.QUALIFIED
    assert found.identity is not None
    assert found.identity.pesel == GESLA.identifier


@pytest.mark.covers("D29")
@pytest.mark.parametrize("mode", ["", "visible"])
def test_a_qualified_signature_in_the_pdf_proves_a_person_by_the_certificate(mode, sign_pdf, verify_file):
    found = verify_file(sign_pdf(mode=mode))

    assert found.kind is SignatureKind.QUALIFIED
    assert found.identity is not None
    assert found.identity.pesel == GESLA.identifier


@pytest.mark.parametrize("mode", ["person_nip", "person_passport", "person_no_number"])
def test_a_certificate_without_a_pesel_is_a_clerks_work(mode, sign, verify, sign_pdf, verify_file):
    for found in (verify(sign(mode=mode)), verify_file(sign_pdf(mode=mode))):
        assert found.review is Review.NO_PESEL
        assert found.identity is None
        assert found.signer.pesel == ""
        assert found.signer.family_name == GESLA.family_name


def test_a_pdf_of_profil_zaufany_is_a_clerks_work_whatever_its_text_says(sign_pdf, verify_file):
    """Section 2.4: there the person stands in free text only."""
    found = verify_file(sign_pdf(mode="profile"))

    assert found.kind is SignatureKind.TRUSTED_PROFILE
    assert found.review is Review.PDF_OF_TRUSTED_PROFILE
    assert found.identity is None
    assert GESLA.identifier not in repr(found)


def test_the_padding_of_a_pdf_signature_says_nothing(sign_pdf, verify_file):
    """The hole of the signature itself is outside of what is signed; what hides there is never read."""
    assert verify_file(sign_pdf(mode="hidden_in_value")).signer.pesel == GESLA.identifier


@pytest.mark.parametrize("make", [as_xml, as_pdf])
def test_very_long_names_go_through_unshortened(make, profile, policy):
    given = make(form_of(LONG))
    verify, forge = (verify_xml, forging.made) if make is as_xml else (verify_pdf, _pdf)

    found = verify(
        forge(given.content, profile.state.signers, LONG), given, policy, received_at=datetime.now(UTC)
    )

    assert found.signer.family_name == LONG.family_name
    assert found.signer.given_names == LONG.given_names
    assert found.signer.pesel == LONG.identifier


def test_the_first_given_name_is_enough_when_the_certificate_holds_no_more(profile, policy):
    given = as_xml(form_of(ANNA, given_names="Anna Maria"))
    content = forging.made(given.content, profile.state.signers, ANNA)

    assert verify_xml(content, given, policy, received_at=datetime.now(UTC)).signer.pesel == ANNA.identifier


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"family_name": "Przykładowy"}, "signatures.person.name"),
        ({"given_names": "Hanna"}, "signatures.person.name"),
        ({"given_names": "Maria Anna"}, "signatures.person.name"),
        ({"pesel": "75870300031"}, "signatures.person.pesel"),
    ],
)
def test_a_form_about_somebody_else_than_the_signer_names_nobody(changes, expected, profile, policy):
    """Section 2.3, step 5."""
    given = as_xml(form_of(ANNA, **changes))
    content = forging.made(given.content, profile.state.signers, ANNA)

    assert reason(lambda: verify_xml(content, given, policy, received_at=datetime.now(UTC))) == expected


def test_a_double_name_may_come_in_two_elements(profile, xml, verify):
    """The schema of the claim's first form has an element for each part (rodzajCzlonu)."""
    parted = CLAIM_A.replace(
        "{family}</os:Nazwisko>",
        'Żółć</os:Nazwisko><os:Nazwisko xmlns:os="http://crd.gov.pl/xml/schematy/osoba/2009/03/06/" '
        'rodzajCzlonu="drugi">Ćmiąca</os:Nazwisko>',
    )
    content = signed(Plan(xml.content, profile.state.signers.seal, claims=claim(GESLA, parted)))

    assert verify(content).signer.family_name == "Żółć-Ćmiąca"


def test_letters_that_look_the_same_are_the_same_name(profile, policy):
    """NFD from one program, NFC from another; a hyphen or a blank in a double name."""
    given = as_xml(
        form_of(GESLA, family_name="Z\u0307o\u0301\u0142c\u0301 C\u0301mia\u0328ca", given_names="gęślą jaźń")
    )
    content = forging.made(given.content, profile.state.signers, GESLA)

    assert verify_xml(content, given, policy, received_at=datetime.now(UTC)).signer.pesel == GESLA.identifier


def test_the_evidence_decides_the_same_years_later_without_a_network(sign, policy, xml, verify):
    found = verify(sign())
    kept = found.evidence
    later = VerificationPolicy(policy.trusted_list, SuppliedRevocation(kept.revocation))

    again = verify_xml(kept.document, xml, later, received_at=kept.received_at)

    assert again == found
    assert kept.given_sha256 == hashlib.sha256(xml.content).hexdigest()
    assert kept.trusted_list.territory == "PL"
    assert kept.service == "Testowe Centrum Kwalifikowane"
    assert len(kept.chain) == 2
    assert [answer.kind for answer in kept.revocation] == ["ocsp"]


def test_evidence_of_another_moment_is_no_evidence(sign, policy, xml, verify):
    kept = verify(sign()).evidence
    later = VerificationPolicy(policy.trusted_list, SuppliedRevocation(kept.revocation))

    moved = kept.received_at + timedelta(days=30)
    assert (
        reason(lambda: verify_xml(kept.document, xml, later, received_at=moved))
        == "signatures.revocation.unknown"
    )


def test_two_signatures_of_one_form_are_told_apart_and_one_is_recognised(sign, verify):
    first, second = sign(), sign()

    assert verify(first).evidence.signature_sha256 == verify(first).evidence.signature_sha256
    assert verify(first).evidence.signature_sha256 != verify(second).evidence.signature_sha256


def test_a_file_with_megabytes_beside_the_signature_is_read(profile, xml, verify):
    """Programs may put revocation lists and timestamps among the unsigned properties."""
    content = forging.made(xml.content, profile.state.signers, GESLA)
    more = (
        b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:RevocationValues><xades:CRLValues>"
        b"<xades:EncapsulatedCRLValue>"
        + b"MAAA"
        * 800_000
        + b"</xades:EncapsulatedCRLValue></xades:CRLValues>"
        b"</xades:RevocationValues></xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    )
    content = content.replace(b"</xades:QualifyingProperties>", more + b"</xades:QualifyingProperties>")

    assert verify(content).signer.pesel == GESLA.identifier


def test_neither_logs_nor_reprs_hold_the_person(sign, verify, sign_pdf, verify_file, caplog):
    """pyHanko writes certificates' subjects into its warnings; nothing of that may reach a log."""
    caplog.set_level(logging.DEBUG)
    secrets = (GESLA.identifier, GESLA.family_name, GESLA.given_names)

    found = verify(sign(mode=""))
    for mode in ("person_expired", "person_foreign", "forged_claim"):
        reason(lambda mode=mode: verify(sign(mode=mode)))
    for mode in ("person_expired", "person_foreign", "stranger"):
        reason(lambda mode=mode: verify_file(sign_pdf(mode=mode)))

    assert not [secret for secret in secrets if secret in caplog.text]
    assert not [secret for secret in secrets if secret in repr(found) + repr(found.identity)]


def test_a_claim_is_read_from_what_was_signed_and_not_from_the_file(profile, xml, verify):
    """A second claim, put where nobody signed anything, is never read."""
    content = signed(Plan(xml.content, profile.state.signers.seal, claims=claim(GESLA)))
    outside = (
        claim(ANNA)
        .replace("ClaimedRole>", 'ClaimedRole xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">', 1)
        .encode()
    )
    moved = content.replace(b"</ds:KeyInfo>", outside + b"</ds:KeyInfo>")

    assert verify(moved).signer.pesel == GESLA.identifier


def test_prefixes_may_be_listed_with_the_canonicalisation(profile, xml, verify):
    """The standard allows InclusiveNamespaces; signxml's schema does not."""
    listed = BY_ENVELOPED.replace(
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/>',
        f'<ds:Transform Algorithm="{EXCLUSIVE}"><ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="xs"/>'
        "</ds:Transform>",
    )
    content = signed(Plan(xml.content, profile.state.signers.person(GESLA), transforms=listed))

    assert verify(content).signer.pesel == GESLA.identifier


def _pdf(content, signers, persona):
    return pdf_forging.made(content, signers, persona)
