"""Paying with the keyboard alone, as somebody does who cannot use a mouse."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.e2e.test_journey import CSV
from tests.fixtures.cast import PASSWORD, RESIDENTS

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
  return (label || e.innerText || e.value || '').trim();
}"""
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called `name`; it must be visible where the focus is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(FOCUSED)):
            assert page.evaluate(OUTLINE) != "none", f"no visible focus on {name}"
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


def test_a_due_is_paid_without_a_mouse(stack: Stack, visitor: Callable[..., Page], tmp_path: Path) -> None:
    year = timezone.localdate().year
    rows = tmp_path / "dues.csv"
    rows.write_text(
        CSV + f"KEY-1;K-celina;person;Celina Przykładowa;{RESIDENTS['celina']};ul. Próbna 1;property_tax;"
        f"Podatek od nieruchomości {year}, rata 1;FN.7;{year};1;{year}-03-15;200,00\n"
    )
    stack.manage("import_dues", "dabrowa-gornicza", str(rows))
    page = visitor(width=1280, height=800)
    page.goto(f"{stack.portal('dabrowa-gornicza')}/logowanie/")
    tab_to(page, "Adres e-mail")
    page.keyboard.type("celina@mieszkaniec.example")
    tab_to(page, "^Hasło")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/naleznosci/"))
    tab_to(page, "Przejdź do płatności")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/platnosci/nowa/"))
    tab_to(page, "Bank Kupiecki")
    page.keyboard.press("Space")
    tab_to(page, "Dalej")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/platnosci/potwierdzenie/"))
    tab_to(page, r"Zapłać \d")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"127\.0\.0\.1:{stack.ports.emulator}"))
    tab_to(page, "^Zapłać")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/platnosci/[0-9a-f-]{36}/"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("opłac|wpłat", re.I))
