"""Large files at the desk in a real browser, with a real worker: progress, a closed browser, the report, missing dues."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.fixtures.signing import signed_in
from tests.services.liabilities.large import table
from tests.services.liabilities.rows import due

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
PATIENCE_MS = 120_000
NUMBER = 900


def row(number: int, **changes: str) -> dict:
    return due(
        external_id=f"IMP-{number}",
        payer_external_id=f"K-imp-{number}",
        payer_name=f"Importowa Próbna {number}",
        payer_identifier="",
        document_number="",
        liability_type="lease",
        **changes,
    )


def full(*rows: dict) -> bytes:
    return table(
        rows, head="full", control=(len(rows), f"{sum(float(one['principal']) for one in rows):.2f}")
    )


def upload(page: Page, desk: str, name: str, content: bytes) -> None:
    page.goto(f"{desk}/naleznosci/import/")
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Sprawdź plik").click()


@pytest.mark.covers("S36")
def test_a_large_file_is_worked_on_while_the_browser_is_closed(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    page = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    page.goto(f"{desk}/naleznosci/import/")
    look_at_all(page, "upload")
    rows = [row(number) for number in range(NUMBER)]
    rows[3]["due_on"] = "2026-02-31"
    rows[5]["co_owners"] = "K-nikt"
    content = full(*rows)
    assert len(content) > 128 * 1024, "large enough to wait for the worker"
    upload(page, desk, "naleznosci-pelny.csv", content)
    run = re.sub(r"\?.*", "", page.url)
    page.goto(f"{run}?bez-odswiezania=1")
    look_at_all(page, "at-work-or-done")
    page.goto("about:blank")  # nobody looks any more
    page.goto(run)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Plik sprawdzony, nic jeszcze nie zapisano", timeout=PATIENCE_MS
    )
    expect(page.get_by_role("main")).to_contain_text("Nieznany współwłaściciel: K-nikt")
    look_at_all(page, "checked")
    page.get_by_role("button", name="Zapisz przyjęte wiersze").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import jest zapisany", timeout=PATIENCE_MS)
    expect(page.get_by_role("main")).to_contain_text("898")
    look_at_all(page, "applied")

    upload(page, desk, "naleznosci-mniejszy.csv", full(row(0), row(1)))
    look_at_all(page, "only-missing")
    page.get_by_role("button", name="Zapisz przyjęte wiersze").click()
    page.get_by_role("link", name="Zobacz brakujące i zdecyduj").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brakujące należności")
    look_at_all(page, "missing")
    page.get_by_role("button", name="Zostaw bez zmian").click()
    expect(page.get_by_role("main")).to_contain_text("zostają bez zmian")


def test_a_file_that_is_refused_says_why_and_where(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    page = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    upload(page, desk, "zla-suma.csv", full(row(2001)).replace(b";300.00\r\n", b";300.01\r\n"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Plik odrzucony, niczego nie zmienił")
    expect(page.get_by_role("main")).to_contain_text("Wiersz 4")
    look_at_all(page, "refused")
