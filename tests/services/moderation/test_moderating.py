"""A text of a user that is an advert or abuse is hidden with a reason, its author is told, and it can return (S66, A2)."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import Resident
from services.accounts.models_requests import RepresentationRequest
from services.accounts.queries import person_index
from services.complaints.actions import Grievance, request_data, submit_complaint
from services.complaints.domain.states import Kind
from services.moderation import actions
from services.moderation.domain import (
    EDGES,
    HIDDEN_TEXT,
    USER_TEXTS,
    Ground,
    State,
    Step,
    next_state,
    user_text,
)
from services.moderation.models import ModeratedText
from services.notices.models import Message

pytestmark = pytest.mark.django_db
ADVERT = "Tanie kredyty! Zadzwoń 600 000 000."
KIND = "accounts-representationrequest"


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def edyta(in_borki, person):
    return person("edyta").actor


@pytest.fixture
def request_row(in_borki, person) -> RepresentationRequest:
    resident = Resident.objects.get(user_id=person("anna").user_id)
    return RepresentationRequest.objects.create(
        resident=resident, name="Zakład Próbny", identifier="5260001246", identifier_index=person_index("5260001246"),
        title="attorney", level="see", valid_from=timezone.localdate(), note=ADVERT, reason="", asked_at=timezone.now(),
    )  # fmt: skip


def report(row, actor, field="note") -> ModeratedText:
    return actions.report_text(
        kind=KIND, subject_ref=row.public_id, field=field, ground=Ground.ADVERT, note="", actor=actor
    )


def hide(case, actor, reason="Uwagi to reklama.") -> ModeratedText:
    return actions.hide_text(case_id=case.public_id, ground=Ground.ADVERT, reason=reason, actor=actor)


def note_of(row) -> str:
    return RepresentationRequest.objects.get(pk=row.pk).note


def letters() -> list[str]:
    return [message.kind for message in Message.objects.order_by("id")]


def test_what_the_office_has_written_is_not_the_moderators_and_gives_no_letter(
    daria, edyta, in_borki, person, client_for
):
    told = Grievance(kind=Kind.OTHER, subject="Temat", description="Opis", key=uuid4())
    row = submit_complaint(told, actor=person("anna").actor)
    request_data(complaint_id=row.public_id, text="Podaj numer przelewu.", version=1, actor=daria)
    step, before = row.steps.get(), Message.objects.count()
    kind = "complaints-complaintstep"
    with pytest.raises(NotFound, match=r"moderation\.unknown"):
        actions.report_text(
            kind=kind, subject_ref=step.public_id, field="text", ground=Ground.ABUSE, note="", actor=daria
        )
    address = f"/urzad/moderacja/zglos/{kind}/{step.public_id}/text/"
    assert client_for("daria", in_borki).get(address).status_code == 404
    case = ModeratedText.objects.create(
        subject_type="complaints.complaintstep", subject_ref=step.public_id, field="text", ground=Ground.ABUSE,
        reported_by_id=daria.user_id, reported_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotFound):
        hide(case, edyta)
    step.refresh_from_db()
    assert (step.text, Message.objects.count()) == ("Podaj numer przelewu.", before)
    assert not AuditEntry.objects.filter(action="moderation.hidden").exists()


@pytest.mark.covers("S66")
def test_an_advert_is_reported_hidden_with_a_reason_and_its_author_is_told(request_row, daria, edyta):
    case = report(request_row, daria)
    assert note_of(request_row) == ADVERT
    hide(case, edyta)
    assert note_of(request_row) == HIDDEN_TEXT
    (letter,) = Message.objects.all()
    assert (letter.kind, letter.recipient) == ("text_hidden", "anna@mieszkaniec.example")
    assert "Uwagi to reklama." in letter.body
    assert ADVERT not in letter.body
    entry = AuditEntry.objects.get(action="moderation.hidden")
    assert (entry.actor_ref, entry.role) == (edyta.ref, "moderator")
    assert ADVERT not in str(entry.details)


@pytest.mark.covers("S66")
def test_what_was_hidden_is_kept_encrypted_for_proof_and_comes_back_letter_by_letter(
    request_row, daria, edyta
):
    case = report(request_row, daria)
    hide(case, edyta)
    kept = ModeratedText.objects.get(pk=case.pk)
    assert kept.original == ADVERT
    with connection.cursor() as cursor:
        cursor.execute("SELECT original FROM moderation_moderatedtext")
        assert ADVERT.encode() not in bytes(cursor.fetchone()[0])
    actions.restore_text(case_id=case.public_id, reason="Pomyłka moderatora.", actor=edyta)
    assert note_of(request_row) == ADVERT
    assert letters() == ["text_hidden", "text_restored"]
    again = report(request_row, daria)
    assert again.pk != case.pk


@pytest.mark.covers("S66")
def test_an_advert_in_a_complaint_is_hidden_and_the_complaint_stays(in_borki, person, daria, edyta):
    told = Grievance(kind=Kind.OTHER, subject="Oferta", description=ADVERT, key=uuid4())
    row = submit_complaint(told, actor=person("anna").actor)
    case = actions.report_text(
        kind="complaints-complaint", subject_ref=row.public_id, field="description", ground=Ground.ADVERT, note="",
        actor=daria,
    )  # fmt: skip
    hide(case, edyta, reason="Opis to reklama.")
    row.refresh_from_db()
    assert (row.subject, row.description, row.state) == ("Oferta", HIDDEN_TEXT, "open")
    assert letters() == ["complaint_received", "text_hidden"]


def test_a_second_report_and_a_second_click_change_nothing(request_row, daria, edyta):
    case = report(request_row, daria)
    assert report(request_row, edyta) == case
    hide(case, edyta)
    hide(case, edyta, reason="Drugie kliknięcie.")
    assert ModeratedText.objects.get().reason == "Uwagi to reklama."
    assert letters() == ["text_hidden"]
    with pytest.raises(Conflict, match=r"moderation\.hidden"):
        report(request_row, daria)
    assert ModeratedText.objects.count() == 1


def test_a_text_that_is_all_right_stays_and_its_author_hears_nothing(request_row, daria, edyta):
    case = report(request_row, daria)
    actions.dismiss_report(case_id=case.public_id, reason="To zwykłe uwagi.", actor=edyta)
    assert (note_of(request_row), letters()) == (ADVERT, [])
    with pytest.raises(Conflict, match=r"moderation\.state"):
        hide(case, edyta)
    assert note_of(request_row) == ADVERT


def test_two_fields_of_one_row_are_two_cases(request_row, daria, edyta):
    hide(report(request_row, daria), edyta)
    assert RepresentationRequest.objects.get().name == "Zakład Próbny"
    hide(report(request_row, daria, field="name"), edyta)
    assert RepresentationRequest.objects.get().name == HIDDEN_TEXT


@pytest.mark.parametrize("name", ["daria", "filip", "anna"])
def test_only_a_moderator_hides_and_restores(name, request_row, daria, edyta, person):
    case, other = report(request_row, daria), person(name).actor
    with pytest.raises(Refused, match=r"access\.denied"):
        hide(case, other)
    assert (note_of(request_row), letters()) == (ADVERT, [])
    hide(case, edyta)
    with pytest.raises(Refused, match=r"access\.denied"):
        actions.restore_text(case_id=case.public_id, reason="Bo tak chcę.", actor=other)
    assert note_of(request_row) == HIDDEN_TEXT


def test_a_resident_reports_nothing(request_row, person):
    with pytest.raises(Refused, match=r"access\.denied"):
        report(request_row, person("anna").actor)
    assert ModeratedText.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "  no  ", "x" * 501])
def test_nothing_is_hidden_without_a_reason(reason, request_row, daria, edyta):
    case = report(request_row, daria)
    with pytest.raises(InvalidInput, match=r"moderation\.reason"):
        hide(case, edyta, reason=reason)
    assert (note_of(request_row), ModeratedText.objects.get().state, letters()) == (ADVERT, "reported", [])


def test_only_registered_texts_can_be_reported(request_row, daria):
    for kind, field in ((KIND, "identifier"), ("accounts-resident", "pesel"), ("users-user", "email")):
        with pytest.raises(NotFound, match=r"moderation\.unknown"):
            actions.report_text(
                kind=kind,
                subject_ref=request_row.public_id,
                field=field,
                ground=Ground.ABUSE,
                note="",
                actor=daria,
            )
    assert ModeratedText.objects.count() == 0


def test_what_was_written_in_its_place_is_not_overwritten(request_row, daria, edyta):
    case = report(request_row, daria)
    hide(case, edyta)
    row = RepresentationRequest.objects.get()
    row.note = "Nowa treść"
    row.save()
    with pytest.raises(Conflict, match=r"moderation\.changed"):
        actions.restore_text(case_id=case.public_id, reason="Przywracam treść.", actor=edyta)
    assert note_of(request_row) == "Nowa treść"
    assert ModeratedText.objects.get().state == "hidden"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_leads_where_the_table_says_or_nowhere(state, step):
    if (state, step) in EDGES:
        assert next_state(state, step) == EDGES[state, step]
    else:
        with pytest.raises(Conflict, match=r"moderation\.state"):
            next_state(state, step)


def test_every_registered_text_is_a_column_with_an_author():
    from django.apps import apps

    for one in USER_TEXTS:
        model = apps.get_model(one.model)
        model._meta.get_field(one.field)
        for step in one.author.split("."):
            model = model._meta.get_field(step).related_model
        assert model._meta.label == "users.User"
        assert user_text(one.kind, one.field) is one
        assert one.label
