"""The platform operator opens a third gmina without a restart and closes it; a finance system works through the API."""

import re
from collections.abc import Callable

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.e2e.test_journey import pesel, sign_in_staff
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import set_up_app, type_code

pytestmark = pytest.mark.browser

THIRD = {
    "name": "Gmina Próbna",
    "teryt": "0601032",
    "label": "probna",
    "portal_name": "Portal Próbny",
    "office_name": "Urząd Gminy Próbna",
    "address": "ul. Pierwsza 1",
    "postal_address": "00-001 Próba",
    "email": "urzad@probna.example",
    "controller_name": "Wójt Gminy Próbna",
    "controller_address": "ul. Pierwsza 1, 00-001 Próba",
    "dpo_email": "iod@probna.example",
    "discrepancy_email": "niezgodnosci@probna.example",
    "act_kind": "zarządzenie",
    "act_number": "1/2026",
    "act_issuer": "Wójt Gminy Próbna",
    "act_on": "2026-01-02",
    "effective_on": "2026-01-02",
    "admin_name": "Adam Pierwszy",
    "admin_email": "adam@probna.example",
    "authorisation_number": "OR.1.2026",
    "authorised_on": "2026-01-02",
    "authorisation_issuer": "Wójt Gminy Próbna",
}


def test_a_third_gmina_opens_at_once_and_closes_with_a_clear_page(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None], mailbox: Callable[..., dict]
) -> None:
    console = stack.portal("console")
    page = visitor(width=1280, height=900)
    page.goto(f"{console}/logowanie/")
    page.get_by_label("Adres e-mail").fill("olga@platforma.example")
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj").click()
    type_code(page, "olga@platforma.example")
    expect(page.get_by_role("main")).to_contain_text("Dąbrowa Górnicza")
    look(page, "console-01-fleet")
    page.goto(f"{console}/gminy/nowa/")
    for name, value in THIRD.items():
        page.locator(f"[name={name}]").fill(value)
    kind = page.locator("[name=kind]")
    kind.select_option("rural") if kind.evaluate("e => e.tagName") == "SELECT" else page.locator(
        "[value=rural]"
    ).check()
    look(page, "console-02-new")
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("/zakladanie/"))
    expect(page.get_by_role("link", name="Otwórz portal")).to_be_visible(timeout=60_000)
    look(page, "console-03-open")
    for number, place in enumerate(("", "nowy/tax/", "popraw/tax/", "potwierdz/", "import/"), start=4):
        page.goto(f"{console}/stopy/{place}")
        look(page, f"console-{number:02d}-rates")

    portal = stack.portal("probna")
    resident = visitor()
    resident.goto(portal)
    expect(resident).to_have_title(re.compile("Portal Próbny"))
    look(resident, "third-01-start")
    invitation = mailbox("adam@probna.example", "Zaproszenie")
    link = next(url for url in invitation["links"] if "/haslo/" in url)
    admin = visitor(width=1280, height=900)
    admin.goto(link)
    admin.get_by_label("Hasło", exact=False).first.fill(PASSWORD)
    admin.get_by_label("Powtórz hasło").fill(PASSWORD)
    admin.get_by_role("button", name="Zapisz hasło").click()
    admin.goto(f"{portal}/urzad/logowanie/")
    admin.get_by_label("Adres e-mail").fill("adam@probna.example")
    admin.get_by_label("Hasło").fill(PASSWORD)
    admin.get_by_role("button", name="Zaloguj").click()
    look(admin, "third-02-second-factor")
    set_up_app(admin)
    look(admin, "third-02-codes")
    admin.get_by_role("link", name="Mam je zapisane").click()
    expect(admin.get_by_role("banner")).to_contain_text("Adam Pierwszy")
    look(admin, "third-02-admin")

    page.goto(f"{console}/gminy/{THIRD['teryt']}/zawies/")
    page.get_by_label("Powód zawieszenia").fill("Przerwa techniczna do poniedziałku.")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Zawieś portal").click()
    answer = resident.goto(portal)
    assert answer is not None
    assert answer.status == 503
    expect(resident.get_by_role("main")).to_contain_text("Przerwa techniczna do poniedziałku.")
    look(resident, "third-03-suspended")


@pytest.mark.covers("D7")
def test_a_finance_system_gets_a_token_and_puts_the_same_due_twice(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    gmina = "borki"
    admin = visitor(width=1280, height=900)
    sign_in_staff(admin, stack, gmina, "filip")
    admin.goto(f"{stack.portal(gmina)}/urzad/klienci-api/nowy/")
    admin.get_by_label(re.compile("Nazwa")).fill("System finansowy")
    for box in admin.get_by_role("checkbox").all():
        box.check()
    admin.get_by_role("button", name="Utwórz i pokaż token").click()
    look(admin, "api-01-token")
    found = re.search(r"skb_[A-Za-z0-9_-]+", admin.get_by_role("main").inner_text())
    assert found is not None
    headers = {"Authorization": f"Bearer {found[0]}", "Host": f"{gmina}.localhost:{stack.ports.web}"}
    api = httpx.Client(
        base_url=f"http://127.0.0.1:{stack.ports.web}/api/v1", headers=headers, trust_env=False
    )
    year = timezone.localdate().year
    row = {
        "payer_external_id": "K-api", "payer_kind": "person", "payer_name": "Adam Interfejsowy",
        "payer_identifier": pesel(900), "payer_address": "ul. Próbna 9",
        "liability_type": "property_tax", "title": f"Podatek od nieruchomości {year}", "document_number": "FN.9",
        "year": year, "instalment": 1, "due_on": f"{year}-03-15", "principal": {"amount": "120.00", "currency": "PLN"},
    }  # fmt: skip
    first = api.put("/liabilities/API-1", json=row)
    second = api.put("/liabilities/API-1", json=row)
    assert (first.status_code, second.status_code) == (201, 200), (first.text, second.text)
    assert second.json()["result"] == "unchanged"
    assert api.get("/payments", params={"status": "to_book"}).status_code == 200
    foreign = httpx.get(
        f"http://127.0.0.1:{stack.ports.web}/api/v1/liabilities/API-1",
        headers=headers | {"Host": f"dabrowa-gornicza.localhost:{stack.ports.web}"},
        trust_env=False,
    )
    assert foreign.status_code == 401
    assert foreign.json()["error"]["code"]
    wrong = api.put("/liabilities/API-2", json=row | {"due_on": "2026-02-30"})
    assert wrong.status_code == 400
    assert [detail["field"] for detail in wrong.json()["error"]["details"]] == ["due_on"]
    assert api.get("/liabilities/API-2").status_code == 404
