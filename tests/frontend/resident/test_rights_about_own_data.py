"""Moje dane: consents by one button each, a restriction that is told and ended (art. 7 and 18 RODO)."""

import pytest
from django.utils import timezone

from kernel.actors import system
from services.accounts.actions.restricting import restrict
from services.accounts.domain.consents import Purpose
from services.accounts.domain.restriction import Ground
from services.accounts.models import Consent, DataChange, Resident
from services.accounts.queries_rights import has_consent, restriction_of
from services.payments.models import Payment
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db
PAGE = "/konto/moje-dane/"


def test_a_consent_is_given_and_taken_back_with_the_same_effort(browser, resident):
    """Art. 7 ust. 3 RODO."""
    assert "bez zgody" in words(browser.get(PAGE))
    assert browser.post("/konto/zgody/reminders/", {"daj": "1"}).status_code == 302
    assert has_consent(resident.user, Purpose.REMINDERS)
    assert "zgoda udzielona" in words(browser.get(PAGE))
    assert browser.post("/konto/zgody/reminders/").status_code == 302
    assert not has_consent(resident.user, Purpose.REMINDERS)


def test_looking_at_the_page_gives_no_consent(browser):
    browser.get(PAGE)
    assert browser.get("/konto/zgody/reminders/").status_code == 405
    assert not Consent.objects.exists()


@pytest.mark.parametrize("purpose", ["processing", "marketing"])
def test_no_other_consent_has_a_button(browser, resident, purpose):
    Consent.objects.create(user=resident.user, purpose="processing", text_version=1, given_at=timezone.now())
    assert browser.post(f"/konto/zgody/{purpose}/").status_code == 404
    assert has_consent(resident.user, Purpose.PROCESSING)
    assert Consent.objects.count() == 1


@pytest.mark.covers("S74")
def test_taking_back_the_consent_that_carries_the_account_is_asked_first_and_then_closes_it(
    browser, resident
):
    path = "/konto/zgody/przetwarzanie/wycofaj/"
    assert browser.get(path).status_code == 404
    Consent.objects.create(user=resident.user, purpose="processing", text_version=1, given_at=timezone.now())
    assert "Wycofaj zgodę i zamknij konto" in words(browser.get(PAGE))
    asked = browser.get(path)
    assert heading(asked) == "Wycofać zgodę na przetwarzanie danych?"
    assert "Konto zostanie od razu zamknięte" in words(asked)
    assert Resident.objects.get(pk=resident.pk).state == "active"
    answer = browser.post(path, {"version": resident.version})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Resident.objects.get(pk=resident.pk).state == "deactivated"
    assert browser.get("/konto/").status_code == 302


@pytest.mark.covers("D94")
def test_a_restricted_person_reads_what_waits_and_ends_it(browser, resident, due):
    restrict(resident, Ground.OBJECTION, request_ref=None, actor=system("tests"))
    page = words(browser.get(PAGE))
    for fact in ("Przetwarzanie Twoich danych jest ograniczone", "nowe płatności w portalu", "roszczeń"):
        assert fact in page
    answer = browser.post("/konto/telefon/", {"phone": "600 100 200", "version": resident.version})
    assert "ograniczone (art. 18 RODO)" in words(answer)
    assert not DataChange.objects.exists()
    assert not Payment.objects.exists()
    assert browser.post("/konto/ograniczenie/koniec/").status_code == 302
    assert restriction_of(resident) is None
    assert "Przetwarzanie Twoich danych jest ograniczone" not in words(browser.get(PAGE))


def test_opening_the_address_of_the_end_ends_nothing(browser, resident):
    restrict(resident, Ground.OBJECTION, request_ref=None, actor=system("tests"))
    assert browser.get("/konto/ograniczenie/koniec/").status_code == 405
    assert restriction_of(resident) is not None


@pytest.mark.covers("D95")
def test_the_page_tells_before_an_erasure_what_goes_and_what_stays_with_its_law(browser):
    page = words(browser.get(PAGE))
    assert "drugi składnik logowania i otwarte sesje" in page
    assert "wpisy dziennika zdarzeń z numerem konta" in page
    assert "art. 5 ust. 2 RODO" in page
