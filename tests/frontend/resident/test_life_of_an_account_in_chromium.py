"""The whole life of an account in a real browser: registered, let in, acting for a company, blocked; wide and narrow."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.e2e.conftest import mailbox as mailbox
from tests.e2e.test_journey import pesel
from tests.fixtures.database import working_on
from tests.fixtures.signing import signed_in

pytestmark = pytest.mark.browser
NUMBER = pesel(911)
EMAIL = "zycie.konta@poczta.example"
NEW_PASSWORD = "cztery zwykle slowa razem"
PDF = b"%PDF-1.7\npelnomocnictwo\n%%EOF\n"


@pytest.fixture(scope="module", autouse=True)
def finance_system_knows_the_person_twice(stack: Stack, server, django_db_blocker) -> None:
    """Two files with one number, so that the clerk has a case to settle, and a company with dues."""
    from tenants.directory.queries import scope_of
    from tests.factories.accounts import PayerFactory
    from tests.factories.liabilities import LiabilityFactory

    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        name = "ZOLC-GESLA NOWA"
        for external_id in ("Z-1", "Z-2"):
            payer = PayerFactory(identifier=NUMBER, name=name, external_id=external_id)
            LiabilityFactory(payer=payer, external_id=f"N-{external_id}", due_on=date(2027, 3, 15))
        firm = PayerFactory(company=True, identifier="5260250274", name="Piekarnia Próbna", external_id="Z-F")
        LiabilityFactory(payer=firm, external_id="N-Z-F", due_on=date(2027, 3, 15))


@pytest.fixture
def desk_wide(visitor: Callable[..., Page]) -> Callable[[], Page]:
    """A browser with patience: the journey starts many pages on a machine that is doing other things."""

    def open_browser() -> Page:
        page = visitor(width=1280, height=900)
        page.set_default_timeout(60_000)
        return page

    return open_browser


def register(page: Page, portal: str, mailbox: Callable[..., dict]) -> None:
    page.goto(f"{portal}/rejestracja/")
    page.get_by_label("Imię").fill("Nowa")
    page.get_by_label("Nazwisko").fill("Żółć-Gęśla")
    page.get_by_label("Numer PESEL").fill(NUMBER)
    page.get_by_label("Adres zamieszkania").fill("ul. Próbna 7, 00-001 Próba")
    page.get_by_label("Adres e-mail").fill(EMAIL)
    page.get_by_label("Hasło", exact=False).first.fill(NEW_PASSWORD)
    page.get_by_label("Powtórz hasło").fill(NEW_PASSWORD)
    page.get_by_label("Znam regulamin").check()
    page.get_by_role("button", name="Wyślij formularz").click()
    letter = mailbox(EMAIL, "Potwierdź")
    page.goto(next(url for url in letter["links"] if "/rejestracja/potwierdz/" in url))
    page.get_by_role("button", name="Potwierdzam adres").click()
    signed_in(page, f"{portal}/logowanie/", EMAIL, NEW_PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("Urząd sprawdza Twoje konto")


def ask_to_represent(page: Page, portal: str, look_at_all: Callable[[Page, str], None]) -> None:
    page.goto(f"{portal}/konto/reprezentowanie/")
    look_at_all(page, "representing-none")
    page.get_by_role("link", name="Złóż wniosek").click()
    look_at_all(page, "representing-ask")
    page.get_by_role("button", name="Wyślij wniosek").click()
    expect(page.get_by_role("main")).to_contain_text("Zaznacz, co chcesz robić.")
    look_at_all(page, "representing-ask-refused")
    page.get_by_label("Nazwa firmy albo imię i nazwisko osoby").fill("Piekarnia Próbna")
    page.get_by_label("NIP firmy albo PESEL osoby").fill("526-025-02-74")
    page.get_by_role("radio", name="Na podstawie pełnomocnictwa").check()
    page.get_by_role("radio", name=re.compile("Przedstawiciel podstawowy")).check()
    page.get_by_label("Dokument").set_input_files(
        {"name": "pelnomocnictwo.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Wyślij wniosek").click()
    expect(page.get_by_role("main")).to_contain_text("czeka na urząd")
    look_at_all(page, "representing-waiting")


@pytest.mark.covers("D13", "D31", "D37", "D38", "S46", "S55")
def test_from_registration_to_representing_to_the_block(
    stack: Stack,
    desk_wide: Callable[[], Page],
    mailbox: Callable[..., dict],
    look_at_all: Callable[[Page, str], None],
) -> None:
    portal = stack.portal("borki")
    resident = desk_wide()
    register(resident, portal, mailbox)

    clerk = signed_in(desk_wide(), f"{portal}/urzad/logowanie/", "daria@urzad.example")
    clerk.goto(f"{portal}/urzad/rejestracje/")
    look_at_all(clerk, "desk-queue")
    clerk.get_by_role("link", name=re.compile("Żółć-Gęśla")).click()
    look_at_all(clerk, "desk-registration")
    clerk.get_by_role("radio", name=re.compile("nr Z-1")).check()
    clerk.get_by_role("button", name="Zatwierdź").click()
    mailbox(EMAIL, "potwierdził")
    admin = signed_in(desk_wide(), f"{portal}/urzad/logowanie/", "filip@urzad.example")
    admin.goto(f"{portal}/urzad/rejestracje/")
    admin.get_by_role("link", name=re.compile("Żółć-Gęśla")).click()
    admin.get_by_role("button", name="Autoryzuj konto").click()
    mailbox(EMAIL, "aktywne")
    resident.goto(f"{portal}/naleznosci/")
    expect(resident.get_by_role("main")).to_contain_text("Podatek od nieruchomości")
    resident.goto(f"{portal}/konto/")
    look_at_all(resident, "own")
    resident.goto(f"{portal}/konto/dane/")
    look_at_all(resident, "own-data")
    resident.get_by_label("Adres zamieszkania").fill("ul. Inna 8, 00-001 Próba")
    resident.get_by_role("button", name="Zapisz zmiany").click()
    expect(resident.get_by_role("main")).to_contain_text("ul. Inna 8")

    ask_to_represent(resident, portal, look_at_all)
    clerk.goto(f"{portal}/urzad/reprezentowanie/")
    look_at_all(clerk, "desk-representations")
    clerk.get_by_role("link", name="Piekarnia Próbna").click()
    look_at_all(clerk, "desk-representation")
    clerk.get_by_role("button", name="Przyjmij wniosek").click()
    expect(clerk.get_by_role("main")).to_contain_text("Żaden wniosek nie czeka")

    resident.goto(f"{portal}/konto/")
    resident.get_by_role("radio", name="Piekarnia Próbna").check()
    resident.get_by_role("button", name="Zapisz wybór").click()
    expect(resident.get_by_label("W czyim imieniu działasz")).to_contain_text("Piekarnia Próbna")
    look_at_all(resident, "acting-for-a-company")
    resident.goto(f"{portal}/konto/reprezentowanie/")
    look_at_all(resident, "representing")

    clerk.goto(f"{portal}/urzad/mieszkancy/")
    look_at_all(clerk, "desk-residents")
    clerk.get_by_label("Albo imię i nazwisko").fill("żół")
    clerk.get_by_role("button", name="Szukaj").click()
    look_at_all(clerk, "desk-residents-found")
    clerk.get_by_role("link", name=re.compile("Żółć-Gęśla")).first.click()
    look_at_all(clerk, "desk-resident")
    clerk.get_by_role("link", name="Powiąż kolejną kartotekę").click()
    look_at_all(clerk, "desk-link")

    admin.goto(clerk.url.removesuffix("kartoteka/"))
    admin.get_by_role("link", name="Zablokuj").click()
    look_at_all(admin, "desk-block")
    admin.get_by_label("Powód").fill("Naruszenie § 5 regulaminu.")
    admin.get_by_role("button", name="Zablokuj i wyślij powód").click()
    expect(admin.get_by_role("main")).to_contain_text("Konto jest zablokowane")
    look_at_all(admin, "desk-blocked")
    assert "Naruszenie § 5 regulaminu." in mailbox(EMAIL, "zablokował")["text"]
    resident.goto(f"{portal}/naleznosci/")
    expect(resident).to_have_url(re.compile("/logowanie/"))  # the block has signed her out everywhere
    signed_in(resident, f"{portal}/logowanie/", EMAIL, NEW_PASSWORD)
    resident.goto(f"{portal}/naleznosci/")
    expect(resident.get_by_role("main")).to_contain_text("Naruszenie § 5 regulaminu.")
    look_at_all(resident, "blocked")
