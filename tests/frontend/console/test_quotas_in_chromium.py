"""Limits, use, statements and prices in a real Chromium: accessible and never wider than the screen (P8, P9, P10)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.frontend.console.test_in_chromium import sign_in
from tests.frontend.desk.test_pages_in_chromium import sign_in as sign_in_at_desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

GMINA = "/gminy/2465011"


@pytest.mark.parametrize("width", [320, 1280])
def test_limits_use_and_prices_can_be_read_and_changed_by_everybody(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console)
    for path in (
        f"{GMINA}/przelaczniki/", f"{GMINA}/przelaczniki/part_payments/", f"{GMINA}/przelaczniki/limit/storage/",
        f"{GMINA}/zuzycie/", "/cennik/", "/cennik/nowy/",
    ):  # fmt: skip
        page.goto(console + path)
        look(page, f"console-metering{path.replace('/', '-')}{width}")
    page.goto(f"{console}{GMINA}/przelaczniki/limit/imports/")
    page.get_by_label("Limit").fill("40")
    page.get_by_role("button", name="Zapisz").click()
    expect(page).to_have_title(re.compile(r"^Błąd: "))
    look(page, f"console-metering-refused-{width}")
    page.get_by_label("Powód zmiany").fill("Mała gmina")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d z 40"))
    look(page, f"console-metering-changed-{width}")


def test_a_month_is_drafted_with_the_keyboard_and_its_refusal_read(
    stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=390)
    sign_in(page, console)
    page.goto(f"{console}{GMINA}/zuzycie/")
    page.get_by_label("Miesiąc").fill("2020-01")
    page.get_by_label("Miesiąc").press("Enter")
    expect(page).to_have_title(re.compile(r"^Błąd: "))
    look(page, "console-metering-draft-refused-390")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_local_administrator_reads_the_use_of_the_gmina(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = visitor(width=width)
    sign_in_at_desk(page, stack, "filip")
    page.goto(f"{stack.portal('borki')}/urzad/zuzycie/")
    page.get_by_text("Co oznaczają limity").click()
    look(page, f"desk-usage-{width}")
