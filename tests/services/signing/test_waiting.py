"""What cannot be judged now waits without loss: a list that is out of date, an issuer that does not answer."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from integrations.emulators.trusted_profile.lists import Edition, trusted_list
from kernel import tenancy
from services.accounts.models import Resident
from services.notices.models import Message
from services.signing.domain import AttemptState, FileState
from services.signing.models import SignedFile, SigningAttempt
from services.signing.tasks import GIVEN_UP_AFTER, LATER, sweep
from tenants.trust_lists.models import TrustedListCopy
from tests.services.signing.conftest import the_account, the_file, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(settings) -> None:
    settings.SIGNATURES_REQUIRE_REVOCATION = True


def later(by: timedelta = LATER) -> None:
    """The sweep's next look comes."""
    for file in SignedFile.objects.all():
        SignedFile.objects.filter(pk=file.pk).update(
            received_at=file.received_at - timedelta(minutes=2),
            judged_at=file.judged_at - by - timedelta(minutes=1) if file.judged_at else None,
        )


def test_while_the_issuer_is_silent_a_registration_waits_and_then_goes_on(begun, signed, trusting, required):
    trusting.state.authority.says_nothing = True
    attempt = upload(begun.public_id, signed(begun, means="qualified"))

    assert attempt.state == AttemptState.RECEIVED
    assert the_file(attempt).reason == "signatures.revocation.unknown"
    assert the_account() is None

    trusting.state.authority.says_nothing = False
    sweep()
    assert the_account() is None, "not yet time for another look"
    later()
    sweep()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.REGISTERED
    assert the_account().proof_method == "qualified_signature"
    assert Message.objects.filter(kind="registered").count() == 1


def test_a_certificate_that_turns_out_to_be_revoked_is_refused_and_the_person_told(
    begun, signed, trusting, required
):
    trusting.state.authority.says_nothing = True
    attempt = upload(begun.public_id, signed(begun, means="qualified", mode="person_revoked"))
    trusting.state.authority.says_nothing = False
    later()

    sweep()

    attempt.refresh_from_db()
    assert (attempt.state, the_file(attempt).reason) == (AttemptState.DRAFT, "signatures.certificate.revoked")
    assert the_account() is None
    letter = Message.objects.get(kind="signature_not_taken")
    assert letter.recipient == "zdzislawa@poczta.example"
    assert str(attempt.public_id) in letter.body
    sweep()
    assert Message.objects.filter(kind="signature_not_taken").count() == 1


def test_in_development_silence_is_taken_for_consent(begun, signed, trusting):
    trusting.state.authority.says_nothing = True

    assert upload(begun.public_id, signed(begun)).state == AttemptState.REGISTERED


def keep(fetched: dict, content: bytes, **values: object) -> None:
    """A further copy of the list, as if the job had fetched it."""
    digest = sha256(content).hexdigest()
    with tenancy.public():
        TrustedListCopy.objects.create(
            **{**fetched, "id": None, "content": content, "sha256": digest, **values}
        )


def test_without_a_list_in_force_nothing_is_judged_and_nothing_lost(begun, signed, trusting, fetched):
    now, authority = timezone.now(), trusting.state.authority
    issued_at, ended_at = now - timedelta(days=9), now - timedelta(days=1)
    old = trusted_list(authority, Edition(number=2, issued_at=issued_at, lasts=ended_at - issued_at))
    keep(fetched, old, sequence_number=2, issued_at=issued_at, next_update_at=ended_at)

    attempt = upload(begun.public_id, signed(begun))

    assert (attempt.state, the_file(attempt).reason) == (AttemptState.RECEIVED, "signatures.list.stale")
    assert the_account() is None
    keep(fetched, trusted_list(authority, Edition(number=3)), sequence_number=3)
    later()
    sweep()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.REGISTERED
    assert the_file(attempt).list_number == 3


def test_after_a_week_of_silence_the_person_is_told_to_begin_anew(begun, signed, trusting, required):
    trusting.state.authority.says_nothing = True
    attempt = upload(begun.public_id, signed(begun))
    SignedFile.objects.update(
        received_at=timezone.now() - GIVEN_UP_AFTER - timedelta(minutes=1),
        judged_at=timezone.now() - LATER * 2,
    )

    sweep()

    attempt.refresh_from_db()
    assert (attempt.state, attempt.closed_reason) == (AttemptState.CLOSED, "signing.not_verified")
    assert the_account() is None
    assert Message.objects.filter(kind="signature_not_taken").count() == 1


def test_a_certificate_without_a_pesel_goes_to_a_clerk_with_the_reason(begun, signed):
    attempt = upload(begun.public_id, signed(begun, means="qualified", mode="person_passport"))

    file, resident = the_file(attempt), the_account()
    assert attempt.state == AttemptState.REGISTERED
    assert (file.state, file.reason) == (FileState.REVIEW, "signatures.review.no_pesel")
    assert (resident.state, resident.proof_method) == ("submitted", "")
    assert attempt.registration_id == resident.public_id


def test_a_pdf_under_the_ministers_seal_names_nobody_for_sure(begun, signed):
    attempt = upload(begun.public_id, signed(begun, kind="pdf", mode="profile"))

    assert the_file(attempt).reason == "signatures.review.pdf_of_trusted_profile"
    assert the_account().proof_method == ""


def test_a_form_that_nobody_signs_ends_and_is_forgotten(begun):
    SigningAttempt.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    sweep()
    begun.refresh_from_db()
    assert (begun.state, begun.closed_reason) == (AttemptState.CLOSED, "signing.ended")

    SigningAttempt.objects.update(ends_at=timezone.now() - timedelta(days=15))
    sweep()
    assert not SigningAttempt.objects.exists()
    assert Resident.objects.filter(user__full_name__startswith="Zdzis").count() == 0


def test_a_form_that_became_an_account_is_not_forgotten(begun, signed):
    upload(begun.public_id, signed(begun))
    SigningAttempt.objects.update(ends_at=timezone.now() - timedelta(days=400))

    sweep()

    assert SignedFile.objects.filter(state=FileState.PROVEN).count() == 1
