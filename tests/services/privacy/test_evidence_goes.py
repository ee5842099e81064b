"""Evidence of identity, looks and disclosures go when their time is over; what must rest stays (art. 5 and 18 RODO)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from kernel.actors import system
from kernel.audit.models import AuditEntry
from services.accounts.actions.restricting import restrict
from services.accounts.domain.restriction import Ground
from services.accounts.models import (
    Consent,
    DataChange,
    RegulationAcceptance,
    Resident,
)
from services.identity.models import ProvenPerson
from services.notices.models import Message
from services.privacy.actions import answer_request, erase_expired, keep_for, make_request
from services.privacy.actions.registers import NewDisclosure, record_disclosure
from services.privacy.domain.requests import Kind, State
from services.privacy.domain.retention import DataClass
from services.privacy.models import Disclosure
from services.privacy.queries import kept_of
from services.safeguards.domain import RevealReason
from services.safeguards.models import Reveal
from services.safeguards.reveals import reveal
from services.signing.models import RegistrationDocument, SignedFile, SigningAttempt
from services.users.models import AuthenticatorApp, Session
from tests.factories.accounts import ResidentFactory

pytestmark = pytest.mark.django_db
JOB = system("tests")
CLOSED_AT = datetime(2020, 3, 10, 12, tzinfo=UTC)
LAST_DAY = date(2025, 3, 10)
"""Five years, the usual period, after the closing; on the next day it may go."""


def signed_by(resident: Resident) -> SigningAttempt:
    attempt = SigningAttempt.objects.create(
        state="registered",
        schema_version=1,
        form={"pesel": resident.pesel},
        made_at=CLOSED_AT,
        ends_at=CLOSED_AT,
        registration_id=resident.public_id,
    )
    document = RegistrationDocument.objects.create(
        attempt=attempt, kind="pdf", content=b"%PDF", sha256="0" * 64, made_at=CLOSED_AT
    )
    SignedFile.objects.create(
        attempt=attempt,
        document=document,
        way="upload",
        content=b"%PDF signed",
        sha256="1" * 64,
        received_at=CLOSED_AT,
        state="refused",
        signer={},
        evidence={},
    )
    return attempt


def proven_by_the_node(resident: Resident) -> ProvenPerson:
    row = ProvenPerson.objects.create(
        person={}, issuer="wk", message_id="m", level="high", proven_at=CLOSED_AT, until=CLOSED_AT,
        used_at=CLOSED_AT,
    )  # fmt: skip
    resident.proof_method, resident.proof_ref = "login_gov", str(row.public_id)
    resident.save()
    return row


def closed(**changes: object) -> Resident:
    row = ResidentFactory(deactivated=True)
    Resident.objects.filter(pk=row.pk).update(closed_at=CLOSED_AT, **changes)
    return Resident.objects.select_related("user").get(pk=row.pk)


@pytest.mark.covers("S84", "D91")
def test_a_signed_form_goes_five_years_after_the_closing_and_not_a_day_sooner(in_borki):
    signed_by(closed())
    assert erase_expired(LAST_DAY, is_dry_run=False, actor=JOB).counts["signatures"] == 0
    assert SignedFile.objects.count() == 1
    run = erase_expired(LAST_DAY + timedelta(days=1), is_dry_run=False, actor=JOB)
    assert run.counts["signatures"] == 1
    for model in (SigningAttempt, RegistrationDocument, SignedFile):
        assert not model.objects.exists()
    assert AuditEntry.objects.filter(action="signing.erased").count() == 1


def test_the_nodes_word_goes_with_its_time_and_that_of_an_open_account_stays(in_borki):
    gone = proven_by_the_node(closed())
    stays = proven_by_the_node(ResidentFactory())
    day = LAST_DAY + timedelta(days=1)
    assert erase_expired(day, is_dry_run=True, actor=JOB).counts["proofs"] == 1
    assert erase_expired(day, is_dry_run=False, actor=JOB).counts["proofs"] == 1
    assert list(ProvenPerson.objects.all()) == [stays]
    assert gone.pk != stays.pk


def test_the_office_may_shorten_the_time_of_a_signed_form(filip):
    signed_by(closed())
    keep_for(DataClass.SIGNATURES, 12, actor=filip)
    run = erase_expired(date(2021, 3, 11), is_dry_run=False, actor=JOB)
    assert run.counts["signatures"] == 1


def test_the_signed_form_of_an_open_account_stays_for_ever(in_borki):
    signed_by(ResidentFactory())
    assert erase_expired(date(2060, 1, 1), is_dry_run=False, actor=JOB).counts["signatures"] == 0
    assert SignedFile.objects.exists()


def test_the_reason_of_a_look_and_a_disclosure_go_after_five_years(filip, resident, person):
    now = timezone.now()
    reveal(resident, "pesel", reason=RevealReason.CASE, note="Sprawa.", now=now, actor=person("daria").actor)
    today = timezone.localdate()
    record_disclosure(NewDisclosure(resident.pesel, "Sąd", "adres", "art. 5", "", today), actor=filip)
    day = date(today.year + 5, today.month, min(today.day, 28)) + timedelta(days=4)
    counts = erase_expired(day, is_dry_run=False, actor=JOB).counts
    assert (counts["reveals"], counts["disclosures"]) == (1, 1)
    row = Reveal.objects.get()
    assert (row.note, row.field, row.role) == ("", "pesel", "clerk")
    assert not Disclosure.objects.exists()
    assert erase_expired(day, is_dry_run=False, actor=JOB).counts["reveals"] == 0


@pytest.mark.covers("S85", "D94")
def test_nothing_of_a_person_whose_data_must_rest_is_erased(in_borki):
    """Art. 18 ust. 2 RODO: storing is all that goes on; erasing is processing too."""
    resting = closed()
    signed_by(resting)
    proven_by_the_node(resting)
    letter = Message.objects.create(
        kind="test", recipient="a@b.example", subject="x", body="y", state="sent", next_attempt_at=CLOSED_AT,
        related_ref=str(resting.public_id),
    )  # fmt: skip
    Message.objects.filter(pk=letter.pk).update(created_at=CLOSED_AT)
    row = restrict(resting, Ground.CLAIMS, request_ref=None, actor=JOB)
    day = date(2040, 1, 1)
    assert not any(erase_expired(day, is_dry_run=False, actor=JOB).counts.values())
    assert Resident.objects.get(pk=resting.pk).pesel
    assert SigningAttempt.objects.exists()
    assert Message.objects.filter(pk=letter.pk).exists()
    type(row).objects.filter(pk=row.pk).update(ends_at=timezone.now())
    counts = erase_expired(day, is_dry_run=False, actor=JOB).counts
    assert counts["closed"] == counts["messages"] == 1
    assert Resident.objects.get(pk=resting.pk).pesel == ""


@pytest.mark.covers("D95", "S99")
def test_an_erasure_without_payments_takes_the_evidence_and_everything_beside_it(anna, filip, resident):
    """Art. 17 ust. 1 RODO: not only the account's own row."""
    attempt = signed_by(resident)
    proof = proven_by_the_node(resident)
    now = timezone.now()
    for field in ("address", "last_name"):
        DataChange.objects.create(resident=resident, field=field, before="x", after="y", changed_at=now)
    AuthenticatorApp.objects.create(user=resident.user, secret="S")
    Session.objects.create(key_hash=b"k", content={}, user=resident.user, seen_at=now, ends_at=now)
    Consent.objects.create(
        user=resident.user, purpose="reminders", text_version=1, given_at=now, address="198.51.100.17"
    )
    row = make_request(kind=Kind.ERASURE, text="", actor=anna)
    answer_request(row.public_id, decision=State.GRANTED, answer="", version=row.version, actor=filip)
    assert not SigningAttempt.objects.filter(pk=attempt.pk).exists()
    assert not ProvenPerson.objects.filter(pk=proof.pk).exists()
    assert not DataChange.objects.exists()
    assert not AuthenticatorApp.objects.filter(user=resident.user).exists()
    assert not Session.objects.filter(user=resident.user).exists()
    assert Consent.objects.get().address is None
    assert not RegulationAcceptance.objects.filter(user=resident.user, address__isnull=False).exists()


@pytest.mark.covers("D95")
def test_an_erasure_with_payments_tells_that_the_evidence_stays_and_why(anna, filip, resident, paid):
    """Art. 17 ust. 3 lit. e RODO."""
    attempt = signed_by(resident)
    kept = {one.what: one.why for one in kept_of(resident, timezone.localdate())}
    [why] = [law for what, law in kept.items() if "podpisany wniosek" in what]
    assert "lit. e" in why
    row = make_request(kind=Kind.ERASURE, text="", actor=anna)
    answer_request(
        row.public_id, decision=State.PARTLY, answer="Wpłaty zostają.", version=row.version, actor=filip
    )
    assert SigningAttempt.objects.filter(pk=attempt.pk).exists()
    after = Resident.objects.get(pk=resident.pk)
    assert (after.pesel, after.address) == (resident.pesel, "")
