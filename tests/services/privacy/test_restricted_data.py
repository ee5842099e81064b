"""Restriction of processing works: what must rest is refused, storing and claims go on (art. 18 RODO, D94)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound, Refused
from services.accounts.actions import (
    OwnData,
    Represented,
    ask_email_change,
    block_account,
    change_own_data,
    close_own_account,
    deactivate_account,
    end_own_restriction,
    end_restriction,
    link_payer,
    match_waiting,
    request_representation,
    settle_match,
    unlink_payer,
)
from services.accounts.actions.consenting import give_consent
from services.accounts.domain.consents import Purpose
from services.accounts.domain.representation import Level, Scope, Title
from services.accounts.domain.restriction import Ground
from services.accounts.models import (
    Consent,
    DataChange,
    EmailChange,
    Payer,
    Representation,
    RepresentationRequest,
    Resident,
    Restriction,
)
from services.accounts.queries_rights import consenting, restriction_of
from services.notices.models import Message
from services.privacy.actions import answer_request, make_request, take_copy
from services.privacy.domain.requests import Kind, State
from services.privacy.models import DataRequest
from services.safeguards.domain import RevealReason
from services.safeguards.models import Reveal
from services.safeguards.reveals import reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted(anna, filip, resident) -> Resident:
    """The office has granted Anna's request."""
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy w sądzie.", actor=anna)
    answer_request(
        row.public_id,
        decision=State.GRANTED,
        answer="",
        version=row.version,
        ground=Ground.CLAIMS,
        actor=filip,
    )
    return Resident.objects.select_related("user").get(pk=resident.pk)


@pytest.mark.covers("D94")
def test_a_granted_request_restricts_at_once_and_the_person_is_told_what_rests(restricted):
    row = restriction_of(restricted)
    assert row.ground == "claims"
    assert row.request_ref == DataRequest.objects.get().public_id
    letter = Message.objects.get(kind="restriction_begun")
    assert letter.recipient == restricted.user.email
    assert "nowe płatności w portalu" in letter.body
    assert "przechowywanie danych" in letter.body
    assert AuditEntry.objects.filter(action="restriction.begun").count() == 1


def test_a_grant_without_its_ground_restricts_nothing(anna, filip, resident):
    """Art. 18 ust. 1 names four grounds."""
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy.", actor=anna)
    with pytest.raises(InvalidInput, match=r"restriction\.ground"):
        answer_request(row.public_id, decision=State.GRANTED, answer="", version=row.version, actor=filip)
    assert DataRequest.objects.get().state == State.WAITING
    assert not Restriction.objects.exists()


def test_a_refused_request_restricts_nothing(anna, filip, resident):
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy.", actor=anna)
    answer_request(
        row.public_id, decision=State.REFUSED, answer="Nie ma podstawy.", version=row.version, actor=filip
    )
    assert restriction_of(resident) is None


@pytest.mark.covers("D94")
def test_the_persons_own_changes_wait(restricted, anna):
    version = restricted.version
    scope = Scope(Level.FULL, timezone.localdate())
    acts = (
        lambda: change_own_data(OwnData(phone="600 100 200"), version=version, actor=anna),
        lambda: ask_email_change("nowy@poczta.example", actor=anna),
        lambda: give_consent(Purpose.REMINDERS, text_version=1, actor=anna),
        lambda: request_representation(
            Represented("Tartak", "5260001246", Title.STATUTORY, scope), None, actor=anna
        ),
    )
    letters = Message.objects.count()
    for act in acts:
        with pytest.raises(Refused, match=r"data\.restricted"):
            act()
    for model in (DataChange, EmailChange, Consent, RepresentationRequest):
        assert not model.objects.exists()
    assert Resident.objects.get(pk=restricted.pk).phone == ""
    assert Message.objects.count() == letters


@pytest.mark.covers("D94")
def test_the_offices_acts_on_the_account_wait(restricted, person, filip):
    daria, version = person("daria").actor, restricted.version
    payer = Payer.objects.get(external_id="K-anna")
    ids = {"resident_id": restricted.public_id, "version": version}
    acts = (
        lambda: block_account(**ids, reason="Powód.", actor=filip),
        lambda: deactivate_account(**ids, reason="Powód.", actor=filip),
        lambda: link_payer(**ids, payer_id=payer.public_id, actor=daria),
        lambda: unlink_payer(**ids, payer_id=payer.public_id, reason="Powód.", actor=daria),
        lambda: settle_match(**ids, actor=daria),
    )
    for act in acts:
        with pytest.raises(Refused, match=r"data\.restricted"):
            act()
    after = Resident.objects.get(pk=restricted.pk)
    assert (after.state, after.version) == ("active", version)
    assert Representation.objects.filter(resident=restricted, revoked_at__isnull=True).count() == 1


def test_nothing_is_matched_to_the_person_by_itself(restricted):
    Representation.objects.filter(resident=restricted).delete()
    assert match_waiting() == 0
    assert not Representation.objects.filter(resident=restricted).exists()
    Restriction.objects.update(ends_at=timezone.now())
    assert match_waiting() == 1


@pytest.mark.covers("D94")
def test_a_hidden_field_is_shown_only_for_a_claim_or_the_persons_request(restricted, person):
    """Art. 18 ust. 2 RODO."""
    daria, now = person("daria").actor, timezone.now()
    for reason in (RevealReason.CASE, RevealReason.CONTACT, RevealReason.CORRECTION):
        with pytest.raises(Refused, match=r"data\.restricted"):
            reveal(restricted, "pesel", reason=reason, note="Sprawa numer 7.", now=now, actor=daria)
    assert not Reveal.objects.exists()
    reveal(restricted, "pesel", reason=RevealReason.CLAIMS, note="Pozew.", now=now, actor=daria)
    assert Reveal.objects.get().reason == "claims"


def test_letters_beside_the_service_are_for_nobody_whose_data_rest(restricted):
    """Reminders go to whom `consenting` names (tests/services/letters)."""
    Consent.objects.create(
        user=restricted.user, purpose=Purpose.REMINDERS, text_version=1, given_at=timezone.now()
    )
    assert not consenting(Purpose.REMINDERS).exists()


def test_rights_go_on(restricted, anna):
    """A copy, further requests and leaving are the person's own rights."""
    assert take_copy(form="json", actor=anna)["sections"]
    assert make_request(kind=Kind.OBJECTION, text="Nie chcę.", actor=anna).state == State.WAITING
    assert close_own_account(version=restricted.version, actor=anna).state == "deactivated"


def test_the_person_ends_it_at_once_and_everything_works_again(restricted, anna):
    end_own_restriction(actor=anna)
    end_own_restriction(actor=anna)
    assert restriction_of(restricted) is None
    change_own_data(OwnData(phone="600 100 200"), version=restricted.version, actor=anna)
    assert Resident.objects.get(pk=restricted.pk).phone == "600 100 200"
    assert AuditEntry.objects.filter(action="restriction.ended").count() == 1


def test_the_office_ends_it_only_after_the_person_was_told(restricted, filip, anna):
    """Art. 18 ust. 3 RODO."""
    today = timezone.localdate()
    for day in (today, today + timedelta(days=6)):
        with pytest.raises(InvalidInput, match=r"restriction\.day"):
            end_restriction(
                resident_id=restricted.public_id, on=day, reason="Sprawa zakończona.", actor=filip
            )
    assert restriction_of(restricted).ends_at is None
    end_restriction(
        resident_id=restricted.public_id,
        on=today + timedelta(days=7),
        reason="Sprawa zakończona.",
        actor=filip,
    )
    letter = Message.objects.get(kind="restriction_ends")
    assert "Sprawa zakończona." in letter.body
    with pytest.raises(Refused, match=r"data\.restricted"):
        change_own_data(OwnData(phone="600 100 200"), version=restricted.version, actor=anna)
    Restriction.objects.update(ends_at=timezone.now())
    assert restriction_of(restricted) is None


def test_only_who_protects_data_ends_it(restricted, person):
    for name in ("daria", "edyta"):
        with pytest.raises(Refused):
            end_restriction(
                resident_id=restricted.public_id,
                on=timezone.localdate() + timedelta(days=8),
                reason="Tak.",
                actor=person(name).actor,
            )
    assert restriction_of(restricted).ends_at is None


def test_there_is_nothing_to_end_without_a_restriction(filip, resident):
    with pytest.raises(NotFound, match=r"restriction\.unknown"):
        end_restriction(
            resident_id=resident.public_id,
            on=timezone.localdate() + timedelta(days=8),
            reason="Tak.",
            actor=filip,
        )


def test_another_persons_data_are_not_touched(restricted, person):
    bartek = person("bartek").actor
    row = Resident.objects.get(user__public_id=bartek.ref)
    change_own_data(OwnData(phone="600 300 400"), version=row.version, actor=bartek)
    assert Resident.objects.get(pk=row.pk).phone == "600 300 400"
