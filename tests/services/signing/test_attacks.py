"""The attacks on signatures of identity.md section 7, through the whole way in: each is refused with its reason, and no
account comes of it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, Refused
from services.accounts.models import Resident
from services.notices.models import Message
from services.signing import actions
from services.signing.domain import MOST_FILES, AttemptState, FileState
from services.signing.models import SignedFile
from services.users.models import User
from tenants.configuration.queries import current_regulation
from tests.integrations.identity.signatures.test_attacks_on_pdf import REFUSED as PDF_REFUSED
from tests.integrations.identity.signatures.test_attacks_on_xml import REFUSED as XML_REFUSED
from tests.services.signing.conftest import VISITOR, choose, come_back, upload

pytestmark = pytest.mark.django_db

NOT_BY_UPLOAD = {
    "html": None,
    "empty": "signing.file_empty",
    "huge": "signing.file_size",
    "utf16": "signing.file_kind",
    "without_signature": "signing.file_unsigned",
    "not_a_pdf": "signing.file_kind",
}
"""What is told apart before anything is kept: the person learns at the form what to choose."""


@pytest.fixture
def people() -> tuple[int, int, int]:
    return counted()


def counted() -> tuple[int, int, int]:
    return Resident.objects.count(), User.objects.count(), Message.objects.count()


def assert_refused(attempt, code: str, people: tuple[int, int, int]) -> None:
    file = attempt.files.get()
    attempt.refresh_from_db()
    assert (file.state, file.reason) == (FileState.REFUSED, code)
    assert not file.evidence
    assert not file.leaf_sha256
    assert (attempt.state, attempt.registration_id) == (AttemptState.DRAFT, None)
    assert counted() == people
    entry = AuditEntry.objects.filter(action="signing.file_refused").latest("pk")
    assert (entry.outcome, entry.details["reason"]) == ("refused", code)


@pytest.mark.parametrize(
    "mode", [mode for mode in XML_REFUSED if mode not in ("many", "entity_bomb", "deep", "huge", "empty")]
)
def test_a_forged_signature_from_the_service_makes_no_account(mode, begun, sent, people):
    choose(sent, mode=mode)

    come_back(begun.public_id)

    assert_refused(begun, f"signatures.{XML_REFUSED[mode]}", people)


@pytest.mark.parametrize(
    "mode",
    ["tampered_form", "tampered_claim", "other_xpath", "two_signatures", "many", "entity_bomb", "deep"],
)
def test_a_forged_xml_that_is_sent_makes_no_account(mode, begun, signed, people):
    upload(begun.public_id, signed(begun, mode=mode))

    assert_refused(begun, f"signatures.{XML_REFUSED[mode]}", people)


@pytest.mark.parametrize("mode", [mode for mode in PDF_REFUSED if mode not in NOT_BY_UPLOAD])
def test_a_forged_pdf_that_is_sent_makes_no_account(mode, begun, signed, people):
    upload(begun.public_id, signed(begun, kind="pdf", mode=mode))

    assert_refused(begun, f"signatures.{PDF_REFUSED[mode]}", people)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("xml", "empty"), ("xml", "huge"), ("xml", "utf16"), ("xml", "without_signature"), ("pdf", "huge"),
     ("pdf", "not_a_pdf"), ("pdf", "without_signature")],
)  # fmt: skip
def test_what_is_no_signed_form_at_all_is_not_even_kept(kind, mode, begun, signed, people):
    with pytest.raises(InvalidInput) as refusal:
        upload(begun.public_id, signed(begun, kind=kind, mode=mode))

    assert refusal.value.code == NOT_BY_UPLOAD[mode]
    assert SignedFile.objects.count() == 0
    assert counted() == people


# --- the critical one ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["forged_claim", "forged_claim_b", "own_claim"])
def test_a_claimed_pesel_under_a_personal_certificate_opens_nobodys_account(mode, begun, signed, people):
    """identity.md 2.3 step 6: each check of this signature passes; only the rule that a claim counts under the minister's
    seal alone refuses it."""
    forged = signed(begun, means="qualified", mode=mode)
    assert b"PodpisZP" in forged or b"EPSignature" in forged

    upload(begun.public_id, forged)

    assert_refused(begun, "signatures.claim.without_seal", people)
    # The same certificate without a claim is a person's own right signature.
    upload(begun.public_id, signed(begun, means="qualified"))
    assert counted() != people


def test_a_look_alike_of_the_seal_opens_nobodys_account(begun, sent, people):
    choose(sent, mode="foreign_seal")
    come_back(begun.public_id)

    assert_refused(begun, "signatures.certificate.untrusted", people)


def test_a_document_of_another_attempt_is_not_this_one(begun, application, signed, people):
    other = actions.begin(application(email="inna@poczta.example"), actor=VISITOR)

    upload(begun.public_id, signed(other))

    assert_refused(begun, "signatures.content", people)


def test_a_document_of_the_other_gmina_is_not_ours(begun, signed, dabrowa, application, people):
    """The form says its TERYT, and each gmina has its own attempts: a file of Borki is worth nothing in Dąbrowa."""
    right = signed(begun)
    with tenancy.enter(dabrowa):
        regulation_id = current_regulation(timezone.localdate()).public_id
        there = actions.begin(application(regulation_id=regulation_id), actor=VISITOR)
        before = counted()
        upload(there.public_id, right)
        assert_refused(there, "signatures.content", before)
        with pytest.raises(Exception, match=r"signing\.unknown"):
            upload(begun.public_id, right)
        assert counted() == before
    assert counted() == people


def test_a_refused_form_may_be_signed_again_rightly(begun, signed):
    upload(begun.public_id, signed(begun, mode="tampered_form"))
    attempt = upload(begun.public_id, signed(begun))

    assert attempt.state == AttemptState.REGISTERED
    assert [one.state for one in attempt.files.all()] == ["refused", "proven"]


def test_a_person_cannot_send_files_without_end(begun, signed):
    for number in range(MOST_FILES):
        upload(begun.public_id, f"<a>{number}</a>".encode())
    with pytest.raises(Refused) as refusal:
        upload(begun.public_id, signed(begun))

    assert refusal.value.code == "signing.too_many_files"
    assert SignedFile.objects.filter(state="proven").count() == 0


def test_one_signature_proves_one_registration(begun, signed, application):
    """The content binds a signature to its form; the database keeps the promise besides."""
    upload(begun.public_id, signed(begun))
    used = begun.files.get()
    other = actions.begin(application(email="inna@poczta.example"), actor=VISITOR)
    upload(other.public_id, b"<a/>")
    with pytest.raises(IntegrityError), transaction.atomic():
        other.files.update(
            state="proven", signature_sha256=used.signature_sha256, leaf_sha256=used.leaf_sha256,
            list_sha256=used.list_sha256,
        )  # fmt: skip
