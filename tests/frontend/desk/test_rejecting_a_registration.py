"""Refusing a registration: asked first, with a reason that the person reads."""

import pytest

from services.accounts.models import Resident
from services.notices.models import Message
from tests.factories.accounts import ResidentFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db


def address(resident) -> str:
    return f"/urzad/rejestracje/{resident.public_id}/odrzuc/"


def test_the_page_asks_before_anything_happens(desk):
    resident = ResidentFactory(submitted=True)
    page = desk("daria").get(address(resident))
    assert "Tego nie da się cofnąć" in words(page)
    assert Resident.objects.get(pk=resident.pk).state == "submitted"


@pytest.mark.covers("S46")
def test_the_person_gets_the_reason_by_mail(desk):
    resident = ResidentFactory(submitted=True)
    desk("daria").post(address(resident), {"reason": "Adres jest nieczytelny.", "version": resident.version})
    assert Resident.objects.get(pk=resident.pk).state == "rejected"
    letter = Message.objects.get(kind="registration_rejected")
    assert letter.recipient == resident.user.email
    assert "Adres jest nieczytelny." in letter.body


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_refused(reason, desk):
    resident = ResidentFactory(submitted=True)
    page = desk("daria").post(address(resident), {"reason": reason, "version": resident.version})
    assert page.status_code == 422
    assert error_beside(page, "reason")
    assert Resident.objects.get(pk=resident.pk).state == "submitted"
    assert not Message.objects.filter(kind="registration_rejected").exists()


def test_the_administrator_refuses_in_the_second_step_only(desk):
    waiting, verified = ResidentFactory(submitted=True), ResidentFactory(verified=True)
    for resident in (waiting, verified):
        desk("filip").post(address(resident), {"reason": "Nie ta osoba.", "version": resident.version})
    assert Resident.objects.get(pk=waiting.pk).state == "submitted"
    assert Resident.objects.get(pk=verified.pk).state == "rejected"


def test_an_account_in_use_cannot_be_refused_this_way(desk):
    resident = ResidentFactory()
    answer = desk("daria").post(
        address(resident), {"reason": "Pomyłka.", "version": resident.version}, follow=True
    )
    assert "nie czeka na Twoją decyzję" in words(answer)
    assert Resident.objects.get(pk=resident.pk).state == "active"
