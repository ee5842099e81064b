"""The queue of registrations: who waits, until when, for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.accounts.models import Resident
from tests.factories.accounts import ResidentFactory
from tests.frontend.reading import heading, main, words

pytestmark = pytest.mark.django_db
QUEUE = "/urzad/rejestracje/"


@pytest.mark.covers("D32", "S46")
def test_the_nearest_deadline_comes_first_and_a_passed_one_is_marked(desk):
    ResidentFactory(submitted=True, last_name="Świeża")
    ResidentFactory(submitted=True, last_name="Dawna", submitted_at=timezone.now() - timedelta(days=30))
    page = words(desk("daria").get(QUEUE))
    assert page.index("Dawna Genowefa") < page.index("Świeża Genowefa")
    assert page.count("po terminie") == 1
    assert page.index("Dawna") < page.index("po terminie") < page.index("Świeża")


def test_the_whole_pesel_is_on_no_page(desk):
    resident = ResidentFactory(submitted=True)
    for address in (QUEUE, f"{QUEUE}{resident.public_id}/"):
        page = desk("daria").get(address)
        assert resident.pesel not in page.content.decode()
        assert f"*******{resident.pesel[-4:]}" in words(page)


@pytest.mark.covers("S53")
def test_each_role_sees_first_what_waits_for_it(desk):
    ResidentFactory(submitted=True, last_name="Nowa")
    ResidentFactory(verified=True, last_name="Sprawdzona")
    clerk, admin = words(desk("daria").get(QUEUE)), words(desk("filip").get(QUEUE))
    assert (
        clerk.index("Nowa Genowefa")
        < clerk.index("Czekają na kogoś innego")
        < clerk.index("Sprawdzona Genowefa")
    )
    assert (
        admin.index("Sprawdzona Genowefa")
        < admin.index("Czekają na kogoś innego")
        < admin.index("Nowa Genowefa")
    )


def test_a_moderator_has_no_such_page(desk):
    resident = ResidentFactory(submitted=True)
    for address in (QUEUE, f"{QUEUE}{resident.public_id}/", f"{QUEUE}{resident.public_id}/odrzuc/"):
        assert desk("edyta").get(address).status_code == 404
    assert (
        desk("edyta").post(f"{QUEUE}{resident.public_id}/odrzuc/", {"reason": "x", "version": 1}).status_code
        == 404
    )
    assert Resident.objects.get(pk=resident.pk).state == "submitted"


def test_an_empty_queue_says_so_and_leads_on(desk):
    page = desk("daria").get(QUEUE)
    assert "Żadna rejestracja nie czeka na Ciebie" in words(page)
    assert 'href="/urzad/"' in main(page)


@pytest.mark.covers("S56")
def test_the_page_of_a_person_shows_the_accepted_regulation_and_the_history(desk):
    resident = ResidentFactory(submitted=True)
    page = desk("daria").get(f"{QUEUE}{resident.public_id}/")
    assert heading(page) == "Genowefa Próbna"
    assert "wersja 1, zaakceptowana" in words(page)
    assert "Historia" in words(page)


def test_a_second_registration_is_shown_beside_the_account_that_exists(desk):
    first = ResidentFactory(first_name="Pierwsza", address="ul. Dawna 1, 21-345 Borki")
    second = ResidentFactory(duplicate=True, pesel=first.pesel)
    page = words(desk("daria").get(f"{QUEUE}{second.public_id}/"))
    assert "Ta osoba ma już konto" in page
    assert "Pierwsza Próbna" in page
    assert "••••, 21-345 Borki" in page
    assert "Zatwierdź" not in page


def test_somebody_who_does_not_exist_is_a_404(desk):
    assert desk("daria").get(f"{QUEUE}01930000-0000-7000-8000-000000000000/").status_code == 404
