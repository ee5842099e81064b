"""A working day of each role in a real browser, in Polish, on the running platform: axe-core finds nothing on any page.

What a day makes it takes away again (saved views); the dues it brings in have numbers of their own.
"""

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.e2e.test_journey import CSV, sign_in_staff

pytestmark = pytest.mark.browser
DAY = (
    "DZIEN-{number};K-dzien;person;Dzień Próbny;;ul. Próbna 9;property_tax;Podatek od nieruchomości 2026;FN.9;2026;;"
    "{due};{amount},00\n"
)
LIST = "/urzad/naleznosci/"


def desk(visitor: Callable[..., Page], stack: Stack, name: str) -> tuple[Page, str]:
    page = visitor(width=1280, height=900)
    sign_in_staff(page, stack, "borki", name)
    return page, stack.portal("borki")


def both(page: Page, look: Callable[..., None], name: str) -> None:
    """The page at a desk and on a phone."""
    for width in (400, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"{name}-{width}")


@pytest.mark.covers("S34", "S36", "S30")
def test_a_clerks_day(stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]) -> None:
    page, home = desk(visitor, stack, "daria")
    expect(page.get_by_role("heading", level=1)).to_have_text("Co dziś czeka")
    both(page, look, "day-clerk-start")

    # dues come from a file
    rows = DAY.format(number=1, due="2026-03-15", amount=150) + DAY.format(
        number=2, due="2026-05-15", amount=90
    )
    page.goto(f"{home}{LIST}import/")
    page.get_by_label(re.compile("Plik")).set_input_files(
        {"name": "dzien.csv", "mimeType": "text/csv", "buffer": (CSV + rows).encode()}
    )
    page.get_by_role("button", name="Sprawdź plik").click()
    save = page.get_by_role("button", name="Zapisz przyjęte wiersze")
    if save.count():
        save.click()

    # the list is narrowed, ordered by a heading, kept as a view and taken away
    page.goto(f"{home}{LIST}?widok=")
    page.locator("summary", has_text="Filtry i kolejność").press("Enter")
    page.get_by_label("Termin od").fill("2026-03-15")
    page.get_by_label("Termin do").fill("2026-05-15")
    page.get_by_role("button", name="Pokaż", exact=True).click()
    page.get_by_role("columnheader", name=re.compile("Przypis")).get_by_role("link").press("Enter")
    expect(page.get_by_role("columnheader", name=re.compile("Przypis"))).to_have_attribute(
        "aria-sort", "ascending"
    )
    both(page, look, "day-clerk-list")
    page.locator("summary", has_text="Zapisz widok albo pobierz listę").press("Enter")
    page.get_by_label("Nazwa widoku").fill("Dzień próbny")
    page.get_by_role("button", name="Zapisz widok").click()
    expect(page.get_by_role("main")).to_contain_text("Widok „Dzień próbny” jest zapisany")
    both(page, look, "day-clerk-view")
    page.locator("summary", has_text="Zapisz widok albo pobierz listę").press("Enter")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Pobierz CSV").click()
    content = waiting.value.path().read_bytes().decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(content), delimiter=";"))
    amounts = {row[0]: row[5] for row in table[1:]}
    assert (amounts["DZIEN-1"], amounts["DZIEN-2"]) == ("150,00", "90,00")

    # the arrows walk the rows, and letters do nothing
    first = page.get_by_role("row").nth(1).get_by_role("link")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("row").nth(2).get_by_role("link")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("row").nth(2).get_by_role("link")).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_focused()

    page.get_by_role("link", name="Usuń widok „Dzień próbny”").click()
    both(page, look, "day-clerk-drop")
    page.get_by_role("button", name="Usuń widok").click()
    expect(page.get_by_role("main")).to_contain_text("Widok jest usunięty")

    for name, address in (
        ("registrations", "/urzad/rejestracje/"),
        ("to-book", "/urzad/platnosci/do-zaksiegowania/"),
        ("payments", "/urzad/platnosci/"),
        ("discrepancies", "/urzad/niezgodnosci/"),
        ("overpayments", "/urzad/nadplaty/"),
        ("refunds", "/urzad/zwroty/"),
        ("residents", "/urzad/mieszkancy/"),
        ("statistics", "/urzad/statystyka/"),
    ):
        page.goto(f"{home}{address}")
        both(page, look, f"day-clerk-{name}")
    page.get_by_role("button", name="Wyloguj").first.click()
    expect(page).to_have_url(re.compile("/urzad/"))


@pytest.mark.covers("S31")
def test_a_moderators_day(stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]) -> None:
    page, home = desk(visitor, stack, "edyta")
    both(page, look, "day-moderator-start")
    menu = page.locator("nav.side__open")
    expect(menu).to_contain_text("Regulamin")
    expect(menu).not_to_contain_text("Należności")
    for entry in menu.get_by_role("link").all():
        address = entry.get_attribute("href")
        other = page.context.new_page()
        other.goto(f"{home}{address}")
        look(other, f"day-moderator-{(address or '').strip('/').replace('/', '-')}")
        other.close()
    page.goto(f"{home}{LIST}")
    expect(page.get_by_role("main")).not_to_contain_text("Identyfikator")


@pytest.mark.covers("S29", "S53")
def test_a_local_administrators_day(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page, home = desk(visitor, stack, "filip")
    both(page, look, "day-admin-start")
    for name, address in (
        ("registrations", "/urzad/rejestracje/"),
        ("residents", "/urzad/mieszkancy/"),
        ("statistics", "/urzad/statystyka/?since=2026-01-01&until=2026-12-31"),
        ("staff", "/urzad/pracownicy/"),
        ("audit", "/urzad/dziennik/"),
        ("settings", "/urzad/ustawienia/"),
    ):
        page.goto(f"{home}{address}")
        both(page, look, f"day-admin-{name}")
    page.goto(f"{home}/urzad/statystyka/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Pobierz CSV").last.click()
    assert waiting.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    page.goto(f"{home}/urzad/dziennik/")
    expect(page.get_by_role("main")).to_contain_text("Pobrano listę jako plik")
