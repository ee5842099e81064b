"""A form goes to the signing service, the person signs there, and what comes back is a registration (D28-D30, S54)."""

import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused, Unavailable
from services.accounts.actions import confirm_address
from services.accounts.models import Resident
from services.notices.models import Message
from services.signing import actions
from services.signing.domain import AttemptState
from services.signing.models import SignedFile, SigningAccess, SigningAttempt
from services.signing.tasks import sweep
from tenants.configuration.models import Office
from tests.services.signing.conftest import VISITOR, choose, come_back, hand_in, the_account, the_file

pytestmark = pytest.mark.django_db


def follow_the_letter() -> None:
    letter = Message.objects.filter(kind="registered").latest("pk")
    token = re.search(r"/rejestracja/potwierdz/([^/\s]+)/", letter.body)
    assert token is not None
    confirm_address(token[1], actor=VISITOR)


@pytest.mark.covers("D28", "D29", "D30", "S54", "D31")
@pytest.mark.parametrize("means", ["profile", "qualified"])
def test_a_signed_form_is_a_verified_account_once_its_address_is_confirmed(means, begun, sent):
    Office.objects.update(registration_policy="automatic")
    assert choose(sent, means=means).status_code == 303

    attempt = come_back(begun.public_id)
    resident = the_account()

    assert attempt.state == AttemptState.REGISTERED
    assert attempt.registration_id == resident.public_id
    assert attempt.page_url == ""
    assert resident.state == "submitted"
    assert resident.proof_method == {"profile": "trusted_profile", "qualified": "qualified_signature"}[means]
    assert resident.proof_ref == str(the_file(attempt).public_id)
    assert not resident.user.has_usable_password()
    follow_the_letter()
    resident.refresh_from_db()
    assert resident.state == "active"
    assert Message.objects.filter(kind="account_active").count() == 1


@pytest.mark.covers("S53")
@pytest.mark.parametrize(("policy", "state"), [("clerk", "submitted"), ("clerk_then_admin", "verified")])
def test_where_the_policy_says_so_the_office_still_decides(policy, state, begun, sent):
    Office.objects.update(registration_policy=policy)
    choose(sent)

    come_back(begun.public_id)
    follow_the_letter()

    assert the_account().state == state
    assert not Message.objects.filter(kind="account_active").exists()


def test_what_is_signed_is_what_was_kept_before_anything_was_sent(begun, sent, service):
    waiting = next(iter(service.state.documents.values()))
    kept = begun.documents.get()

    assert waiting.document == kept.content
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()
    assert str(begun.public_id).encode() in kept.content
    assert b"zdzislawa@poczta.example" in kept.content
    assert "Zdzisława".encode() in kept.content
    assert b'wersja="1"' in kept.content


def test_the_same_page_is_given_while_the_document_waits_there(begun, sent, service):
    assert hand_in(begun.public_id) == sent
    assert len(service.state.documents) == 1


@pytest.mark.parametrize("declined", [False, True])
def test_coming_back_without_a_signature_registers_nobody(declined, begun, sent):
    attempt = come_back(begun.public_id, declined=declined)

    assert attempt.state == (AttemptState.DRAFT if declined else AttemptState.SENT)
    assert attempt.files.count() == 0
    assert the_account() is None


def test_who_refused_may_sign_after_all_on_a_new_page(begun, sent, service):
    choose(sent, action="refuse")
    come_back(begun.public_id, declined=True)
    page = hand_in(begun.public_id)
    choose(page)

    assert page != sent
    assert come_back(begun.public_id).state == AttemptState.REGISTERED


def test_the_address_on_which_a_person_comes_back_proves_nothing(begun, sent):
    """Back on the address of failure, but signed: what counts is what is fetched."""
    choose(sent)

    assert come_back(begun.public_id, declined=True).state == AttemptState.REGISTERED
    assert the_account() is not None


def test_coming_back_twice_is_coming_back_once(begun, sent):
    choose(sent)
    come_back(begun.public_id)
    come_back(begun.public_id)

    assert Resident.objects.filter(user__email_index=the_account().user.email_index).count() == 1
    assert Message.objects.filter(kind="registered").count() == 1
    assert begun.files.count() == 1


# --- killed between steps --------------------------------------------------------------------------------------------
def test_killed_before_the_page_was_kept_it_is_handed_in_again(begun, sent):
    SigningAttempt.objects.filter(pk=begun.pk).update(state="draft", sent_at=None)
    again = hand_in(begun.public_id)
    choose(again)

    assert again != sent
    assert come_back(begun.public_id).state == AttemptState.REGISTERED


def test_killed_before_the_file_was_kept_it_is_fetched_again(begun, sent, monkeypatch):
    choose(sent)

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_kept", killed)
        with pytest.raises(KeyboardInterrupt):
            come_back(begun.public_id)

    assert the_account() is None
    assert come_back(begun.public_id).state == AttemptState.REGISTERED


def test_killed_before_the_file_was_judged_the_sweep_goes_on(begun, sent, monkeypatch):
    choose(sent)

    def killed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "judge", killed)
        with pytest.raises(KeyboardInterrupt):
            come_back(begun.public_id)
    assert the_file(begun).state == "received"
    assert the_account() is None

    sweep()
    assert the_account() is None, "the person may still be at the page"
    SignedFile.objects.update(received_at=timezone.now() - timedelta(minutes=2))
    sweep()

    begun.refresh_from_db()
    assert begun.state == AttemptState.REGISTERED
    assert the_account().proof_method == "trusted_profile"


# --- what else may happen --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "fault", ["soap_fault", "http_503", "html", "reset", "redirect", "not_base64", "huge", "foreign_page"]
)
def test_a_service_that_does_not_answer_leaves_the_form_where_it_was(fault, begun, service):
    service.state.order(fault, 1)
    with pytest.raises(Unavailable) as refusal:
        hand_in(begun.public_id)

    begun.refresh_from_db()
    assert refusal.value.code == "signing.service_away"
    assert (begun.state, begun.page_url) == (AttemptState.DRAFT, "")
    assert the_account() is None


def test_a_service_that_is_away_when_the_person_returns_loses_no_signature(begun, sent, service):
    choose(sent)
    service.state.order("http_503", 1)
    with pytest.raises(Unavailable):
        come_back(begun.public_id)

    assert the_account() is None
    assert come_back(begun.public_id).state == AttemptState.REGISTERED


def test_a_person_who_has_an_account_is_told_so_and_gets_no_second_one(begun, sent, application):
    choose(sent)
    come_back(begun.public_id)
    second = actions.begin(application(email="inna@poczta.example"), actor=VISITOR)
    choose(hand_in(second.public_id))

    found = come_back(second.public_id)

    assert (found.state, found.closed_reason) == (AttemptState.CLOSED, "registration.known_person")
    assert found.registration_id is None
    assert Resident.objects.filter(person_index=the_account().person_index).count() == 1


def test_a_taken_address_shows_in_no_answer(begun, sent, application, person):
    """S8: the page is that of a registration; only the holder of the mailbox learns more."""
    other = actions.begin(application(email=person("anna").email), actor=VISITOR)
    choose(hand_in(other.public_id))

    found = come_back(other.public_id)

    assert (found.state, found.registration_id) == (AttemptState.REGISTERED, None)
    assert Message.objects.filter(kind="address_taken").count() == 1
    assert the_account() is None


def test_a_form_whose_time_is_over_is_not_taken(begun, sent):
    choose(sent)
    SigningAttempt.objects.update(ends_at=timezone.now())
    with pytest.raises(Refused) as refusal:
        come_back(begun.public_id)

    assert refusal.value.code == "signing.ended"
    assert the_account() is None


def test_a_gmina_that_takes_no_signatures_begins_none(trusting, application):
    Office.objects.update(takes_signed_registrations=False)
    with pytest.raises(Refused) as refusal:
        actions.begin(application(), actor=VISITOR)

    assert refusal.value.code == "signing.not_taken"
    assert SigningAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"pesel": "75870300061"}, "pesel.invalid"), ({"first_name": "Z\x00d"}, "signing.form")],
)
def test_what_no_document_can_say_begins_nothing(changes, code, trusting, application):
    with pytest.raises(InvalidInput) as refusal:
        actions.begin(application(**changes), actor=VISITOR)

    assert refusal.value.code == code
    assert SigningAttempt.objects.count() == 0


def test_another_version_of_the_regulation_is_not_signed(trusting, application):
    with pytest.raises(Conflict) as refusal:
        actions.begin(application(regulation_id=uuid4()), actor=VISITOR)

    assert refusal.value.code == "regulation.changed"


def test_without_an_access_nothing_is_handed_in(begun):
    assert not SigningAccess.objects.exists()
    with pytest.raises(NotFound) as refusal:
        hand_in(begun.public_id)

    assert refusal.value.code == "signing.no_access"
    begun.refresh_from_db()
    assert begun.state == AttemptState.DRAFT


def test_every_step_is_in_the_audit_log_without_personal_data(begun, sent):
    choose(sent)
    come_back(begun.public_id)

    entries = AuditEntry.objects.filter(subject_ref=str(begun.public_id)).order_by("pk")
    assert [one.action for one in entries] == [
        "signing.begun", "signing.handed_in", "signing.file_came", "signing.registered",
    ]  # fmt: skip
    told = str([(one.details, one.subject_ref) for one in entries])
    for secret in ("75870300062", "Zdzis", "poczta.example", sent):
        assert secret not in told
