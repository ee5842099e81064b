"""The local administrator's step, where the gmina's policy asks for it."""

import pytest

from kernel.audit.models import AuditEntry
from services.accounts.models import Resident
from services.notices.models import Message
from tests.factories.accounts import ResidentFactory
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(in_borki):
    return ResidentFactory(verified=True)


def authorise(client, resident, version=None):
    address = f"/urzad/rejestracje/{resident.public_id}/autoryzuj/"
    return client.post(address, {"version": version or resident.version}, follow=True)


@pytest.mark.covers("S53", "D31")
def test_the_administrator_opens_the_account_and_the_person_is_told(desk, resident):
    page = authorise(desk("filip"), resident)
    assert "Konto jest aktywne." in words(page)
    row = Resident.objects.get(pk=resident.pk)
    assert row.state == "active"
    assert row.activated_at is not None
    assert Message.objects.filter(kind="account_active", related_ref=str(resident.public_id)).count() == 1
    assert AuditEntry.objects.get(action="registration.authorised").role == "admin"


def test_a_clerk_cannot_do_the_administrators_step(desk, resident):
    assert authorise(desk("daria"), resident).status_code == 403
    assert Resident.objects.get(pk=resident.pk).state == "verified"


@pytest.mark.covers("S35")
def test_a_page_that_was_open_too_long_changes_nothing(desk, resident):
    page = authorise(desk("filip"), resident, version=99)
    assert "Ktoś zmienił tę rejestrację" in words(page)
    assert Resident.objects.get(pk=resident.pk).state == "verified"


def test_a_registration_that_no_clerk_has_seen_cannot_be_authorised(desk):
    resident = ResidentFactory(submitted=True)
    page = authorise(desk("filip"), resident)
    assert "nie można już tak zmienić" in words(page)
    assert Resident.objects.get(pk=resident.pk).state == "submitted"
