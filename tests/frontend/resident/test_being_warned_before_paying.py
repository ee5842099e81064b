"""The warning in the basket: the law puts the money elsewhere than the ticked dues (art. 62 § 1 O.p.)."""

import re
from datetime import timedelta

import pytest

from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import main, words

pytestmark = pytest.mark.django_db
TITLE = "Pieniądze nie pójdą w całości na to, co zaznaczono"


def basket(*dues) -> str:
    return "/platnosci/nowa/?" + "&".join(f"naleznosc={due.public_id}" for due in dues)


@pytest.fixture
def earlier(payer, due):
    return LiabilityFactory(payer=payer, instalment=2, due_on=due.due_on - timedelta(days=120))


def test_the_page_before_choosing_a_bank_shows_the_split_with_its_article(operator, browser, due, earlier):
    shown = words(browser.get(basket(due)))
    assert TITLE in shown
    assert f"{earlier.title} nie zaznaczono najwcześniejsza zaległość z tego tytułu (art. 62 § 1" in shown
    assert "Po tej wpłacie zostanie do zapłaty:" in shown


def test_the_earlier_arrears_can_be_added_and_then_there_is_no_warning(operator, browser, due, earlier):
    page = browser.get(basket(due))
    link = re.search(
        r'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*(?:<span>)?Dodaj wcześniejsze', main(page), re.S
    )
    assert link
    assert link[1].replace("&amp;", "&") == basket(due, earlier)
    assert TITLE not in words(browser.get(basket(due, earlier)))


def test_the_last_page_before_paying_warns_again(operator, browser, due, earlier):
    page = browser.get(
        "/platnosci/potwierdzenie/" + basket(due).removeprefix("/platnosci/nowa/") + "&metoda=25"
    )
    assert TITLE in words(page)


def test_with_nothing_to_warn_about_there_is_no_box(operator, browser, due):
    assert TITLE not in words(browser.get(basket(due)))
