"""Registration: what is kept, who is written to, and what is refused."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.actions import register
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.models import Payer, RegulationAcceptance, Resident
from services.notices.models import Message
from services.users.models import StaffRole, User
from tenants.configuration.models import RegulationVersion
from tests.factories.accounts import ResidentFactory
from tests.factories.regulations import change_published
from tests.fixtures.cast import RESIDENTS

pytestmark = pytest.mark.django_db


def the_new_one(email: str = "zdzislawa@poczta.example") -> Resident:
    user = User.objects.find(email, "resident")
    assert user is not None
    return Resident.objects.get(user=user)


def stored_bytes() -> bytes:
    """Everything in the tables that registration writes to, as the database holds it."""
    tables = (
        "users_user",
        "accounts_resident",
        "accounts_regulationacceptance",
        "notices_message",
        "audit_auditentry",
    )
    found = b""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found += b"|".join(
                    bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row
                )
    return found


def nothing_was_made(before: tuple[int, ...]) -> bool:
    return counted() == before


def counted() -> tuple[int, ...]:
    models = (User, Resident, RegulationAcceptance, Message, AuditEntry)
    return tuple(model.objects.count() for model in models)


@pytest.mark.covers("S4", "S42", "S48", "D25", "D26", "D27", "S11", "S97")
def test_what_was_typed_is_kept_and_the_person_waits_for_the_office(application, visitor):
    register(application(), actor=visitor)
    resident = the_new_one()
    assert resident.state == ResidentState.SUBMITTED
    assert (resident.first_name, resident.last_name) == ("Zdzisława", "Źrebięcka-Łoś")
    assert resident.pesel == "75870300048"
    assert resident.address == "ul. Brzęczyszczykiewicza 12, 21-345 Borki"
    assert resident.phone == "+48 600 000 001"
    assert resident.user.email == "zdzislawa@poczta.example"
    assert resident.user.email_confirmed_at is None
    assert not resident.representations.exists()


@pytest.mark.covers("S43", "S49", "S107", "S109")
def test_in_the_database_no_personal_data_and_no_password_can_be_read(application, visitor):
    register(application(), actor=visitor)
    stored = stored_bytes()
    for plain in (
        "75870300048", "zdzislawa@poczta.example", "Zdzisława", "Źrebięcka", "Brzęczyszczykiewicza", "600 000 001",
        "cztery zwykle slowa razem",
    ):  # fmt: skip
        assert plain.encode() not in stored, plain
    assert identify_hasher(the_new_one().user.password).algorithm == "argon2"


@pytest.mark.covers("S56", "D3", "D23")
def test_the_acceptance_names_the_version_the_moment_and_the_place(application, visitor):
    before = timezone.now()
    register(application(), actor=visitor)
    kept = RegulationAcceptance.objects.get(user=the_new_one().user)
    assert kept.regulation == RegulationVersion.objects.get(number=1)
    assert before <= kept.accepted_at <= timezone.now()
    assert kept.address == "203.0.113.7"


@pytest.mark.covers("D30")
def test_the_given_address_gets_one_letter_with_the_link_and_the_day_of_decision(application, visitor):
    register(application(), actor=visitor)
    message = Message.objects.get()
    assert message.kind == "registered"
    assert message.recipient == "zdzislawa@poczta.example"
    assert "http://borki.localhost/rejestracja/potwierdz/" in message.body
    assert message.related_ref == str(the_new_one().public_id)


def test_the_act_is_in_the_log_under_the_new_account_without_personal_data(application, visitor):
    register(application(), actor=visitor)
    entry = AuditEntry.objects.get(action="registration.submitted")
    resident = the_new_one()
    assert (entry.actor_kind, entry.actor_ref) == ("resident", str(resident.user.public_id))
    assert entry.subject_ref == str(resident.public_id)
    assert entry.address == "203.0.113.7"
    assert entry.details == {"regulation": 1, "duplicate": False}


@pytest.mark.covers("S7")
def test_registering_with_a_clerks_address_makes_a_resident_and_no_member_of_staff(application, visitor):
    staff = User.objects.filter(kind="staff").count()
    register(application(email="daria@urzad.example"), actor=visitor)
    assert the_new_one("daria@urzad.example").user.kind == "resident"
    assert User.objects.filter(kind="staff").count() == staff
    assert not StaffRole.objects.filter(user=the_new_one("daria@urzad.example").user).exists()


@pytest.mark.covers("S8", "S63")
def test_a_second_registration_of_a_person_opens_nothing_and_warns_the_first_address(application, visitor):
    register(application(pesel=RESIDENTS["anna"]), actor=visitor)
    second = the_new_one()
    first = Resident.objects.get(user=User.objects.find("anna@mieszkaniec.example", "resident"))
    assert second.state == ResidentState.DUPLICATE
    assert first.state == ResidentState.ACTIVE
    assert not second.representations.exists()
    sent = {(message.kind, message.recipient) for message in Message.objects.all()}
    assert sent == {
        ("second_registration", "anna@mieszkaniec.example"),
        ("registered", "zdzislawa@poczta.example"),
    }
    warning = Message.objects.get(kind="second_registration")
    assert "zdzislawa" not in warning.subject + warning.body


@pytest.mark.covers("S8")
@pytest.mark.parametrize("email", ["anna@mieszkaniec.example", " ANNA@Mieszkaniec.Example "])
def test_a_known_address_makes_nothing_and_its_holder_is_told(application, visitor, email):
    users, residents = User.objects.count(), Resident.objects.count()
    register(application(email=email), actor=visitor)
    assert (User.objects.count(), Resident.objects.count()) == (users, residents)
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("address_taken", "anna@mieszkaniec.example")
    assert "Zdzisława" not in message.body
    entry = AuditEntry.objects.get(action="registration.address_taken")
    assert (entry.outcome, entry.address, entry.subject_ref) == ("refused", "203.0.113.7", "")


@pytest.mark.covers("S63")
def test_a_blocked_person_cannot_come_back_under_another_address(application, visitor):
    blocked = ResidentFactory(blocked=True)
    register(application(pesel=blocked.pesel), actor=visitor)
    assert the_new_one().state == ResidentState.DUPLICATE


@pytest.mark.parametrize("state", sorted(CLOSED_STATES))
def test_whose_earlier_account_is_closed_may_register_anew(application, visitor, state):
    closed = ResidentFactory(state=state)
    register(application(pesel=closed.pesel), actor=visitor)
    assert the_new_one().state == ResidentState.SUBMITTED
    assert Message.objects.get().kind == "registered"


def test_somebody_known_in_another_gmina_is_new_here(application, visitor, borki, dabrowa):
    with tenancy.enter(dabrowa):
        there = ResidentFactory(pesel="75870300055")
    with tenancy.enter(borki):
        register(application(pesel=there.pesel), actor=visitor)
        assert the_new_one().state == ResidentState.SUBMITTED
    with tenancy.enter(dabrowa):
        assert not Message.objects.exists()
        assert Resident.objects.filter(person_index=there.person_index).count() == 1


def test_a_person_whom_only_the_finance_system_knows_gets_no_file_by_registering(application, visitor):
    """Matching is the clerk's act: the PESEL number alone opens nothing."""
    known = Payer.objects.get(external_id="K-anna")
    Resident.objects.filter(person_index=known.identifier_index).update(state=ResidentState.DEACTIVATED)
    register(application(pesel=RESIDENTS["anna"]), actor=visitor)
    assert the_new_one().state == ResidentState.SUBMITTED
    assert not the_new_one().representations.exists()


@pytest.mark.covers("S56")
def test_when_the_regulation_has_changed_meanwhile_the_new_one_must_be_accepted(application, visitor):
    shown = application()
    old = RegulationVersion.objects.get(number=1)
    RegulationVersion.objects.create(
        number=2, state="published", title=old.title, act_kind=old.act_kind, act_number="99", act_issuer=old.act_issuer,
        act_on=timezone.localdate(), effective_on=timezone.localdate(), content=old.content,
        published_at=timezone.now(),
    )  # fmt: skip
    before = counted()
    with pytest.raises(Conflict, match=r"regulation\.changed"):
        register(shown, actor=visitor)
    assert nothing_was_made(before)


@pytest.mark.covers("D100")
def test_a_version_that_is_not_yet_in_force_cannot_be_accepted(application, visitor):
    old = RegulationVersion.objects.get(number=1)
    later = RegulationVersion.objects.create(
        number=2, state="published", title=old.title, act_kind=old.act_kind, act_number="99", act_issuer=old.act_issuer,
        act_on=date(2026, 1, 1), effective_on=timezone.localdate() + timedelta(days=1), content=old.content,
        published_at=timezone.now(),
    )  # fmt: skip
    before = counted()
    with pytest.raises(Conflict, match=r"regulation\.changed"):
        register(application(regulation_id=later.public_id), actor=visitor)
    assert nothing_was_made(before)


def test_another_gminas_regulation_cannot_be_accepted_here(application, visitor, borki, dabrowa):
    with tenancy.enter(dabrowa):
        foreign = RegulationVersion.objects.get(number=1).public_id
    with tenancy.enter(borki):
        before = counted()
        with pytest.raises(Conflict, match=r"regulation\.changed"):
            register(application(regulation_id=foreign), actor=visitor)
        assert nothing_was_made(before)


@pytest.mark.covers("S106")
@pytest.mark.parametrize("password", ["", "krotkie", "elevenchars", "qwerty123456"])
def test_a_weak_password_is_refused_with_its_reasons(application, visitor, password):
    before = counted()
    with pytest.raises(InvalidInput, match=r"password\.weak") as refused:
        register(application(password=password), actor=visitor)
    assert refused.value.params["field"] == "password"
    assert refused.value.params["reasons"]
    assert nothing_was_made(before)


@pytest.mark.covers("S50")
@pytest.mark.parametrize(
    "pesel",
    [
        "", "7587030004", "758703000488", "7587030004x", "00000000000", "75873300048", "75870300049",
        "５８７０３０００４８７",
    ],
)  # fmt: skip
def test_a_faulty_pesel_is_refused_beside_its_field(application, visitor, pesel):
    before = counted()
    with pytest.raises(InvalidInput, match=r"pesel\.invalid") as refused:
        register(application(pesel=pesel), actor=visitor)
    assert refused.value.params["field"] == "pesel"
    assert nothing_was_made(before)


def test_a_gmina_without_a_regulation_in_force_takes_no_registrations(application, visitor):
    sent = application()
    change_published(state="draft", published_at=None)
    before = counted()
    with pytest.raises(NotFound, match=r"regulation\.none"):
        register(sent, actor=visitor)
    assert nothing_was_made(before)
