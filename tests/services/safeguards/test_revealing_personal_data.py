"""T-21, X6: personal data are masked, shown one field at a time for a reason, and the reason stays to be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import masking, tenancy
from kernel.audit.models import AuditEntry
from kernel.audit.recording import history
from kernel.errors import InvalidInput, Refused
from services.accounts.models import Payer, Resident
from services.notices.models import Message
from services.safeguards.domain import MANY_IN_AN_HOUR, RevealReason
from services.safeguards.models import Reveal
from services.safeguards.queries import reveals_about
from services.safeguards.reveals import reveal
from tests.factories.accounts import ResidentFactory

pytestmark = pytest.mark.django_db
CASE = {"reason": RevealReason.CASE, "note": "FN.3120.7.2026"}


@pytest.fixture
def anna(in_borki) -> Resident:
    return Resident.objects.get(representations__payer__external_id="K-anna", representations__is_self=True)


def test_what_was_revealed_says_who_when_why_and_stands_in_the_persons_own_data(anna, person):
    daria, now = person("daria"), timezone.now()
    reveal(anna, "pesel", **CASE, now=now, actor=daria.actor)
    [row] = reveals_about(anna.public_id)
    assert (row.revealed_by_id, row.role, row.field, row.reason, row.note, row.revealed_at) == (
        daria.user_id, "clerk", "pesel", "case", "FN.3120.7.2026", now,
    )  # fmt: skip
    entry = history(anna).get(action="personal_data.revealed")
    assert (entry.actor_ref, entry.role, entry.details) == (
        daria.ref,
        "clerk",
        {"field": "pesel", "reason": "case"},
    )
    assert not list(reveals_about(Payer.objects.get(external_id="K-bartek").public_id))


def test_the_reason_and_the_value_are_in_no_log(anna, person):
    reveal(anna, "pesel", **CASE, now=timezone.now(), actor=person("daria").actor)
    written = str(list(AuditEntry.objects.values()))
    assert CASE["note"] not in written
    assert anna.pesel not in written


@pytest.mark.parametrize("note", ["", "krótko", "x" * 501])
def test_another_reason_has_to_be_told(anna, person, note):
    with pytest.raises(InvalidInput, match=r"reveal\.note"):
        reveal(
            anna,
            "pesel",
            reason=RevealReason.OTHER,
            note=note,
            now=timezone.now(),
            actor=person("daria").actor,
        )
    assert not Reveal.objects.exists()
    assert not AuditEntry.objects.filter(action="personal_data.revealed").exists()


@pytest.mark.parametrize("name", ["edyta", "anna"])
def test_whoever_has_no_such_right_reveals_nothing(anna, person, name):
    with pytest.raises(Refused, match=r"access\.denied"):
        reveal(anna, "pesel", **CASE, now=timezone.now(), actor=person(name).actor)
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("field", ["last_name", "user", "decision_reason", "public_id"])
def test_only_the_masked_fields_can_be_asked_for(anna, person, field):
    with pytest.raises(InvalidInput, match=r"reveal\.field"):
        reveal(anna, field, **CASE, now=timezone.now(), actor=person("daria").actor)
    assert not Reveal.objects.exists()


def test_very_many_in_an_hour_are_told_to_the_administrators_once(anna, person):
    now, daria = timezone.now(), person("daria")
    for number in range(MANY_IN_AN_HOUR + 1):
        reveal(anna, "phone", **CASE, now=now + timedelta(seconds=number), actor=daria.actor)
        expected = int(number + 1 >= MANY_IN_AN_HOUR)
        assert Message.objects.filter(kind="many_revealed").count() == expected
    [letter] = Message.objects.filter(kind="many_revealed")
    assert letter.recipient == person("filip").email
    assert (
        AuditEntry.objects.filter(
            action="personal_data.many_revealed", details__count=MANY_IN_AN_HOUR
        ).count()
        == 1
    )


def test_as_many_over_several_hours_are_the_usual_work(anna, person):
    now = timezone.now()
    for number in range(MANY_IN_AN_HOUR + 5):
        reveal(anna, "phone", **CASE, now=now + timedelta(minutes=3 * number), actor=person("daria").actor)
    assert not Message.objects.filter(kind="many_revealed").exists()


def test_the_other_gmina_knows_of_none(anna, person, dabrowa):
    reveal(anna, "email", **CASE, now=timezone.now(), actor=person("daria").actor)
    with tenancy.enter(dabrowa):
        assert not reveals_about(anna.public_id).exists()


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("pesel", "75870300017", "*******0017"),
        ("email", "anna.nowak@poczta.example", "a••••@poczta.example"),
        ("email", "bez-malpy", "••••"),
        ("phone", "600 700 800", "••••00"),
        ("phone", "12", "••••"),
        ("address", "ul. Próbna 1, 00-001 Próba", "••••, 00-001 Próba"),
        ("address", "Próbna 1", "••••"),
        ("account_nrb", "31999900130000100020000101", "•••• 0101"),
        ("something_new", "wartość", "••••"),
        ("phone", "", ""),
    ],
)
def test_what_a_mask_leaves(field, value, shown):
    assert masking.masked(field, value) == shown


# --- the pages --------------------------------------------------------------------------------------------------------
def page_of(resident: Resident) -> str:
    return f"/urzad/rejestracje/{resident.public_id}/"


@pytest.fixture
def newcomer(in_borki) -> Resident:
    return ResidentFactory(submitted=True, phone="600700800", address="ul. Jasna 5, 21-345 Borki")


def test_the_page_of_a_registration_shows_the_name_and_masks_the_rest(client_for, in_borki, newcomer):
    page = client_for("daria", in_borki).get(page_of(newcomer)).content.decode()
    assert newcomer.last_name in page
    for hidden in (newcomer.pesel, newcomer.phone, newcomer.address, newcomer.user.email):
        assert hidden not in page
    assert "••••, 21-345 Borki" in page


def test_a_reason_shows_one_field_for_ten_minutes(client_for, in_borki, newcomer):
    client = client_for("daria", in_borki)
    way = f"/urzad/dane/mieszkaniec/{newcomer.public_id}/phone/?powrot={page_of(newcomer)}"
    assert way.split("?")[0] in client.get(page_of(newcomer)).content.decode()
    answer = client.post(way, {"reason": "contact", "note": ""})
    assert answer["Location"] == page_of(newcomer)
    page = client.get(page_of(newcomer)).content.decode()
    assert newcomer.phone in page
    assert newcomer.address not in page
    session = client.session
    session["revealed"] = {key: until - 601 for key, until in session["revealed"].items()}
    session.save()
    assert newcomer.phone not in client.get(page_of(newcomer)).content.decode()
    assert Reveal.objects.count() == 1


def test_without_a_reason_the_page_shows_nothing(client_for, in_borki, newcomer):
    client = client_for("daria", in_borki)
    answer = client.post(f"/urzad/dane/mieszkaniec/{newcomer.public_id}/phone/", {"reason": ""})
    assert answer.status_code == 422
    assert newcomer.phone not in client.get(page_of(newcomer)).content.decode()
    assert not Reveal.objects.exists()


def test_it_leads_back_to_pages_of_this_host_only(client_for, in_borki, newcomer):
    way = f"/urzad/dane/mieszkaniec/{newcomer.public_id}/phone/?powrot=https://obcy.example/"
    answer = client_for("daria", in_borki).post(way, {"reason": "contact"})
    assert answer["Location"] == "/urzad/"


def test_a_payer_of_whom_the_clerk_handles_no_due_is_unknown(client_for, in_borki):
    payer = Payer.objects.get(external_id="K-bartek")
    answer = client_for("daria", in_borki).post(
        f"/urzad/dane/platnik/{payer.public_id}/identifier/", {"reason": "case"}
    )
    assert answer.status_code == 404
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("path", ["mieszkaniec/{id}/last_name/", "nikt/{id}/pesel/", "platnik/{id}/phone/"])
def test_addresses_of_other_fields_do_not_exist(client_for, in_borki, newcomer, path):
    answer = client_for("daria", in_borki).get("/urzad/dane/" + path.format(id=newcomer.public_id))
    assert answer.status_code == 404
