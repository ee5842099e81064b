"""Second factor and passkeys in a real browser, with Chromium's virtual authenticator; every page on the way is clean."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from services.users import totp
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import type_code

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> tuple[Any, str]:
    """Give the browser a device that holds passkeys; the session that steers it, and its id."""
    steering = page.context.new_cdp_session(page)
    steering.send("WebAuthn.enable")
    made = steering.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return steering, made["authenticatorId"]


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(address)
    page.get_by_label(re.compile("adres e-mail", re.IGNORECASE)).fill(email)
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()


def both_widths(page: Page, look: Callable[..., None], name: str) -> None:
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"entry-{name}-{width}")


def test_a_clerk_adds_a_passkey_and_signs_in_with_it_alone(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    desk, page = f"{stack.portal('borki')}/urzad", visitor(width=1280, height=900)
    steering, device = with_device(page)
    sign_in(page, f"{desk}/logowanie/", "edyta@urzad.example")
    both_widths(page, look, "code")
    type_code(page, "edyta@urzad.example")
    page.goto(f"{desk}/konto/bezpieczenstwo/")
    page.get_by_role("link", name="Dodaj klucz dostępu").click()
    both_widths(page, look, "add-passkey")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.get_by_role("main")).to_contain_text("Nazwij klucz")
    page.get_by_label("Nazwa klucza").fill("laptop")
    page.get_by_role("button", name="Utwórz klucz").click()
    expect(page.get_by_role("main")).to_contain_text("laptop")
    both_widths(page, look, "safety")
    kept = steering.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [one["rpId"] for one in kept] == ["borki.localhost"]
    page.get_by_role("button", name="Wyloguj", exact=True).click()
    page.goto(f"{desk}/logowanie/")
    both_widths(page, look, "sign-in")
    page.get_by_role("link", name="Zaloguj się kluczem dostępu").click()
    both_widths(page, look, "passkey")
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page).to_have_url(re.compile("/urzad/$"))
    page.get_by_role("button", name="Wyloguj", exact=True).click()
    # After the password the key is the second factor.
    sign_in(page, f"{desk}/logowanie/", "edyta@urzad.example")
    page.get_by_role("link", name="Użyj klucza dostępu").click()
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page).to_have_url(re.compile("/urzad/$"))
    page.get_by_role("button", name="Wyloguj", exact=True).click()
    # A device that does not recognise its holder opens nothing by itself.
    steering.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{desk}/logowanie/klucz/")
    page.get_by_role("button", name="Użyj klucza").click()
    expect(page.get_by_role("alert").filter(has_text="Klucz nie odpowiedział")).to_be_visible()
    page.goto(f"{desk}/")
    expect(page).to_have_url(re.compile("/urzad/logowanie/"))


def test_a_resident_sets_up_an_app_without_a_camera_and_prints_the_codes(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    portal, page = stack.portal("borki"), visitor(width=1280, height=900)
    sign_in(page, f"{portal}/logowanie/", "celina@mieszkaniec.example")
    page.goto(f"{portal}/konto/bezpieczenstwo/")
    both_widths(page, look, "resident-safety")
    page.get_by_role("link", name="Dodaj aplikację z kodami").click()
    both_widths(page, look, "add-app")
    secret = page.locator("[data-copy-text]").get_attribute("data-copy-text") or ""
    page.get_by_label("Kod z aplikacji").fill("000000")
    page.get_by_role("button", name="Zapisz aplikację").click()
    expect(page).to_have_title(re.compile("^Błąd: "))
    code = totp.code_at(secret.replace(" ", ""), totp.step_at(time.time()))
    page.get_by_label("Kod z aplikacji").fill(code)
    page.get_by_role("button", name="Zapisz aplikację").click()
    expect(page.locator(".codes li")).to_have_count(10)
    both_widths(page, look, "codes")
    paper = page.locator(".codes code").first.text_content() or ""
    page.get_by_role("link", name="Mam je zapisane").click()
    page.get_by_role("button", name="Wyloguj", exact=True).click()
    sign_in(page, f"{portal}/logowanie/", "celina@mieszkaniec.example")
    page.get_by_role("link", name="Użyj kodu zapasowego").click()
    both_widths(page, look, "recovery")
    page.get_by_label("Kod zapasowy").fill(paper)
    page.get_by_role("button", name="Dalej").click()
    expect(page).to_have_url(re.compile("/naleznosci/$"))
    page.goto(f"{portal}/konto/aplikacja/usun/")
    both_widths(page, look, "remove")
    page.get_by_role("button", name="Usuń", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Aplikacja jest usunięta")


def test_a_password_can_be_looked_at_while_it_is_typed_and_is_hidden_when_it_is_sent(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=400)
    page.goto(f"{stack.portal('borki')}/logowanie/")
    field = page.get_by_label("Hasło")
    field.fill("zla kura znosi")
    page.get_by_role("button", name="Pokaż hasło").click()
    expect(field).to_have_attribute("type", "text")
    look(page, "entry-shown-password")
    page.get_by_role("button", name="Ukryj hasło").click()
    expect(field).to_have_attribute("type", "password")
    without = visitor(java_script_enabled=False)
    without.goto(f"{stack.portal('borki')}/logowanie/")
    expect(without.get_by_role("button", name="Pokaż hasło")).to_have_count(0)
