"""Every page of the console in a real Chromium: accessible, never wider than the screen, usable without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import type_code

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

DEAD = "/haslo/01a1f9bc-d061-7464-a1af-6c64e64037fe/dicqjz-d3845ff/"


def sign_in(page: Page, console: str, password: str = PASSWORD) -> None:
    page.goto(f"{console}/logowanie/")
    page.get_by_label("Adres e-mail").fill("olga@platforma.example")
    page.get_by_label("Hasło").fill(password)
    page.get_by_role("button", name="Zaloguj się").click()
    if password == PASSWORD:
        type_code(page, "olga@platforma.example")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.covers("S34", "S36")
def test_every_page_can_be_read_and_used_by_everybody(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console, "zle haslo do konsoli")
    expect(page.get_by_role("main")).to_contain_text("Adres e-mail albo hasło się nie zgadza")
    look(page, f"console-sign-in-{width}")
    page.goto(console + DEAD)
    look(page, f"console-link-dead-{width}")
    sign_in(page, console)
    for path in ("/", "/?q=nigdzie", "/?stan=bledy", "/gminy/0615022/", "/gminy/0615022/zakladanie/",
                 "/gminy/0615022/wznow/", "/gminy/0615022/komunikaty/", "/stopy/", "/nie-ma/"):  # fmt: skip
        page.goto(console + path)
        look(page, f"console{path.replace('/', '-').replace('?', '')}-{width}")


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.covers("S34", "S36")
def test_the_life_of_a_gmina_can_be_led_by_everybody(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    """P2, P3, P11, P12: every page of a gmina's life, of the fleet's jobs, of announcements and of the audit log."""
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console)
    gmina = "/gminy/0615022/"
    for path in ("/", "/przeglad/", gmina, f"{gmina}uruchomienie/", f"{gmina}uruchomienie/potwierdz/",
                 f"{gmina}limity-proby/", f"{gmina}adresy/", f"{gmina}odejscie/", "/prace/", "/ogloszenia/",
                 "/ogloszenia/nowe/", "/dziennik/"):  # fmt: skip
        page.goto(console + path)
        look(page, f"life{path.replace('/', '-')}{width}")
    page.goto(f"{console}/dziennik/")
    page.locator("summary", has_text="Filtry").press("Enter")
    expect(page.get_by_label("Od dnia")).to_be_visible()
    page.goto(f"{console}/przeglad/")
    page.locator("summary", has_text="Te same liczby w tabeli").first.press("Enter")
    expect(page.get_by_role("table", name="Potwierdzone wpłaty według dnia")).to_be_visible()
    look(page, f"life-table-{width}")


@pytest.mark.parametrize("path", ["/gminy/nowa/", "/gminy/2465011/zawies/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_refused_form_leads_to_each_wrong_field(
    path: str, width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console)
    page.goto(console + path)
    look(page, f"console-form{path.replace('/', '-')}{width}")
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_title(re.compile(r"^Błąd: "))
    look(page, f"console-form-refused{path.replace('/', '-')}{width}")
    links = page.locator("main a[href^='#id_']")
    assert links.count() >= 1
    links.first.click()
    expect(page.locator(str(links.first.get_attribute("href")))).to_be_focused()


def test_the_console_works_without_javascript(stack: Stack, visitor: Callable[..., Page]) -> None:
    console, page = stack.portal("console"), visitor(width=390, java_script_enabled=False)
    sign_in(page, console)
    page.get_by_label("Nazwa albo kod TERYT").fill("dąbrowa")
    page.get_by_role("button", name="Szukaj").click()
    page.get_by_role("link", name="Gmina Dąbrowa Górnicza").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gmina Dąbrowa Górnicza")
    page.get_by_role("link", name="Zawieś portal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zawieszenie portalu")
    page.get_by_role("link", name="Wróć").click()
    page.get_by_role("button", name="Wyloguj").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logowanie do konsoli")
