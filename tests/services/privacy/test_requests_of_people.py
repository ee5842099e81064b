"""Requests of people about their data: copies, deadlines, answers, erasure (art. 12, 15-21 RODO, D92-D96, L-18)."""

import json
from datetime import timedelta

import pytest
from django.db.models import F

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import Resident
from services.notices.models import Message
from services.privacy import export
from services.privacy.actions import answer_request, extend_request, make_request, take_copy, withdraw_request
from services.privacy.actions.registers import NewDisclosure, record_disclosure
from services.privacy.domain.requests import Kind, State
from services.privacy.models import DataRequest
from services.users.models import User
from tests.fixtures.cast import RESIDENTS

pytestmark = pytest.mark.django_db


def sections(values: dict) -> dict[str, list[dict[str, str]]]:
    return {section["key"]: section["rows"] for section in values["sections"]}


@pytest.mark.covers("S98", "D92")
def test_the_copy_holds_everything_about_the_person(
    anna, filip, resident, paid, django_capture_on_commit_callbacks
):
    """Art. 15 ust. 1 and 3 RODO."""
    make_request(kind=Kind.RECTIFICATION, text="Mieszkam już gdzie indziej.", actor=anna)
    record_disclosure(
        NewDisclosure(
            resident.pesel,
            "Sąd Rejonowy w Próbie",
            "adres",
            "art. 299 § 3 O.p.",
            "I Co 1/26",
            paid.created_at.date(),
        ),
        actor=filip,
    )
    found = sections(take_copy(form="json", actor=anna))
    [person] = found["person"]
    assert (person["PESEL"], person["E-mail"]) == (RESIDENTS["anna"], "anna@mieszkaniec.example")
    assert found["acceptances"]
    assert any("Leśna 7" in row["Tytuł"] for row in found["liabilities"])
    assert [row["Numer"] for row in found["payments"]] == [paid.reference]
    assert found["requests"][0]["Treść"] == "Mieszkam już gdzie indziej."
    assert found["disclosures"][0]["Komu"] == "Sąd Rejonowy w Próbie"
    assert any("Mieszkam" not in row["Temat"] for row in found["letters"])
    assert any(row["Czynność"] == "data_copy.taken" for row in found["acts"])


def test_who_looked_is_told_by_role_and_not_by_name(anna, filip, resident):
    """Court of Justice, C-579/21."""
    row = make_request(kind=Kind.ACCESS, text="", actor=filip, resident_id=resident.public_id)
    take_copy(form="pdf", request_id=row.public_id, actor=filip)
    found = sections(take_copy(form="json", actor=anna))
    assert {"Kto": "administrator lokalny", "Czynność": "data_copy.taken"}.items() <= found["seen"][
        -1
    ].items()
    assert "Filip" not in json.dumps(found, ensure_ascii=False)


def test_the_copy_as_pdf_is_a_tagged_document(anna, paid):
    document = export.pdf(take_copy(form="pdf", actor=anna))
    assert document.startswith(b"%PDF")
    assert b"StructTreeRoot" in document


def test_nothing_of_another_person_is_in_the_copy(anna, person, paid):
    text = json.dumps(take_copy(form="json", actor=anna), ensure_ascii=False)
    for other in ("bartek", "celina"):
        assert RESIDENTS[other] not in text
        assert person(other).email not in text


def test_the_office_answers_in_a_month_and_the_person_is_written_to(anna, filip):
    """Art. 12 ust. 3 RODO."""
    row = make_request(kind=Kind.RECTIFICATION, text="Nazwisko po ślubie: Nowa.", actor=anna)
    assert row.due_on >= row.received_on + timedelta(days=28)
    answer_request(
        row.public_id, decision=State.GRANTED, answer="Poprawione.", version=row.version, actor=filip
    )
    letters = Message.objects.filter(related_ref=str(row.public_id)).values_list("kind", flat=True)
    assert set(letters) == {"data_request_received", "data_request_answered"}
    with pytest.raises(Conflict, match=r"data_request\.decided"):
        withdraw_request(row.public_id, actor=anna)
    assert DataRequest.objects.get(pk=row.pk).state == State.GRANTED


def test_a_refusal_without_its_reasons_is_none(anna, filip):
    """Art. 12 ust. 4 RODO."""
    row = make_request(kind=Kind.OBJECTION, text="Nie chcę.", actor=anna)
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        answer_request(row.public_id, decision=State.REFUSED, answer=" ", version=row.version, actor=filip)
    assert DataRequest.objects.get(pk=row.pk).state == State.WAITING


def test_one_of_a_kind_waits_at_a_time_and_may_be_withdrawn(anna):
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy.", actor=anna)
    with pytest.raises(Conflict, match=r"data_request\.waits"):
        make_request(kind=Kind.RESTRICTION, text="Jeszcze raz.", actor=anna)
    assert DataRequest.objects.count() == 1
    withdraw_request(row.public_id, actor=anna)
    assert withdraw_request(row.public_id, actor=anna).state == State.WITHDRAWN
    assert make_request(kind=Kind.RESTRICTION, text="Jeszcze raz.", actor=anna).state == State.WAITING


def test_a_stranger_neither_sees_nor_withdraws_it(anna, person):
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy.", actor=anna)
    with pytest.raises(NotFound):
        withdraw_request(row.public_id, actor=person("celina").actor)
    with pytest.raises(Refused):
        answer_request(
            row.public_id, decision=State.GRANTED, answer="", version=1, actor=person("daria").actor
        )
    assert DataRequest.objects.get(pk=row.pk).state == State.WAITING


def test_the_term_is_extended_once_and_only_within_the_first_month(anna, filip):
    """Art. 12 ust. 3 RODO."""
    row = make_request(kind=Kind.RESTRICTION, text="Na czas sprawy.", actor=anna)
    extended = extend_request(row.public_id, why="Wiele akt.", version=row.version, actor=filip)
    assert extended.due_on > row.due_on
    with pytest.raises(Conflict, match=r"data_request\.extended"):
        extend_request(row.public_id, why="Jeszcze.", version=extended.version, actor=filip)
    other = make_request(kind=Kind.OBJECTION, text="Nie.", actor=anna)
    DataRequest.objects.filter(pk=other.pk).update(
        received_on=F("received_on") - timedelta(days=90), due_on=F("due_on") - timedelta(days=90)
    )
    with pytest.raises(Conflict, match=r"data_request\.extended"):
        extend_request(other.public_id, why="Późno.", version=other.version, actor=filip)


@pytest.mark.covers("S99", "D96", "S83", "D95")
def test_an_erasure_takes_what_need_not_stay_and_keeps_what_tax_law_wants(anna, filip, resident, paid):
    """Art. 17 ust. 3 lit. b RODO with art. 86 § 1 Ordynacji podatkowej."""
    row = make_request(kind=Kind.ERASURE, text="", actor=anna)
    answer_request(
        row.public_id, decision=State.PARTLY, answer="Wpłaty zostają.", version=row.version, actor=filip
    )
    after = Resident.objects.select_related("user").get(pk=resident.pk)
    assert (after.state, after.phone, after.address, after.user.email) == ("deactivated", "", "", "")
    assert not after.user.is_active
    assert not after.user.has_usable_password()
    assert (after.last_name, after.pesel) == ("Przykładowa", RESIDENTS["anna"])
    assert User.objects.find("anna@mieszkaniec.example", "resident") is None
    assert AuditEntry.objects.get(action="person.erased").details["whole"] is False
    waiting = Message.objects.get(kind="data_request_answered")
    assert waiting.recipient == "anna@mieszkaniec.example"


def test_who_never_paid_is_erased_with_name_and_number(anna, filip, resident):
    row = make_request(kind=Kind.ERASURE, text="", actor=anna)
    answer_request(row.public_id, decision=State.GRANTED, answer="", version=row.version, actor=filip)
    after = Resident.objects.select_related("user").get(pk=resident.pk)
    assert (after.first_name, after.last_name, after.pesel, after.user.full_name) == ("", "", "", "")
    assert bytes(after.person_index) != bytes(resident.person_index)


def test_a_refused_erasure_erases_nothing(anna, filip, resident):
    row = make_request(kind=Kind.ERASURE, text="", actor=anna)
    answer_request(
        row.public_id, decision=State.REFUSED, answer="Trwa egzekucja.", version=row.version, actor=filip
    )
    after = Resident.objects.get(pk=resident.pk)
    assert (after.state, after.pesel) == ("active", RESIDENTS["anna"])
    assert not AuditEntry.objects.filter(action="person.erased").exists()
