"""The start page and the menu: what waits for whom, and nothing that the roles do not allow."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from services.users.models import StaffRole
from tenants.configuration.models import LiabilityType, OperatorAccount
from tests.factories.accounts import ResidentFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import main, plain, words

pytestmark = pytest.mark.django_db
START = "/urzad/"


def menu(page) -> dict[str, str]:
    """Labels of the side navigation with their counters."""
    found = re.search(r'<nav class="side__open".*?</nav>', page.content.decode(), re.S)
    if found is None:
        return {}
    entries = [plain(entry) for entry in re.findall(r"<li>(.*?)</li>", found[0], re.S)]
    return {re.sub(r" \d+$", "", entry): (re.findall(r" (\d+)$", entry) or [""])[0] for entry in entries}


@pytest.mark.covers("D32")
def test_the_clerk_sees_what_waits_by_deadline_and_by_day(desk, paid):
    ResidentFactory(submitted=True, last_name="Spóźniona", submitted_at=timezone.now() - timedelta(days=30))
    ResidentFactory(submitted=True, last_name="Zdążona")
    page = words(desk("daria").get(START))
    assert "Rejestracje 2 po terminie: 1" in page
    assert "Płatności do zaksięgowania 1 300,00 zł" in page
    assert page.index("Spóźniona") < page.index("Zdążona")
    assert paid.title in page


def test_the_counters_of_the_menu_are_those_of_the_queues(desk, paid, anna, due):
    ResidentFactory(submitted=True)
    ResidentFactory(verified=True)
    PaymentFactory(payer=anna, state="mismatch", paid_at=timezone.now())
    clerk = menu(desk("daria").get(START))
    assert (clerk["Rejestracje"], clerk["Do zaksięgowania"]) == ("1", "1")
    assert menu(desk("filip").get(START))["Rejestracje"] == "1"


@pytest.mark.parametrize(
    ("name", "own", "foreign"),
    [
        (
            "daria",
            ["Należności", "Do zaksięgowania", "Import należności"],
            ["Pracownicy", "Dziennik zdarzeń", "Regulamin"],
        ),
        ("edyta", ["Regulamin"], ["Rejestracje", "Należności", "Pracownicy", "Urząd i portal"]),
        (
            "filip",
            ["Rejestracje", "Urząd i portal", "Pracownicy", "Klienci API"],
            ["Należności", "Do zaksięgowania"],
        ),
    ],
)
@pytest.mark.covers("S28")
def test_the_menu_holds_only_what_the_roles_allow(name, own, foreign, desk):
    entries = menu(desk(name).get(START))
    assert set(own) <= set(entries)
    assert not set(foreign) & set(entries)


def test_every_entry_of_a_menu_opens(desk):
    for name in ("daria", "edyta", "filip"):
        client = desk(name)
        nav = re.search(r'<nav class="side__open".*?</nav>', client.get(START).content.decode(), re.S)[0]
        addresses = re.findall(r'href="([^"]+)"', nav)
        assert addresses
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 200, (name, address)
            assert 'aria-current="page"' in page.content.decode(), (name, address)


@pytest.mark.covers("S32")
def test_who_holds_two_roles_has_one_menu_and_is_named_by_both(desk, person):
    StaffRole.objects.create(
        user_id=person("daria").user_id, role="admin", authorisation_number="1", authorised_on=date(2026, 1, 2),
        issuer="Wójt", valid_from=date(2026, 1, 2),
    )  # fmt: skip
    page = desk("daria").get(START)
    assert {"Należności", "Pracownicy"} <= set(menu(page))
    assert "urzędnik, administrator lokalny" in page.content.decode()


@pytest.mark.covers("S33")
def test_whose_authorisation_has_run_out_has_no_menu_and_no_pages(desk, person):
    StaffRole.objects.filter(user_id=person("daria").user_id).update(valid_to=date(2026, 1, 31))
    page = desk("daria").get(START)
    assert page.status_code == 403
    assert menu(page) == {}
    assert "bez ważnej roli" in page.content.decode()


def test_the_line_above_names_the_office_and_the_departments(desk):
    assert "Urząd Gminy w Borkach · Referat Finansowy, Referat Gospodarki" in plain(
        desk("daria").get(START).content.decode()
    )


def test_the_administrator_is_told_what_is_not_set_up(desk):
    assert "Portal nie jest jeszcze gotowy" not in words(desk("filip").get(START))
    OperatorAccount.objects.update(is_active=False)
    LiabilityType.objects.update(is_active=False)
    page = desk("filip").get(START)
    assert "Dodaj rodzaje należności" in words(page)
    assert 'href="/urzad/ustawienia/operator/"' in main(page)


def test_a_clerk_without_work_is_told_who_gives_it(desk):
    from services.accounts.models import DepartmentGrant

    DepartmentGrant.objects.all().delete()
    assert "Nie masz przydzielonych należności" in words(desk("daria").get(START))


def test_an_empty_day_says_so(desk):
    page = words(desk("daria").get(START))
    assert "Żadna rejestracja nie czeka" in page
    assert "Wszystko zaksięgowane" in page


def test_a_resident_does_not_learn_that_there_is_a_desk(desk):
    assert desk("anna").get(START).status_code == 404


@pytest.mark.covers("S33")
def test_the_administrator_sees_which_authorisations_end_soon(desk, person):
    soon, later = timezone.localdate() + timedelta(days=20), timezone.localdate() + timedelta(days=90)
    StaffRole.objects.filter(user_id=person("daria").user_id).update(valid_to=soon)
    StaffRole.objects.filter(user_id=person("edyta").user_id).update(valid_to=later)
    page = words(desk("filip").get(START))
    assert "Upoważnienia, które się kończą" in page
    assert "Daria Urzędowa urzędnik" in page
    assert "Edyta Urzędowa" not in page
    assert "Upoważnienia" not in words(desk("daria").get(START))
