"""What is kept of a signature: enough to decide the same years later without a network, and readable by nobody else."""

import base64

import pytest
from django.db import connection

from integrations.emulators.trusted_profile import ProfileEmulator
from kernel.audit.models import AuditEntry
from kernel.errors import NotFound, Refused
from kernel.fields import new_public_id
from services.accounts.models import Resident
from services.privacy.export import copy_of, pdf
from services.signing import queries
from services.signing.handing_out import erase_signatures, hand_out
from services.signing.models import RegistrationDocument, SignedFile, SigningAttempt
from services.signing.trust import verified_again
from tests.services.signing.conftest import NUMBER, VISITOR, the_file, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["xml", "pdf"])
def taken(request, begun, signed) -> SigningAttempt:
    """A form whose signature was taken."""
    means = {} if request.param == "pdf" else {"means": "qualified"}
    return upload(begun.public_id, signed(begun, kind=request.param, **means))


def test_the_evidence_decides_the_same_again_without_a_network(taken, trusting: ProfileEmulator, settings):
    file = the_file(taken)
    trusting.state.authority.says_nothing = True
    settings.SIGNATURES_REQUIRE_REVOCATION = True
    settings.SIGNATURES_ALLOW_STAND_IN = False

    again = verified_again(file)

    assert again.identity is not None
    assert again.identity.pesel == NUMBER
    assert again.evidence.leaf_sha256 == file.leaf_sha256
    assert again.evidence.signature_sha256 == file.signature_sha256
    assert again.evidence.trusted_list.sha256 == file.list_sha256


def test_in_the_database_nothing_of_it_can_be_read(taken):
    stored = b""
    with connection.cursor() as cursor:
        for model in (SigningAttempt, RegistrationDocument, SignedFile):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            for row in cursor.fetchall():
                stored += b"|".join(
                    bytes(one) if isinstance(one, memoryview | bytes) else str(one).encode() for one in row
                )

    for secret in (NUMBER, "Zdzis", "poczta.example", "Brz", "WniosekORejestracje", "%PDF"):
        assert secret.encode() not in stored


def test_the_office_reads_a_summary(taken):
    (summary,) = queries.signatures_of(taken.registration_id)

    assert summary.signer_name == "Zdzisława Źrebięcka-Łoś"
    assert "Zdzisława" in summary.certificate_owner
    assert "Testowe Centrum Kwalifikowane" in summary.certificate_issuer
    assert summary.revocation == ("ocsp",)
    assert summary.list_number == 1
    assert NUMBER not in repr(summary)


def test_the_person_gets_both_files_with_her_own_data(taken):
    (kept,) = queries.kept_signatures_of(taken.registration_id)

    assert kept.given == the_file(taken).document.content
    assert kept.signed == the_file(taken).content
    assert kept.signed_name.startswith("wniosek-podpisany.")


def test_both_files_are_in_the_copy_of_her_data_and_the_pdf_names_them(taken):
    """Art. 15 ust. 3 RODO: the program's copy has the very bytes, the one for people their names."""
    resident = Resident.objects.get(public_id=taken.registration_id)
    copy = copy_of(resident)
    [row] = next(section["rows"] for section in copy["sections"] if section["key"] == "signatures")
    file = the_file(taken)
    held = {base64.b64decode(value) for label, value in row.items() if label.endswith("(base64)")}
    assert held == {bytes(file.content), bytes(file.document.content)}
    assert row["Podpisujący"] == "Zdzisława Źrebięcka-Łoś"
    assert pdf(copy).startswith(b"%PDF")


def test_the_clerk_takes_the_files_and_the_look_is_kept(taken, person):
    daria = person("daria").actor
    file = the_file(taken)

    found = hand_out(registration_id=taken.registration_id, file_id=file.public_id, actor=daria)

    assert found.signed == file.content
    entry = AuditEntry.objects.get(action="signing.file_shown")
    assert (entry.actor_ref, entry.details["file"]) == (daria.ref, str(file.public_id))


@pytest.mark.parametrize("who", ["edyta", "filip", "anna"])
def test_nobody_else_takes_them(who, taken, person):
    with pytest.raises(Refused):
        hand_out(
            registration_id=taken.registration_id, file_id=the_file(taken).public_id, actor=person(who).actor
        )

    assert not AuditEntry.objects.filter(action="signing.file_shown").exists()


def test_a_signature_of_another_registration_is_not_found(taken, person):
    with pytest.raises(NotFound):
        hand_out(
            registration_id=new_public_id(), file_id=the_file(taken).public_id, actor=person("daria").actor
        )


def test_when_its_time_has_ended_nothing_is_left_but_the_audit_entry(taken):
    registration = taken.registration_id

    assert erase_signatures(registration, actor=VISITOR) == 1

    assert queries.signatures_of(registration) == ()
    assert (SignedFile.objects.count(), RegistrationDocument.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="signing.erased").count() == 1
