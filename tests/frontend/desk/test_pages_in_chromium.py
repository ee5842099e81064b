"""Every page of the desk in a real browser: axe-core finds nothing, nothing scrolls sideways, the keyboard is enough."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from services.users.domain import STAFF_VERBS, Role
from tests.access.routes import routes
from tests.fixtures.cast import PASSWORD, STAFF
from tests.fixtures.signing import code_at_page, signed_in

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


def sign_in(page: Page, stack: Stack, name: str) -> None:
    signed_in(page, f"{stack.portal('borki')}/urzad/logowanie/", f"{name}@urzad.example")
    expect(page).to_have_url(re.compile("/urzad/$"))


def pages_of(name: str) -> list[str]:
    """Addresses of the desk's pages that need no object and that this person's role opens."""
    verbs = STAFF_VERBS[Role(STAFF[name])]
    return [
        route.path()
        for route in routes("portal.urls.tenant")
        if route.name.startswith("desk:") and route.guard in verbs and not route.arguments
    ]


@pytest.mark.parametrize("name", STAFF)
def test_every_page_is_clean_at_every_width(
    name: str, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=WIDTHS[0], height=900)
    sign_in(page, stack, name)
    seen = 0
    for address in pages_of(name):
        if address.endswith((".csv", ".json")):
            continue
        page.goto(stack.portal("borki") + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            look(page, f"desk-{name}-{address.strip('/').replace('/', '-')}-{width}")
        seen += 1
    assert seen >= {"daria": 7, "edyta": 3, "filip": 18}[name]


def test_the_pages_of_settings_and_people_are_clean(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=1280, height=900)
    sign_in(page, stack, "filip")
    for place, link in (
        ("ustawienia/rodzaje", "Podatek od nieruchomości"),
        ("ustawienia/operator", "Przelewy24 – podatki"),
        ("ustawienia/koszty", "Przelewy24 – podatki"),
        ("regulamin", "Wersja 1"),
        ("pracownicy", "Daria Urzędowa"),
    ):
        page.goto(f"{stack.portal('borki')}/urzad/{place}/")
        page.get_by_role("main").get_by_role("link", name=link).first.click()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            look(page, f"desk-one-{place.replace('/', '-')}-{width}")


def test_the_page_of_a_payout_entered_by_hand_is_clean(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=1280, height=900)
    sign_in(page, stack, "daria")
    page.goto(f"{stack.portal('borki')}/urzad/wyplaty/")
    page.get_by_role("main").get_by_role("link", name="wpisz wypłatę").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Wpisz wypłatę operatora"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"desk-one-payout-{width}")


def test_a_refused_form_is_clean_and_takes_the_focus(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=1280, height=900)
    sign_in(page, stack, "filip")
    page.goto(f"{stack.portal('borki')}/urzad/pracownicy/zapros/")
    page.get_by_role("button", name="Wyślij zaproszenie").click()
    expect(page).to_have_title(re.compile("^Błąd: "))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page, "desk-refused-form")
    page.get_by_role("link", name=re.compile("^Numer upoważnienia")).click()
    expect(page.get_by_label("Numer upoważnienia")).to_be_focused()


def test_the_keyboard_is_enough_from_signing_in_to_a_page(stack: Stack, visitor: Callable[..., Page]) -> None:
    page = visitor(width=1280, height=900)
    page.goto(f"{stack.portal('borki')}/urzad/logowanie/")
    expect(page.get_by_label("adres e-mail")).to_be_focused()
    page.keyboard.type("filip@urzad.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kod z aplikacji")).to_be_focused()
    page.keyboard.type(code_at_page((page.url.split("/")[2], "filip@urzad.example")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/urzad/$"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Przejdź do treści")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#tresc")).to_be_focused()
    page.goto(f"{stack.portal('borki')}/urzad/pracownicy/")
    page.locator("#tresc").focus()
    invite = page.get_by_role("link", name="Zaproś osobę")
    for _ in range(4):  # the page's other links may stand before it
        page.keyboard.press("Tab")
        if invite.evaluate("link => link === document.activeElement"):
            break
    expect(invite).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/urzad/pracownicy/zapros/$"))
