"""The clerk's decision: whose file it is, and what stops an approval."""

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.accounts.models import Representation, Resident
from services.accounts.queries import person_index
from services.notices.models import Message
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.frontend.reading import error_beside, heading, tags, words

pytestmark = pytest.mark.django_db


def approve(client, resident, **values):
    sent = {"version": resident.version} | values
    return client.post(f"/urzad/rejestracje/{resident.public_id}/zatwierdz/", sent)


def state_of(resident) -> str:
    return Resident.objects.get(pk=resident.pk).state


def payers_of(resident) -> list[str]:
    return list(Representation.objects.filter(resident=resident).values_list("payer__external_id", flat=True))


@pytest.fixture
def resident(in_borki):
    return ResidentFactory(submitted=True)


@pytest.fixture
def own(resident):
    return PayerFactory(
        identifier=resident.pesel, identifier_index=person_index(resident.pesel), external_id="K-7"
    )


@pytest.mark.covers("S46", "S47", "S55")
def test_approving_with_the_matching_payer_waits_for_the_administrator_in_borki(desk, resident, own):
    answer = approve(desk("daria"), resident, payer=str(own.public_id))
    assert answer["Location"] == "/urzad/rejestracje/"
    assert state_of(resident) == "verified"
    assert payers_of(resident) == ["K-7"]
    entry = AuditEntry.objects.get(action="registration.verified")
    assert entry.role == "clerk"


def test_where_the_gmina_asks_for_one_step_the_account_is_active_at_once(client_for, dabrowa):
    with tenancy.enter(dabrowa):
        resident = ResidentFactory(submitted=True)
        approve(client_for("daria", dabrowa), resident, payer="none")
        assert state_of(resident) == "active"
        assert Message.objects.filter(kind="account_active", related_ref=str(resident.public_id)).count() == 1


def test_the_only_matching_payer_is_proposed(desk, resident, own):
    page = desk("daria").get(f"/urzad/rejestracje/{resident.public_id}/")
    chosen = [tag["value"] for tag in tags(page, "input") if tag.get("name") == "payer" and "checked" in tag]
    assert chosen == [str(own.public_id)]


def test_of_several_matching_payers_none_is_proposed(desk, resident, own):
    PayerFactory(identifier=resident.pesel, identifier_index=person_index(resident.pesel))
    page = desk("daria").get(f"/urzad/rejestracje/{resident.public_id}/")
    assert not [tag for tag in tags(page, "input") if tag.get("name") == "payer" and "checked" in tag]


def test_another_surname_is_pointed_out(desk, resident, own):
    own.name = "Genowefa Inna"
    own.save()
    assert "Uwaga: inne nazwisko" in words(desk("daria").get(f"/urzad/rejestracje/{resident.public_id}/"))


def test_a_payer_with_another_pesel_is_shown_before_anything_happens(desk, resident):
    other = PayerFactory(external_id="K-obcy", name="Ktoś Inny")
    client = desk("daria")
    page = approve(client, resident, payer="number", external_id=" K-obcy ")
    assert heading(page) == "Czy to ten płatnik?"
    assert "Ktoś Inny" in words(page)
    assert other.identifier not in page.content.decode()
    assert state_of(resident) == "submitted"
    assert payers_of(resident) == []
    approve(client, resident, payer="number", external_id="K-obcy", confirmed="on")
    assert state_of(resident) == "verified"
    assert payers_of(resident) == ["K-obcy"]


def test_a_number_that_nobody_has_is_said_beside_the_field(desk, resident):
    page = approve(desk("daria"), resident, payer="number", external_id="NIE-MA")
    assert page.status_code == 422
    assert "Nie ma płatnika o tym numerze" in error_beside(page, "external_id")
    assert state_of(resident) == "submitted"


def test_choosing_by_number_without_a_number_is_said_beside_the_field(desk, resident):
    page = approve(desk("daria"), resident, payer="number")
    assert "Wpisz numer płatnika." in error_beside(page, "external_id")
    assert state_of(resident) == "submitted"


def test_choosing_nothing_is_refused(desk, resident):
    assert approve(desk("daria"), resident).status_code == 422
    assert state_of(resident) == "submitted"


@pytest.mark.covers("S35")
def test_a_page_that_was_open_too_long_changes_nothing(desk, resident):
    Resident.objects.filter(pk=resident.pk).update(version=5)
    page = approve(desk("daria"), resident, payer="none")
    assert "Ktoś zmienił tę rejestrację" in words(page)
    assert state_of(resident) == "submitted"


def test_an_address_that_is_not_confirmed_stops_it(desk):
    resident = ResidentFactory(submitted=True, user__unconfirmed=True)
    page = approve(desk("daria"), resident, payer="none")
    assert "nie potwierdziła jeszcze adresu e-mail" in words(page)
    assert state_of(resident) == "submitted"


@pytest.mark.covers("S63", "S8")
def test_a_second_registration_of_the_same_person_cannot_be_approved(desk):
    first = ResidentFactory()
    second = ResidentFactory(duplicate=True, pesel=first.pesel)
    page = approve(desk("daria"), second, payer="none")
    assert "Ta osoba ma już konto." in words(page)
    assert state_of(second) == "duplicate"


def test_an_administrator_without_the_clerks_role_cannot_approve(desk, resident):
    assert approve(desk("filip"), resident, payer="none").status_code == 403
    assert state_of(resident) == "submitted"
