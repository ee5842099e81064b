"""A statement in a real browser, on wide and narrow screens: uploaded, read, clarified, taken back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.database import SESSION, use_database
from tests.fixtures.signing import signed_in
from tests.integrations.finance.making import MadeStatement, mt940
from tests.services.banking.conftest import transfer

pytestmark = pytest.mark.browser
NUMBER = "WB.2026.0001-7"


@pytest.fixture(scope="module")
def account_nrb(stack: Stack, server, django_db_blocker) -> str:
    """Celina owes 300,00 zł; the administrator has set up the account of the taxes."""
    from services.accounts.models import Payer
    from services.banking.models import BankAccount
    from tenants.configuration.models import LiabilityType
    from tenants.directory.queries import scope_of
    from tests.factories.liabilities import LiabilityFactory

    with django_db_blocker.unblock():
        use_database(server, stack.database)
        with tenancy.enter(scope_of("0615022")):
            nrb = LiabilityType.objects.get(code="property_tax").account_nrb
            BankAccount.objects.update_or_create(
                account_nrb=nrb, defaults={"label": "Podatki i opłaty", "profile_code": "pko_mt940"}
            )
            celina = Payer.objects.get(external_id="K-celina")
            LiabilityFactory(external_id=NUMBER, payer=celina, instalment=3)
        use_database(server, SESSION)
    return nrb


def test_a_statement_is_read_clarified_and_taken_back(
    stack: Stack,
    account_nrb: str,
    visitor: Callable[..., Page],
    look_at_all: Callable[[Page, str], None],
    tmp_path: Path,
) -> None:
    known = transfer(f"Podatek, rata 3, {NUMBER}", name="Celina Przykładowa")
    strange = transfer("Opłata za wrzesień", gr=12_345, name="Sklep Próbny sp. z o.o.")
    file = tmp_path / "wyciag-183.sta"
    file.write_bytes(mt940(MadeStatement(account_nrb, "183", 1_000_000, (known, strange))))

    desk = f"{stack.portal('borki')}/urzad"
    page = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    page.goto(f"{desk}/wyciagi/")
    look_at_all(page, "upload")
    page.get_by_label("Skąd jest plik").select_option(label=f"Podatki i opłaty (…{account_nrb[-4:]})")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Sprawdź plik").click()
    expect(page.get_by_text("Plik sprawdzony, nic jeszcze nie zapisano")).to_be_visible()
    look_at_all(page, "checked")
    page.get_by_role("button", name="Wczytaj plik").click()
    expect(page.get_by_text("Plik jest wczytany")).to_be_visible(timeout=60_000)
    look_at_all(page, "done")

    page.get_by_role("link", name="Przejdź do wpłat do wyjaśnienia").click()
    look_at_all(page, "queue")
    page.get_by_role("row", name=re.compile("Sklep Próbny")).get_by_role("link").click()
    look_at_all(page, "line")
    page.get_by_label("Szukaj płatnika albo należności").fill("celina")
    page.get_by_role("button", name="Szukaj").click()
    look_at_all(page, "found")

    page.goto(f"{desk}/wplaty/?state=matched")
    page.get_by_role("row", name=re.compile(NUMBER)).get_by_role("link").click()
    look_at_all(page, "matched")
    page.get_by_label("Powód").fill("Płatnik zapłacił za inny rok")
    page.get_by_role("button", name="Cofnij dopasowanie").click()
    expect(page.get_by_text("Dopasowanie jest cofnięte, a wpłata czeka na wyjaśnienie.")).to_be_visible()
    look_at_all(page, "undone")
    page.get_by_role("checkbox", name=NUMBER).check()
    page.get_by_role("button", name="Sprawdź, dokąd trafią pieniądze").click()
    look_at_all(page, "confirm")
    page.get_by_role("button", name="Zaksięguj").click()
    expect(page.get_by_text("Wpłata jest zaksięgowana na wybrane należności.")).to_be_visible()

    admin = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "filip@urzad.example")
    admin.goto(f"{desk}/ustawienia/rachunki/")
    look_at_all(admin, "accounts")
    admin.get_by_role("link", name="Podatki i opłaty").click()
    look_at_all(admin, "account")
