"""“Ile zapłacę 15 grudnia?”: the statement with interest to a day to come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from frontend.components.formats import day_text, money_text
from services.liabilities.queries import statement
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.frontend.reading import GLUE, error_beside, heading, words

pytestmark = pytest.mark.django_db
ADDRESS = "/naleznosci/na-dzien/"


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


@pytest.mark.covers("D51")
def test_each_due_is_shown_with_its_interest_to_the_chosen_day(browser, payer, due):
    big = LiabilityFactory(payer=payer, instalment=2, principal_gr=1_000_000)
    ReminderCostFactory(payer=payer, liabilities=[due])
    today = timezone.localdate()
    later = today + timedelta(days=90)
    shown = words(browser.get(ADDRESS, {"dzien": later.isoformat()}))
    expected, now = statement(payer, later), statement(payer, today)
    assert expected.total_gr > now.total_gr
    assert money(expected.total_gr) in shown
    row = next(row for row in expected.dues if row.public_id == big.public_id)
    assert f"{money(row.principal_gr)} {money(row.interest_gr)} {money(0)} {money(row.total_gr)}" in shown


def test_the_page_says_to_which_day_the_rates_are_known_and_that_they_may_change(browser, due):
    later = timezone.localdate() + timedelta(days=300)
    shown = words(browser.get(ADDRESS, {"dzien": later.isoformat()}))
    known = statement(due.debtors.get(), later).rates_known_on
    assert f"Stopy odsetek są potwierdzone do dnia {day_text(known)}".translate(GLUE) in shown
    assert "Jeśli stopa się zmieni, zmienią się też odsetki." in shown


@pytest.mark.parametrize(
    ("days", "says"),
    [(-1, "Ten dzień już minął."), (366, "Odsetki liczymy najwyżej rok naprzód.")],
)
def test_a_day_out_of_bounds_is_refused_beside_the_field_and_nothing_is_counted(browser, due, days, says):
    day = timezone.localdate() + timedelta(days=days)
    page = browser.get(ADDRESS, {"dzien": day.isoformat()})
    assert page.status_code == 422
    assert error_beside(page, "dzien").startswith(says)
    assert "Do zapłaty" not in words(page)


@pytest.mark.parametrize("days", [0, 365])
def test_today_and_the_same_day_in_a_year_are_answered(browser, due, days):
    day = timezone.localdate() + timedelta(days=days)
    assert "Do zapłaty" in words(browser.get(ADDRESS, {"dzien": day.isoformat()}))


@pytest.mark.parametrize("text", ["", "wczoraj", "2026-13-40"])
def test_what_is_no_day_is_asked_for_again(browser, due, text):
    page = browser.get(ADDRESS, {"dzien": text})
    assert error_beside(page, "dzien").startswith("Podaj dzień")
    assert "Do zapłaty" not in words(page)


def test_without_a_day_the_page_only_asks(browser, due):
    page = browser.get(ADDRESS)
    assert page.status_code == 200
    assert heading(page) == "Ile zapłacę wybranego dnia?"
    assert "Do zapłaty" not in words(page)


def test_the_list_of_dues_leads_here(browser, due):
    assert f'href="{ADDRESS}"' in browser.get("/naleznosci/").content.decode()


def test_a_day_shows_nothing_of_other_payers(client_for, scope, due):
    page = client_for("celina", scope).get(ADDRESS, {"dzien": timezone.localdate().isoformat()})
    assert due.title not in words(page)
    assert "Nie masz nic do zapłaty" in words(page)
