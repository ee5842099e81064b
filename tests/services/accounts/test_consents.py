"""Consents apart from the basis of the service: words, day, withdrawal (art. 7 RODO; Borki, "Zgoda" and OG 2-3)."""

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.actions import (
    Application,
    give_consent,
    register,
    withdraw_by_link,
    withdraw_consent,
    withdraw_processing,
)
from services.accounts.actions.consenting import leaving_address
from services.accounts.domain.consents import TEXTS, Purpose, newest
from services.accounts.models import Consent, Resident
from services.accounts.queries_rights import consent_of, has_consent
from services.notices.models import Message
from services.users.models import User
from tenants.configuration.models import Office
from tenants.configuration.queries import current_regulation
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(in_borki, person):
    return person("anna").actor


@pytest.fixture
def resident(anna) -> Resident:
    return Resident.objects.select_related("user").get(user__public_id=anna.ref)


@pytest.fixture
def asking(in_borki) -> None:
    """The regulation of this gmina asks for consent to the processing."""
    Office.objects.update(asks_consent=True)


def application(**changes: object) -> Application:
    values = {
        "first_name": "Zdzisława",
        "last_name": "Źrebięcka-Łoś",
        "pesel": "75870300062",
        "email": "zdzislawa@poczta.example",
        "address": "ul. Brzęczyszczykiewicza 12, 21-345 Borki",
        "password": "konie lubia zielona trawe",
        "regulation_id": current_regulation(timezone.localdate()).public_id,
    }
    return Application(**(values | changes))


def token_of(user: User, purpose: Purpose) -> str:
    return leaving_address(user, purpose).rstrip("/").rpartition("/")[2]


def test_a_consent_keeps_its_words_its_moment_and_its_withdrawal(anna, resident):
    """Art. 7 ust. 1 and 3 RODO."""
    before = timezone.now()
    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    row = Consent.objects.get()
    assert row.text_version == 1
    assert before <= row.given_at <= timezone.now()
    assert consent_of(resident.user, Purpose.REMINDERS).text == TEXTS[Purpose.REMINDERS][0]
    withdraw_consent(Purpose.REMINDERS, actor=anna)
    withdraw_consent(Purpose.REMINDERS, actor=anna)
    row.refresh_from_db()
    assert row.withdrawn_at
    assert not has_consent(resident.user, Purpose.REMINDERS)
    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    assert Consent.objects.count() == 2
    acts = AuditEntry.objects.filter(action__startswith="consent.").order_by("pk")
    assert [one.action for one in acts] == ["consent.given", "consent.withdrawn", "consent.given"]


def test_words_that_nobody_asks_about_are_no_consent(anna):
    for version in (0, newest(Purpose.REMINDERS) + 1):
        with pytest.raises(InvalidInput, match=r"consent\.text"):
            give_consent(Purpose.REMINDERS, text_version=version, actor=anna)
    assert not Consent.objects.exists()


@pytest.mark.covers("S74")
def test_where_consent_is_asked_nobody_registers_without_it(asking):
    with pytest.raises(InvalidInput, match=r"consent\.missing"):
        register(application(), actor=ACTOR)
    assert not User.objects.find("zdzislawa@poczta.example", "resident")
    assert not Message.objects.exists()


@pytest.mark.covers("S73", "S76")
def test_where_consent_is_asked_it_is_kept_with_the_registration(asking):
    register(application(consent_version=1), actor=ACTOR)
    user = User.objects.find("zdzislawa@poczta.example", "resident")
    shown = consent_of(user, Purpose.PROCESSING)
    assert shown.given_at
    assert "moich danych osobowych" in shown.text


@pytest.mark.covers("S76")
def test_where_the_law_is_the_basis_registering_asks_for_no_consent_and_keeps_none(in_borki):
    """L-17: the default, art. 6 ust. 1 lit. c and e RODO."""
    register(application(consent_version=1), actor=ACTOR)
    assert User.objects.find("zdzislawa@poczta.example", "resident")
    assert not Consent.objects.exists()


@pytest.mark.covers("S74")
def test_withdrawing_the_consent_to_the_processing_closes_the_account(asking, anna, resident):
    Consent.objects.create(
        user=resident.user, purpose=Purpose.PROCESSING, text_version=1, given_at=timezone.now()
    )
    with pytest.raises(Conflict, match=r"consent\.closes_account"):
        withdraw_consent(Purpose.PROCESSING, actor=anna)
    assert Resident.objects.get(pk=resident.pk).state == "active"
    withdraw_processing(version=resident.version, actor=anna)
    after = Resident.objects.select_related("user").get(pk=resident.pk)
    assert (after.state, after.user.is_active) == ("deactivated", False)
    assert Consent.objects.get().withdrawn_at
    assert Message.objects.filter(kind="account_closed").count() == 1


def test_an_account_without_that_consent_is_not_closed_by_it(anna, resident):
    with pytest.raises(NotFound, match=r"consent\.unknown"):
        withdraw_processing(version=resident.version, actor=anna)
    assert Resident.objects.get(pk=resident.pk).state == "active"


@pytest.mark.covers("S77")
def test_the_way_out_needs_no_sign_in_and_a_forged_one_ends_nothing(client_for, borki, anna, resident):
    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    visitor = client_for(None, borki)
    token = token_of(resident.user, Purpose.REMINDERS)
    assert visitor.get("/zgody/rezygnacja/x.reminders:aaaa/").status_code == 404
    assert visitor.post("/zgody/rezygnacja/x.reminders:aaaa/").status_code == 404
    asked = visitor.get(f"/zgody/rezygnacja/{token}/")
    assert "Nie musisz się logować" in asked.content.decode()
    assert has_consent(resident.user, Purpose.REMINDERS)
    assert visitor.post(f"/zgody/rezygnacja/{token}/").status_code == 200
    assert not has_consent(resident.user, Purpose.REMINDERS)


def test_the_link_of_the_processing_itself_does_not_exist(anna, resident):
    """Whoever finds an old letter cannot close an account by it."""
    Consent.objects.create(
        user=resident.user, purpose=Purpose.PROCESSING, text_version=1, given_at=timezone.now()
    )
    with pytest.raises(NotFound, match=r"link\.dead"):
        withdraw_by_link(token_of(resident.user, Purpose.PROCESSING), actor=ACTOR)
    assert has_consent(resident.user, Purpose.PROCESSING)


def test_a_link_of_the_other_gmina_opens_nothing(anna, resident, dabrowa):
    from kernel import tenancy

    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    with tenancy.enter(dabrowa):
        foreign = token_of(resident.user, Purpose.REMINDERS)
    with pytest.raises(NotFound, match=r"link\.dead"):
        withdraw_by_link(foreign, actor=ACTOR)
    assert has_consent(resident.user, Purpose.REMINDERS)


def test_staff_gives_no_consent_for_a_resident(in_borki, person):
    with pytest.raises(Refused):
        give_consent(Purpose.REMINDERS, text_version=1, actor=person("daria").actor)
    assert not Consent.objects.exists()
